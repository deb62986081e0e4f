"""Every action of the window as one table: text, icon, shortcuts, verb; knows no job."""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from bitsgui.gui.resources import icon
from bitsgui.model.enums import Verb


class ActionId(StrEnum):
    """Names of the actions; also their object names."""

    NEW = "new_download"
    NEW_UPLOAD = "new_upload"
    PASTE = "paste_address"
    RESUME = "resume"
    SUSPEND = "suspend"
    TOGGLE = "suspend_or_resume"
    COMPLETE = "complete"
    CANCEL = "cancel"
    SHOW_ERROR = "show_error"
    NEXT_ERROR = "next_error"
    RETRY_WAITING = "retry_waiting"
    OPEN_FOLDER = "open_folder"
    COPY_ADDRESS = "copy_address"
    PROPERTIES = "properties"
    RUN_AGAIN = "run_again"
    UNDO_CANCEL = "undo_cancel"
    FORGET = "remove_from_list"
    SEARCH = "search"
    COMPACT = "compact_rows"
    DETAILS = "show_details"
    SETTINGS = "settings"
    QUIT = "quit"


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """`shortcuts` as QKeySequence reads them (Ctrl is Cmd on macOS)."""

    text: str
    icon: str
    shortcuts: tuple[str, ...] = ()
    verb: Verb | None = None
    checkable: bool = False
    colour: str = "text"


_A: Final = ActionId
SPECS: Final = MappingProxyType(
    {
        _A.NEW: ActionSpec(str(QT_TRANSLATE_NOOP("Actions", "New Download")), "plus", ("Ctrl+N",), colour="on_accent"),
        _A.NEW_UPLOAD: ActionSpec(str(QT_TRANSLATE_NOOP("Actions", "New Upload")), "upload", ("Ctrl+Shift+N",)),
        _A.PASTE: ActionSpec(str(QT_TRANSLATE_NOOP("Actions", "Paste address")), "content-paste", ("Ctrl+V",)),
        _A.RESUME: ActionSpec(str(QT_TRANSLATE_NOOP("Actions", "Resume")), "play", ("Ctrl+R",), Verb.RESUME),
        _A.SUSPEND: ActionSpec(str(QT_TRANSLATE_NOOP("Actions", "Suspend")), "pause", ("Ctrl+S",), Verb.SUSPEND),
        _A.TOGGLE: ActionSpec(str(QT_TRANSLATE_NOOP("Actions", "Suspend or resume")), "play-pause", ("Ctrl+P",)),
        _A.COMPLETE: ActionSpec(
            str(QT_TRANSLATE_NOOP("Actions", "Complete")), "check", ("Ctrl+Return",), Verb.COMPLETE
        ),
        _A.CANCEL: ActionSpec(str(QT_TRANSLATE_NOOP("Actions", "Cancel")), "close", ("Del",), Verb.CANCEL),
        _A.SHOW_ERROR: ActionSpec(str(QT_TRANSLATE_NOOP("Actions", "Show error")), "alert-circle-outline", ("Ctrl+E",)),
        _A.NEXT_ERROR: ActionSpec(
            str(QT_TRANSLATE_NOOP("Actions", "Next job that needs you")), "skip-next", ("Ctrl+J",)
        ),
        _A.RETRY_WAITING: ActionSpec(
            str(QT_TRANSLATE_NOOP("Actions", "Retry all that wait now")), "refresh", ("Ctrl+Shift+R",)
        ),
        _A.OPEN_FOLDER: ActionSpec(
            str(QT_TRANSLATE_NOOP("Actions", "Open folder")), "folder-open-outline", ("Ctrl+O",)
        ),
        _A.COPY_ADDRESS: ActionSpec(str(QT_TRANSLATE_NOOP("Actions", "Copy address")), "content-copy", ("Ctrl+C",)),
        _A.PROPERTIES: ActionSpec(str(QT_TRANSLATE_NOOP("Actions", "Properties")), "tune-variant", ("Alt+Return",)),
        _A.RUN_AGAIN: ActionSpec(str(QT_TRANSLATE_NOOP("Actions", "Run again")), "replay"),
        _A.UNDO_CANCEL: ActionSpec(str(QT_TRANSLATE_NOOP("Actions", "Undo cancel")), "undo", ("Ctrl+Z",)),
        _A.FORGET: ActionSpec(
            str(QT_TRANSLATE_NOOP("Actions", "Remove from the list")), "playlist-remove", ("Shift+Del",)
        ),
        _A.SEARCH: ActionSpec(str(QT_TRANSLATE_NOOP("Actions", "Search")), "magnify", ("Ctrl+F",)),
        _A.COMPACT: ActionSpec(
            str(QT_TRANSLATE_NOOP("Actions", "Compact rows")),
            "view-headline",
            ("Ctrl+D",),
            checkable=True,
        ),
        _A.DETAILS: ActionSpec(
            str(QT_TRANSLATE_NOOP("Actions", "Details")),
            "dock-bottom",
            ("Ctrl+I",),
            checkable=True,
        ),
        _A.SETTINGS: ActionSpec(str(QT_TRANSLATE_NOOP("Actions", "Settings")), "cog-outline", ("Ctrl+,",)),
        _A.QUIT: ActionSpec(str(QT_TRANSLATE_NOOP("Actions", "Quit")), "power", ("Ctrl+Q",)),
    }
)
VERB_ACTIONS: Final = tuple(key for key, spec in SPECS.items() if spec.verb is not None)


def build_actions(parent: QWidget) -> dict[ActionId, QAction]:
    """All actions, owned by the parent and reachable by their shortcuts from everywhere in it."""
    made = {key: _action(key, spec, parent) for key, spec in SPECS.items()}
    parent.addActions(list(made.values()))
    return made


def _action(key: ActionId, spec: ActionSpec, parent: QWidget) -> QAction:
    action = QAction(icon(spec.icon, spec.colour), QCoreApplication.translate("Actions", spec.text), parent)
    action.setObjectName(key.value)
    action.setCheckable(spec.checkable)
    action.setShortcuts([QKeySequence(text) for text in spec.shortcuts])
    explain(action, None)
    return action


def explain(action: QAction, why_not: str | None) -> None:
    """The tool tip: what the action is called and its keys, or why it is not possible now."""
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    action.setToolTip(why_not or (f"{action.text()} ({keys})" if keys else action.text()))
