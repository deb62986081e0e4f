"""What `get` and `put` are both told: one frozen value, and the arguments it is read from; asks for passwords."""

import argparse
import getpass
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bitsgui.model.enums import AuthTarget, JobPriority, ProxyUsage
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import ProxySettings
from bitsgui.model.secret_rules import check_custom_headers
from bitsgui.model.urls import host_of, split_user_info
from bitsgui.terminal.words import rate_of


@dataclass(frozen=True, slots=True)
class SignIn:
    """A user name and password for the server or the proxy; the password is never shown by repr."""

    target: AuthTarget
    user_name: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOptions:
    """How a call is to transfer; delays in seconds, the rate in bytes a second, 0 = no limit.

    Settings that were not given are None: a stored job keeps what it has.
    """

    overwrite: bool = False
    restart: bool = False
    sign_ins: tuple[SignIn, ...] = ()
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    proxy: ProxySettings | None = None
    ca_file: str | None = None
    rate_limit_bps: int | None = None
    priority: JobPriority | None = None
    minimum_retry_delay_s: float | None = None
    no_progress_timeout_s: float | None = None
    maximum_download_time_s: float | None = None
    json: bool = False
    quiet: bool = False


def call_parser(
    name: str, shared: argparse.ArgumentParser, *, description: str, epilog: str
) -> argparse.ArgumentParser:
    """The parser of a command; its help ends with `epilog` as it is written."""
    return argparse.ArgumentParser(
        prog=f"bitsgui {name}",
        description=description,
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[shared],
        allow_abbrev=False,
    )


def add_output_options(parser: argparse.ArgumentParser) -> None:
    """--json and --quiet."""
    parser.add_argument("--json", action="store_true", help="print one object a job on the standard output at the end")
    parser.add_argument("-q", "--quiet", action="store_true", help="say nothing but errors")


def add_connection_options(parser: argparse.ArgumentParser) -> None:
    """Headers, sign-in, proxy and authorities."""
    add = parser.add_argument_group("connection").add_argument
    add(
        "--header",
        action="append",
        default=[],
        type=header_argument,
        metavar="'N: V'",
        help="may be given repeatedly",
    )
    add("--user", type=_filled, metavar="NAME", help="sign in; the password is asked")
    add("--password-file", metavar="FILE", help="its first line is the password")
    add("--proxy", type=proxy_argument, metavar="URL", help="or `none` (default: the system's proxy)")
    add("--cacert", type=file_argument, metavar="FILE", help="PEM file of the certificate authorities to trust")


def add_job_options(
    parser: argparse.ArgumentParser, *, rate: str = "in all", priority: str = "foreground", delay: str = "60"
) -> None:
    """Rate, priority and times; `rate`: what its limit is about, the others are the defaults that the help names."""
    add = parser.add_argument_group("job").add_argument
    add("--limit-rate", type=rate_argument, metavar="N", help=f"bytes a second {rate}: 500k, 2M; 0 = no limit")
    add(
        "--priority",
        type=priority_argument,
        metavar="P",
        help=", ".join(p.name.lower() for p in JobPriority) + f" (default: {priority})",
    )
    add(
        "--retry-delay",
        type=seconds_of,
        metavar="S",
        help=f"seconds to wait after a passing error (default: {delay})",
    )
    add("--no-progress-timeout", type=seconds_of, metavar="S", help="give up after S seconds without progress")


@contextmanager
def refusals(parser: argparse.ArgumentParser) -> Iterator[None]:
    """What cannot be read or is refused ends the process with status 2 and a message, as argparse does."""
    try:
        yield
    except BitsError as error:
        parser.error(error.detail)
    except (OSError, UnicodeDecodeError, EOFError) as error:
        parser.error(str(error) or "the password is missing")


def call_values(parser: argparse.ArgumentParser, given: argparse.Namespace) -> dict[str, Any]:
    """The fields of CallOptions that the options of this module give; asks for passwords."""
    if given.password_file is not None and given.user is None:
        parser.error("--password-file needs --user")
    with refusals(parser):
        check_custom_headers(given.header)
        proxy, proxy_sign_in = proxy_of(given.proxy)
        sign_ins = (*server_sign_in(given.user, given.password_file), *proxy_sign_in)
    return {
        "overwrite": given.overwrite,
        "restart": given.restart,
        "sign_ins": sign_ins,
        "headers": tuple(given.header),
        "proxy": proxy,
        "ca_file": given.cacert,
        "rate_limit_bps": given.limit_rate,
        "priority": given.priority,
        "minimum_retry_delay_s": given.retry_delay,
        "no_progress_timeout_s": given.no_progress_timeout,
        "json": given.json,
        "quiet": given.quiet,
    }


def server_sign_in(user: str | None, file: str | None) -> tuple[SignIn, ...]:
    """The sign-in of a user, whose password is read from a file or asked."""
    if user is None:
        return ()
    if file is None:
        password = getpass.getpass(f"Password of {user}: ")
    else:
        password = Path(file).read_text(encoding="utf-8").split("\n", 1)[0].removesuffix("\r")
    return (SignIn(AuthTarget.SERVER, user, password),)


def proxy_of(url: str | None) -> tuple[ProxySettings | None, tuple[SignIn, ...]]:
    """The proxy and the sign-in of its URL; asks for a password that is not in it."""
    if url is None:
        return None, ()
    if url.lower() == "none":
        return ProxySettings(ProxyUsage.NO_PROXY), ()
    bare, user_info = split_user_info(url)
    settings = ProxySettings(ProxyUsage.OVERRIDE, bare)
    if user_info is None:
        return settings, ()
    user, password = user_info
    return settings, (
        SignIn(AuthTarget.PROXY, user, password or getpass.getpass(f"Password of {user} at the proxy: ")),
    )


def header_argument(text: str) -> tuple[str, str]:
    """An argument type."""
    name, colon, value = text.partition(":")
    if not colon:
        raise argparse.ArgumentTypeError("a header is written 'Name: value'")
    return name.strip(), value.strip()


def _filled(text: str) -> str:
    if not text:
        raise argparse.ArgumentTypeError("a name is needed")
    return text


def proxy_argument(text: str) -> str:
    """An argument type."""
    url = text if "://" in text or text.lower() == "none" else f"http://{text}"
    if url.lower() != "none" and not host_of(url):
        raise argparse.ArgumentTypeError("a proxy is written http://host:port, or `none`")
    return url


def file_argument(text: str) -> str:
    """An argument type."""
    path = Path(text).absolute()
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"there is no file {text!r}")
    return str(path)


def rate_argument(text: str) -> int:
    """An argument type."""
    try:
        return rate_of(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def priority_argument(text: str) -> JobPriority:
    """An argument type."""
    try:
        return JobPriority[text.upper()]
    except KeyError as error:
        raise argparse.ArgumentTypeError(f"there is no priority {text!r}") from error


def seconds_of(text: str) -> float:
    """An argument type."""
    try:
        value = float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds") from error
    if not 0 <= value < math.inf:
        raise argparse.ArgumentTypeError("seconds are 0 or more")
    return value
