"""Download of one JobFile: validated, ranged GETs into its part file until it is whole.

Right bytes or a TransferStop. Knows nothing of other files, of retries and of states.
"""

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import urlsplit

from bitsgui.engine.body_rules import bytes_to_judge, check_encoding, check_not_a_web_page
from bitsgui.engine.client import Answer, JobClient
from bitsgui.engine.exchange import Request, beginning_of, checksum_of, chunks_of, headers_for, reply_of
from bitsgui.engine.part_file import PartFile
from bitsgui.engine.range_rules import Ask, Judgement, Reply, Verdict, is_vouched_for, judge, parse_http_date
from bitsgui.engine.spans import local_total, position, remote_total
from bitsgui.engine.stop import TransferStop
from bitsgui.engine.throttle import Throttle
from bitsgui.model import codes
from bitsgui.model.enums import ErrorContext, SecurityFlags
from bitsgui.model.facts import Facts
from bitsgui.model.file_edits import forgotten
from bitsgui.model.job import JobFile, JobSettings
from bitsgui.model.names import name_from_content_disposition
from bitsgui.model.urls import log_url

TAIL: Final = 64 * 1024
"""Bytes compared before appending where no strong validator vouches for the version."""

_MAX_FRESH_STARTS: Final = 3

log = logging.getLogger(__name__)


class FileReport(Protocol):
    """What a download tells and asks while it runs."""

    def connecting(self) -> None: ...
    def transferring(self) -> None: ...
    def progress(self, file: JobFile) -> None: ...
    async def received(self, count: int) -> None: ...
    async def store(self, file: JobFile) -> None: ...
    async def claim_name(self, name: str) -> str: ...


class Download:
    """One file on its way; `file` is its value now."""

    def __init__(
        self,
        file: JobFile,
        part: PartFile,
        client: JobClient,
        settings: JobSettings,
        throttle: Throttle,
        report: FileReport,
    ) -> None:
        self.file = file
        self._part = part
        self._client = client
        self._settings = settings
        self._throttle = throttle
        self._report = report
        self._fresh_starts = 0

    async def run(self) -> JobFile:
        """Fetch what is missing; the file as finished (part file closed). Raises TransferStop."""
        if self._part.offset != self.file.bytes_transferred or not self._may_resume():
            await self._forget()
        while not self._is_whole():
            await self._one_answer()
        await self._part.finish(self.file.modified_time)
        self.file = replace(self.file, transferred=True, bytes_total=self.file.bytes_transferred)
        return self.file

    def snapshot(self) -> JobFile:
        """The file with what was received, for a checkpoint."""
        return self.file

    def _may_resume(self) -> bool:
        # What only waits for its checksum needs no server.
        if self.file.bytes_transferred == 0 or self.file.is_unproven:
            return True
        is_plain = not self._settings.dynamic_content and self._settings.http_method == "GET"
        return is_plain and self.file.bytes_total is not None

    def _is_whole(self) -> bool:
        return self.file.bytes_total is not None and self.file.bytes_transferred >= self.file.bytes_total

    async def _one_answer(self) -> None:
        request = await self._next_request()
        self._report.connecting()
        async with aclosing(await self._client.open(self.file.remote_name, headers_for(request))) as answer:
            reply = reply_of(answer)
            judgement = self._judged(request, reply)
            if judgement.verdict is Verdict.COMPARE_END:
                await self._compare_end(judgement)
            elif judgement.verdict is Verdict.ASK_AGAIN:
                await self._forget(_change(self.file, reply, judgement))
            elif not is_vouched_for(request.ask, reply):
                # Asked anew without it: the end of the part file has to vouch for the version then.
                self.file = replace(self.file, validator=None)
            else:
                await self._take(request, answer, reply, judgement)

    def _judged(self, request: Request, reply: Reply) -> Judgement:
        if not self.file.ranges:
            return judge(request.ask, reply)
        if reply.status == 416:
            raise _range_outside()
        judgement = judge(request.ask, reply)
        is_whole_file = judgement.verdict is Verdict.START_OVER
        return replace(judgement, verdict=Verdict.ASK_AGAIN) if is_whole_file else judgement

    async def _next_request(self) -> Request:
        offset = self.file.bytes_transferred
        at = position(self.file, offset)
        if offset == 0 and not self.file.ranges:
            return Request(Ask())
        ask = Ask(at.remote, at.remote_end, remote_total(self.file), self.file.validator)
        needs_tail = self.file.validator is None or self.file.validator.if_range is None
        if not needs_tail or at.into_span == 0:
            return Request(ask)
        await self._part.flush()
        count = min(TAIL, at.into_span)
        tail = await self._part.read(offset - count, count)
        return Request(replace(ask, start=at.remote - count), tail)

    async def _take(self, request: Request, answer: Answer, reply: Reply, judgement: Judgement) -> None:
        starts_over = judgement.verdict is Verdict.START_OVER
        check_encoding(answer.header("content-encoding"), (self.file.local_name, urlsplit(self.file.remote_name).path))
        async with aclosing(chunks_of(answer)) as chunks:
            beginning = await beginning_of(chunks, bytes_to_judge(reply.content_type))
            if starts_over or self.file.bytes_transferred == 0:
                check_not_a_web_page(reply.content_type, beginning, self.file.local_name)
            # Only now: a log-in page in place of the new version must not cost what was received.
            if starts_over:
                await self._forget(_change(self.file, reply, judgement))
            self._learn_checksum(answer)
            if self.file.bytes_transferred == 0:
                await self._learn(answer, reply, judgement)
            self._report.transferring()
            await self._append(beginning, chunks, b"" if starts_over else request.tail, judgement.body_length)

    async def _append(self, chunk: bytes, more: AsyncGenerator[bytes, None], tail: bytes, expected: int | None) -> None:
        """Write a body behind what is here, after its first bytes proved equal to `tail`."""
        start, skipped, received = self.file.bytes_transferred, len(tail), 0
        while chunk:
            received += len(chunk)
            if expected is not None and received > expected:
                await self._take_back(start)
                raise _invalid("The server sent more bytes than it announced.")
            count = min(len(chunk), len(tail))
            if chunk[:count] != tail[:count]:
                log.info("%s: the part file ends otherwise: starting over", log_url(self.file.remote_name))
                await self._forget()
                return
            tail = tail[count:]
            if count < len(chunk):
                await self._accept(chunk[count:] if count else chunk)
            chunk = await anext(more, b"")
        if expected is None:
            self.file = replace(self.file, bytes_total=self.file.bytes_transferred)
        elif received < expected:
            raise _cut_short(received, expected)
        elif skipped and received <= skipped:
            raise _invalid("The server sends too small parts to go on with.")

    async def _take_back(self, offset: int) -> None:
        """Drop what this answer brought: it is not what the server announced."""
        await self._part.rewind(offset)
        self.file = replace(self.file, bytes_transferred=offset)

    async def _accept(self, chunk: bytes) -> None:
        for piece in self._throttle.slices(chunk):
            await self._throttle.pass_through(len(piece))
            await self._part.write(piece)
            self.file = replace(self.file, bytes_transferred=self.file.bytes_transferred + len(piece))
            self._report.progress(self.file)
            await self._report.received(len(piece))

    async def _learn(self, answer: Answer, reply: Reply, judgement: Judgement) -> None:
        """Keep what the first answer of a version says of the file."""
        total = local_total(self.file, judgement.total)
        if self.file.ranges:
            _check_ranges_inside(self.file, judgement.total)
        resumable = False if self._settings.dynamic_content else judgement.resumable
        self.file = replace(
            self.file,
            bytes_total=total,
            validator=reply.validator,
            resumable=resumable,
            modified_time=parse_http_date(reply.validator.last_modified),
        )
        await self._take_name(answer)
        is_reported = self._settings.security_flags & SecurityFlags.REDIRECT_ALLOW_REPORT
        if is_reported and self._client.may_stand_for(answer.url, self.file.remote_name):
            self.file = replace(self.file, remote_name=answer.url)
        self._report.progress(self.file)
        if total:
            await self._part.claim(total)

    def _learn_checksum(self, answer: Answer) -> None:
        """Keep what the server says of the content, once a version."""
        if self.file.ranges or self._settings.dynamic_content:
            return
        if self.file.bytes_transferred == 0 or self.file.server_checksum is None:
            self.file = replace(self.file, server_checksum=checksum_of(answer))

    async def _take_name(self, answer: Answer) -> None:
        if not self.file.name_from_server:
            return
        name = name_from_content_disposition(answer.header("content-disposition"))
        local_name = self.file.local_name
        if name is not None and name != Path(local_name).name:
            local_name = await self._report.claim_name(str(Path(local_name).with_name(name)))
            self.file = replace(self.file, replace_existing=False)
        self.file = replace(self.file, local_name=local_name, name_from_server=False)

    async def _compare_end(self, judgement: Judgement) -> None:
        """416 and the remote size is what we have: whole if the ends are equal, else another file."""
        await self._part.flush()
        have = self.file.bytes_transferred
        count = min(TAIL, have)
        tail = await self._part.read(have - count, count)
        ask = Ask(have - count, have - 1, judgement.total)
        async with aclosing(await self._client.open(self.file.remote_name, headers_for(Request(ask)))) as answer:
            if judge(ask, reply_of(answer)).verdict is Verdict.TAKE:
                body = b"".join([chunk async for chunk in chunks_of(answer)])
                if body == tail:
                    self.file = replace(self.file, bytes_total=have)
                    return
        await self._forget()

    async def _forget(self, why: Facts | None = None) -> None:
        """Start over from 0, and say so durably before a byte of the new version is written."""
        self._fresh_starts += 1
        if self._fresh_starts > _MAX_FRESH_STARTS:
            raise TransferStop(
                ErrorContext.REMOTE_FILE,
                codes.BG_E_REMOTE_FILE_CHANGED,
                "The file on the server changes faster than it can be fetched.",
                facts=why,
            )
        await self._part.rewind(0)
        self.file = forgotten(self.file)
        await self._report.store(self.file)
        self._report.progress(self.file)


def _change(file: JobFile, reply: Reply, judgement: Judgement) -> Facts:
    """What is known of another version."""
    changed_at = parse_http_date(reply.validator.last_modified) if reply.validator else None
    return Facts(size_before=remote_total(file), size_now=judgement.total, changed_at=changed_at)


def _check_ranges_inside(file: JobFile, total: int | None) -> None:
    if total is None:
        raise TransferStop(ErrorContext.REMOTE_FILE, codes.BG_E_MISSING_FILE_SIZE)
    if any(r.initial_offset + (r.length or 1) > total for r in file.ranges):
        raise _range_outside()


def _range_outside() -> TransferStop:
    return TransferStop(
        ErrorContext.REMOTE_FILE, codes.BG_E_INVALID_RANGE, "A range does not lie inside the remote file."
    )


def _cut_short(received: int, expected: int) -> TransferStop:
    return TransferStop(
        ErrorContext.GENERAL_TRANSPORT,
        codes.ERROR_WINHTTP_CONNECTION_ERROR,
        f"The connection ended after {received} of {expected} bytes.",
    )


def _invalid(detail: str) -> TransferStop:
    return TransferStop(ErrorContext.REMOTE_FILE, codes.BG_E_INVALID_SERVER_RESPONSE, detail)
