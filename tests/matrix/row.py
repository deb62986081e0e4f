"""One row of the matrix as a value, and its proof: the fault, the words, the ways out, the check, the right bytes."""

import re
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from bitsgui.gui.dialogs.route_strip import route
from bitsgui.gui.stop_strip import StopState
from bitsgui.gui.texts.cancel_texts import cancel_text
from bitsgui.gui.texts.error_texts import cause_text
from bitsgui.gui.texts.way_out_texts import no_complete_reason, no_resume_reason, remedy_text
from bitsgui.model.causes import Cause
from bitsgui.model.check import CheckResult, Outcome
from bitsgui.model.diagnosis import Side, diagnose
from bitsgui.model.enums import JobState, JobType
from bitsgui.model.fix import Fix
from bitsgui.model.job import Job
from bitsgui.model.remedy import Remedy
from bitsgui.service.fixes import apply_fix
from tests.matrix.world import CONTENT, REPLY, SENT, World
from tests.support.certificates import Certificates
from tests.support.content import sha256_of
from tests.support.fix_checks import checked

NOTHING_FINISHED = "No file is finished yet; completing would keep nothing."
UPLOAD = "Part of an upload cannot be completed."
NEVER = "Every file is here; putting them in place is what failed."

_STOP_OF = {
    Side.THIS_COMPUTER: 0,
    Side.POLICY: 0,
    Side.NETWORK: 1,
    Side.PROXY: 1,
    Side.SERVER: 2,
    Side.LINK: 2,
    Side.SIGN_IN: 2,
    Side.FILE: 2,
    Side.SERVER_PROGRAM: 3,
}


async def _nothing(_: World) -> None:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What is provoked and what must be said of it.

    `number`: of the matrix. `says`: the sentence, with … for what differs from run to run. `fix`: what `recommended`
    (the first remedy) or `remedy` does once the world is mended; `broken`: the same while it is not. `partial`: why
    Complete partial is barred, None = it is not. `is_checked`: False where no check without side effects exists.
    `needs_root`: mounts a disk or gives up rights, on Linux; `is_linux`: of that system only.
    """

    number: str
    name: str
    provoke: Callable[[World], Awaitable[Job]]
    cause: Cause
    side: Side
    says: str
    recommended: Remedy
    fix: Callable[[World], Fix]
    broken: Callable[[World], Fix] | None = None
    remedy: Remedy | None = None
    mend: Callable[[World], Awaitable[None]] = _nothing
    partial: str | None = NOTHING_FINISHED
    cancel: str = "removes the job"
    is_checked: bool = True
    has_clock: bool = False
    needs_root: bool = False
    is_linux: bool = False
    tls: Callable[[Certificates], ssl.SSLContext] | None = None

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


async def prove(row: Row, world: World) -> None:
    """The whole of a row, from the fault to the bytes."""
    job = await row.provoke(world)
    _is_said(row, job)
    broken = await checked(world.manager, job.id, (row.broken or row.fix)(world), world.desk.folder)
    assert broken.is_passed is not row.is_checked, broken
    assert world.manager.get(job.id).state is job.state, "a check that fails changes nothing"
    await row.mend(world)
    mended = await checked(world.manager, job.id, row.fix(world), world.desk.folder)
    assert mended.is_passed, mended
    assert row.is_checked or _tries_nothing(mended)
    await apply_fix(world.manager, job.id, row.fix(world))
    await _is_right(world, await world.ended(job))


def _is_said(row: Row, job: Job) -> None:
    found = diagnose(job)
    assert (found.cause, found.side) == (row.cause, row.side)
    said = cause_text(job, found).replace("\N{NO-BREAK SPACE}", " ")
    assert re.fullmatch(".+".join(map(re.escape, row.says.split("…"))), said), said
    assert found.remedies[0] is row.recommended
    assert row.remedy is None or row.remedy in found.remedies
    assert all(remedy_text(remedy, found.cause, found.phase) for remedy in found.remedies)
    assert no_resume_reason(job) is None, "Fix and Resume"
    assert no_complete_reason(job) == row.partial, "Complete partial"
    assert cancel_text(job) == row.cancel
    stops = [stop.state is StopState.FAILED for stop in route(job, found)]
    assert stops == [number == _STOP_OF.get(row.side) for number in range(4)]


def _tries_nothing(result: CheckResult) -> bool:
    return not result.lines or any(line.outcome is Outcome.SKIPPED for line in result.lines)


async def _is_right(world: World, job: Job) -> None:
    """TRANSFERRED (or put in place already), and after Complete exactly the right bytes where they belong."""
    assert job.state in (JobState.TRANSFERRED, JobState.ACKNOWLEDGED), job.error
    names = [file.local_name for file in job.incoming.values()]
    if job.state is JobState.TRANSFERRED:
        await world.manager.complete(job.id)
    if job.type is JobType.DOWNLOAD:
        assert all(sha256_of(Path(name)) == sha256_of(world.kept.get("content", CONTENT)) for name in names)
        return
    peer = world.kept.get("peer", world.peer)
    assert sha256_of(peer.published[peer.path]) == sha256_of(world.kept.get("sent", SENT))
    assert all(sha256_of(Path(name)) == sha256_of(REPLY) for name in names)
