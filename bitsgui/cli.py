"""The command line: which command, which state folder; imports Qt for the window only.

Exit status: 0 done, 1 fatal error, 2 usage, 3 partial, 128 + signal (130 for Ctrl+C) when interrupted.
"""

import argparse
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Final

from bitsgui import __version__

Command = Callable[[Sequence[str], Path, argparse.ArgumentParser], int]
"""Arguments, state folder and the shared options to the exit status."""

_COMMANDS_HELP: Final = """\
commands:
  (none)                open the window, or raise the one that is open
  get URL... [-o PATH]  download in the terminal
  put FILE URL          upload in the terminal
  serve FOLDER          take uploads into a folder and serve its files
  service               work off the queue without a window
  add URL... [-o PATH]  add downloads to the queue
  list                  show the queue
  info ID...            tell everything of jobs
  suspend ID...         stop jobs until they are resumed
  resume ID...          let jobs go on
  complete ID...        give the files of transferred jobs their names
  cancel ID...          remove jobs and what was received of them
  set ID... NAME=VALUE  change properties of jobs
`bitsgui COMMAND --help` tells more of each.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that `argv` (default: the process's) names; the result is the exit status."""
    try:
        return _run_command(argv)
    except KeyboardInterrupt:  # a command that has begun ends in its own way; this one was still being imported
        sys.stderr.write("bitsgui: interrupted\n")
        return 128 + signal.SIGINT


def _run_command(argv: Sequence[str] | None) -> int:
    shared = _shared_options()
    # --state-dir may stand before or after the command: it is taken out first.
    common, rest = shared.parse_known_args(argv)
    state_dir = common.state_dir or _default_state_dir()
    load = _COMMANDS.get(rest[0]) if rest else None
    if load is None:
        return _open_window(rest, state_dir, shared)
    return load()(rest[1:], state_dir, shared)


def _get() -> Command:
    from bitsgui.terminal.get import run_get

    return run_get


def _put() -> Command:
    from bitsgui.terminal.put import run_put

    return run_put


def _serve() -> Command:
    from bitsgui.terminal.serve import run_serve

    return run_serve


def _service() -> Command:
    from bitsgui.terminal.service import run_service

    return run_service


def _on_queue(name: str) -> Command:
    from bitsgui.terminal.queue_commands import COMMANDS

    return COMMANDS[name]


_QUEUE_COMMANDS: Final = ("add", "list", "info", "suspend", "resume", "complete", "cancel", "set")
_COMMANDS: Final[Mapping[str, Callable[[], Command]]] = MappingProxyType(
    {"get": _get, "put": _put, "serve": _serve, "service": _service}
    | {name: partial(_on_queue, name) for name in _QUEUE_COMMANDS}
)


def _open_window(arguments: Sequence[str], state_dir: Path, shared: argparse.ArgumentParser) -> int:
    options = _window_parser(shared).parse_args(arguments)

    from bitsgui.remote.messages import Show
    from bitsgui.remote.ownership import WindowRunsError, activation_token, hand_over

    show = Show(
        tuple(options.urls), options.new, options.paste, hidden=options.hidden, activation_token=activation_token()
    )
    try:
        if not options.demo:
            hand_over(state_dir, show)

        from bitsgui.app import run_window

        return run_window(state_dir, show, demo=options.demo)
    except WindowRunsError as error:
        sys.stderr.write(f"{error}\n")
        return 0


def _shared_options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument(
        "--state-dir",
        type=_folder,
        metavar="DIR",
        help="where jobs are kept (default: the platform's place, or BITSGUI_STATE_DIR)",
    )
    return parser


def _window_parser(shared: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bitsgui",
        description="A desktop transfer manager whose downloads survive anything.",
        epilog=_COMMANDS_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[shared],
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"bitsgui {__version__}")
    parser.add_argument("--demo", action="store_true", help="try it out: throw-away state and a server of its own")
    parser.add_argument("--hidden", action="store_true", help="start without showing the window, raise none")
    parser.add_argument("urls", nargs="*", type=_url, metavar="URL", help="offered in the New Download dialog")
    ways_in = parser.add_mutually_exclusive_group()  # what a desktop's menu offers beside the window itself
    ways_in.add_argument("--new", action="store_true", help="open the New Download dialog")
    ways_in.add_argument("--paste", action="store_true", help="the same, with the addresses in the clipboard")
    return parser


def _default_state_dir() -> Path:
    if given := os.environ.get("BITSGUI_STATE_DIR"):
        return _folder(given)
    import platformdirs

    return platformdirs.user_state_path("bitsgui", appauthor=False)


def _folder(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError("the folder's name is empty")
    return Path(text).expanduser().absolute()


def _url(text: str) -> str:
    if not text.lower().startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError(f"{text!r} is neither a command nor an http(s) address")
    return text


if __name__ == "__main__":
    sys.exit(main())
