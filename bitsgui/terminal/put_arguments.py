"""The arguments of `bitsgui put` as one frozen value; asks for passwords, no more."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

from bitsgui.terminal.arguments import (
    CallOptions,
    add_connection_options,
    add_job_options,
    add_output_options,
    call_parser,
    call_values,
)

_DESCRIPTION = """\
Upload a file in the terminal by the BITS upload protocol, to `bitsgui serve` or to
another server that speaks it.
"""
_EPILOG = """\
An upload that was interrupted or failed goes on where it stopped when the same command is run again.
exit status: 0 done, 1 fatal error, 2 usage, 130 interrupted

examples:
  bitsgui put report.pdf http://server:8080/inbox/
  bitsgui put data.csv http://server:8080/inbox/data.csv --reply result.txt
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutOptions(CallOptions):
    """What `put` was asked to do; `reply` None: the server's reply is not wanted."""

    file: str
    url: str
    reply: str | None = None


def parse_put(arguments: Sequence[str], shared: argparse.ArgumentParser) -> PutOptions:
    """Read the arguments; a bad one ends the process with status 2 and a message, as argparse does."""
    parser = _parser(shared)
    given = parser.parse_args(arguments)
    if given.overwrite and given.reply is None:
        parser.error("--overwrite needs --reply; whether a file on the server may be replaced is the server's to say")
    if given.reply == "-":
        parser.error("a reply is saved as a file: --reply PATH")
    return PutOptions(file=given.file, url=given.url, reply=given.reply, **call_values(parser, given))


def _parser(shared: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser = call_parser("put", shared, description=_DESCRIPTION, epilog=_EPILOG)
    add = parser.add_argument
    add("file", metavar="FILE", help="what to send; it is left as it is")
    add("url", metavar="URL", help="where it goes; after a / at the end the file's name is added")
    add("--reply", metavar="PATH", help="wait for the reply of the server's program and save it: a file or a folder")
    add("--overwrite", action="store_true", help="replace a file that is in the reply's place")
    add("--restart", action="store_true", help="forget what an earlier run of the command has sent")
    add_connection_options(parser)
    add_job_options(parser)
    add_output_options(parser)
    return parser
