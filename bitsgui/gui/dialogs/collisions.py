"""Names that are taken already: found off the loop, asked before bytes flow, settled as the person chose."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from bitsgui.gui.dialogs.fields import TallScroll, buddy_label, fit_to_content, plain_label
from bitsgui.gui.theme import STEP
from bitsgui.model.job import Job
from bitsgui.model.names import unused_name


class Taken(Enum):
    """Who has the name."""

    ON_DISK = auto()
    IN_QUEUE = auto()
    IN_LIST = auto()


class Choice(Enum):
    """What to do about it."""

    KEEP_BOTH = auto()
    OVERWRITE = auto()
    SKIP = auto()


@dataclass(frozen=True, slots=True)
class Collision:
    """The new file with this index wants a name that is taken."""

    index: int
    name: str
    taken: Taken


def queued_names(jobs: Iterable[Job], folder: Path) -> frozenset[str]:
    """The names that jobs of the queue will give to files in `folder`, case folded."""
    paths = (os.path.split(f.local_name) for job in jobs for f in job.files if not f.completed)
    return frozenset(name.casefold() for parent, name in paths if parent == str(folder))


def find_collisions(folder: Path, names: Sequence[str], queued: frozenset[str]) -> tuple[Collision, ...]:
    """Every taken name, also among `names`; reads the disk: not for the loop."""
    found = []
    seen: set[str] = set()
    for index, name in enumerate(names):
        taken = _taken(folder, name, queued, seen)
        if taken is not None:
            found.append(Collision(index, name, taken))
        seen.add(name.casefold())
    return tuple(found)


def settle(
    folder: Path, names: Sequence[str], queued: frozenset[str], choices: Mapping[int, Choice]
) -> tuple[str | None, ...]:
    """The final names, None for a skipped file; `choices` by index; reads the disk: not for the loop."""
    used = set(queued) | {name.casefold() for index, name in enumerate(names) if index not in choices}
    settled: list[str | None] = []
    for index, name in enumerate(names):
        choice = choices.get(index, Choice.OVERWRITE)
        if choice is Choice.KEEP_BOTH:
            name = unused_name(name, lambda n: n.casefold() in used or os.path.lexists(folder / n))
        settled.append(None if choice is Choice.SKIP else name)
        used.add(name.casefold())
    return tuple(settled)


def _taken(folder: Path, name: str, queued: frozenset[str], seen: set[str]) -> Taken | None:
    if name.casefold() in seen:
        return Taken.IN_LIST
    if name.casefold() in queued:
        return Taken.IN_QUEUE
    return Taken.ON_DISK if os.path.lexists(folder / name) else None


_WIDTH_IN_LINES: Final = 40
_ROWS_SHOWN: Final = 100
"""More rows than anybody reads; the rest follow the choice for all."""


class CollisionsDialog(QDialog):
    """One row for each taken name, and one choice for all; `choices` by index when accepted."""

    def __init__(self, collisions: Sequence[Collision], folder: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("These names are taken"))
        self._collisions = collisions
        self._boxes: dict[int, QComboBox] = {}
        self._all = self._make_box(tuple(Choice))
        self._all.currentIndexChanged.connect(self._on_all)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(6 * STEP,) * 4)
        column.setSpacing(3 * STEP)
        column.addWidget(plain_label(self._headline(folder), "heading"))
        scroll = TallScroll(self._rows())
        scroll.setMinimumWidth(_WIDTH_IN_LINES * self.fontMetrics().height())
        scroll.content_resized.connect(lambda: fit_to_content(self))
        column.addWidget(scroll, 1)
        column.addWidget(self._buttons())

    @property
    def choices(self) -> dict[int, Choice]:
        """What to do with each taken name."""
        return {c.index: self._choice(c) for c in self._collisions}

    def _choice(self, collision: Collision) -> Choice:
        box = self._boxes.get(collision.index, self._all)
        choice: Choice = box.currentData()
        return choice if choice in _possible(collision) else Choice.KEEP_BOTH

    def _headline(self, folder: Path) -> str:
        if len(self._collisions) == 1:
            return self.tr("1 name is already taken in {folder}.").format(folder=folder)
        text = self.tr("%n names are already taken in {folder}.", None, len(self._collisions))
        return text.format(folder=folder)

    def _rows(self) -> QWidget:
        rows = QWidget()
        grid = QGridLayout(rows)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setColumnStretch(0, 1)
        grid.setHorizontalSpacing(4 * STEP)
        if len(self._collisions) > 1:
            grid.addWidget(buddy_label(self.tr("&For all:"), self._all), 0, 1)
            grid.addWidget(self._all, 0, 2)
        for row, collision in enumerate(self._collisions[:_ROWS_SHOWN], start=1):
            self._add_row(grid, row, collision)
        if len(self._collisions) > _ROWS_SHOWN:
            rest = self.tr("And %n more, as chosen for all.", None, len(self._collisions) - _ROWS_SHOWN)
            grid.addWidget(plain_label(rest, "secondary"), _ROWS_SHOWN + 1, 0)
        grid.setRowStretch(_ROWS_SHOWN + 2, 1)
        return rows

    def _add_row(self, grid: QGridLayout, row: int, collision: Collision) -> None:
        box = self._make_box(_possible(collision))
        box.setAccessibleName(collision.name)
        box.setAccessibleDescription(self._reason(collision.taken))
        self._boxes[collision.index] = box
        grid.addWidget(plain_label(collision.name), row, 0)
        reason = QLabel(self._reason(collision.taken))
        reason.setProperty("role", "secondary")
        grid.addWidget(reason, row, 1)
        grid.addWidget(box, row, 2)

    def _make_box(self, possible: Sequence[Choice]) -> QComboBox:
        texts = {
            Choice.KEEP_BOTH: self.tr("Keep both"),
            Choice.OVERWRITE: self.tr("Overwrite"),
            Choice.SKIP: self.tr("Skip"),
        }
        box = QComboBox()
        for choice in possible:
            box.addItem(texts[choice], choice)
        return box

    def _reason(self, taken: Taken) -> str:
        return {
            Taken.ON_DISK: self.tr("exists already"),
            Taken.IN_QUEUE: self.tr("another job wants it"),
            Taken.IN_LIST: self.tr("twice in this list"),
        }[taken]

    def _on_all(self) -> None:
        for box in self._boxes.values():
            position = box.findData(self._all.currentData())
            box.setCurrentIndex(max(position, 0))

    def _buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox()
        go_on = buttons.addButton(self.tr("Download"), QDialogButtonBox.ButtonRole.AcceptRole)
        go_on.setProperty("primary", "true")
        go_on.setDefault(True)
        buttons.addButton(self.tr("Back"), QDialogButtonBox.ButtonRole.RejectRole).setAutoDefault(False)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        return buttons


def _possible(collision: Collision) -> tuple[Choice, ...]:
    # Only what is on the disk can be overwritten: two transfers into one name would destroy each other.
    if collision.taken is Taken.ON_DISK:
        return (Choice.KEEP_BOTH, Choice.OVERWRITE, Choice.SKIP)
    return (Choice.KEEP_BOTH, Choice.SKIP)
