"""What Cancel does to a job, here and on its server, and how it is undone: pure, so that front ends have words for it
beforehand."""

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Final

from bitsgui.model.codes import BG_E_INVALID_STATE
from bitsgui.model.enums import ErrorContext, JobState
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import Job
from bitsgui.model.limits import DAY_S
from bitsgui.model.upload import REPLY_PHASES, Upload, UploadPhase

UNDO_S: Final = 600.0
"""How long a person may undo a Cancel."""
LONGEST_WITHDRAWAL_S: Final = DAY_S
"""How long a server is asked to drop what it has of a cancelled upload, unless the job's patience is shorter."""


_RESTING: Final = frozenset({JobState.SUSPENDED, JobState.ERROR, JobState.TRANSFERRED})


class CancelEffect(StrEnum):
    """One sentence each for people."""

    DELETES_PARTS = "deletes_parts"
    """A download: what was received is deleted."""
    NOTHING_SENT = "nothing_sent"
    """An upload of which the server has nothing."""
    ASKS_SERVER = "asks_server"
    """An unfinished upload: the server is asked, in the background, to drop what it has."""
    REPLY_ONLY = "reply_only"
    """The upload has succeeded: only its reply is given up, here and on the server."""
    FILE_STAYS = "file_stays"
    """A finished upload: the server keeps the file, only the job goes."""


def cancel_effect(job: Job) -> CancelEffect:
    """What Cancel would do now."""
    if job.upload is None:
        return CancelEffect.DELETES_PARTS
    if job.upload.is_closed:
        return CancelEffect.FILE_STAYS
    if has_arrived(job):
        return CancelEffect.FILE_STAYS if job.reply is None else CancelEffect.REPLY_ONLY
    return CancelEffect.ASKS_SERVER if has_session(job) else CancelEffect.NOTHING_SENT


def has_arrived(job: Job) -> bool:
    """Whether the upload itself has succeeded, so that Cancel has no effect on it (IBackgroundCopyCallback::JobError).

    A program can fail only on a file that its server has whole.
    """
    if job.upload is None:
        return False
    has_failed_behind = job.error is not None and job.error.context is ErrorContext.REMOTE_APPLICATION
    is_known_whole = has_failed_behind or any(file.transferred for file in job.files)
    is_whole = job.upload.phase is UploadPhase.SERVER_PROGRAM and is_known_whole
    return is_whole or (job.reply is not None and job.upload.phase in REPLY_PHASES)


def felt_effect(job: Job) -> CancelEffect:
    """What a person notices of it: a reply that waits for Complete goes, whatever became of its session."""
    effect = cancel_effect(job)
    waits = job.reply is not None and not job.reply.completed
    return CancelEffect.REPLY_ONLY if waits and effect is CancelEffect.FILE_STAYS else effect


def lost_bytes(jobs: Sequence[Job]) -> int:
    """Received bytes that Cancel deletes; the file that is sent is never among them."""
    return sum(f.bytes_transferred for job in jobs for f in job.incoming.values() if not f.completed)


def cancelled(job: Job, now: float) -> Job:
    """The job in CANCELLED for good; an open session is to be withdrawn. `now` in seconds since the epoch."""
    return to_withdraw(replace(job, state=JobState.CANCELLED, retry_at=None, undo_until=None), now)


def cancelled_for_now(job: Job, until: float) -> Job:
    """The job in CANCELLED with all that it needs to come back until a moment, seconds since the epoch."""
    back = job.state if job.state in _RESTING else JobState.SUSPENDED
    return replace(job, state=JobState.CANCELLED, retry_at=None, undo_until=until, undo_state=back)


def brought_back(job: Job) -> Job:
    """The cancelled job as it was, at rest; raises BitsError(BG_E_INVALID_STATE) if it is cancelled for good."""
    if not may_be_undone(job):
        raise BitsError(BG_E_INVALID_STATE, "It is too late to undo this.")
    return replace(job, state=job.undo_state, undo_until=None)


def may_be_undone(job: Job) -> bool:
    """Whether the job is cancelled, but not yet for good."""
    return job.undo_until is not None


def to_withdraw(job: Job, now: float) -> Job:
    """The job whose open session the server is asked to drop until a moment; the same job if it has none."""
    if job.upload is None or not has_session(job):
        return job
    until = now + min(LONGEST_WITHDRAWAL_S, job.settings.no_progress_timeout_s)
    return replace(job, upload=replace(job.upload, withdraw_until=until))


def withdrawn(job: Job) -> Job:
    """The job that asks its server no more."""
    if job.upload is None:
        return job
    return replace(job, upload=replace(job.upload, phase=UploadPhase.CLOSED, withdraw_until=None))


def is_withdrawn_of(job: Job, session: Upload) -> bool:
    """Whether this session is the one that the job still asks its server to drop."""
    upload = job.upload
    return is_being_withdrawn(job) and upload is not None and upload.session_id == session.session_id


def is_being_withdrawn(job: Job) -> bool:
    """Whether the server of a cancelled job is still being asked to drop what it has."""
    return job.upload is not None and job.upload.withdraw_until is not None


def has_session(job: Job) -> bool:
    """Whether the server holds something of this upload."""
    return job.upload is not None and job.upload.session_id is not None and not job.upload.is_closed
