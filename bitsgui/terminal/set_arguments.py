"""The arguments of `bitsgui set`: NAME=VALUE as new values of a job's properties; asks for passwords."""

import argparse
import re
import shlex
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from bitsgui.model import fix
from bitsgui.model.checksum import read_checksum
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import NotifyCommand
from bitsgui.remote.messages import Change, Changes
from bitsgui.terminal.arguments import (
    SignIn,
    file_argument,
    header_argument,
    priority_argument,
    proxy_argument,
    proxy_of,
    rate_argument,
    refusals,
    seconds_of,
    server_sign_in,
)
from bitsgui.terminal.job_arguments import job_parser, selection

_DESCRIPTION: Final = """\
Change properties of jobs. A job that transfers just now uses most of them from its next attempt on: `bitsgui suspend`
and `resume` make one.

properties:
"""


@dataclass(frozen=True, slots=True)
class _Property:
    """A name before the =: the field of Changes, how its value is read, and what the help says."""

    field: str
    read: Callable[[str], Any]
    help: str


def _text(text: str) -> str:
    return text


def _yes_or_no(text: str) -> bool:
    if text.lower() not in ("yes", "no"):
        raise argparse.ArgumentTypeError(f"{text!r} is neither yes nor no")
    return text.lower() == "yes"


def _folder(text: str) -> str:
    if not text:
        raise argparse.ArgumentTypeError("the folder's name is empty")
    return str(Path(text).expanduser().absolute())


def _command(text: str) -> NotifyCommand:
    """The program with its whole path; no words at all remove it."""
    try:
        words = [] if text.lower() == "none" else shlex.split(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r}: {error}") from error
    if not words:
        return NotifyCommand("", ())
    program = shutil.which(words[0])
    if program is None:
        raise argparse.ArgumentTypeError(f"there is no program {words[0]!r}")
    return NotifyCommand(str(Path(program).absolute()), tuple(words))


def _ca_file(text: str) -> str:
    return "" if text.lower() == "none" else file_argument(text)


def _header(text: str) -> tuple[str, str] | None:
    return None if text.lower() == "none" else header_argument(text)


def _checksum(text: str) -> Any:
    try:
        return read_checksum(text, "")
    except BitsError as error:
        raise argparse.ArgumentTypeError(error.detail) from error


PROPERTIES: Final[Mapping[str, _Property]] = MappingProxyType(
    {
        "name": _Property("display_name", _text, "the display name"),
        "description": _Property("description", _text, "any text"),
        "priority": _Property("priority", priority_argument, "foreground, high, normal or low"),
        "retry-delay": _Property("minimum_retry_delay_s", seconds_of, "seconds to wait after a passing error"),
        "no-progress-timeout": _Property("no_progress_timeout_s", seconds_of, "seconds of errors without a byte"),
        "max-time": _Property("maximum_download_time_s", seconds_of, "seconds of transferring"),
        "limit-rate": _Property("rate_limit_bps", rate_argument, "bytes a second, 500k, 2M; 0 = no limit"),
        "complete-itself": _Property("auto_complete", _yes_or_no, "yes or no: Complete as soon as it is transferred"),
        "proxy": _Property("proxy", proxy_argument, "URL, or none"),
        "notify-command": _Property("notify_command", _command, "program and arguments, or none"),
        "cacert": _Property("ca_file", _ca_file, "PEM file of authorities to trust, or none"),
        "header": _Property("custom_headers", _header, "'N: V', may be repeated, in place of all before; or none"),
        "user": _Property("sign_ins", _text, "sign in as; the password is asked, or --password-file"),
        "folder": _Property("local_folder", _folder, "go on in this folder; what is here moves there"),
        "url": _Property("remote_name", _text, "address of the file that failed, or of the only one"),
        "checksum": _Property("checksum", _checksum, "sha-256=HEX of the file that failed, or of the only one"),
    }
)


def parse_set(arguments: Sequence[str], shared: argparse.ArgumentParser) -> tuple[Change, bool]:
    """The request, and whether --json was given."""
    names = "".join(f"  {name + '=':<21} {known.help}\n" for name, known in PROPERTIES.items())
    parser = job_parser("set", shared, f"{_DESCRIPTION}{names}", "the whole queue")
    parser.usage = "bitsgui set ID... NAME=VALUE... [options]"
    parser.add_argument("--password-file", metavar="FILE", help="its first line is the password of user=")
    given = parser.parse_intermixed_args(arguments)
    texts = [word.partition("=") for word in given.ids if _is_change(word)]
    which = selection(parser, [word for word in given.ids if not _is_change(word)], every=given.all)
    if not texts:
        parser.error("give at least one NAME=VALUE; --help lists the names")
    changes = _changes(parser, [(name, value) for name, _, value in texts], given.password_file)
    return Change(which, changes), given.json


def _is_change(word: str) -> bool:
    return re.match(r"[A-Za-z_-]+=", word) is not None


def _changes(parser: argparse.ArgumentParser, texts: Sequence[tuple[str, str]], password_file: str | None) -> Changes:
    values: dict[str, Any] = {}
    for name, text in texts:
        known = PROPERTIES.get(name.lower().replace("_", "-"))
        if known is None:
            parser.error(f"there is no property {name!r}; --help lists the names")
        try:
            value = known.read(text)
        except argparse.ArgumentTypeError as error:
            parser.error(f"{name}: {error}")
        if known.field == "custom_headers":
            value = (*values.get(known.field, ()), *([value] if value else []))
        values[known.field] = value
    if password_file is not None and "sign_ins" not in values:
        parser.error("--password-file needs user=NAME")
    return Changes(**_with_sign_ins(parser, values, password_file))


def _with_sign_ins(
    parser: argparse.ArgumentParser, values: dict[str, Any], password_file: str | None
) -> dict[str, Any]:
    """The values with user and proxy as the sign-ins that they mean."""
    sign_ins: tuple[SignIn, ...] = ()
    with refusals(parser):
        if (user := values.pop("sign_ins", None)) is not None:
            sign_ins = server_sign_in(user, password_file)
        if "proxy" in values:
            values["proxy"], proxy_sign_ins = proxy_of(values["proxy"])
            sign_ins = (*sign_ins, *proxy_sign_ins)
    if sign_ins:
        values["sign_ins"] = tuple(fix.SignIn(who.target, who.user_name, who.password) for who in sign_ins)
    return values
