"""Which jobs a person means by what was typed: pure, on the jobs that there are."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from bitsgui.model.codes import BG_E_NOT_FOUND, E_INVALIDARG
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import Job, JobId
from bitsgui.remote.messages import Selection

_ROW: Final = re.compile(r"[0-9]{1,7}", re.ASCII)
"""Shorter than the first group of a GUID, which may be digits only."""


def rows_of(queue: Sequence[Job]) -> Mapping[str, int]:
    """The row number of each job of the queue, from 1."""
    return {job.id: row for row, job in enumerate(queue, start=1)}


def chosen(which: Selection, queue: Sequence[Job], history: Sequence[Job], on_all: Iterable[Job]) -> tuple[Job, ...]:
    """The jobs of a selection, each once; `on_all`: those that `all` means.

    Raises BitsError: BG_E_NOT_FOUND if a name fits no job, E_INVALIDARG if it fits several; then no job is chosen.
    """
    named = [_named(name, queue, history) for name in which.names]
    jobs = [*named, *(on_all if which.all else ())]
    return tuple({job.id: job for job in jobs}.values())


def short_ids(jobs: Iterable[Job]) -> dict[JobId, str]:
    """The shortest beginning of each GUID, of 8 or more characters, that means only this one of the jobs."""
    ids = sorted(job.id for job in jobs)
    none = JobId("")
    short = {}
    for before, job_id, after in zip([none, *ids], ids, [*ids[1:], none], strict=False):
        length = 1 + max(_shared(before, job_id), _shared(job_id, after), 8)
        short[job_id] = job_id[1:length].removesuffix("-")
    return short


def _named(name: str, queue: Sequence[Job], history: Sequence[Job]) -> Job:
    if _ROW.fullmatch(name):
        if not 0 < int(name) <= len(queue):
            raise BitsError(BG_E_NOT_FOUND, f"The queue has no row {int(name)}; `bitsgui list` shows what there is.")
        return queue[int(name) - 1]
    beginning = "{" + name.upper().removeprefix("{")
    found = [job for job in (*queue, *history) if job.id.startswith(beginning)] if len(beginning) > 1 else []
    if not found:
        raise BitsError(BG_E_NOT_FOUND, f"There is no job {name!r}; `bitsgui list` shows what there is.")
    if len(found) > 1:
        raise BitsError(E_INVALIDARG, f"{len(found)} jobs begin with {name!r}: give more of the id.")
    return found[0]


def _shared(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginnings."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
