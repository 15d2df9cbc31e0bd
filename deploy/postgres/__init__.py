"""Databases and roles on a PostgreSQL server."""
