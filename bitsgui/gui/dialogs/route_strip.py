"""The way of the bytes as four stops, the failing one marked by ring, cross and word."""

from collections.abc import Sequence
from typing import Final

from bitsgui.gui.stop_strip import Stop, StopState, StopStrip
from bitsgui.gui.texts.error_texts import side_text
from bitsgui.gui.texts.translating import translate
from bitsgui.model.diagnosis import Diagnosis, Side
from bitsgui.model.enums import JobType
from bitsgui.model.job import Job
from bitsgui.model.phase import Phase

_ICONS: Final = ("laptop", "web", "server", "application-cog-outline")
_FAILING: Final = {
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


def route_strip(job: Job, diagnosis: Diagnosis) -> StopStrip:
    """The stops as a widget."""
    return StopStrip(translate("RouteStrip", "Where it failed"), route(job, diagnosis))


def route(job: Job, diagnosis: Diagnosis) -> tuple[Stop, ...]:
    """The four stops and what is known of each."""
    way = Side.PROXY if diagnosis.side is Side.PROXY else Side.NETWORK
    sides = (Side.THIS_COMPUTER, way, Side.SERVER, Side.SERVER_PROGRAM)
    states = _states(_FAILING.get(diagnosis.side), _was_reached(job, diagnosis.phase), _program(job, diagnosis.phase))
    return tuple(
        Stop(side_text(side), _word(state, diagnosis), name, state)
        for side, name, state in zip(sides, _ICONS, states, strict=True)
    )


def _was_reached(job: Job, phase: Phase) -> bool:
    return phase in (Phase.SERVER_PROGRAM, Phase.REPLY) or job.progress.bytes_transferred > 0


def _program(job: Job, phase: Phase) -> StopState:
    """The program, where it is not what failed: it has answered before there is a reply to fetch."""
    if phase is Phase.REPLY:
        return StopState.FINE
    return StopState.NOT_REACHED if job.type is JobType.UPLOAD_REPLY else StopState.NOT_INVOLVED


def _states(failing: int | None, was_reached: bool, program: StopState) -> Sequence[StopState]:
    s = StopState
    beyond = s.FINE if was_reached else s.NOT_INVOLVED
    return {
        None: (s.NOT_KNOWN, s.NOT_KNOWN, s.NOT_KNOWN, program),
        0: (s.FAILED, beyond, beyond, program),
        1: (s.FINE, s.FAILED, s.FINE if program is s.FINE else s.NOT_REACHED, program),
        2: (s.FINE, s.FINE, s.FAILED, program),
        3: (s.FINE, s.FINE, s.FINE, s.FAILED),
    }[failing]


def _word(state: StopState, diagnosis: Diagnosis) -> str:
    if state is StopState.FAILED:
        return _failed_word(diagnosis.side, diagnosis.phase)
    return {
        StopState.FINE: translate("RouteStrip", "fine"),
        StopState.NOT_REACHED: translate("RouteStrip", "not reached"),
        StopState.NOT_INVOLVED: translate("RouteStrip", "not involved"),
        StopState.NOT_KNOWN: translate("RouteStrip", "not known"),
    }[state]


def _failed_word(side: Side, phase: Phase) -> str:
    by_side = {
        Side.POLICY: translate("RouteStrip", "a rule stops it"),
        Side.LINK: translate("RouteStrip", "the address failed"),
        Side.SIGN_IN: translate("RouteStrip", "wants a sign-in"),
        Side.FILE: translate("RouteStrip", "the file failed"),
    }
    by_phase = {
        Phase.UPLOAD: translate("RouteStrip", "upload failed here"),
        Phase.REPLY: translate("RouteStrip", "reply failed here"),
    }
    return by_side.get(side) or by_phase.get(phase, translate("RouteStrip", "failed here"))
