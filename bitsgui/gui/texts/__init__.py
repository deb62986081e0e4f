"""Every text that a person reads, chosen from values: no widgets."""
