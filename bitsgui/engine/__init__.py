"""Transfers: asyncio and httpx; knows no Qt, no SQL and no texts for people."""

import sys

# httpx imports its own command line (click, rich, pygments) where these are installed: 0.1 s and 10 MB that
# nobody here uses. A None makes that import fail as if they were not there, which httpx expects.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
