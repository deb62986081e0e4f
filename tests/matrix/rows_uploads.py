"""Rows of uploads, their server program and their reply: 6b, 22 to 29, 36."""

from collections.abc import Awaitable, Callable

from bitsgui.model import fix
from bitsgui.model.causes import Cause
from bitsgui.model.diagnosis import Side
from bitsgui.model.job import Job
from bitsgui.model.remedy import Remedy
from tests.matrix.row import UPLOAD, Row
from tests.matrix.world import REPLY, SENT, World
from tests.support.bits_peer import LOST, BitsPeer, ack
from tests.support.scripted_server import Behaviour, Resource, status

ASKS = "asks the server to drop what it has"
NOTHING_SENT = "removes the job; nothing was sent"
REPLY_ONLY = "drops only the reply; the server keeps the file"
OTHER = "/other/a.bin"


def refused_by(answer: Behaviour) -> Callable[[World], Awaitable[Job]]:
    """Every Create-Session is answered so, here and at the other address."""

    async def provoke(world: World) -> Job:
        other = world.kept["peer"] = BitsPeer(world.server, OTHER)
        for peer in (world.peer, other):
            peer.answers["Create-Session", 0] = answer
        return await world.upload()

    return provoke


def refused_reply(answer: Behaviour) -> Callable[[World], Awaitable[Job]]:
    """An upload-reply whose every Create-Session is answered so."""

    async def provoke(world: World) -> Job:
        world.peer.answers["Create-Session", 0] = answer
        return await world.upload(reply=True)

    return provoke


async def _other_takes_it(world: World) -> None:
    world.kept["peer"].answers.clear()


async def _takes_it_now(world: World) -> None:
    world.peer.answers.clear()


def _to_other(world: World) -> fix.Fix:
    return fix.NewAddress(0, world.url(OTHER))


def _again(_: World) -> fix.Fix:
    return fix.TryAgain()


async def _begun(world: World) -> Job:
    """An upload with a session that waits for its server to be less busy."""
    world.peer.answers["Fragment", 1] = ack(503)
    return await world.upload_waiting()


async def source_changes(world: World) -> Job:
    job = await _begun(world)
    world.kept["sent"] = SENT + b" and more"
    world.source.write_bytes(world.kept["sent"])
    ended = await world.again(job)
    world.source.rename(world.source.with_name("being-written"))
    return ended


async def _source_is_written(world: World) -> None:
    world.source.with_name("being-written").rename(world.source)


async def source_is_gone(world: World) -> Job:
    job = await _begun(world)
    world.source.rename(world.source.with_name("moved.bin"))
    return await world.again(job)


async def session_is_forgotten(world: World) -> Job:
    world.peer.answers["Fragment", 0] = ack(500, code=LOST)
    job = await world.upload(no_progress_timeout_s=0.0)
    world.peer.answers["Create-Session", 0] = ack(503)
    return job


def program_answers(answer: Behaviour) -> Callable[[World], Awaitable[Job]]:
    async def provoke(world: World) -> Job:
        world.peer.program = lambda _: answer
        return await world.upload(reply=True, no_progress_timeout_s=0.0)

    return provoke


async def _program_works(world: World) -> None:
    world.peer.program = lambda _: REPLY


def reply_answers(answer: Behaviour) -> Callable[[World], Awaitable[Job]]:
    async def provoke(world: World) -> Job:
        world.peer.program, world.peer.reply_url = lambda _: REPLY, "/replies/r.bin"
        world.server.files["/replies/r.bin"] = answer
        return await world.upload(reply=True)

    return provoke


async def _reply_is_there(world: World) -> None:
    world.server.files["/replies/r.bin"] = Resource(content=REPLY)


async def reply_has_no_folder(world: World) -> Job:
    world.peer.program = lambda _: REPLY
    world.peer.before["Fragment", 1] = world.desk.folder.rmdir
    return await world.upload(reply=True)


async def _roomy_is_there(world: World) -> None:
    (world.tmp / "roomy").mkdir()


ROWS = (
    Row(
        number="6b",
        name="404 to an upload",
        provoke=refused_by(ack(404)),
        cause=Cause.NO_PLACE_FOR_UPLOADS,
        side=Side.SERVER,
        says="Upload stopped. 127.0.0.1 has no place for it: the address is wrong, uploads are off there, "
        "or the file is too large.",
        recommended=Remedy.NEW_ADDRESS,
        fix=_to_other,
        mend=_other_takes_it,
        partial=UPLOAD,
        cancel=NOTHING_SENT,
    ),
    Row(
        number="22",
        name="the source changed",
        provoke=source_changes,
        cause=Cause.SOURCE_CHANGED,
        side=Side.THIS_COMPUTER,
        says="Upload stopped. a.bin changed while it was being sent (…).",
        recommended=Remedy.SEND_AGAIN,
        fix=lambda _: fix.SendAgain(),
        mend=_source_is_written,
        partial=UPLOAD,
        cancel=NOTHING_SENT,
    ),
    Row(
        number="23",
        name="the source is gone",
        provoke=source_is_gone,
        cause=Cause.SOURCE_MISSING,
        side=Side.THIS_COMPUTER,
        says="Upload stopped. a.bin is not in …sources.",
        recommended=Remedy.LOCATE_SOURCE,
        broken=lambda world: fix.Locate(world.source),
        fix=lambda world: fix.Locate(world.source.with_name("moved.bin")),
        partial=UPLOAD,
        cancel=ASKS,
    ),
    Row(
        number="24",
        name="above the server's limit",
        provoke=refused_by(ack(413, code=0x80200020)),
        cause=Cause.TOO_LARGE_FOR_SERVER,
        side=Side.SERVER,
        says="Upload stopped. The file (20.0 kB) is larger than 127.0.0.1 takes.",
        recommended=Remedy.NEW_ADDRESS,
        fix=_to_other,
        mend=_other_takes_it,
        partial=UPLOAD,
        cancel=NOTHING_SENT,
    ),
    Row(
        number="25",
        name="no BITS server",
        provoke=refused_by(status(405)),
        cause=Cause.NOT_A_BITS_SERVER,
        side=Side.SERVER,
        says="Upload stopped. What answers at 127.0.0.1 does not speak the BITS upload protocol.",
        recommended=Remedy.NEW_ADDRESS,
        fix=_to_other,
        mend=_other_takes_it,
        partial=UPLOAD,
        cancel=NOTHING_SENT,
    ),
    Row(
        number="25",
        name="a folder that may run programs",
        provoke=refused_by(ack(403, code=0x80200023)),
        cause=Cause.UPLOADS_UNSAFE,
        side=Side.SERVER,
        says="Upload stopped. 127.0.0.1 refuses uploads there: the folder is set up unsafely, "
        "programs could run in it.",
        recommended=Remedy.NEW_ADDRESS,
        fix=_to_other,
        mend=_other_takes_it,
        partial=UPLOAD,
        cancel=NOTHING_SENT,
    ),
    Row(
        number="25",
        name="uploads are off",
        provoke=refused_by(ack(501, code=0x80070005)),
        cause=Cause.UPLOADS_OFF,
        side=Side.SERVER,
        says="Upload stopped. 127.0.0.1 takes no uploads at this address (501).",
        recommended=Remedy.NEW_ADDRESS,
        fix=_to_other,
        mend=_other_takes_it,
        partial=UPLOAD,
        cancel=NOTHING_SENT,
    ),
    Row(
        number="26",
        name="the session is forgotten again and again",
        provoke=session_is_forgotten,
        cause=Cause.SESSION_LOST,
        side=Side.SERVER,
        says="Upload stopped. 127.0.0.1 forgot the half-sent file again and again.",
        recommended=Remedy.SEND_AGAIN,
        fix=lambda _: fix.SendAgain(),
        mend=_takes_it_now,
        partial=UPLOAD,
        cancel=ASKS,
    ),
    Row(
        number="27",
        name="the program cannot use the file",
        provoke=program_answers(ack(422, code=0x80190000 + 422, context=7)),
        cause=Cause.PROGRAM_REJECTED,
        side=Side.SERVER_PROGRAM,
        says="File sent, not processed. The program behind 127.0.0.1 could not use the file (422).",
        recommended=Remedy.HAND_OVER_AGAIN,
        fix=lambda _: fix.HandOverAgain(),
        mend=_program_works,
        partial=UPLOAD,
        cancel=REPLY_ONLY,
        is_checked=False,
    ),
    Row(
        number="27",
        name="the program refuses it",
        provoke=program_answers(ack(403, code=0x80190193, context=7)),
        cause=Cause.PROGRAM_REFUSED,
        side=Side.SERVER_PROGRAM,
        says="File sent, not processed. The program behind 127.0.0.1 refused the file (403) "
        "and is not asked again by itself.",
        recommended=Remedy.HAND_OVER_AGAIN,
        fix=lambda _: fix.HandOverAgain(),
        mend=_program_works,
        partial=UPLOAD,
        cancel=REPLY_ONLY,
        is_checked=False,
    ),
    Row(
        number="27",
        name="the program fails",
        provoke=program_answers(ack(500, code=0x80004005, context=7)),
        cause=Cause.PROGRAM_FAILED,
        side=Side.SERVER_PROGRAM,
        says="File sent, not processed. The program behind 127.0.0.1 failed or is too busy (500).",
        recommended=Remedy.HAND_OVER_AGAIN,
        fix=lambda _: fix.HandOverAgain(),
        mend=_program_works,
        partial=UPLOAD,
        cancel=REPLY_ONLY,
        is_checked=False,
    ),
    Row(
        number="28",
        name="the reply is missing",
        provoke=reply_answers(status(404)),
        cause=Cause.REPLY_MISSING,
        side=Side.SERVER,
        says="File sent, reply not fetched. The reply is not at 127.0.0.1 any more.",
        recommended=Remedy.FETCH_REPLY_AGAIN,
        fix=lambda _: fix.FetchReplyAgain(),
        mend=_reply_is_there,
        partial=UPLOAD,
        cancel=REPLY_ONLY,
    ),
    Row(
        number="28",
        name="the reply is refused",
        provoke=reply_answers(status(403)),
        cause=Cause.REPLY_REFUSED,
        side=Side.SERVER,
        says="File sent, reply not fetched. 127.0.0.1 does not hand the reply out (403).",
        recommended=Remedy.TRY_AGAIN,
        fix=_again,
        mend=_reply_is_there,
        partial=UPLOAD,
        cancel=REPLY_ONLY,
    ),
    Row(
        number="29",
        name="the reply has no folder",
        provoke=reply_has_no_folder,
        cause=Cause.FOLDER_MISSING,
        side=Side.THIS_COMPUTER,
        says="File sent, reply not fetched. The folder …files is not there.",
        recommended=Remedy.OTHER_FOLDER,
        fix=lambda world: fix.OtherFolder(world.tmp / "roomy"),
        mend=_roomy_is_there,
        partial=UPLOAD,
        cancel=REPLY_ONLY,
    ),
    Row(
        number="36",
        name="a code that nobody knows",
        provoke=refused_by(ack(400, code=0x8007BEEF)),
        cause=Cause.UNKNOWN,
        side=Side.UNKNOWN,
        says="Upload stopped. The transfer stopped for a reason that bitsgui does not know (0x8007BEEF).",
        recommended=Remedy.TRY_AGAIN,
        remedy=Remedy.NEW_ADDRESS,
        fix=_to_other,
        mend=_other_takes_it,
        partial=UPLOAD,
        cancel=NOTHING_SENT,
    ),
)
