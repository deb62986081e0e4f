"""What is said on the channel: frozen values, one JSON object a line; knows no socket and no manager.

The first line of each side says who it is; then each request is answered by any number of reports and one Done, or
by one Refused. Requests that hold secrets show nothing of them by repr.
"""

from enum import StrEnum
from typing import Any, Final

import msgspec

from bitsgui import __version__
from bitsgui.model.checksum import Checksum
from bitsgui.model.codes import E_INVALIDARG, S_OK
from bitsgui.model.enums import JobPriority, Verb
from bitsgui.model.fix import SignIn
from bitsgui.model.hresult import BitsError, HResult
from bitsgui.model.job import Job, JobFile, JobSettings, NotifyCommand, ProxySettings

PROTOCOL: Final = 1
"""Raised with every change that the other side would not understand."""
LINE_MAX: Final = 8 * 1024 * 1024
"""Bytes; a job of 200 files with the longest names fits."""


class Role(StrEnum):
    """What the process is that has the queue."""

    WINDOW = "window"
    SERVICE = "service"


class Hello(msgspec.Struct, frozen=True, tag="hello"):
    """The first line of who connects."""

    protocol: int
    version: str


class Welcome(msgspec.Struct, frozen=True, tag="welcome"):
    """The first line of who has the queue."""

    protocol: int
    version: str
    role: Role
    pid: int


HELLO: Final = Hello(PROTOCOL, __version__)


def welcome(role: Role, pid: int) -> Welcome:
    """The first line of this process."""
    return Welcome(PROTOCOL, __version__, role, pid)


class Selection(msgspec.Struct, frozen=True):
    """Jobs by GUID, unique beginning of one, or row number in the queue; or all that the request makes sense for."""

    names: tuple[str, ...] = ()
    all: bool = False


class Show(msgspec.Struct, frozen=True, tag="show"):
    """What a start asks of the window: the New Download dialog on `urls`, empty if `new`, on the clipboard if `paste`.

    `hidden`: only begin, show and raise nothing.
    `activation_token`: the desktop's leave to take the focus, empty = none.
    """

    urls: tuple[str, ...] = ()
    new: bool = False
    paste: bool = False
    hidden: bool = False
    activation_token: str = ""

    def __repr__(self) -> str:  # addresses may hold a sign-in
        return "Show(...)"


class HandOver(msgspec.Struct, frozen=True, tag="hand_over"):
    """Give the queue to who asks, until its connection ends."""


class ListJobs(msgspec.Struct, frozen=True, tag="list"):
    """The queue in its order; `history`: then the finished and cancelled jobs, too."""

    history: bool = False


class Inspect(msgspec.Struct, frozen=True, tag="info"):
    """These jobs, also finished ones."""

    which: Selection


class Act(msgspec.Struct, frozen=True, tag="act"):
    """A verb on each of these jobs; `restart`: first forget what is here of files that are not whole."""

    verb: Verb
    which: Selection
    restart: bool = False


class Changes(msgspec.Struct, frozen=True, omit_defaults=True):
    """New values of properties, None = as it is; `ca_file` and the notification's program are removed by "".

    `remote_name` and `checksum` are about the file that failed, else the job's only one.
    """

    display_name: str | None = None
    description: str | None = None
    priority: JobPriority | None = None
    minimum_retry_delay_s: float | None = None
    no_progress_timeout_s: float | None = None
    maximum_download_time_s: float | None = None
    rate_limit_bps: int | None = None
    auto_complete: bool | None = None
    proxy: ProxySettings | None = None
    notify_command: NotifyCommand | None = None
    ca_file: str | None = None
    custom_headers: tuple[tuple[str, str], ...] | None = None
    sign_ins: tuple[SignIn, ...] | None = None
    local_folder: str | None = None
    remote_name: str | None = None
    checksum: Checksum | None = None

    def __repr__(self) -> str:
        return "Changes(...)"


class Change(msgspec.Struct, frozen=True, tag="set"):
    """New values of properties for each of these jobs."""

    which: Selection
    changes: Changes


class NewDownload(msgspec.Struct, frozen=True):
    """A job to create whole."""

    settings: JobSettings
    files: tuple[JobFile, ...]
    sign_ins: tuple[SignIn, ...] = ()
    custom_headers: tuple[tuple[str, str], ...] = ()
    resume: bool = True

    def __repr__(self) -> str:
        return "NewDownload(...)"


class Add(msgspec.Struct, frozen=True, tag="add"):
    """New jobs, all or none."""

    jobs: tuple[NewDownload, ...]


class JobReport(msgspec.Struct, frozen=True, tag="job"):
    """A job as it is now. `code` and `detail`: what the call on it returned; `before`: what the job was.

    `row`: its number in the queue from 1, 0 = it has left it. `rate_bps`: bytes a second.
    """

    job: Job
    row: int = 0
    rate_bps: float = 0.0
    code: HResult = S_OK
    detail: str = ""
    before: Job | None = None


class Done(msgspec.Struct, frozen=True, tag="done"):
    """The request is carried out."""


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """The request as a whole was not carried out."""

    code: HResult
    detail: str


JobRequest = ListJobs | Inspect | Act | Change | Add
Request = JobRequest | Show | HandOver
Reply = JobReport | Done | Refused


def _from_plain(kind: type[HResult], value: Any) -> HResult:
    return kind(value)


# HResult is the one type in these values that msgspec does not know.
_encoder = msgspec.json.Encoder(enc_hook=int)
hello_decoder = msgspec.json.Decoder(Hello)
welcome_decoder = msgspec.json.Decoder(Welcome | Refused, dec_hook=_from_plain)
request_decoder = msgspec.json.Decoder(Request, dec_hook=_from_plain)
reply_decoder = msgspec.json.Decoder(Reply, dec_hook=_from_plain)

UNREADABLE: Final = (msgspec.MsgspecError, ValueError, TypeError, RecursionError)
"""What decoding garbage raises."""


def line_of(message: msgspec.Struct) -> bytes:
    """The message as it goes over the channel; raises BitsError(E_INVALIDARG) for what no line can hold."""
    try:
        line = _encoder.encode(message) + b"\n"
    except UnicodeEncodeError:
        raise BitsError(E_INVALIDARG, "The text holds characters that UTF-8 cannot write.") from None
    if len(line) > LINE_MAX:
        raise BitsError(E_INVALIDARG, "That is too much for one call; make several of it.")
    return line
