"""The state machine: which change is legal, which verb is worth offering.

     create           Resume            scheduled            connected            all files done
       |   SUSPENDED --------> QUEUED -----------> CONNECTING ---------> TRANSFERRING ---------> TRANSFERRED
       +-----> ^                 ^ ^ ^                 |                   |    |                     |
               | Suspend         | | +--- slice over --+-------------------+    |                  Complete
               | (see below)     | +----- delay over ---- TRANSIENT_ERROR <-----+                     v
                                 |        network back         | no-progress    |                ACKNOWLEDGED
                                 +------- Resume ----------- ERROR <--- fatal --+                     ^
                                                               +------- Complete (downloads) ---------+
     any non-final state --- Cancel, or no activity for 90 days ---> CANCELLED

Suspend leads to SUSPENDED from the action states and from ERROR; in TRANSFERRED it changes nothing.
A person's Cancel may be undone for a while: back to where the job rested, else to SUSPENDED.
"""

from types import MappingProxyType
from typing import Final

from bitsgui.model.codes import BG_E_INVALID_STATE, E_NOTIMPL
from bitsgui.model.enums import ACTION_STATES, FINAL_STATES, JobState, JobType, Verb
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import Job

_S = JobState
_ENDS = frozenset({_S.ACKNOWLEDGED, _S.CANCELLED})
_RESUMABLE = frozenset({_S.SUSPENDED, _S.ERROR, _S.TRANSIENT_ERROR})

LEGAL: Final = MappingProxyType(
    {
        _S.SUSPENDED: _ENDS | {_S.QUEUED},
        _S.QUEUED: _ENDS | {_S.CONNECTING, _S.SUSPENDED, _S.TRANSIENT_ERROR, _S.ERROR},
        _S.CONNECTING: _ENDS | {_S.QUEUED, _S.TRANSFERRING, _S.TRANSFERRED, _S.SUSPENDED, _S.TRANSIENT_ERROR, _S.ERROR},
        _S.TRANSFERRING: _ENDS | {_S.QUEUED, _S.CONNECTING, _S.TRANSFERRED, _S.SUSPENDED, _S.TRANSIENT_ERROR, _S.ERROR},
        _S.TRANSIENT_ERROR: _ENDS | {_S.QUEUED, _S.SUSPENDED, _S.ERROR},
        _S.ERROR: _ENDS | {_S.QUEUED, _S.SUSPENDED},
        _S.TRANSFERRED: _ENDS | {_S.QUEUED, _S.ERROR},
        _S.ACKNOWLEDGED: frozenset(),
        _S.CANCELLED: frozenset({_S.SUSPENDED, _S.ERROR, _S.TRANSFERRED}),
    }
)


def check(before: JobState, after: JobState) -> None:
    """Raise BitsError(BG_E_INVALID_STATE) unless `after` may follow `before`."""
    if after not in LEGAL[before]:
        raise BitsError(BG_E_INVALID_STATE, f"A job cannot go from {before.name} to {after.name}.")


def check_not_final(job: Job) -> None:
    """Raise BitsError(BG_E_INVALID_STATE) for a job that has left the queue."""
    if job.state in FINAL_STATES:
        raise BitsError(BG_E_INVALID_STATE, f"The job is {job.state.name} and has left the queue.")


def only_downloads(job: Job) -> None:
    """Raise BitsError(E_NOTIMPL) for an upload."""
    if job.type is not JobType.DOWNLOAD:
        raise BitsError(E_NOTIMPL, "For download jobs only.")


def may_complete(job: Job) -> bool:
    """Whether Complete has something to do: there are no partial uploads."""
    if job.type is JobType.DOWNLOAD:
        return bool(job.files)
    return job.state is JobState.TRANSFERRED and not job.has_pending_files


def allowed_verbs(job: Job) -> frozenset[Verb]:
    """The verbs that BITS permits now and that do something: in ERROR a job rests already."""
    if job.state in FINAL_STATES:
        return frozenset()
    verbs = {Verb.CANCEL}
    if _may_resume(job):
        verbs.add(Verb.RESUME)
    if job.state in ACTION_STATES:
        verbs.add(Verb.SUSPEND)
    if may_complete(job):
        verbs.add(Verb.COMPLETE)
    return frozenset(verbs)


def _may_resume(job: Job) -> bool:
    if job.state is JobState.TRANSFERRED:
        return job.has_pending_files
    return job.state in _RESUMABLE and bool(job.files)
