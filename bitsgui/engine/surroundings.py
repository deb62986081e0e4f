"""What all attempts share: connections, disk threads, limits, the clock."""

from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field

from bitsgui.engine.pool import WirePool
from bitsgui.engine.ports import Clock
from bitsgui.engine.proxies import SystemProxies
from bitsgui.engine.throttle import Pacer, TokenBucket
from bitsgui.model.urls import Origin


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
