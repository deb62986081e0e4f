"""A text file of addresses: one a line, # begins a comment; also what aria2 takes with --input-file."""

import re
from collections.abc import Iterator
from typing import Final

_OPTION: Final = re.compile(r"\s+[a-z][a-z0-9-]*=")


def addresses_in_list(text: str) -> tuple[str, ...]:
    """The addresses, in order, each once.

    Of aria2's lines, a line's first address counts (the others are its mirrors), and the options that are set in
    below it are passed over.
    """
    return tuple(dict.fromkeys(_addresses(text)))


def _addresses(text: str) -> Iterator[str]:
    for line in text.splitlines():
        address = line.strip().partition("\t")[0].strip()
        if address and not address.startswith("#") and not _OPTION.match(line):
            yield address
