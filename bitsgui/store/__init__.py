"""Durable state: SQLite and the secret store; knows no engine and no Qt."""
