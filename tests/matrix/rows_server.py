"""Rows of the server, the address, the sign-in and the file itself: 1, 3 to 9, 30, 33."""

from collections.abc import Callable
from dataclasses import replace

from bitsgui.model import fix
from bitsgui.model.causes import Cause
from bitsgui.model.checksum import Checksum, HashAlgorithm
from bitsgui.model.diagnosis import Side
from bitsgui.model.enums import AuthTarget
from bitsgui.model.job import FileRange, Job
from bitsgui.model.remedy import Remedy
from bitsgui.service.manager import Credentials
from tests.matrix.row import Row
from tests.matrix.world import CONTENT, FILE, World
from tests.support.certificates import Certificates
from tests.support.content import Pattern, sha256_of
from tests.support.scripted_server import (
    Exchange,
    Ranges,
    Resource,
    html_page,
    needs_basic,
    needs_cookie,
    redirect,
    status,
)

HALF = 150_000
NO_REDIRECTS = 0x0200
OTHER = Resource(content=Pattern(300_000, seed=1), etag='"other"')
RIGHT = Checksum(HashAlgorithm.SHA_256, sha256_of(CONTENT))
WRONG = Checksum(HashAlgorithm.SHA_256, "1" * 64)


async def needs_a_sign_in(world: World) -> Job:
    world.server.files["/a.bin"] = needs_basic("me", "right", FILE)
    return await world.download()


async def has_a_wrong_sign_in(world: World) -> Job:
    world.server.files["/a.bin"] = needs_basic("me", "right", FILE)
    return await world.download(credentials=Credentials("me", "wrong"))


async def _negotiate(exchange: Exchange) -> None:
    await exchange.reply(401, [("WWW-Authenticate", "Negotiate"), ("WWW-Authenticate", "NTLM")])


async def offers_other_schemes(world: World) -> Job:
    world.server.files |= {"/a.bin": _negotiate, "/b.bin": _negotiate}
    return await world.download(credentials=Credentials("me", "right"))


async def keyring_lost_it(world: World) -> Job:
    world.server.files["/a.bin"] = needs_basic("me", "right", FILE)
    job = await world.desk.start("/a.bin", credentials=Credentials("me", "right"), is_held=True)
    await world.desk.secrets.delete(job.id)
    return await world.again(job)


async def link_expires(world: World) -> Job:
    async def signed(exchange: Exchange) -> None:
        fresh = world.kept.get("fresh", "first")
        is_good = f"Signature={fresh}" in exchange.request.target
        await (replace(FILE, cut_after=world.kept.get("cut"))(exchange) if is_good else status(403)(exchange))

    world.kept["cut"] = HALF
    world.server.files["/a.bin"] = signed
    job = await world.desk.start("/a.bin?X-Amz-Expires=60&X-Amz-Signature=first")
    await world.waiting(job)
    world.kept |= {"fresh": "second", "cut": None}
    return await world.again(job)


async def _new_signature_is_good(world: World) -> None:
    world.kept["fresh"] = "third"


async def refuses_the_account(world: World) -> Job:
    world.server.files["/a.bin"] = needs_cookie("session=42", FILE)
    return await world.download()


async def file_is_gone(world: World) -> Job:
    return await world.download()


async def two_of_three_are_gone(world: World) -> Job:
    world.server.files |= {"/old/a.bin": FILE}
    return await world.download("/old/a.bin", "/old/b.bin", "/old/c.bin")


async def _all_are_at_the_new_place(world: World) -> None:
    world.server.files |= {f"/new/{name}.bin": FILE for name in "bc"}


async def sends_a_web_page(world: World) -> Job:
    world.server.files |= {"/a.bin": html_page, "/b.bin": html_page}
    return await world.download()


async def _b_is_right(world: World) -> None:
    world.serve("/b.bin")


async def another_version_is_there(world: World) -> Job:
    """The person wants one version only, by a header of his own; the server has another by now."""

    async def versioned(exchange: Exchange) -> None:
        is_there = exchange.request.header("X-Version") == world.kept.get("etag", '"v1"')
        await (replace(FILE, cut_after=world.kept["cut"])(exchange) if is_there else status(412)(exchange))

    world.kept["cut"] = HALF
    world.server.files["/a.bin"] = versioned
    job = await world.desk.start("/a.bin", custom_headers=(("X-Version", '"v1"'),))
    await world.waiting(job)
    world.kept |= {"etag": '"v2"', "cut": None}
    return await world.again(job)


async def file_changes_with_every_request(world: World) -> Job:
    """Seen by a job of ranges only: any other begins anew with the new version, and need not ask."""
    count = 0

    async def changing(exchange: Exchange) -> None:
        nonlocal count
        count += 1
        await Resource(content=Pattern(300_000 + 50_000 * count, seed=count), etag=f'"{count}"')(exchange)

    world.server.files["/a.bin"] = changing
    world.kept["content"] = CONTENT[0:1000] + CONTENT[5000:6000]
    ranges = (FileRange(0, 1000), FileRange(5000, 1000))
    job = await world.download(ranges=ranges)
    world.server.files["/a.bin"] = status(404)
    return job


async def _old_version_is_back(world: World) -> None:
    world.kept["etag"] = '"v1"'


async def ignores_ranges(world: World) -> Job:
    world.server.files["/a.bin"] = replace(FILE, cut_after=HALF)
    job = await world.desk.start("/a.bin")
    await world.waiting(job)
    world.server.files["/a.bin"] = replace(FILE, ranges=Ranges.IGNORED)
    return await world.again(job)


async def sends_round_in_circles(world: World) -> Job:
    world.server.files |= {"/a.bin": redirect("/b.bin"), "/b.bin": redirect("/a.bin")}
    return await world.download()


async def _circle_is_broken(world: World) -> None:
    world.serve("/c.bin")


async def redirects_are_not_allowed(world: World) -> Job:
    world.server.files |= {"/a.bin": redirect("/b.bin"), "/b.bin": redirect("/a.bin")}
    return await world.download(security_flags=NO_REDIRECTS)


async def leads_out_of_tls(world: World) -> Job:
    other = await world.other_server()
    other.files["/a.bin"] = status(404)
    world.kept["other"] = other
    world.server.files["/a.bin"] = redirect(other.url("/a.bin"))
    return await world.download(ca_file=str(world.certificates.ca_file))


async def _other_has_it(world: World) -> None:
    world.kept["other"].files["/a.bin"] = FILE


async def has_the_wrong_checksum(world: World) -> Job:
    world.serve()
    return await world.download(checksum=WRONG)


async def is_damaged_on_the_way(world: World) -> Job:
    world.server.files["/a.bin"] = replace(OTHER, etag=FILE.etag)
    job = await world.download(checksum=RIGHT)
    world.server.files["/a.bin"] = status(404)
    return job


def _sign_in(password: str) -> fix.SignIn:
    return fix.SignIn(AuthTarget.SERVER, "me", password)


def _to(path: str) -> Callable[[World], fix.Fix]:
    return lambda world: fix.NewAddress(0, world.url(path))


ROWS = (
    Row(
        number="1",
        name="401, no sign-in given",
        provoke=needs_a_sign_in,
        cause=Cause.SIGN_IN_WANTED,
        side=Side.SIGN_IN,
        says="127.0.0.1 wants a user name and password (for “scripted”).",
        recommended=Remedy.SIGN_IN_SERVER,
        broken=lambda _: _sign_in("wrong"),
        fix=lambda _: _sign_in("right"),
    ),
    Row(
        number="1",
        name="401, the sign-in was not accepted",
        provoke=has_a_wrong_sign_in,
        cause=Cause.SIGN_IN_REFUSED,
        side=Side.SIGN_IN,
        says="127.0.0.1 wants a user name and password (for “scripted”), and did not accept the ones that were used.",
        recommended=Remedy.SIGN_IN_SERVER,
        broken=lambda _: _sign_in("wrong, too"),
        fix=lambda _: _sign_in("right"),
    ),
    Row(
        number="3",
        name="only schemes that we cannot do",
        provoke=offers_other_schemes,
        cause=Cause.SIGN_IN_SCHEME,
        side=Side.SIGN_IN,
        says="127.0.0.1 only offers the sign-in Kerberos/Negotiate, NTLM, which bitsgui does not know.",
        recommended=Remedy.NEW_ADDRESS,
        fix=_to("/b.bin"),
        mend=_b_is_right,
    ),
    Row(
        number="3",
        name="the saved sign-in is unusable",
        provoke=keyring_lost_it,
        cause=Cause.SIGN_IN_UNUSABLE,
        side=Side.SIGN_IN,
        says="The saved sign-in for 127.0.0.1 cannot be used.",
        recommended=Remedy.SIGN_IN_SERVER,
        broken=lambda _: _sign_in("wrong"),
        fix=lambda _: _sign_in("right"),
    ),
    Row(
        number="4",
        name="403, a signed link",
        provoke=link_expires,
        cause=Cause.LINK_EXPIRED,
        side=Side.LINK,
        says="The address has probably expired: 127.0.0.1 refuses it (403).",
        recommended=Remedy.NEW_ADDRESS,
        fix=_to("/a.bin?X-Amz-Expires=60&X-Amz-Signature=third"),
        mend=_new_signature_is_good,
        cancel="deletes 150 kB",
    ),
    Row(
        number="5",
        name="403, plain",
        provoke=refuses_the_account,
        cause=Cause.FORBIDDEN,
        side=Side.SERVER,
        says="127.0.0.1 refuses this file to this account, or wants a sign-in first (403).",
        recommended=Remedy.HEADERS,
        broken=lambda _: fix.Headers((("Cookie", "session=41"),)),
        fix=lambda _: fix.Headers((("Cookie", "session=42"),)),
    ),
    Row(
        number="6",
        name="404",
        provoke=file_is_gone,
        cause=Cause.NOT_FOUND,
        side=Side.LINK,
        says="The file is no longer at this address.",
        recommended=Remedy.NEW_ADDRESS,
        fix=_to("/b.bin"),
        mend=_b_is_right,
    ),
    Row(
        number="6",
        name="404, several files moved together",
        provoke=two_of_three_are_gone,
        cause=Cause.NOT_FOUND,
        side=Side.LINK,
        says="The file is no longer at this address.",
        recommended=Remedy.NEW_ADDRESS,
        fix=lambda world: fix.NewPrefix(world.url("/old/"), world.url("/new/")),
        mend=_all_are_at_the_new_place,
        partial=None,
        cancel="deletes 300 kB",
    ),
    Row(
        number="7",
        name="a web page in place of the file",
        provoke=sends_a_web_page,
        cause=Cause.WEB_PAGE,
        side=Side.LINK,
        says="127.0.0.1 sent a web page instead of the file, mostly to log in, or for an old link; "
        "nothing of it was kept.",
        recommended=Remedy.NEW_ADDRESS,
        fix=_to("/b.bin"),
        mend=_b_is_right,
    ),
    Row(
        number="8",
        name="another version",
        provoke=another_version_is_there,
        cause=Cause.REMOTE_CHANGED,
        side=Side.FILE,
        says="The file on 127.0.0.1 changed, so the parts no longer fit together.",
        recommended=Remedy.RESTART_FILE,
        fix=lambda _: fix.RestartFiles(),
        mend=_old_version_is_back,
    ),
    Row(
        number="8",
        name="another file with every request",
        provoke=file_changes_with_every_request,
        cause=Cause.REMOTE_CHANGED,
        side=Side.FILE,
        says="The file on 127.0.0.1 changed (…), so the parts no longer fit together.",
        recommended=Remedy.RESTART_FILE,
        fix=lambda _: fix.RestartFiles(),
        mend=World.a_is_right,
        cancel="deletes 1.0 kB",
    ),
    Row(
        number="9",
        name="no ranges",
        provoke=ignores_ranges,
        cause=Cause.NO_RANGES,
        side=Side.SERVER,
        says="127.0.0.1, or a proxy or virus scanner before it, only sends whole files: a break means starting over.",
        recommended=Remedy.IN_ONE_GO,
        broken=lambda _: fix.TryAgain(),
        fix=lambda _: fix.InOneGo(),
        cancel="deletes 150 kB",
    ),
    Row(
        number="30",
        name="the expected checksum is wrong",
        provoke=has_the_wrong_checksum,
        cause=Cause.VALIDATION_FAILED,
        side=Side.FILE,
        says="The file is complete, but its checksum is wrong: wanted 111111111111…, got ….",
        recommended=Remedy.RESTART_FILE,
        remedy=Remedy.CORRECT_CHECKSUM,
        broken=lambda _: fix.CorrectChecksum(0, Checksum(HashAlgorithm.SHA_256, "2" * 64)),
        fix=lambda _: fix.CorrectChecksum(0, RIGHT),
        cancel="deletes 300 kB",
    ),
    Row(
        number="30",
        name="the content is wrong",
        provoke=is_damaged_on_the_way,
        cause=Cause.VALIDATION_FAILED,
        side=Side.FILE,
        says="The file is complete, but its checksum is wrong: wanted …, got ….",
        recommended=Remedy.RESTART_FILE,
        fix=lambda _: fix.RestartFiles(),
        mend=World.a_is_right,
        cancel="deletes 300 kB",
    ),
    Row(
        number="33",
        name="round in circles",
        provoke=sends_round_in_circles,
        cause=Cause.REDIRECT_LOOP,
        side=Side.SERVER,
        says="127.0.0.1 sends the request round in circles.",
        recommended=Remedy.NEW_ADDRESS,
        broken=_to("/b.bin"),
        fix=_to("/c.bin"),
        mend=_circle_is_broken,
    ),
    Row(
        number="33",
        name="a job that follows no redirect",
        provoke=redirects_are_not_allowed,
        cause=Cause.REDIRECT_REFUSED,
        side=Side.SERVER,
        says="127.0.0.1 sends the request on to http://127.0.0.1:…/b.bin, where this job may not go.",
        recommended=Remedy.ALLOW_REDIRECT,
        fix=lambda _: fix.AllowRedirect(),
        mend=_b_is_right,
    ),
    Row(
        number="33",
        name="from https to http",
        provoke=leads_out_of_tls,
        cause=Cause.REDIRECT_REFUSED,
        side=Side.SERVER,
        says="127.0.0.1 sends the request on to http://127.0.0.1:…/a.bin, where this job may not go.",
        recommended=Remedy.ALLOW_REDIRECT,
        fix=lambda _: fix.AllowRedirect(),
        mend=_other_has_it,
        tls=Certificates.server_context,
    ),
)
