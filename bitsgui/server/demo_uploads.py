"""The demo's uploads: a folder that takes them, a program that answers with a report, and one failure of each kind.

Must not know the window.
"""

import asyncio
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bitsgui.model.enums import JobPriority, JobType
from bitsgui.model.job import JobFile, JobSettings
from bitsgui.server.events import ServerEvent
from bitsgui.server.pattern import Pattern
from bitsgui.server.programs import Answer, Notice, ProgramError
from bitsgui.server.serve import FileServer
from bitsgui.server.settings import ServerSettings
from bitsgui.service.manager import NewJob

_KILOBYTE: Final = 1000
_MEGABYTE: Final = 1000 * _KILOBYTE
_THINKING_S: Final = 4.0
_TAKEN: Final = "price-list.csv"
_UNREADABLE: Final = "order-4711.xml"
_UNANSWERED: Final = "survey.csv"


@dataclass(frozen=True, slots=True)
class DemoUpload:
    """An upload of the demo: `rate_bps` bytes a second, so that there is something to watch."""

    display_name: str
    name: str
    size: int
    rate_bps: int = 0
    has_reply: bool = False
    auto_complete: bool = True


UPLOADS: Final = (
    DemoUpload("Photographs for the archive", "photographs.zip", 90 * _MEGABYTE, 3 * _MEGABYTE // 2),
    DemoUpload("Measurements, with a report back", "measurements.csv", 12 * _MEGABYTE, 2 * _MEGABYTE, True, False),
    DemoUpload("Price list that exists already", _TAKEN, 40 * _KILOBYTE),
    DemoUpload("Order that the server's program refuses", _UNREADABLE, 12 * _KILOBYTE, has_reply=True),
    DemoUpload("Survey whose answer is missing", _UNANSWERED, 200 * _KILOBYTE, has_reply=True),
)


async def start_server(folder: Path) -> FileServer:
    """Serve `folder` on loopback; the price list is there already and may not be replaced."""
    await asyncio.to_thread(_fill, folder)
    return await FileServer.start(ServerSettings(folder=folder, program=report_on), _say_nothing)


async def make_sources(folder: Path) -> None:
    """The files that the demo's jobs send."""
    await asyncio.to_thread(_make_sources, folder)


def new_job(upload: DemoUpload, url: str, folder: Path) -> NewJob:
    """The job that sends a source in `folder` to the server at `url`."""
    settings = JobSettings(
        display_name=upload.display_name,
        priority=JobPriority.FOREGROUND,
        auto_complete=upload.auto_complete,
        rate_limit_bps=upload.rate_bps,
    )
    return NewJob(
        settings=settings,
        files=(JobFile(remote_name=url + upload.name, local_name=str(folder / upload.name)),),
        type=JobType.UPLOAD_REPLY if upload.has_reply else JobType.UPLOAD,
    )


async def report_on(notice: Notice) -> Answer:
    """The server's program: a report on the file, after some thought."""
    name = notice.url.rpartition("/")[2]
    if name == _UNREADABLE:
        raise ProgramError(422)
    if name == _UNANSWERED:
        # An answer that somebody has tidied away meanwhile.
        return Answer(static_url=notice.url.removesuffix(name) + "answers/survey.txt")
    await asyncio.sleep(_THINKING_S)
    await asyncio.to_thread(_write_report, notice)
    return Answer()


def _write_report(notice: Notice) -> None:
    with notice.data.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    notice.reply.write_text(f"Received: {notice.size} bytes\nSHA-256: {digest}\n", encoding="utf-8")


def _fill(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / _TAKEN).write_bytes(b"article;price\n")


def _make_sources(folder: Path) -> None:
    folder.mkdir(parents=True)
    for upload in UPLOADS:
        content = Pattern(upload.size)
        with (folder / upload.name).open("wb") as file:
            for start in range(0, upload.size, _MEGABYTE):
                file.write(content[start : start + _MEGABYTE])


def _say_nothing(event: ServerEvent) -> None:
    """The window tells what happens."""
