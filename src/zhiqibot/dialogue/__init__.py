"""The dialogue engine: forms, turns, repair. Knows no topic; topics register their intents with a Router."""
