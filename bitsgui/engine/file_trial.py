"""Whether a download would go on, by the smallest real requests: its first byte, and the end of what is here.

Reads the part file and never writes; what it says of an answer is what `range_rules` and `download` would do with it.
"""

import asyncio
import os
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bitsgui.engine.body_rules import bytes_to_judge, check_encoding, check_not_a_web_page
from bitsgui.engine.checklist import Checklist
from bitsgui.engine.client import Answer, JobClient
from bitsgui.engine.download import TAIL
from bitsgui.engine.exchange import Request, beginning_of, chunks_of, headers_for, reply_of
from bitsgui.engine.part_file import read_at
from bitsgui.engine.range_rules import Ask, Reply, has_changed, judge
from bitsgui.engine.range_rules import Verdict as Worth
from bitsgui.engine.spans import local_total, position, remote_total
from bitsgui.engine.stop import TransferStop
from bitsgui.model import codes
from bitsgui.model.check import Step, Verdict
from bitsgui.model.enums import AuthTarget, ErrorContext
from bitsgui.model.job import JobFile, JobSettings
from bitsgui.model.urls import host_of, same_origin


@dataclass(frozen=True, slots=True)
class OnTrial:
    """A file as it is and as the fix would have it; `part`: where its bytes gather now."""

    before: JobFile
    after: JobFile
    part: Path

    @property
    def is_elsewhere(self) -> bool:
        """The fix is another address."""
        return self.before.remote_name != self.after.remote_name

    @property
    def is_same_resource(self) -> bool:
        """The addresses differ in their query at most, so that an equal validator means the same bytes."""
        old, new = self.before.remote_name, self.after.remote_name
        return same_origin(old, new) and urlsplit(old).path == urlsplit(new).path


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the first request told; `total`: size of the remote file, bytes, None = not said."""

    reply: Reply
    total: int | None
    beginning: bytes


class FileTrial:
    """One file's part of a check."""

    def __init__(self, file: OnTrial, client: JobClient, settings: JobSettings, checks: Checklist) -> None:
        self._file = file
        self._client = client
        self._settings = settings
        self._checks = checks
        self._url = file.after.remote_name
        self._host = host_of(self._url)

    async def run(self) -> Verdict:
        """Ask for as little as decides; raises CheckEndedError."""
        seen = await self._first_byte()
        await self._check_kind(seen)
        if self._settings.dynamic_content:
            return Verdict.PASSED
        self._check_ranges(seen)
        if not self._check_size(seen):
            return Verdict.DIFFERENT_FILE if self._file.is_elsewhere else Verdict.RESTARTS_FILE
        if self._file.after.bytes_transferred == 0:
            return Verdict.PASSED
        kept = Verdict.KEEPS_BYTES if self._file.is_elsewhere else Verdict.PASSED
        return kept if await self._is_same(seen) else Verdict.RESTARTS_FILE

    async def _first_byte(self) -> _Seen:
        start = position(self._file.after, 0).remote
        ask = Ask() if self._settings.dynamic_content else Ask(start, start)
        with self._checks.step(Step.ANSWERS, by_code=True, host=self._host) as facts:
            async with aclosing(await self._client.open(self._url, headers_for(Request(ask)))) as answer:
                facts["http_status"] = answer.status
                if self._url.lower().startswith("https:"):
                    self._checks.passed(Step.TLS_HANDSHAKE, host=self._host)
                seen = await self._read(ask, answer)
            if any(entry.target is AuthTarget.SERVER for entry in self._settings.credentials):
                self._checks.passed(Step.SIGN_IN, host=self._host)
        return seen

    async def _read(self, ask: Ask, answer: Answer) -> _Seen:
        reply = reply_of(answer)
        judgement = judge(Ask() if reply.status == 200 else ask, reply)
        if judgement.verdict is Worth.ASK_AGAIN:
            raise TransferStop(ErrorContext.REMOTE_FILE, codes.BG_E_INVALID_RANGE, http_status=reply.status)
        check_encoding(answer.header("content-encoding"), (self._file.after.local_name, urlsplit(self._url).path))
        # One more than was asked for: only a body that is read to its end leaves the connection for the next request.
        wanted = bytes_to_judge(reply.content_type) if reply.status == 200 else 2
        async with aclosing(chunks_of(answer)) as chunks:
            return _Seen(reply, judgement.total, await beginning_of(chunks, wanted))

    async def _check_kind(self, seen: _Seen) -> None:
        beginning, wanted = seen.beginning, bytes_to_judge(seen.reply.content_type)
        with self._checks.step(Step.NOT_A_WEB_PAGE, host=self._host):
            if seen.reply.status == 206 and wanted > 1:
                beginning = await self._piece(0, min(wanted, seen.total or wanted) - 1)
            check_not_a_web_page(seen.reply.content_type, beginning, self._file.after.local_name)

    def _check_ranges(self, seen: _Seen) -> None:
        if seen.reply.status != 200:
            self._checks.passed(Step.RANGE_SUPPORTED)
            return
        file = self._file.after
        goes_on = file.bytes_transferred > 0 and not has_changed(
            Ask(total=remote_total(file), validator=file.validator), seen.reply, seen.total
        )
        if goes_on or file.ranges:
            self._checks.fail(Step.RANGE_SUPPORTED, codes.BG_E_INSUFFICIENT_RANGE_SUPPORT, http_status=200)
        self._checks.skipped(Step.RANGE_SUPPORTED, code=codes.BG_E_INSUFFICIENT_RANGE_SUPPORT, http_status=200)

    def _check_size(self, seen: _Seen) -> bool:
        file = self._file.after
        found, wanted = local_total(file, seen.total), file.bytes_total
        if seen.total is not None and any(r.initial_offset + (r.length or 1) > seen.total for r in file.ranges):
            self._checks.fail(Step.SIZE_MATCHES, codes.BG_E_INVALID_RANGE, found=seen.total)
        if found is None or wanted is None:
            self._checks.skipped(Step.SIZE_MATCHES, wanted=wanted, found=found)
        elif found == wanted:
            self._checks.passed(Step.SIZE_MATCHES, wanted=wanted, found=found)
        else:
            self._checks.mark_failed(Step.SIZE_MATCHES, wanted=wanted, found=found)
            return False
        return True

    async def _is_same(self, seen: _Seen) -> bool:
        """Whether the bytes at hand are the beginning of the file over there."""
        known = self._file.before.validator
        new = seen.reply.validator
        if known is None or (known.etag, known.last_modified) == (None, None):
            self._checks.skipped(Step.VALIDATOR_MATCHES)
        elif has_changed(Ask(validator=known), seen.reply, None):
            # Links with tokens change the ETag: of another address it proves nothing.
            self._checks.mark_failed(Step.VALIDATOR_MATCHES)
            if not self._file.is_elsewhere:
                return False
        elif known.if_range is not None and known.if_range in (new.etag, new.last_modified):
            self._checks.passed(Step.VALIDATOR_MATCHES)
            if self._file.is_same_resource:
                return True
        else:
            self._checks.skipped(Step.VALIDATOR_MATCHES)
        return await self._has_same_tail()

    async def _has_same_tail(self) -> bool:
        file = self._file.after
        have = file.bytes_transferred
        at = position(file, have)
        count = min(TAIL, at.into_span)
        here = await asyncio.to_thread(_end_of, self._file.part, have, count)
        if here is None:
            self._checks.skipped(Step.TAIL_MATCHES, code=codes.ERROR_FILE_NOT_FOUND)
            return False
        if count:
            with self._checks.step(Step.ANSWERS, by_code=True, host=self._host):
                there = await self._piece(at.remote - count, at.remote - 1)
            if here != there:
                self._checks.mark_failed(Step.TAIL_MATCHES, found=count)
                return False
        self._checks.passed(Step.TAIL_MATCHES, found=count)
        return True

    async def _piece(self, first: int, last: int) -> bytes:
        ask = Ask(first, last)
        async with aclosing(await self._client.open(self._url, headers_for(Request(ask)))) as answer:
            reply = reply_of(answer)
            if reply.status != 206 or judge(ask, reply).verdict is not Worth.TAKE:
                raise TransferStop(ErrorContext.REMOTE_FILE, codes.BG_E_INSUFFICIENT_RANGE_SUPPORT)
            async with aclosing(chunks_of(answer)) as chunks:
                return await beginning_of(chunks, last - first + 2)


def _end_of(part: Path, have: int, count: int) -> bytes | None:
    """The last `count` of the `have` bytes of a part file, None if it has fewer or is not there (blocking)."""
    try:
        fd = os.open(part, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0))
    except OSError:
        return None
    try:
        return read_at(fd, have - count, count) if os.fstat(fd).st_size >= have else None
    except OSError:
        return None
    finally:
        os.close(fd)
