"""Texts half as long again, as another language may need them, and whether a dialog has room for them."""

from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QAbstractButton, QDialog


class LongWords(QTranslator):
    """Every text half as long again."""

    def translate(self, context: str, text: str, disambiguation: str | None = None, n: int = -1) -> str:
        shown = text if n < 0 else text.replace("%n", str(n))
        return f"{shown} {'ẍ' * (len(shown) // 2)}" if shown else ""

    def isEmpty(self) -> bool:
        return False


def assert_nothing_is_cut(dialog: QDialog) -> None:
    """Show the dialog and look at its buttons; it is gone afterwards."""
    dialog.show()
    assert_buttons_fit(dialog)
    dialog.hide()
    dialog.deleteLater()


def assert_buttons_fit(dialog: QDialog) -> None:
    """What is shown of the dialog now."""
    for button in dialog.findChildren(QAbstractButton):
        if button.isVisible() and button.text():
            assert button.width() >= button.sizeHint().width(), button.text()
            assert button.height() >= button.minimumSizeHint().height(), button.text()
