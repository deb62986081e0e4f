"""A dialog that is as high as its content, as far as the screen allows; knows nothing of jobs."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QPushButton

from bitsgui.gui.dialogs.fields import fit_to_content


class TallDialog(QDialog):
    """Whichever part of it grows or shrinks; and Enter presses the default button only where that is expected."""

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() is QEvent.Type.LayoutRequest:
            fit_to_content(self)
        return done

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Enter on a focused button that is not the default would press the default: nobody expects that.
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        focus = self.focusWidget()
        if is_enter and isinstance(focus, QPushButton) and not focus.isDefault():
            return
        super().keyPressEvent(event)
