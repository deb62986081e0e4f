"""The groups of the side bar, and to which of them a job belongs; knows no texts."""

from collections.abc import Callable
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from bitsgui.model.diagnosis import needs_you
from bitsgui.model.enums import JobState
from bitsgui.model.job import Job


class StateGroup(StrEnum):
    """A row of the side bar; the values name it in the settings file."""

    ALL = "all"
    ACTIVE = "active"
    WAITING = "waiting"
    SUSPENDED = "suspended"
    NEEDS_YOU = "needs_you"
    TRANSFERRED = "transferred"
    HISTORY = "history"


_BY_STATE: Final = MappingProxyType(
    {
        JobState.QUEUED: StateGroup.WAITING,
        JobState.CONNECTING: StateGroup.ACTIVE,
        JobState.TRANSFERRING: StateGroup.ACTIVE,
        JobState.SUSPENDED: StateGroup.SUSPENDED,
        JobState.ERROR: StateGroup.NEEDS_YOU,
        JobState.TRANSIENT_ERROR: StateGroup.WAITING,
        JobState.TRANSFERRED: StateGroup.TRANSFERRED,
        JobState.ACKNOWLEDGED: StateGroup.HISTORY,
        JobState.CANCELLED: StateGroup.HISTORY,
    }
)


def group_of(job: Job) -> StateGroup:
    """The one group, beside ALL, that shows the job."""
    if needs_you(job):
        return StateGroup.NEEDS_YOU
    return _BY_STATE[job.state]


def test_of(group: StateGroup) -> Callable[[StateGroup], bool]:
    """Whether a job of the given group is shown under `group`; ALL is the queue without the history."""
    if group is StateGroup.ALL:
        return lambda own: own is not StateGroup.HISTORY
    return lambda own: own is group
