"""What all attempts share: connections, disk threads, limits, the clock; and the door to the code that runs one."""

from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bitsgui.engine.pool import WirePool
from bitsgui.engine.ports import Clock
from bitsgui.engine.proxies import SystemProxies
from bitsgui.engine.throttle import Pacer, TokenBucket
from bitsgui.model.urls import Origin

if TYPE_CHECKING:
    from bitsgui.engine.runner import Attempt


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`fragment_ceilings`: bytes of a fragment that a host has refused no longer, learnt from its 413."""

    pool: WirePool
    disk: Executor
    bucket: TokenBucket
    pacer: Pacer | None
    system_proxies: Callable[[], Awaitable[SystemProxies]]
    clock: Clock
    fragment_ceilings: dict[Origin | None, int] = field(default_factory=dict)


def load_attempt() -> "type[Attempt]":
    """The class of an attempt. The first call imports for 0.3 s: not for the loop, nor before a first paint."""
    from bitsgui.engine.http_stack import import_http_stack

    import_http_stack()
    from bitsgui.engine.runner import Attempt

    return Attempt
