"""Translation of a text when it is asked for, and the mark of one that stands in a table until then."""

from PySide6.QtCore import QCoreApplication

translate = QCoreApplication.translate


def QT_TRANSLATE_NOOP(_context: str, text: str) -> str:
    """The text itself: lupdate looks for this name, and PySide6 types its own as object."""
    return text
