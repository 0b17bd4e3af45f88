"""Alembic scripts; they travel in the package, so that `zhiqibot db upgrade` needs nothing else."""
