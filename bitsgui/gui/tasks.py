"""All knowledge of qasync that a widget needs: start a coroutine, open a dialog; knows no job and no window.

A nested Qt loop on a coroutine's stack stops every other task for good, so dialogs are never run by `exec()`.
"""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from PySide6.QtWidgets import QDialog

_LOG = logging.getLogger(__name__)


class Tasks:
    """Owner of the tasks that a window started; it holds them, logs their failures and ends them."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def start(self, coro: Coroutine[Any, Any, Any], *, name: str) -> asyncio.Task[Any]:
        """Run the coroutine on the running loop; slots call this and return."""
        task = asyncio.get_event_loop().create_task(coro, name=name)
        self._running.add(task)
        task.add_done_callback(self._on_done)
        return task

    async def aclose(self) -> None:
        """Cancel what still runs and wait for its end."""
        current = asyncio.current_task()
        running = [task for task in self._running if task is not current]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _on_done(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _LOG.error("The task %s failed.", task.get_name(), exc_info=error)


async def open_dialog(dialog: QDialog) -> int:
    """Open the dialog, window-modal, and wait for its result; a cancelled wait closes the dialog."""
    result: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def on_finished(code: int) -> None:
        if not result.done():
            result.set_result(code)

    dialog.finished.connect(on_finished)
    dialog.open()
    try:
        return await result
    finally:
        dialog.finished.disconnect(on_finished)
        dialog.hide()
