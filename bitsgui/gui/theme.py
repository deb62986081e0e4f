"""The one table of colours and the one style sheet, light and dark; knows nothing of jobs.

Painted things read `colours()` while they paint and repaint on `changes.scheme_changed`.
"""

from dataclasses import dataclass
from typing import Final, Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from bitsgui.gui.resource_files import resource
from bitsgui.gui.style_sheet import STYLE_SHEET

Scheme = Literal["light", "dark"]

STEP: Final = 4
"""Spacing goes in steps of 4 pixels: STEP, 2 * STEP, ..."""
RADIUS: Final = 6


@dataclass(frozen=True, slots=True)
class Colours:
    """Hex colours of one scheme; each `*_soft` is the tint below text in the colour of its name."""

    background: str
    side: str
    line: str
    text: str
    secondary: str
    accent: str
    accent_hover: str
    on_accent: str
    good: str
    warning: str
    error: str
    accent_soft: str
    good_soft: str
    warning_soft: str
    error_soft: str
    neutral_soft: str
    hover: str
    control: str
    control_line: str


LIGHT: Final = Colours(
    background="#ffffff",
    side="#f4f5f7",
    line="#e3e5e8",
    text="#1c1f23",
    secondary="#626a72",
    accent="#2563eb",
    accent_hover="#1d4fc4",
    on_accent="#ffffff",
    good="#15803d",
    warning="#965508",
    error="#c02626",
    accent_soft="#e8effd",
    good_soft="#e5f4ea",
    warning_soft="#fdf2dc",
    error_soft="#fdeaea",
    neutral_soft="#f1f2f4",
    hover="#eceef1",
    control="#ffffff",
    control_line="#c9cdd2",
)
DARK: Final = Colours(
    background="#1e2023",
    side="#18191b",
    line="#33373c",
    text="#e7e9ec",
    secondary="#9aa2ab",
    accent="#6c9dfb",
    accent_hover="#8db3fc",
    on_accent="#0d1524",
    good="#58c27d",
    warning="#e2aa53",
    error="#f17070",
    accent_soft="#26344f",
    good_soft="#1f3327",
    warning_soft="#3b2f1c",
    error_soft="#412324",
    neutral_soft="#2a2d31",
    hover="#2a2d31",
    control="#26292d",
    control_line="#454a51",
)
_TABLES: Final[dict[Scheme, Colours]] = {"light": LIGHT, "dark": DARK}


class _Changes(QObject):
    """scheme_changed: emitted after palette and style sheet have been replaced."""

    scheme_changed = Signal()


changes: Final = _Changes()
_forced: list[Scheme] = []
_in_force: list[Colours] = []


def scheme() -> Scheme:
    """The scheme in force: the one set by `set_scheme`, else the system's, else light."""
    if _forced:
        return _forced[0]
    hints = QGuiApplication.styleHints()
    return "dark" if hints.colorScheme() is Qt.ColorScheme.Dark else "light"


def colours() -> Colours:
    """The table of the scheme in force."""
    if not _in_force:  # asking Qt for each painted cell is a tenth of the painting
        _in_force.append(_TABLES[scheme()])
    return _in_force[0]


def set_scheme(forced: Scheme | None) -> None:
    """Force a scheme, or follow the system again with None; repaints a themed application."""
    _forced[:] = [forced] if forced else []
    _in_force.clear()
    app = QApplication.instance()
    if isinstance(app, QApplication):
        _dress(app)


def apply_theme(app: QApplication) -> None:
    """Dress the application and follow the system's light and dark from now on."""
    app.setStyle(QStyleFactory.create("Fusion"))
    app.styleHints().colorSchemeChanged.connect(lambda _: _dress(app))
    _dress(app)


def _dress(app: QApplication) -> None:
    _in_force.clear()
    table = colours()
    app.setPalette(_palette(table))
    app.setStyleSheet(STYLE_SHEET.substitute(_names(table)))
    changes.scheme_changed.emit()


def _names(table: Colours) -> dict[str, str]:
    signs = {name: resource("icons", f"{name}-{scheme()}.svg").as_posix() for name in ("tick", "down", "up")}
    values = {name: getattr(table, name) for name in Colours.__dataclass_fields__}
    return values | signs | {"radius": f"{RADIUS}px"}


def _palette(table: Colours) -> QPalette:
    role = QPalette.ColorRole
    values = {
        role.Window: table.background,
        role.WindowText: table.text,
        role.Base: table.control,
        role.AlternateBase: table.side,
        role.Text: table.text,
        role.Button: table.control,
        role.ButtonText: table.text,
        role.BrightText: table.on_accent,
        role.PlaceholderText: table.secondary,
        role.Highlight: table.accent,
        role.HighlightedText: table.on_accent,
        role.Accent: table.accent,
        role.Link: table.accent,
        role.LinkVisited: table.accent,
        role.ToolTipBase: table.control,
        role.ToolTipText: table.text,
        role.Light: table.control,
        role.Midlight: table.line,
        role.Mid: table.line,
        role.Dark: table.control_line,
        role.Shadow: table.control_line,
    }
    palette = QPalette()
    for one, value in values.items():
        palette.setColor(one, QColor(value))
    for one in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, one, _faint(table))
    return palette


def _faint(table: Colours) -> QColor:
    colour = QColor(table.secondary)
    colour.setAlphaF(0.55)
    return colour
