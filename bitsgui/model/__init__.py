"""Pure values of the BITS job model: no I/O, no clock, no asyncio, no Qt."""
