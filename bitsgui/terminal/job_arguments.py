"""The arguments of the commands that are about jobs of the queue: which ones, and how to answer."""

import argparse
from collections.abc import Sequence

from bitsgui.model.enums import Verb
from bitsgui.remote.messages import Act, Selection
from bitsgui.terminal.arguments import call_parser

SPEAKS_TO = """\
It speaks to the running window or `bitsgui service`; without one it works on the stored queue.
"""
_ID_HELP = """\
ID is the job's GUID, a unique beginning of it, or its row number in `bitsgui list`. Row numbers move up when a job
before it leaves the queue: in scripts use the id that `bitsgui add` prints.
"""
STATUSES = "exit status: 0 done, 1 refused, 2 usage, 3 refused for some of the jobs, 130 interrupted\n"

_DESCRIPTIONS = {
    Verb.RESUME: "Let jobs go on; a job that waits or failed is tried at once.",
    Verb.SUSPEND: "Stop jobs until they are resumed; what was received is kept.",
    Verb.COMPLETE: "Give the files of transferred jobs their names. Of an unfinished download what is whole is kept "
    "and the rest dropped: exit status 3.",
    Verb.CANCEL: "Remove jobs and what was received of them; says what is lost. There is no undo.",
}
_ALL = {
    Verb.RESUME: "every job that rests or waits",
    Verb.SUSPEND: "every job that runs or waits",
    Verb.COMPLETE: "every job whose bytes are all here",
    Verb.CANCEL: "the whole queue",
}


def job_parser(name: str, shared: argparse.ArgumentParser, description: str, every: str) -> argparse.ArgumentParser:
    """The parser of a command on chosen jobs; `every`: what --all means."""
    parser = call_parser(name, shared, description=f"{description}\n{SPEAKS_TO}", epilog=f"{_ID_HELP}{STATUSES}")
    parser.add_argument("ids", nargs="*", metavar="ID")
    parser.add_argument("--all", action="store_true", help=every)
    add_json(parser)
    return parser


def add_json(parser: argparse.ArgumentParser) -> None:
    """--json, on every command of the queue."""
    parser.add_argument("--json", action="store_true", help="print one object a job, a line each")


def selection(parser: argparse.ArgumentParser, ids: Sequence[str], *, every: bool) -> Selection:
    """The jobs that are meant; neither or both ends the process with status 2, as argparse does."""
    if bool(ids) == every:
        parser.error("give at least one ID, or --all")
    return Selection(tuple(ids), every)


def parse_act(verb: Verb, arguments: Sequence[str], shared: argparse.ArgumentParser) -> tuple[Act, bool]:
    """The request, and whether --json was given."""
    parser = job_parser(verb.value, shared, _DESCRIPTIONS[verb], _ALL[verb])
    if verb is Verb.RESUME:
        parser.add_argument("--restart", action="store_true", help="forget what is here of files that are not whole")
    given = parser.parse_intermixed_args(arguments)
    which = selection(parser, given.ids, every=given.all)
    return Act(verb, which, restart=verb is Verb.RESUME and given.restart), given.json
