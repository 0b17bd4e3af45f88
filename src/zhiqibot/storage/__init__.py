"""Engine, session, column kinds and migrations; SQLite and PostgreSQL differ by URL alone."""
