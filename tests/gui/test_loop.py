"""The window's loop: callbacks in their order, Qt in between, and a nested loop that does not hold them up."""

import asyncio

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from tests.support.qt_loop import run_on_qt


def test_callbacks_run_in_their_order_without_those_that_were_cancelled(qapp: QApplication) -> None:
    async def scenario() -> list[int]:
        loop, ran, done = asyncio.get_running_loop(), list[int](), asyncio.Event()
        handles = [loop.call_soon(ran.append, number) for number in range(5)]
        handles[3].cancel()
        loop.call_soon(lambda: (loop.call_soon(ran.append, 6), loop.call_soon(done.set)))
        loop.call_soon(ran.append, 5)
        await done.wait()
        return ran

    assert run_on_qt(qapp, scenario()) == [0, 1, 2, 4, 5, 6]


def test_qt_has_its_turn_while_callbacks_never_end(qapp: QApplication) -> None:
    async def scenario() -> None:
        loop, rung = asyncio.get_running_loop(), asyncio.Event()
        QTimer.singleShot(20, rung.set)

        def again() -> None:
            if not rung.is_set():
                loop.call_soon(again)

        for _ in range(50):
            again()
        await rung.wait()

    run_on_qt(qapp, scenario())


def test_a_callback_that_fails_leaves_the_others_their_turn(qapp: QApplication) -> None:
    async def scenario() -> None:
        loop, seen, done = asyncio.get_running_loop(), list[str](), asyncio.Event()
        loop.set_exception_handler(lambda _, context: seen.append(type(context["exception"]).__name__))
        loop.call_soon(lambda: 1 / 0)
        loop.call_soon(done.set)
        await done.wait()
        assert seen == ["ZeroDivisionError"]

    run_on_qt(qapp, scenario())


def test_a_nested_loop_of_a_callback_holds_up_no_other(qapp: QApplication) -> None:
    async def scenario() -> None:
        loop, menu = asyncio.get_running_loop(), QEventLoop()
        loop.call_soon(menu.exec)
        loop.call_soon(menu.quit)
        await asyncio.sleep(0)

    run_on_qt(qapp, scenario())
