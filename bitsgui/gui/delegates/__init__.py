"""Painters of table cells: geometry and colour, no job logic."""
