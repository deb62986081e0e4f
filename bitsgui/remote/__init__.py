"""The channel between the process that has a queue and those that speak to it: one user, one computer."""
