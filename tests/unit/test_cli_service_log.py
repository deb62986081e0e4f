"""The lines of `bitsgui service`: each thing once, and nothing for what only moves bytes."""

from dataclasses import replace

from bitsgui.model.codes import BG_E_HTTP_ERROR_404
from bitsgui.model.enums import ErrorContext, JobState
from bitsgui.model.error import FileRef, JobError
from bitsgui.service.events import Changed, JobAdded, JobChanged, JobRemoved
from bitsgui.terminal.service_log import ServiceLog
from tests.support.jobs import a_file, a_job

ERROR = JobError(ErrorContext.REMOTE_FILE, BG_E_HTTP_ERROR_404, FileRef(0, "http://h/a", "/d/a"), detail="Not there.")
JOB = a_job(a_file(bytes_total=2_000_000, bytes_transferred=2_000_000), display_name="one")


def test_a_job_from_its_beginning_to_its_end() -> None:
    said: list[str] = []
    log = ServiceLog(said.append)
    log.on_event(JobAdded(replace(JOB, state=JobState.QUEUED)))
    for state in (JobState.CONNECTING, JobState.TRANSFERRING, JobState.TRANSFERRING, JobState.SUSPENDED):
        log.on_event(JobChanged(replace(JOB, state=state), Changed.STATE | Changed.PROGRESS))
    log.on_event(JobChanged(replace(JOB, state=JobState.TRANSIENT_ERROR, error=ERROR), Changed.STATE))
    log.on_event(JobChanged(replace(JOB, state=JobState.TRANSFERRED), Changed.STATE))
    done = replace(JOB, state=JobState.ACKNOWLEDGED, files=(replace(JOB.files[0], completed=True),))
    log.on_event(JobChanged(done, Changed.STATE))
    log.on_event(JobChanged(done, Changed.NOTICE))
    log.on_event(JobRemoved(JOB.id))
    assert said == [
        "one: added",
        "one: transferring",
        "one: suspended",
        "one: Not there; waiting for the network",
        "one: transferred, 2.0 MB",
        "Saved /d/a",
    ]


def test_a_failure_says_which_side_and_what_helps() -> None:
    said: list[str] = []
    failed = replace(JOB, state=JobState.ERROR, error=ERROR)
    log = ServiceLog(said.append)
    log.on_event(JobChanged(failed, Changed.STATE | Changed.ERROR))
    log.on_event(JobChanged(failed, Changed.NOTICE))
    log.on_event(JobChanged(replace(failed, state=JobState.CANCELLED), Changed.STATE))
    first, second, last = said
    assert "at fault: the address; BG_E_HTTP_ERROR_404" in first
    assert f"`bitsgui set {JOB.id[1:9]} url=URL`" in second
    assert last == "one: cancelled"
