"""Which job owes a notification, and what its command line becomes."""

import pytest

from bitsgui.model import edits
from bitsgui.model.codes import S_OK
from bitsgui.model.enums import ErrorContext, JobState, NotifyFlags
from bitsgui.model.error import JobError
from bitsgui.model.hresult import from_http_status
from bitsgui.model.job import Job, NotifyCommand
from bitsgui.model.notify_rules import argv_of, checked_command, owes_notice, wants_modification
from tests.support.jobs import a_file, a_job

F = NotifyFlags
ERROR = JobError(ErrorContext.REMOTE_FILE, from_http_status(404))
BOTH = F.JOB_ERROR | F.JOB_TRANSFERRED


def failed(**values: object) -> Job:
    return a_job(a_file(), state=JobState.ERROR, error=ERROR, **values)


@pytest.mark.parametrize(
    ("flags", "of_error", "of_transferred"),
    [
        (BOTH, True, True),
        (F.JOB_ERROR, True, False),
        (F.JOB_TRANSFERRED, False, True),
        (BOTH | F.DISABLE, False, False),
        (F.JOB_MODIFICATION, False, False),
    ],
)
def test_the_flags_say_what_is_owed(flags: NotifyFlags, of_error: bool, of_transferred: bool) -> None:
    assert owes_notice(failed(notify_flags=flags)) is of_error
    assert owes_notice(a_job(state=JobState.TRANSFERRED, notify_flags=flags)) is of_transferred


@pytest.mark.parametrize("state", [s for s in JobState if s not in {JobState.ERROR, JobState.TRANSFERRED}])
def test_no_other_state_owes_anything(state: JobState) -> None:
    assert not owes_notice(a_job(state=state, error=ERROR))


def test_what_was_taken_or_is_being_completed_is_not_owed() -> None:
    assert not owes_notice(failed(notified=True))
    assert not owes_notice(a_job(state=JobState.TRANSFERRED, completing=True))


def test_only_its_own_bit_asks_for_modifications() -> None:
    assert wants_modification(a_job(notify_flags=BOTH | F.JOB_MODIFICATION))
    assert not wants_modification(a_job(notify_flags=BOTH))
    assert not wants_modification(a_job(notify_flags=F.JOB_MODIFICATION | F.DISABLE))


def test_placeholders_are_filled_in_and_nothing_else() -> None:
    command = NotifyCommand(
        "/bin/tell", ("tell", "{job_id}", "a {state}:{error} b", "{url}", "$HOME", "{", "{{state}}")
    )
    job = failed()
    assert argv_of(command, job) == (
        "tell",
        job.id,
        "a ERROR:0x80190194 b",
        "{url}",
        "$HOME",
        "{",
        "{ERROR}",
    )
    assert argv_of(command, a_job(state=JobState.TRANSFERRED, error=ERROR))[2] == f"a TRANSFERRED:{S_OK.hex} b"


def test_a_program_without_parameters_gets_its_name_and_none_removes_it() -> None:
    assert checked_command("/opt/my tell.sh", ()) == NotifyCommand("/opt/my tell.sh", ("my tell.sh",))
    assert checked_command("/opt/tell.sh", ["/opt/tell.sh", ""]) == NotifyCommand("/opt/tell.sh", ("/opt/tell.sh", ""))
    job = edits.notify_command(a_job(), "/bin/tell", [])
    assert edits.notify_command(job, None, ()).settings.notify_command is None
