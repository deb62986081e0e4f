"""Real peers for tests: servers that misbehave on purpose, a clock by hand, processes to kill."""
