"""The ways to show a notice against real buses and daemons: good ones, poor ones, hanging ones, and none."""

import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from bitsgui.gui.notifications import freedesktop
from bitsgui.gui.notifications.freedesktop import FreedesktopWay
from bitsgui.gui.notifications.native import NativeWay
from bitsgui.gui.notifications.notice import Action, Heard, Kind, Notice
from bitsgui.gui.resources import resource
from tests.support.desk_host import NotificationDaemon
from tests.support.qt_loop import run_on_qt, until_true
from tests.support.session_bus import session_bus

pytestmark = [
    pytest.mark.desktop,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="D-Bus is Linux's"),
    pytest.mark.skipif(shutil.which("dbus-daemon") is None, reason="needs dbus-daemon"),
]

NOTICE = Notice(
    "error-1", Kind.ERROR, "<b>a & b</b> needs you", "1 < 2 & <i>x</i>", ((Action.RESOLVE, "Resolve"),), Action.RESOLVE
)


class Ears:
    """What a way told."""

    def __init__(self) -> None:
        self.acted: list[tuple[str, Action]] = []
        self.closed: list[str] = []
        self.heard = Heard(lambda key, action: self.acted.append((key, action)), self.closed.append)


@pytest.fixture
def bus() -> Iterator[str]:
    with session_bus() as address:
        yield address


def test_a_notice_is_shown_replaced_and_taken_back(qapp: QApplication, bus: str) -> None:
    async def scenario() -> None:
        way = FreedesktopWay(Ears().heard)
        async with NotificationDaemon(bus) as daemon:
            assert await way.post(NOTICE)
            assert await way.post(NOTICE)
            first, second = daemon.log
            assert (first.replaces, second.replaces, second.id) == (0, first.id, first.id)
            assert (first.app, first.summary) == ("bitsgui", "<b>a & b</b> needs you")
            assert first.body == "1 &lt; 2 &amp; &lt;i&gt;x&lt;/i&gt;"
            assert first.actions == {"default": "", "resolve": "Resolve"}
            assert first.hints == {"category": "transfer.error", "desktop-entry": "bitsgui", "urgency": 1}
            assert first.icon == str(resource("icons", "bitsgui.svg"))
            await way.withdraw(NOTICE.key)
            await way.withdraw(NOTICE.key)
            assert daemon.closed == [first.id]
        await way.aclose()

    run_on_qt(qapp, scenario())


def test_a_daemon_that_can_do_little_gets_little(qapp: QApplication, bus: str) -> None:
    async def scenario() -> None:
        way = FreedesktopWay(Ears().heard)
        async with NotificationDaemon(bus, ("body",)) as daemon:
            assert await way.post(NOTICE)
            assert (daemon.log[0].body, daemon.log[0].actions) == ("1 < 2 & <i>x</i>", {})
        await way.aclose()

    run_on_qt(qapp, scenario())


def test_buttons_clicks_and_crosses_are_heard_and_others_are_not(qapp: QApplication, bus: str) -> None:
    async def scenario() -> None:
        ears = Ears()
        way = FreedesktopWay(ears.heard)
        async with NotificationDaemon(bus) as daemon:
            for press in ("Resolve", ""):
                assert await way.post(NOTICE)
                daemon.press(daemon.log[-1], press)
                await until_true(lambda: ears.acted)
                assert ears.acted.pop() == ("error-1", Action.RESOLVE)
            assert await way.post(NOTICE)
            daemon.dismiss(daemon.log[-1].id + 1)  # another program's
            daemon.dismiss(daemon.log[-1].id)
            await until_true(lambda: ears.closed)
            assert (ears.closed, ears.acted) == (["error-1"], [])
        await way.aclose()

    run_on_qt(qapp, scenario())


def test_another_daemon_is_asked_anew(qapp: QApplication, bus: str) -> None:
    async def scenario() -> None:
        way = FreedesktopWay(Ears().heard)
        async with NotificationDaemon(bus):
            assert await way.post(NOTICE)
        assert not await way.post(NOTICE)
        async with NotificationDaemon(bus, ("body",)) as daemon:
            assert await way.post(NOTICE)
            assert (daemon.log[0].replaces, daemon.log[0].actions) == (0, {})
        await way.aclose()

    run_on_qt(qapp, scenario())


def test_without_a_daemon_or_a_bus_it_is_said_once(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        way = FreedesktopWay(Ears().heard)
        with session_bus():
            assert not await way.post(NOTICE)
        await until_true(lambda: way._bus is not None and not way._bus.connected)
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus")
        assert not await way.post(NOTICE)
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "nonsense")
        assert not await way.post(NOTICE)
        await way.withdraw(NOTICE.key)
        await way.aclose()

    with caplog.at_level("INFO", freedesktop.__name__):
        run_on_qt(qapp, scenario())
    assert [record.levelname for record in caplog.records if record.name == freedesktop.__name__] == ["INFO"]


def test_a_daemon_that_never_answers_holds_nobody_up(
    qapp: QApplication, bus: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(freedesktop, "ANSWER_S", 0.2)

    async def scenario() -> None:
        way = FreedesktopWay(Ears().heard)
        async with NotificationDaemon(bus) as daemon:
            daemon.hang()
            assert not await way.post(NOTICE)
            daemon.wake()
            assert await way.post(NOTICE)
            daemon.hang()
            await way.withdraw(NOTICE.key)
            daemon.wake()
            await until_true(lambda: daemon.closed)
        await way.aclose()

    run_on_qt(qapp, scenario())


def test_the_way_of_the_other_systems_shows_replaces_and_hears(qapp: QApplication, bus: str) -> None:
    async def scenario() -> None:
        ears = Ears()
        way = NativeWay(ears.heard)
        async with NotificationDaemon(bus) as daemon:
            assert await way.post(NOTICE)
            assert await way.post(NOTICE)
            assert daemon.closed == [daemon.log[0].id]
            daemon.press(daemon.log[-1], "Resolve")
            await until_true(lambda: ears.acted)
            assert ears.acted == [("error-1", Action.RESOLVE)]
            way._notifier._backend.bus.disconnect()

    run_on_qt(qapp, scenario())


def test_a_start_does_not_pay_for_notifications() -> None:
    late = ("dbus_fast", "desktop_notifier")
    program = f"import sys, bitsgui.app; print([name for name in {late} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"
