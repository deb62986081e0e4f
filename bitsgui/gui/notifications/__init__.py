"""Desktop notifications: what is told, when, and by which way of this system."""
