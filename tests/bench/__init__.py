"""`python -m tests.bench`: figures beside curl and aria2 in one run, as ratios; no test, not in the suite."""
