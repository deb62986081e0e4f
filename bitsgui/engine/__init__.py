"""Transfers: asyncio and httpx; knows no Qt, no SQL and no texts for people."""
