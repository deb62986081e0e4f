"""The dialogs: what a person is asked; none of them runs a nested loop."""
