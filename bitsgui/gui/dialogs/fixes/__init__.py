"""The fix of a failed job as forms, one small class for each remedy."""
