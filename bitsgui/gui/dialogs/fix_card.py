"""The card "How to fix it": the remedies as choices, the form of the chosen one below it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QRadioButton, QVBoxLayout, QWidget

from bitsgui.gui.dialogs.fields import plain_label
from bitsgui.gui.dialogs.fix_forms import FORMS, FixForm
from bitsgui.gui.texts.way_out_texts import remedy_text
from bitsgui.gui.theme import STEP
from bitsgui.model.diagnosis import Diagnosis
from bitsgui.model.job import Job
from bitsgui.model.remedy import Remedy

_INDENT = 6 * STEP


class FixCard(QFrame):
    """`changed` when another remedy is chosen or its form was edited."""

    changed = Signal()

    def __init__(self, jobs: Sequence[Job], diagnosis: Diagnosis, remedies: tuple[Remedy, ...]) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._forms = {remedy: FORMS[remedy](jobs) for remedy in remedies}
        self._rooms: dict[Remedy, QWidget] = {}
        self._group = QButtonGroup(self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(4 * STEP, 3 * STEP, 4 * STEP, 3 * STEP)
        self._column.setSpacing(2 * STEP)
        self._column.addWidget(plain_label(self.tr("How to fix it"), "heading"))
        for remedy, form in self._forms.items():
            self._add(remedy_text(remedy, diagnosis.cause, diagnosis.phase), remedy, form)
        self._said = plain_label("", "field-error")
        self._column.addWidget(self._said)
        self.say("")
        self._group.buttons()[0].setChecked(True)
        self._show_chosen()
        self._group.buttonToggled.connect(self._on_chosen)

    @property
    def remedy(self) -> Remedy:
        """The chosen one."""
        return tuple(self._forms)[self._group.checkedId()]

    @property
    def form(self) -> FixForm:
        """The form of the chosen one."""
        return self._forms[self.remedy]

    def show_jobs(self, jobs: Sequence[Job]) -> None:
        """Those that the fix is for now."""
        for form in self._forms.values():
            form.show_jobs(jobs)

    def say(self, problem: str) -> None:
        """Why the fix did not work, in words; nothing for an empty text."""
        self._said.setText(problem)
        self._said.setVisible(bool(problem))

    def _add(self, text: str, remedy: Remedy, form: FixForm) -> None:
        choice = QRadioButton(text)
        choice.setObjectName(remedy.name)
        self._group.addButton(choice, len(self._group.buttons()))
        self._column.addWidget(choice)
        form.changed.connect(self._on_edited)
        self._rooms[remedy] = _indented(form)
        self._column.addWidget(self._rooms[remedy])

    def _on_chosen(self) -> None:
        self._show_chosen()
        self._on_edited()

    def _on_edited(self) -> None:
        self.say("")
        self.changed.emit()

    def _show_chosen(self) -> None:
        for remedy, room in self._rooms.items():
            has_fields = self._forms[remedy].layout() is not None
            room.setVisible(has_fields and remedy is self.remedy)
        for choice in self._group.buttons():
            # The chosen one is the group's stop for Tab; arrows reach the others.
            policy = Qt.FocusPolicy.StrongFocus if choice.isChecked() else Qt.FocusPolicy.ClickFocus
            choice.setFocusPolicy(policy)


def _indented(form: FixForm) -> QWidget:
    room = QWidget()
    column = QVBoxLayout(room)
    column.setContentsMargins(_INDENT, 0, 0, STEP)
    column.addWidget(form)
    return room
