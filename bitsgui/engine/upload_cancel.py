"""The last packet of a job that has left the queue: the server may drop what it has, or only the reply."""

from bitsgui.engine import upload_packets as packets
from bitsgui.engine.client import JobClient
from bitsgui.engine.ports import JobSecrets
from bitsgui.engine.stop import TransferStop
from bitsgui.engine.surroundings import Surroundings
from bitsgui.engine.upload_exchange import ACK_WAIT_S, Parcel, Patience, exchange
from bitsgui.engine.upload_headers import on_host
from bitsgui.engine.upload_packets import PacketType
from bitsgui.model.cancel_effect import has_arrived
from bitsgui.model.job import Job
from bitsgui.model.upload import REPLY_PHASES


async def cancel_session(job: Job, secrets: JobSecrets, around: Surroundings) -> bool:
    """End the session; True if the server has done so, knows none, or says that it never will.

    An upload that has succeeded stays: Close-Session publishes it and drops the reply, where Cancel-Session would
    take both back on servers that publish at the end [MC-BUP 3.2.5.2.8]. One whose program failed is the server's to
    publish or to let expire. Raises TransferStop for what is worth
    another try: silence and 5xx.
    """
    upload = job.upload
    if upload is None or upload.session_id is None:
        return True
    home = job.files[0].remote_name
    client = JobClient(job.settings, secrets, around.pool, await around.system_proxies(), home)
    url = home if upload.host_id is None else on_host(home, upload.host_id)
    if has_arrived(job) or upload.phase in REPLY_PHASES:
        packet_type, headers = PacketType.CLOSE_SESSION, packets.close_session(upload.session_id)
    else:
        packet_type, headers = PacketType.CANCEL_SESSION, packets.cancel_session(upload.session_id)
    try:
        await exchange(client, Parcel(packet_type, headers, url, home), Patience(ACK_WAIT_S))
    except TransferStop as stop:
        if stop.http_status is None or stop.http_status >= 500:
            raise
    return True
