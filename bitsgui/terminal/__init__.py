"""The commands of a terminal: arguments, plan, run, progress and report; knows no Qt."""
