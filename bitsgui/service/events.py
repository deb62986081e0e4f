"""What the manager announces; values, delivered synchronously on the loop."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Flag, auto

from bitsgui.model.job import Job, JobId


class Changed(Flag):
    """Which part of a job changed."""

    STATE = auto()
    PROGRESS = auto()
    SETTINGS = auto()
    FILES = auto()
    ERROR = auto()
    NOTICE = auto()
    """What was told of it: its notification was taken, or `Job.reminder` came due."""


@dataclass(frozen=True, slots=True)
class JobAdded:
    """A job was created."""

    job: Job


@dataclass(frozen=True, slots=True)
class JobChanged:
    """A job changed; `job` is its value now. Final states are announced by this, too."""

    job: Job
    fields: Changed


@dataclass(frozen=True, slots=True)
class JobRemoved:
    """A finished job left the history."""

    job_id: JobId


Event = JobAdded | JobChanged | JobRemoved
Listener = Callable[[Event], None]
