"""Understanding: text, role and reference time in; intents, slots and confidence out."""
