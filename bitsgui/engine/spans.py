"""The remote spans that make one local file, and where a local offset lies in them. Pure."""

from dataclasses import dataclass

from bitsgui.model.job import FileRange, JobFile

WHOLE_FILE = (FileRange(0, None),)


@dataclass(frozen=True, slots=True)
class Position:
    """A local offset as seen in the remote file: bytes into the span, remote offset, last remote byte or None."""

    into_span: int
    remote: int
    remote_end: int | None


def spans_of(file: JobFile) -> tuple[FileRange, ...]:
    """The ranges of AddFileWithRanges, or the whole file as one."""
    return file.ranges or WHOLE_FILE


def position(file: JobFile, offset: int) -> Position:
    """Where the byte at local `offset` comes from; the last span takes what lies beyond."""
    spans = spans_of(file)
    rest = offset
    for span in spans[:-1]:
        length = span.length if span.length is not None else _length_to_end(file)
        if length is None or rest < length:
            return _in_span(span, rest)
        rest -= length
    return _in_span(spans[-1], rest)


def local_total(file: JobFile, remote_total: int | None) -> int | None:
    """Size of the local file in bytes once the remote file's size is known (None = unknown)."""
    total = 0
    for span in spans_of(file):
        length = span.length
        if length is None:
            if remote_total is None:
                return None
            length = max(0, remote_total - span.initial_offset)
        total += length
    return total


def remote_total(file: JobFile) -> int | None:
    """The remote size that a stored local total implies; None where ranges hide it."""
    return None if file.ranges else file.bytes_total


def _length_to_end(file: JobFile) -> int | None:
    """Length of the one span that reaches to the end of the remote file: what the others leave of the local total."""
    return None if file.bytes_total is None else file.bytes_total - sum(span.length or 0 for span in file.ranges)


def _in_span(span: FileRange, into_span: int) -> Position:
    end = None if span.length is None else span.initial_offset + span.length - 1
    return Position(into_span, span.initial_offset + into_span, end)
