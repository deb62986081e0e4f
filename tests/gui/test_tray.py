"""The tray's icon and menu as values: what can be told apart, what may be pressed, what the tool tip says."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QAction, QImage
from PySide6.QtWidgets import QApplication

from bitsgui.gui.texts.tray_texts import Traffic, tool_tip
from bitsgui.gui.windows.tray import LIMITS_BPS, TrayMenu
from bitsgui.gui.windows.tray_icon import PROGRESS_STEPS, TrayLook, look, tray_icon


def image(wanted: TrayLook, side: int) -> QImage:
    return tray_icon(wanted).pixmap(QSize(side, side), 1.0).toImage()


@pytest.mark.parametrize("side", [16, 22, 32, 44])
def test_every_state_looks_different_in_every_size(qapp: QApplication, side: int) -> None:
    looks = [
        look(is_transferring=moving, needs_you=needs, fraction=fraction)
        for moving, needs, fraction in (
            (False, False, None),
            (False, True, None),
            (True, False, None),
            (True, True, None),
            (True, False, 0.5),
            (True, True, 1.0),
        )
    ]
    images = [image(one, side) for one in looks]
    assert all(one.size() == QSize(side, side) for one in images)
    assert all(a != b for i, a in enumerate(images) for b in images[:i])


def test_the_bar_grows_in_steps_that_can_be_seen(qapp: QApplication) -> None:
    def at(fraction: float) -> TrayLook:
        return look(is_transferring=True, needs_you=False, fraction=fraction)

    assert at(0.5) == at(0.51)
    assert at(0.999).steps == PROGRESS_STEPS - 1
    white = [
        sum(image(at(f), 44).pixelColor(x, 34).lightnessF() > 0.95 for x in range(44)) for f in (0.0, 0.25, 0.5, 1.0)
    ]
    assert white == [0, 7, 14, 28]


def test_nothing_moves_without_a_bar() -> None:
    assert look(is_transferring=False, needs_you=False, fraction=0.5).steps is None


@pytest.fixture
def menu(qapp: QApplication) -> TrayMenu:
    return TrayMenu()


def action(menu: TrayMenu, name: str) -> QAction:
    return menu.findChild(QAction, name)


def test_the_menu_offers_what_there_is_to_do(menu: TrayMenu) -> None:
    def offered() -> tuple[bool, ...]:
        return tuple(action(menu, f"tray_{name}").isEnabled() for name in ("pause", "resume", "review"))

    assert offered() == (False, False, False)
    menu.show_traffic(Traffic(waiting=1, needs_you=3))
    assert offered() == (True, False, True)
    assert action(menu, "tray_review").text() == "3 jobs need you"
    menu.show_traffic(Traffic(paused=2))
    assert offered() == (False, True, False)
    assert action(menu, "tray_resume").text() == "Resume all (2)"


def test_a_limit_of_ones_own_is_offered_beside_the_usual_ones(menu: TrayMenu) -> None:
    wanted: list[int] = []
    menu.limit_wanted.connect(wanted.append)
    menu.show_limit(1_500_000)
    limits = {int(a.objectName().removeprefix("tray_limit_")): a for a in menu._limits.actions()}
    assert set(limits) == {*LIMITS_BPS, 1_500_000}
    assert [rate for rate, one in limits.items() if one.isChecked()] == [1_500_000]
    assert limits[0].text() == "No limit"
    limits[500_000].trigger()
    assert wanted == [500_000]


def test_the_tool_tip_says_rates_counts_and_who_needs_you() -> None:
    busy = Traffic(received_bps=24_100_000, sent_bps=0, active=2, waiting=3, paused=5, needs_you=1, fraction=0.629)
    assert tool_tip(busy).splitlines() == [
        "bitsgui",
        "\N{DOWNWARDS ARROW} 24.1 MB/s   \N{UPWARDS ARROW} 0 B/s   62 %",
        "2 active, 3 waiting",
        "5 jobs paused by Pause all",
        "1 job needs you",
    ]
    assert tool_tip(Traffic()) == "bitsgui\nNothing to transfer"
