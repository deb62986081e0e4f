"""`bitsgui serve`: a folder on the network until somebody stops it; says where it listens and what arrives."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bitsgui.server.events import Happening, ServerEvent
from bitsgui.server.local_names import is_loopback
from bitsgui.server.serve import FileServer
from bitsgui.server.sessions import StoreLockedError
from bitsgui.service.process import allow_many_files
from bitsgui.terminal.report import ExitStatus
from bitsgui.terminal.serve_arguments import ServeOptions, parse_serve
from bitsgui.terminal.signals import Signals
from bitsgui.terminal.words import clean, size_text

_WORDS: Final = {
    Happening.RECEIVED: "received {path}, {size}, from {client}",
    Happening.SENT: "sent {path}, {size}, to {client}",
    Happening.REPLIED: "sent a reply, {size}, to {client}",
    Happening.PROGRAM_FAILED: "the program failed with {path}, {size}, from {client}: the answer was {status}",
}


def run_serve(arguments: Sequence[str], state_dir: Path, shared: argparse.ArgumentParser) -> int:
    """Serve until a signal comes; the result is the exit status."""
    options = parse_serve(arguments, shared)
    try:
        return asyncio.run(_serve(options))
    except StoreLockedError:
        return _refuse(f"another `bitsgui serve` has this folder: {options.settings.folder}")
    except OSError as error:
        return _refuse(f"{error.strerror or error}: {error.filename or f'{options.host}:{options.port}'}")
    except KeyboardInterrupt:  # before signals are caught, or after
        return ExitStatus.SIGNAL + signal.SIGINT


async def _serve(options: ServeOptions) -> int:
    allow_many_files()
    stopped = Signals()
    report = _say_nothing if options.quiet else _say
    server = await FileServer.start(options.settings, report, host=options.host, port=options.port, tls=options.tls)
    print(f"Listening on {server.url}", flush=True)
    if options.settings.account is None and not is_loopback(options.host):
        what = "read" if not options.settings.uploads else "read and write"
        print(f"notice: anyone who reaches {options.host} can {what} {options.settings.folder}", file=sys.stderr)
    number = await stopped.wait()
    await server.aclose()
    return 0 if number == signal.SIGTERM else ExitStatus.SIGNAL + number


def _say(event: ServerEvent) -> None:
    client = f"{event.user} at {event.client}" if event.user else event.client
    line = _WORDS[event.happening].format(
        path=event.path, size=size_text(event.size), client=client, status=event.status
    )
    print(clean(line), flush=True)


def _say_nothing(event: ServerEvent) -> None:
    pass


def _refuse(text: str) -> int:
    print(f"bitsgui: {clean(text)}", file=sys.stderr, flush=True)
    return ExitStatus.FATAL
