"""The card "How to fix it": the remedies as choices, the form of the chosen one below it, and its dry run."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QRadioButton, QVBoxLayout, QWidget

from bitsgui.gui.dialogs.check_panel import CheckPanel
from bitsgui.gui.dialogs.fields import plain_label
from bitsgui.gui.dialogs.fixes.form import FixForm, FormWorld
from bitsgui.gui.dialogs.fixes.forms import FORMS
from bitsgui.gui.texts.way_out_texts import remedy_text
from bitsgui.gui.theme import STEP
from bitsgui.model.answers import Draft
from bitsgui.model.diagnosis import Diagnosis
from bitsgui.model.job import Job
from bitsgui.model.remedy import Remedy
from bitsgui.service.group_check import GroupResult

_INDENT = 6 * STEP


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered before: remedies that did not hold, forms that worked at this place, and one half filled in."""

    unheld: tuple[str, ...] = ()
    remembered: tuple[Draft, ...] = ()
    draft: Draft | None = None


class FixCard(QFrame):
    """`edited` when another remedy is chosen or its form was changed, `changed` also when its check has news."""

    changed = Signal()
    edited = Signal()

    def __init__(
        self, jobs: Sequence[Job], diagnosis: Diagnosis, remedies: tuple[Remedy, ...], world: FormWorld
    ) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._diagnosis = diagnosis
        self._forms = {remedy: FORMS[remedy](jobs, world) for remedy in remedies}
        self._rooms: dict[Remedy, QWidget] = {}
        self._choices: dict[Remedy, QRadioButton] = {}
        self._group = QButtonGroup(self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(4 * STEP, 3 * STEP, 4 * STEP, 3 * STEP)
        self._column.setSpacing(2 * STEP)
        self._column.addWidget(plain_label(self.tr("How to fix it"), "heading"))
        self._unheld = plain_label("", "warning")
        self._unheld.setObjectName("did_not_hold")
        self._unheld.hide()
        self._column.addWidget(self._unheld)
        self._first = self._column.count()
        for remedy, form in self._forms.items():
            self._add(remedy, form)
        self.panel = CheckPanel(world.manager, world.tasks)
        self._said = plain_label("", "field-error")
        self._column.addWidget(self._said)
        self._column.addWidget(self.panel)
        self.say("")
        self._choices[remedies[0]].setChecked(True)
        self._show_chosen()
        self._group.buttonToggled.connect(self._on_chosen)
        self.panel.changed.connect(self.changed)

    @property
    def remedy(self) -> Remedy:
        """The chosen one."""
        return next(remedy for remedy, choice in self._choices.items() if choice.isChecked())

    @property
    def form(self) -> FixForm:
        """The form of the chosen one."""
        return self._forms[self.remedy]

    @property
    def result(self) -> GroupResult | None:
        """What the check of exactly this fix has found."""
        return self.panel.result

    @property
    def draft(self) -> Draft:
        """What is chosen and typed."""
        return Draft(self.remedy.name, self.form.values())

    def show_jobs(self, jobs: Sequence[Job]) -> None:
        """Those that the fix is for now."""
        is_same = [_essence(job) for job in jobs] == [_essence(job) for job in self.form.jobs]
        for form in self._forms.values():
            form.show_jobs(jobs)
        if not is_same:
            self.panel.clear()

    def show_answers(self, answers: Answers) -> None:
        """What worked here before goes first, what did not hold last; what was typed is there again."""
        worked = {draft.remedy: draft for draft in answers.remembered if draft.remedy not in answers.unheld}
        for remedy, form in self._forms.items():
            if remedy.name in worked:
                form.restore(worked[remedy.name].values)
                self._choices[remedy].setText(self.tr("{fix} (worked here before)").format(fix=self._text(remedy)))
        self._order(worked, answers.unheld)
        first = next(iter(self._choices))
        draft = answers.draft
        chosen = next((remedy for remedy in self._forms if draft and remedy.name == draft.remedy), first)
        if draft is not None and chosen.name == draft.remedy:
            self._forms[chosen].restore(draft.values)
        self._choices[chosen].setChecked(True)
        self._show_unheld(answers.unheld)
        self._show_chosen()

    def say(self, problem: str) -> None:
        """Why the fix did not work, in words; nothing for an empty text."""
        self._said.setText(problem)
        self._said.setVisible(bool(problem))

    def set_busy(self, busy: bool) -> None:
        """Nothing may be edited while it is tried or applied; the check can still be stopped."""
        for widget in (*self._choices.values(), *self._rooms.values()):
            widget.setEnabled(not busy)

    def _add(self, remedy: Remedy, form: FixForm) -> None:
        choice = QRadioButton(self._text(remedy))
        choice.setObjectName(remedy.name)
        self._choices[remedy] = choice
        self._group.addButton(choice)
        self._column.addWidget(choice)
        form.changed.connect(self._on_edited)
        self._rooms[remedy] = _indented(form)
        self._column.addWidget(self._rooms[remedy])

    def _text(self, remedy: Remedy) -> str:
        return remedy_text(remedy, self._diagnosis.cause, self._diagnosis.phase)

    def _order(self, first: Iterable[str], last: Sequence[str]) -> None:
        rank = dict.fromkeys(first, -1) | dict.fromkeys(last, 1)
        order = sorted(self._choices, key=lambda remedy: rank.get(remedy.name, 0))
        self._choices = {remedy: self._choices[remedy] for remedy in order}
        for number, remedy in enumerate(order):
            self._column.insertWidget(self._first + 2 * number, self._choices[remedy])
            self._column.insertWidget(self._first + 2 * number + 1, self._rooms[remedy])

    def _show_unheld(self, unheld: Sequence[str]) -> None:
        names = [self._text(remedy) for remedy in self._choices if remedy.name in unheld[:1]]
        text = self.tr("The last fix did not hold: the same trouble came back after “{fix}”.")
        self._unheld.setText(text.format(fix=names[0]) if names else "")
        self._unheld.setVisible(bool(names))

    def _on_chosen(self, _: object, checked: bool) -> None:
        if checked:
            self._show_chosen()
            self._on_edited()

    def _on_edited(self) -> None:
        self.say("")
        self.panel.clear()
        self.edited.emit()
        self.changed.emit()

    def _show_chosen(self) -> None:
        for remedy, room in self._rooms.items():
            form, is_chosen = self._forms[remedy], remedy is self.remedy
            room.setVisible(is_chosen and form.layout() is not None)
            form.set_active(is_chosen)
        for choice in self._group.buttons():
            # The chosen one is the group's stop for Tab; arrows reach the others.
            policy = Qt.FocusPolicy.StrongFocus if choice.isChecked() else Qt.FocusPolicy.ClickFocus
            choice.setFocusPolicy(policy)


def _essence(job: Job) -> tuple[object, ...]:
    """What a check was about; that more is known of the error by now does not matter."""
    return job.id, job.state, job.settings, job.files, job.reply, job.upload


def _indented(form: FixForm) -> QWidget:
    room = QWidget()
    column = QVBoxLayout(room)
    column.setContentsMargins(_INDENT, 0, 0, STEP)
    column.addWidget(form)
    return room
