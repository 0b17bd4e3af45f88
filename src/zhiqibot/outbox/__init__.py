"""Durable delivery: a notice is added in the commit of what caused it, and sent until the platform took it."""
