"""What can be asked around an error, one probe a fact: the disk, names, the network here, the server's certificates.

A probe gives None where it cannot tell, or raises OSError, ValueError or TransferStop, which mean the same.
"""

import asyncio
import os
import shutil
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from bitsgui.engine.ports import JobSecrets
from bitsgui.engine.proxies import SystemProxies, proxies_for
from bitsgui.engine.stop import TransferStop
from bitsgui.model.diagnosis import failing_index
from bitsgui.model.enums import JobState
from bitsgui.model.error import JobError
from bitsgui.model.facts import Certificate
from bitsgui.model.job import Job
from bitsgui.model.urls import display_url, host_of
from bitsgui.service.completion import check_folder

RECENTLY_S: Final = 60.0
"""How long ago another host may have answered to count."""

_AUTOMOUNTED: Final = (Path("/media"), Path("/run/media"), Path("/Volumes"))
_BY_HAND: Final = (Path("/mnt"),)


@dataclass(frozen=True, slots=True)
class Scene:
    """Where it happened. `others`: the queue; `now`: seconds since the epoch."""

    job: Job
    error: JobError
    secrets: JobSecrets = field(repr=False)
    system: SystemProxies = field(repr=False)
    others: tuple[Job, ...]
    now: float

    @property
    def url(self) -> str:
        """The address that failed, empty if none is meant."""
        if self.error.file is not None:
            return self.error.file.remote_name
        index = failing_index(self.job)
        return "" if index is None else self.job.entry(index).remote_name

    @property
    def path(self) -> Path | None:
        """The file on this computer."""
        name = "" if self.error.file is None else self.error.file.local_name
        return Path(name) if name else None

    @property
    def folder(self) -> Path | None:
        """Where it is."""
        return None if self.path is None else self.path.parent

    @property
    def proxy(self) -> str | None:
        """The first proxy on the way, None = direct; raises TransferStop for settings that cannot be read."""
        return proxies_for(self.url, self.job.settings.proxy, self.system)[0]


# The disk


async def _free_bytes(scene: Scene) -> int | None:
    folder = scene.folder
    return None if folder is None else await asyncio.to_thread(lambda: shutil.disk_usage(folder).free)


async def _folder_writable(scene: Scene) -> bool | None:
    return None if scene.folder is None else await asyncio.to_thread(_is_writable, scene.folder)


async def _volume_mounted(scene: Scene) -> bool | None:
    return None if scene.folder is None else await asyncio.to_thread(is_mounted, scene.folder)


async def _size_before(scene: Scene) -> int | None:
    upload = scene.job.upload
    return None if upload is None or upload.source is None else upload.source.size


async def _size_now(scene: Scene) -> int | None:
    return None if scene.path is None else (await asyncio.to_thread(scene.path.stat)).st_size


async def _changed_at(scene: Scene) -> float | None:
    return None if scene.path is None else (await asyncio.to_thread(scene.path.stat)).st_mtime


def _is_writable(folder: Path) -> bool | None:
    if not folder.is_dir():
        return None
    try:
        check_folder(folder)
    except PermissionError:
        return False
    # A file system that is mounted read-only refuses root, too.
    read_only = hasattr(os, "statvfs") and bool(os.statvfs(folder).f_flag & os.ST_RDONLY)
    return not read_only


def is_mounted(folder: Path) -> bool | None:
    """Whether the volume of a folder is there (blocking); None where a missing folder may have any other reason."""
    if folder.exists():
        return True
    if sys.platform == "win32":
        return None if Path(folder.anchor).exists() else False
    root = next((root for root in (*_AUTOMOUNTED, *_BY_HAND) if folder.is_relative_to(root)), None)
    if root is None:
        return None
    if any(os.path.ismount(parent) for parent in folder.parents if parent != root and parent.is_relative_to(root)):
        return True
    there = next(parent for parent in folder.parents if parent.exists())
    is_empty = root.is_relative_to(there) or not any(there.iterdir())
    return False if root in _AUTOMOUNTED or is_empty else None


# The network


async def _name_resolves(scene: Scene) -> bool | None:
    from bitsgui.engine.route_trial import endpoint_of, resolve

    if not scene.url or scene.proxy is not None:
        return None  # the proxy looks names up, and nobody else needs to be able to
    try:
        await resolve(*endpoint_of(scene.url))
    except TransferStop:
        return False
    return True


async def _proxy(scene: Scene) -> str | None:
    return display_url(scene.proxy or "") if scene.url else None


async def _other_hosts_reachable(scene: Scene) -> bool | None:
    if _others_answered(scene):
        return True
    if scene.proxy is not None:
        return await _proxy_answers(scene) or None
    has_way = True if _is_here(host_of(scene.url)) else await asyncio.to_thread(has_default_route)
    return False if has_way is False else None


async def _proxy_answers(scene: Scene) -> bool | None:
    from bitsgui.engine.route_trial import connect, endpoint_of

    if not scene.url or scene.proxy is None:
        return None
    try:
        await connect(*endpoint_of(scene.proxy))
    except TransferStop:
        return False
    return True


def _others_answered(scene: Scene) -> bool:
    own = host_of(scene.url)
    return any(
        host_of(entry.remote_name) not in ("", own)
        for job in scene.others
        if job.state is JobState.TRANSFERRING or _finished_recently(job, scene.now)
        for entry in job.entries.values()
    )


def _finished_recently(job: Job, now: float) -> bool:
    finished = job.times.transfer_completion
    return finished is not None and now - finished < RECENTLY_S


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def has_default_route() -> bool | None:
    """Whether the system knows a way to anybody far (blocking); None where it does not say."""
    try:
        ipv4 = [line.split() for line in Path("/proc/net/route").read_text().splitlines()[1:]]
        ipv6_table = Path("/proc/net/ipv6_route")
        ipv6 = [line.split() for line in ipv6_table.read_text().splitlines()] if ipv6_table.exists() else []
    except OSError:
        return None
    by_ipv4 = any(line[1] == "0" * 8 and line[7] == "0" * 8 for line in ipv4)
    return by_ipv4 or any(line[0] == "0" * 32 and line[1] == "00" and line[-1] != "lo" for line in ipv6)


async def _certificates(scene: Scene) -> tuple[Certificate, ...] | None:
    from bitsgui.engine.tls_probe import read_chain  # with a library that nobody else needs

    return await read_chain(scene.url, scene.job.settings, scene.secrets, scene.system) or None


PROBES: Final[Mapping[str, Callable[[Scene], Awaitable[Any]]]] = MappingProxyType(
    {
        "free_bytes": _free_bytes,
        "folder_writable": _folder_writable,
        "volume_mounted": _volume_mounted,
        "name_resolves": _name_resolves,
        "other_hosts_reachable": _other_hosts_reachable,
        "certificates": _certificates,
        "proxy": _proxy,
        "proxy_answers": _proxy_answers,
        "size_before": _size_before,
        "size_now": _size_now,
        "changed_at": _changed_at,
    }
)
