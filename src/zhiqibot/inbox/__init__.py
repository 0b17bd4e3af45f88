"""Durable intake: what was acknowledged is stored, handled exactly once, in order within a conversation."""
