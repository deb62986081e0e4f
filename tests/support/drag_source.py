"""A small window of another program whose label can be dragged: `python -m tests.support.drag_source URL`.

Prints "x y" of the label's centre on the screen as soon as it is there.
"""

import sys

from PySide6.QtCore import QMimeData, QPoint, Qt, QTimer, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel


class _Source(QLabel):
    def mousePressEvent(self, event: QMouseEvent) -> None:
        carried = QMimeData()
        carried.setUrls([QUrl(self.text())])
        drag = QDrag(self)
        drag.setMimeData(carried)
        QTimer.singleShot(0, lambda: drag.exec(Qt.DropAction.CopyAction))


def main() -> int:
    """Show the window until it is ended."""
    app = QApplication(sys.argv[:1])
    source = _Source(sys.argv[1])
    source.setWindowFlags(Qt.WindowType.WindowStaysOnTopHint | Qt.WindowType.X11BypassWindowManagerHint)
    source.setGeometry(900, 820, 360, 60)
    source.show()

    def tell() -> None:
        centre = source.mapToGlobal(QPoint(source.width() // 2, source.height() // 2))
        print(centre.x(), centre.y(), flush=True)  # noqa: T201 - the test reads it

    QTimer.singleShot(200, tell)
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
