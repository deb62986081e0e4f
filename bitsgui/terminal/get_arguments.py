"""The arguments of `bitsgui get` as one frozen value; asks for passwords and reads list files, no more."""

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bitsgui.model.checksum import Checksum, read_checksum
from bitsgui.model.names import name_from_url
from bitsgui.model.url_list import addresses_in_list
from bitsgui.model.url_pattern import expand
from bitsgui.terminal.arguments import (
    CallOptions,
    add_connection_options,
    add_job_options,
    add_output_options,
    call_parser,
    call_values,
    refusals,
    seconds_of,
)

_EPILOG = """\
A download that was interrupted or failed goes on when the same command is run again.
exit status: 0 done, 1 fatal error, 2 usage, 3 some files arrived, 130 interrupted
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class GetOptions(CallOptions):
    """What `get` was asked to do; `checksums`: none, or one for each URL."""

    urls: tuple[str, ...]
    output: str | None = None
    checksums: tuple[Checksum, ...] = ()


def parse_get(arguments: Sequence[str], shared: argparse.ArgumentParser) -> GetOptions:
    """Read the arguments; a bad one ends the process with status 2 and a message, as argparse does."""
    parser = _parser(shared)
    given = parser.parse_args(arguments)
    return GetOptions(**url_values(parser, given), **call_values(parser, given))


def url_values(parser: argparse.ArgumentParser, given: argparse.Namespace) -> dict[str, Any]:
    """The fields of GetOptions that `add_url_options` gives; reads list files."""
    with refusals(parser):
        urls = tuple(dict.fromkeys([*given.urls, *_listed(given.url_file)]))
        urls = tuple(dict.fromkeys(expand(urls))) if given.pattern else urls
    if not urls:
        parser.error("give at least one URL, or --url-file")
    if given.checksum and len(given.checksum) != len(urls):
        parser.error(f"give one --checksum for each URL: {len(urls)} URLs, {len(given.checksum)} checksums")
    with refusals(parser):
        pairs = zip(given.checksum, urls, strict=False)
        checksums = tuple(read_checksum(text, name_from_url(url)) for text, url in pairs)
    return {
        "urls": urls,
        "output": given.output,
        "checksums": checksums,
        "maximum_download_time_s": given.max_time,
    }


def add_url_options(parser: argparse.ArgumentParser) -> None:
    """What to fetch, where to, and what it must be."""
    add = parser.add_argument
    add("urls", nargs="*", metavar="URL")
    add(
        "--url-file",
        metavar="FILE",
        help="more URLs, one a line, # begins a comment; - is the standard input",
    )
    add(
        "--pattern",
        action="store_true",
        help="each URL may stand for many: file[001-120].zip, [a-z], [0-100:10], {north,south}",
    )
    add("-o", "--output", metavar="PATH", help="file name for one URL, or the folder to save into")
    add(
        "--checksum",
        action="append",
        default=[],
        metavar="sha-256=HEX",
        help="what the file must hash to, or a line of SHA256SUMS; once for each URL, in their order",
    )
    add("--overwrite", action="store_true", help="replace files that exist")
    add("--max-time", type=seconds_of, metavar="S", help="give up after S seconds of transferring")


def _parser(shared: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser = call_parser("get", shared, description="Download files in the terminal.", epilog=_EPILOG)
    add_url_options(parser)
    parser.add_argument("--restart", action="store_true", help="forget what an earlier run of the command has received")
    add_connection_options(parser)
    add_job_options(parser)
    add_output_options(parser)
    return parser


def _listed(name: str | None) -> Iterable[str]:
    if name is None:
        return ()
    text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8-sig")
    return addresses_in_list(text)
