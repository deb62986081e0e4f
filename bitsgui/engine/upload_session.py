"""One upload's state and its packets: what is stored, where packets go, what happens when nobody answers or knows it.

Knows neither fragments nor replies.
"""

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Final, Protocol

from bitsgui.engine import upload_packets as packets
from bitsgui.engine.client import JobClient
from bitsgui.engine.ports import Clock
from bitsgui.engine.source_file import FragmentBody
from bitsgui.engine.stop import TransferStop
from bitsgui.engine.upload_answers import Outcome
from bitsgui.engine.upload_exchange import ACK_WAIT_S, Parcel, Patience, exchange
from bitsgui.engine.upload_headers import on_host
from bitsgui.engine.upload_packets import Ack, PacketType
from bitsgui.model.codes import (
    BG_E_INVALID_SERVER_RESPONSE,
    BG_E_SESSION_NOT_FOUND,
    ERROR_WINHTTP_CONNECTION_ERROR,
)
from bitsgui.model.enums import ErrorContext
from bitsgui.model.file_edits import forgotten
from bitsgui.model.hresult import from_http_status
from bitsgui.model.job import Job, JobFile
from bitsgui.model.upload import REPLY_INDEX, REPLY_PHASES, Upload, UploadPhase
from bitsgui.model.urls import log_url

log = logging.getLogger(__name__)

MAX_LOSSES: Final = 3
"""Lost sessions in a row without a byte more than ever before: one more is the server's fault."""


class UploadReport(Protocol):
    """What an upload tells while it runs."""

    def connecting(self) -> None: ...
    def transferring(self) -> None: ...
    def sending(self, upload: Upload, file: JobFile) -> None: ...
    async def store(self, upload: Upload, entries: Mapping[int, JobFile]) -> None: ...


class UploadSession:
    """`upload`, `file` and `reply` are the values now; `store` makes them durable.

    `gone`: why the reply is no longer where it was, while the server's program is asked again. `was_repeated`: the
    last packet went out twice, because its first answer never came.
    """

    def __init__(self, job: Job, client: JobClient, report: UploadReport, clock: Clock) -> None:
        self.upload = job.upload or Upload()
        self.file = job.files[0]
        self.reply = job.reply
        self.report = report
        self.client = client
        self.gone: TransferStop | None = None
        self.losses = 0
        self.was_repeated = False
        self._clock = clock

    @property
    def home(self) -> str:
        """The job's own address."""
        return self.file.remote_name

    @property
    def url(self) -> str:
        """Where packets go: the address, at the host that the server has named."""
        return self.home if self.upload.host_id is None else on_host(self.home, self.upload.host_id)

    @property
    def current(self) -> tuple[int, JobFile]:
        """What an error is about: the reply from the moment its phase begins, else the file; with its index."""
        if self.reply is not None and self.upload.phase in REPLY_PHASES:
            return REPLY_INDEX, self.reply
        return 0, self.file

    async def store(
        self, upload: Upload | None = None, file: JobFile | None = None, reply: JobFile | None = None
    ) -> None:
        """Make the values as they are now, or as given, durable."""
        self.upload = upload or self.upload
        self.file = file or self.file
        self.reply = reply or self.reply
        entries = {0: self.file} if self.reply is None else {0: self.file, REPLY_INDEX: self.reply}
        await self.report.store(self.upload, entries)

    async def send(
        self,
        packet_type: PacketType,
        headers: Mapping[str, str],
        patience: Patience,
        body: FragmentBody | None = None,
        *,
        is_last: bool = False,
    ) -> tuple[Outcome, Ack]:
        """One packet and its Ack, at the address's own host again when the other one is given up.

        Raises TransferStop.
        """
        while True:
            parcel = Parcel(packet_type, headers, self.url, self.home, body, is_last)
            try:
                outcome, ack = await self._twice(parcel, patience)
            except TransferStop as stop:
                if body is not None and body.stop is not None:
                    raise body.stop from stop
                has_answered = stop.http_status is not None or stop.code == BG_E_INVALID_SERVER_RESPONSE
                if has_answered or not await self._gave_up_host():
                    raise
                continue
            self.upload = replace(self.upload, host_failed_at=None)
            return outcome, ack

    async def ping(self) -> None:
        """Ping: is anybody there, and may we in?"""
        self.report.connecting()
        await self.send(PacketType.PING, packets.ping(), Patience(ACK_WAIT_S))

    async def lost(self) -> None:
        """The server does not know the session: begin again at once, from 0. Raises TransferStop if that is no use."""
        if self.upload.phase is UploadPhase.REPLY:
            # Its program has done its work once; whether it does so again is for the job's owner to say.
            raise self.reply_gone()
        self.losses += 1
        if self.losses > MAX_LOSSES:
            detail = "The server has lost the upload again and again."
            raise TransferStop(ErrorContext.REMOTE_FILE, BG_E_SESSION_NOT_FOUND, detail, http_status=500)
        await self.start_over()

    async def drop(self) -> None:
        """Ask the server to forget what it has, and begin again even if it does not hear."""
        if self.upload.session_id is not None:
            headers = packets.cancel_session(self.upload.session_id)
            try:
                await self.send(PacketType.CANCEL_SESSION, headers, Patience(ACK_WAIT_S))
            except TransferStop as stop:
                log.info("%s: the session is left to its time-out: %s", log_url(self.url), stop)
        await self.start_over()

    async def start_over(self) -> None:
        """No session, offset 0."""
        upload = Upload(farthest=self.upload.farthest, fragment_size=self.upload.fragment_size)
        reply = None if self.reply is None else replace(forgotten(self.reply), remote_name="")
        await self.store(upload, forgotten(self.file), reply)

    def reply_gone(self) -> TransferStop:
        """The reply is lost, and the server cannot make it again."""
        detail = "The server has neither the reply nor what it needs to make it again."
        return self.gone or TransferStop(ErrorContext.REMOTE_FILE, from_http_status(404), detail)

    async def leave_dead_host(self) -> None:
        """Go back to the address's own host if the other one has been silent for its fallback time-out."""
        upload = self.upload
        if upload.host_failed_at is None or upload.host_fallback_s is None:
            return
        if self._clock.now() >= upload.host_failed_at + upload.host_fallback_s:
            await self.store(replace(upload, host_id=None, host_fallback_s=None, host_failed_at=None))

    async def _twice(self, parcel: Parcel, patience: Patience) -> tuple[Outcome, Ack]:
        self.was_repeated = False
        try:
            return await exchange(self.client, parcel, patience)
        except TransferStop as stop:
            # A kept connection that the server has closed meanwhile: every packet may be repeated.
            is_stale = stop.code == ERROR_WINHTTP_CONNECTION_ERROR and stop.http_status is None
            if not is_stale or (parcel.body is not None and parcel.body.stop is not None):
                raise
        self.was_repeated = True
        return await exchange(self.client, parcel, patience)

    async def _gave_up_host(self) -> bool:
        if self.upload.host_id is None:
            return False
        if self.upload.host_failed_at is None:
            await self.store(replace(self.upload, host_failed_at=self._clock.now()))
        await self.leave_dead_host()
        return self.upload.host_id is None
