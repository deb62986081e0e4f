"""The arguments of `bitsgui serve` as frozen values; reads the password file, no more."""

import argparse
import re
import shlex
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bitsgui.server.local_names import is_loopback
from bitsgui.server.programs import TIME_LIMIT_S, CommandProgram, Program
from bitsgui.server.settings import SESSIONS_PER_CLIENT, ServerSettings
from bitsgui.server.sign_in import Account
from bitsgui.server.web_program import WebProgram

_EPILOG = """\
Files are taken by the BITS upload protocol (`bitsgui put`, Windows) and by PUT (`curl -T FILE URL`), and served
with ranges and folder listings. Hidden names are neither served nor taken.
A program is run with two more arguments, the uploaded file and where its reply must be written. Exit status 0 is
success, 77 refuses the upload for good (403), 75 asks to try again (503), any other is a failure (500).
exit status: 0 stopped by SIGTERM, 1 could not serve, 2 usage, 130 interrupted
"""
_SIZES = {"": 1, "k": 1024, "m": 1024**2, "g": 1024**3, "t": 1024**4}
_TIMES = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400}
_NUMBER = re.compile(r"(\d{1,15})([a-z]?)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeOptions:
    """What `serve` was asked to do. `tls`: PEM files of the certificate chain and the key."""

    settings: ServerSettings
    host: str
    port: int
    tls: tuple[Path, Path] | None
    quiet: bool


def parse_serve(arguments: Sequence[str], shared: argparse.ArgumentParser) -> ServeOptions:
    """Read the arguments; a bad one ends the process with status 2 and a message, as argparse does."""
    parser = _parser(shared)
    given = parser.parse_args(arguments)
    try:
        account = _account(given.user, given.password_file)
        program = _program(given.app, by_value=given.app_by_value, consumes=given.app_consumes)
    except (argparse.ArgumentTypeError, OSError, UnicodeDecodeError) as error:
        parser.error(str(error))
    if (given.cert is None) != (given.key is None):
        parser.error("--cert and --key go together")
    settings = ServerSettings(
        folder=given.folder,
        uploads=not given.read_only,
        local_names_only=account is None and is_loopback(given.host),
        overwrite=given.overwrite,
        max_size=given.max_size,
        max_fragment=given.max_fragment,
        session_timeout_s=given.session_timeout,
        sessions_per_client=given.max_sessions,
        account=account,
        program=program,
        program_limit_s=given.app_timeout,
    )
    tls = None if given.cert is None else (given.cert, given.key)
    return ServeOptions(settings=settings, host=given.host, port=given.port, tls=tls, quiet=given.quiet)


def _parser(shared: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bitsgui serve",
        description="Serve a folder: take uploads into it, and give its files out.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[shared],
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("folder", type=_folder, metavar="FOLDER")
    add("--port", type=_port, default=8080, metavar="N", help="0 takes a free one, which is printed (default: 8080)")
    add("--host", default="127.0.0.1", metavar="H", help="address to listen on (default: 127.0.0.1, this computer)")
    add("--overwrite", action="store_true", help="an upload may replace a file that exists")
    add("--read-only", action="store_true", help="take no uploads")
    add("-q", "--quiet", action="store_true", help="say nothing but where it listens, and errors")
    _add_access_options(parser)
    _add_program_options(parser)
    _add_limit_options(parser)
    return parser


def _add_access_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument_group("sign-in and TLS").add_argument
    add("--user", metavar="NAME", help="who may use the server; needs --password-file")
    add("--password-file", type=_file, metavar="FILE", help="its first line is the password")
    add("--cert", type=_file, metavar="FILE", help="PEM file of the certificate chain")
    add("--key", type=_file, metavar="FILE", help="PEM file of the certificate's key")


def _add_program_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument_group("server program").add_argument
    add("--app", metavar="CMD|URL", help="runs, or is posted to, when an upload is complete; its reply goes back")
    add("--app-by-value", action="store_true", help="post the file itself to the URL; its answer's body is the reply")
    add("--app-consumes", action="store_true", help="the upload is the command's alone and gets no name in FOLDER")
    add(
        "--app-timeout",
        type=_seconds,
        default=TIME_LIMIT_S,
        metavar="TIME",
        help="how long it may take (default: 5m, what BITS clients wait)",
    )


def _add_limit_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument_group("limits").add_argument
    add("--max-size", type=_size, metavar="N", help="bytes of a file: 500M, 2G (powers of 1024)")
    add("--max-fragment", type=_size, metavar="N", help="bytes of one request of the upload protocol")
    add(
        "--max-sessions",
        type=int,
        default=SESSIONS_PER_CLIENT,
        metavar="N",
        help=f"unfinished uploads of one user or address (default: {SESSIONS_PER_CLIENT})",
    )
    add(
        "--session-timeout",
        type=_seconds,
        default=_seconds("14d"),
        metavar="TIME",
        help="unfinished uploads without progress are dropped after: 12h, 14d (default: 14d)",
    )


def _account(user: str | None, password_file: Path | None) -> Account | None:
    if user is None and password_file is None:
        return None
    if not user or password_file is None or ":" in user:
        raise argparse.ArgumentTypeError("--user NAME (without a colon) and --password-file FILE go together")
    password = password_file.read_text(encoding="utf-8").split("\n", 1)[0].removesuffix("\r")
    return Account(user, password)


def _program(app: str | None, *, by_value: bool, consumes: bool) -> Program | None:
    is_url = app is not None and app.lower().startswith(("http://", "https://"))
    if by_value and not is_url:
        raise argparse.ArgumentTypeError("--app-by-value needs --app URL")
    if consumes and (app is None or is_url):
        raise argparse.ArgumentTypeError("--app-consumes needs --app CMD; a URL's answer says it itself")
    if app is None:
        return None
    return WebProgram(app, by_value) if is_url else CommandProgram(_command(app), consumes)


def _command(text: str) -> tuple[str, ...]:
    try:
        words = shlex.split(text, posix=sys.platform != "win32")
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"--app: {error}") from error
    if not words or shutil.which(words[0]) is None:
        raise argparse.ArgumentTypeError(f"--app: there is no program {words[0] if words else ''!r}")
    return tuple(words)


def _folder(text: str) -> Path:
    path = Path(text).expanduser().absolute()
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {text!r}")
    return path


def _file(text: str) -> Path:
    path = Path(text).expanduser().absolute()
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"there is no file {text!r}")
    return path


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65_535:
        raise argparse.ArgumentTypeError("a port is a number up to 65535")
    return int(text)


def _size(text: str) -> int:
    number, unit = _parts(text, _SIZES, "a size such as 500M or 2G")
    return number * _SIZES[unit]


def _seconds(text: str) -> float:
    number, unit = _parts(text, _TIMES, "a time such as 90s, 12h or 14d")
    return float(number * _TIMES[unit])


def _parts(text: str, units: dict[str, int], what: str) -> tuple[int, str]:
    found = _NUMBER.fullmatch(text.strip())
    if found is None or found[2].lower() not in units or int(found[1]) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not {what}")
    return int(found[1]), found[2].lower()
