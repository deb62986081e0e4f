"""bitsgui: a desktop transfer manager with the semantics of BITS."""

__version__ = "0.1.0"
