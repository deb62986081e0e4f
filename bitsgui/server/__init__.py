"""The server on loopback behind `bitsgui --demo`; may use model and service, must not know the window."""
