"""A damaged queue is put aside, and the window says where."""

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QLabel

from bitsgui.gui.windows.main_window import MainWindow
from bitsgui.service.manager import JobManager
from bitsgui.store.secrets import MemorySecrets
from tests.support.preferred import preferred
from tests.support.qt_loop import run_on_qt


def test_the_window_says_where_a_damaged_queue_is_kept(
    tmp_path: Path, qapp: QApplication, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "queue.db").write_bytes(b"this is no database" * 100)
    (tmp_path / "out").mkdir()

    async def scenario() -> None:
        manager = await JobManager.open(tmp_path, secrets=MemorySecrets())
        ini = QSettings(str(tmp_path / "w.ini"), QSettings.Format.IniFormat)
        window = MainWindow(manager, ini, preferred(tmp_path, manager))
        try:
            assert manager.replaced_database is not None
            texts = [label.text() for label in window.findChildren(QLabel)]
            assert any(str(manager.replaced_database) in text for text in texts)
        finally:
            await window.aclose()
            await manager.aclose()

    run_on_qt(qapp, scenario())
    assert "damaged" in caplog.text
    caplog.clear()
