"""The arguments of `bitsgui add` as one frozen value; asks for passwords and reads list files, no more."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bitsgui.terminal.arguments import add_connection_options, add_job_options, call_parser, call_values
from bitsgui.terminal.get_arguments import GetOptions, add_url_options, url_values
from bitsgui.terminal.job_arguments import SPEAKS_TO, STATUSES, add_json

_DESCRIPTION: Final = f"""\
Add downloads to the queue, a job for each URL, and print their ids. A job waits for Complete when every byte is here,
unless --complete is given.
{SPEAKS_TO}"""
_EPILOG: Final = f"""\
What is not given comes from the settings of the window. Without a running window or service the jobs wait for one.
{STATUSES}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddOptions(GetOptions):
    """What `add` was asked to do; an empty name: that of the file."""

    name: str = ""
    description: str = ""
    suspended: bool = False
    one_job: bool = False
    completes: bool = False


def parse_add(arguments: Sequence[str], shared: argparse.ArgumentParser) -> AddOptions:
    """Read the arguments; a bad one ends the process with status 2 and a message, as argparse does."""
    parser = _parser(shared)
    given = parser.parse_intermixed_args(arguments)
    where = url_values(parser, given)
    if given.name and len(where["urls"]) > 1 and not given.one_job:
        parser.error("--name is for one job: give one URL, or --one-job")
    return AddOptions(
        name=given.name,
        description=given.description,
        suspended=given.suspended,
        one_job=given.one_job,
        completes=given.complete,
        **where,
        **call_values(parser, given),
    )


def _parser(shared: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser = call_parser("add", shared, description=_DESCRIPTION, epilog=_EPILOG)
    add_url_options(parser)
    add = parser.add_argument
    add("--name", default="", metavar="TEXT", help="the job's name (default: the file's)")
    add("--description", default="", metavar="TEXT")
    add("--one-job", action="store_true", help="one job of all the URLs, fetched one after another")
    add("--suspended", action="store_true", help="do not start yet")
    add("--complete", action="store_true", help="complete the job as soon as it is transferred")
    add_connection_options(parser)
    add_job_options(parser, rate="of each job", priority="normal", delay="that of the settings")
    add_json(parser)
    add("-q", "--quiet", action="store_true", help="print nothing but the ids")
    parser.set_defaults(restart=False)
    return parser
