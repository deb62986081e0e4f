"""The window: the only importer of PySide6 and qasync beside app.py."""
