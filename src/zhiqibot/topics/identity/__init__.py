"""Binding an account to an enterprise or an official."""
