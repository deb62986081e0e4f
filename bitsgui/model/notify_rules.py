"""Which notification a job owes, and the command line that may carry it: pure rules. Calls nobody."""

import re
from collections.abc import Sequence
from pathlib import PurePath
from types import MappingProxyType
from typing import Final

from bitsgui.model import codes, limits
from bitsgui.model.enums import JobState, NotifyFlags
from bitsgui.model.file_rules import check_local_name, check_text
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import Job, NotifyCommand

NOTIFIED_STATES: Final = MappingProxyType(
    {JobState.ERROR: NotifyFlags.JOB_ERROR, JobState.TRANSFERRED: NotifyFlags.JOB_TRANSFERRED}
)
"""The states whose beginning is told, and the bit that asks for it."""

_MODIFICATION = NotifyFlags.JOB_MODIFICATION | NotifyFlags.DISABLE
_PLACEHOLDER = re.compile(r"\{(job_id|state|error)\}")


NOT_STARTED: Final = -1
"""In place of the exit status of a notification program that could not be started."""


def calls_for_notice(job: Job) -> bool:
    """Whether its state is one to tell of, by the job's flags; told or not."""
    wanted = NOTIFIED_STATES.get(job.state)
    if wanted is None or job.completing or (job.state is JobState.ERROR and job.error is None):
        return False
    flags = job.settings.notify_flags
    return bool(flags & wanted) and not flags & NotifyFlags.DISABLE


def owes_notice(job: Job) -> bool:
    """Whether somebody must still be told of its state."""
    return not job.notified and calls_for_notice(job)


def wants_modification(job: Job) -> bool:
    """Whether its flags ask for JobModification."""
    return job.settings.notify_flags & _MODIFICATION == NotifyFlags.JOB_MODIFICATION


def checked_command(program: str | None, parameters: Sequence[str]) -> NotifyCommand | None:
    """What SetNotifyCmdLine sets; None removes it. No parameters at all: the program's name alone.

    Raises BitsError: E_INVALIDARG for a program without its whole path, parameters without a program or that do
    not begin with the program's name; BG_E_STRING_TOO_LONG.
    """
    if program is None:
        if parameters:
            raise BitsError(codes.E_INVALIDARG, "Parameters need a program.")
        return None
    argv = tuple(parameters) or (PurePath(program).name,)
    text = " ".join(argv)
    if len(program) > limits.LOCAL_NAME_MAX or len(text) > limits.NOTIFY_PARAMETERS_MAX:
        raise BitsError(codes.BG_E_STRING_TOO_LONG, f"At most {limits.NOTIFY_PARAMETERS_MAX} characters of parameters.")
    check_local_name(program)
    check_text(text)
    if "\0" in text:
        raise BitsError(codes.E_INVALIDARG, "A parameter holds a NUL character.")
    if PurePath(argv[0]).stem != PurePath(program).stem:
        raise BitsError(codes.E_INVALIDARG, "The parameters begin with the program's own name.")
    return NotifyCommand(program, argv)


def argv_of(command: NotifyCommand, job: Job) -> tuple[str, ...]:
    """The parameters with {job_id}, {state} and {error} (our own extension) filled in; nothing of an address.

    `{error}` is the code as 0x80190194, 0x00000000 in TRANSFERRED.
    """
    code = job.error.code if job.state is JobState.ERROR and job.error is not None else codes.S_OK
    values = {"job_id": job.id, "state": job.state.name, "error": code.hex}
    return tuple(_PLACEHOLDER.sub(lambda found: values[found[1]], text) for text in command.parameters)
