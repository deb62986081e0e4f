"""Names that servers give: inside the chosen folder, harmless to the eye, never over what is there."""

import asyncio
from pathlib import Path

import pytest

from bitsgui.model.enums import JobState
from bitsgui.model.limits import Policy
from tests.support.content import Pattern, sha256_of
from tests.support.downloads import Desk, a_desk
from tests.support.resource import Resource
from tests.support.scripted_server import redirect
from tests.support.waiting import until

CONTENT = Pattern(200_000, seed=4)


def named(disposition: str | None, content: Pattern = CONTENT) -> Resource:
    return Resource(content=content, disposition=disposition)


async def landed(desk: Desk, path: str = "/get") -> str:
    """The name under which a finished download landed; it is the only new file, and it is whole."""
    before = set(desk.folder.parent.rglob("*"))
    job = await desk.fetch(path, names=["placeholder.bin"], name_from_server=True)
    assert job.state is JobState.TRANSFERRED
    await desk.manager.complete(job.id)
    (name,) = (file for file in set(desk.folder.parent.rglob("*")) - before if file.parent != desk.state_dir)
    assert name.parent == desk.folder
    assert sha256_of(name) == sha256_of(CONTENT)
    assert str(name) == desk.manager.get(job.id).files[0].local_name
    return name.name


NAMES = {
    'attachment; filename="real.iso"': "real.iso",
    "attachment; filename*=UTF-8''na%C3%AFve%20file.txt; filename=plain.txt": "naïve file.txt",
    'attachment; filename="../../../../etc/passwd"': "passwd",
    'attachment; filename="..\\\\..\\\\evil.exe"': "evil.exe",
    'attachment; filename="C:\\\\Windows\\\\evil.dll"': "evil.dll",
    "attachment; filename*=UTF-8''%2e%2e%2fevil": "evil",
    "attachment; filename*=UTF-8''a%00b%0d%0ac.txt": "abc.txt",
    "attachment; filename*=UTF-8''gpj.%E2%80%AEcod.exe": "gpj.cod.exe",
    'attachment; filename="CON"': "_CON",
    'attachment; filename=".bashrc"': "bashrc",
    'attachment; filename=".."': "placeholder.bin",
    'attachment; filename=""': "placeholder.bin",
    "attachment": "placeholder.bin",
    'inline; filename="placeholder.bin"': "placeholder.bin",
}


@pytest.mark.parametrize(("disposition", "name"), NAMES.items())
def test_the_name_of_content_disposition(run, tmp_path: Path, disposition: str, name: str) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/get"] = named(disposition)
            assert await landed(desk) == name

    run(scenario())


def test_an_endless_name_is_shortened(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/get"] = named("attachment; filename=" + "n" * 3000 + ".tar.gz")
            name = await landed(desk)
            assert name.endswith("nnn.tar.gz")
            assert len(name) < 255

    run(scenario())


def test_what_exists_is_not_touched(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/get"] = named('attachment; filename="a.tar.gz"')
            desk.target("a.tar.gz").write_bytes(b"precious")
            desk.target("a (1).tar.gz").symlink_to(tmp_path / "nowhere")
            assert await landed(desk) == "a (2).tar.gz"
            assert desk.target("a.tar.gz").read_bytes() == b"precious"
            assert not (tmp_path / "nowhere").exists()

    run(scenario())


def test_a_name_that_the_user_chose_stays(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/get"] = named('attachment; filename="other.bin"')
            job = await desk.fetch("/get", names=["mine.bin"])
            await desk.assert_whole(job, "mine.bin", CONTENT)

    run(scenario())


def test_a_name_behind_a_redirect_and_after_a_restart(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files |= {"/get": redirect("/real"), "/real": named('attachment; filename="real.iso"')}
            gate = desk.server.hold("/real", after=100_000)
            job = await desk.start("/get", names=["placeholder.bin"], name_from_server=True)
            await desk.suspended(job, gate, 100_000)
            await desk.reopen()
            await desk.again(job)
            assert desk.asked("/real") == [None, "bytes=100000-"]
            await desk.assert_whole(job, "real.iso", CONTENT)

    run(scenario())


@pytest.mark.parametrize("count", [2, 6])
def test_jobs_that_get_the_same_name_at_the_same_time(run, tmp_path: Path, count: int) -> None:
    async def scenario() -> None:
        contents = [Pattern(150_000 + i, seed=i) for i in range(count)]
        async with a_desk(tmp_path, policy=Policy(background_slots=count)) as desk:
            gates = []
            for i, content in enumerate(contents):
                desk.server.files[f"/{i}"] = named('attachment; filename="same.bin"', content)
                gates.append(desk.server.hold(f"/{i}", after=0))
            jobs = [
                await desk.start(f"/{i}", names=[f"placeholder{i}.bin"], name_from_server=True) for i in range(count)
            ]
            await asyncio.gather(*(gate.reached.wait() for gate in gates))
            for gate in gates:
                gate.release()
            for job in jobs:
                await desk.ended(job)
                await desk.manager.complete(job.id)
            names = [Path(desk.manager.get(job.id).files[0].local_name) for job in jobs]
            assert len(set(names)) == count
            assert [sha256_of(name) for name in names] == [sha256_of(content) for content in contents]

    run(scenario())


def test_files_of_one_job_with_the_same_name(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        contents = [Pattern(50_000, seed=i) for i in range(3)]
        async with a_desk(tmp_path) as desk:
            for i, content in enumerate(contents):
                desk.server.files[f"/{i}"] = named('attachment; filename="same.bin"', content)
            paths = [f"/{i}" for i in range(3)]
            job = await desk.fetch(*paths, names=["p0", "p1", "p2"], name_from_server=True)
            await desk.manager.complete(job.id)
            names = ["same.bin", "same (1).bin", "same (2).bin"]
            assert [sha256_of(desk.target(name)) for name in names] == [sha256_of(content) for content in contents]

    run(scenario())


def test_the_new_name_is_told_while_bytes_flow(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/get"] = named('attachment; filename="real.iso"')
            gate = desk.server.hold("/get", after=1000)
            job = await desk.start("/get", names=["placeholder.bin"], name_from_server=True)
            running = await until(desk.manager, job.id, lambda job: job.state is JobState.TRANSFERRING)
            assert Path(running.files[0].local_name).name == "real.iso"
            gate.release()
            await desk.ended(job)

    run(scenario())
