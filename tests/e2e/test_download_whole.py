"""Whole downloads, undisturbed: plain, empty, of unknown length, ranges, time stamps, limits."""

from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from bitsgui.model import codes
from bitsgui.model.enums import ErrorContext, JobState
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import FileRange, Job
from tests.support.content import Pattern, sha256_of
from tests.support.downloads import Desk, a_desk, failure
from tests.support.resource import Framing, Gate, Ranges, Resource
from tests.support.waiting import until

GIB = 1 << 30
CONTENT = Pattern(1_234_567)


def test_a_plain_file(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = Resource(content=CONTENT)
            job = await desk.fetch("/a.bin")
            assert desk.manager.get(job.id).files[0].resumable is True
            assert job.progress.bytes_total == job.progress.bytes_transferred == len(CONTENT)
            await desk.assert_whole(job, "a.bin", CONTENT)
            (request,) = desk.server.requests_for("/a.bin")
            assert request.header("Accept-Encoding") == "identity"
            assert request.header("Range") is request.header("If-Range") is None
            stamp = parsedate_to_datetime("Sat, 03 Oct 2026 08:00:00 GMT").timestamp()
            assert desk.target("a.bin").stat().st_mtime == stamp

    run(scenario())


@pytest.mark.parametrize("framing", Framing)
@pytest.mark.parametrize("size", [0, 1, 300_001])
def test_every_framing_gives_the_same_file(run, tmp_path: Path, framing: Framing, size: int) -> None:
    async def scenario() -> None:
        content = Pattern(size)
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = Resource(content=content, framing=framing)
            job = await desk.fetch("/a.bin")
            assert job.files[0].resumable is (framing is Framing.LENGTH)
            assert job.progress.bytes_total == size
            await desk.assert_whole(job, "a.bin", content)

    run(scenario())


@pytest.mark.parametrize("framing", [Framing.CHUNKED, Framing.CLOSE])
def test_an_unknown_length_is_unknown_until_the_end(run, tmp_path: Path, framing: Framing) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = Resource(content=CONTENT, framing=framing)
            gate = desk.server.hold("/a.bin", after=300_000)
            job = await desk.start("/a.bin")
            running = await until(desk.manager, job.id, lambda job: job.progress.bytes_transferred > 0)
            assert running.progress.bytes_total is None
            gate.release()
            await desk.ended(job)
            await desk.assert_whole(job, "a.bin", CONTENT)

    run(scenario())


def test_files_of_a_job_come_one_after_another(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        contents = {f"f{i}.bin": Pattern(50_000 + i, seed=i) for i in range(20)}
        async with a_desk(tmp_path) as desk:
            for name, content in contents.items():
                desk.server.files[f"/{name}"] = Resource(content=content)
            job = await desk.fetch(*[f"/{name}" for name in contents])
            assert [request.path for request in desk.server.requests] == [f"/{name}" for name in contents]
            assert desk.server.connections == 1
            await desk.manager.complete(job.id)
            assert [sha256_of(desk.target(n)) for n in contents] == [sha256_of(c) for c in contents.values()]

    run(scenario())


def test_a_job_that_completes_itself(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = Resource(content=CONTENT)
            job = await desk.start("/a.bin", auto_complete=True)
            await until(desk.manager, job.id, lambda job: job.state is JobState.ACKNOWLEDGED)
            assert sha256_of(desk.target("a.bin")) == sha256_of(CONTENT)

    run(scenario())


def test_two_jobs_with_one_destination_do_not_mix(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        first, second = Pattern(600_000, seed=1), Pattern(500_000, seed=2)
        async with a_desk(tmp_path) as desk:
            desk.server.files["/1"], desk.server.files["/2"] = Resource(content=first), Resource(content=second)
            jobs = [await desk.start(path, names=["a.bin"]) for path in ("/1", "/2")]
            for job, content in zip(jobs, (first, second), strict=True):
                await desk.ended(job)
                await desk.manager.complete(job.id)
                assert sha256_of(desk.target("a.bin")) == sha256_of(content)

    run(scenario())


def test_the_names_of_a_url_go_out_as_given(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            path = "/a%2Cb%20c%2F+~;=x.bin"
            desk.server.files[path] = Resource(content=CONTENT)
            job = await desk.fetch(f"{path}?sig=a%2Fb%3D&x=1+2", names=["a.bin"])
            await desk.assert_whole(job, "a.bin", CONTENT)
            assert desk.server.requests[0].target == f"{path}?sig=a%2Fb%3D&x=1+2"

    run(scenario())


async def ranged(desk: Desk, *ranges: FileRange, path: str = "/big.bin") -> Job:
    job = await desk.manager.create_job("ranges")
    await desk.manager.add_file_with_ranges(job.id, desk.server.url(path), str(desk.target("a.bin")), ranges)
    return await desk.again(job)


def test_ranges_beyond_4_gib_in_the_order_given(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        content = Pattern(6 * GIB + 1000)
        ranges = [
            FileRange(5 * GIB, 70_000),
            FileRange(10, 100),
            FileRange(4 * GIB - 50, 100),
            FileRange(6 * GIB, None),
        ]
        async with a_desk(tmp_path) as desk:
            desk.server.files["/big.bin"] = Resource(content=content)
            job = await ranged(desk, *ranges)
            wanted = b"".join(content[r.initial_offset : r.initial_offset + (r.length or 1000)] for r in ranges)
            await desk.assert_whole(job, "a.bin", wanted)
            assert desk.asked("/big.bin") == [
                f"bytes={5 * GIB}-{5 * GIB + 69_999}",
                "bytes=10-109",
                f"bytes={4 * GIB - 50}-{4 * GIB + 49}",
                f"bytes={6 * GIB}-",
            ]
            assert desk.asked("/big.bin", "If-Range") == [None, '"v1"', '"v1"', '"v1"']
            assert desk.server.bytes_sent() == len(wanted)

    run(scenario())


def test_ranges_go_on_inside_the_range_that_was_cut(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        content = Pattern(5 * GIB)
        ranges = [FileRange(100, 1000), FileRange(4 * GIB, 500_000)]
        async with a_desk(tmp_path) as desk:
            desk.server.files["/big.bin"] = Resource(content=content, cut_after=200_000)
            job = await ranged(desk, *ranges)
            assert job.state is JobState.TRANSIENT_ERROR
            desk.server.files["/big.bin"] = Resource(content=content)
            have = job.progress.bytes_transferred
            await desk.again(job)
            await desk.assert_whole(job, "a.bin", content[100:1100] + content[4 * GIB : 4 * GIB + 500_000])
            assert desk.asked("/big.bin")[-1] == f"bytes={4 * GIB + have - 1000}-{4 * GIB + 499_999}"

    run(scenario())


@pytest.mark.parametrize(
    "ranges", [[FileRange(900, 101)], [FileRange(0, 10), FileRange(1000, None)], [FileRange(5000, 1)]]
)
def test_a_range_outside_the_file(run, tmp_path: Path, ranges: list[FileRange]) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/big.bin"] = Resource(content=Pattern(1000))
            job = await ranged(desk, *ranges)
            assert failure(job) == (JobState.ERROR, ErrorContext.REMOTE_FILE, codes.BG_E_INVALID_RANGE)
            assert not desk.target("a.bin").exists()

    run(scenario())


def test_ranges_of_a_server_that_has_none(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/big.bin"] = Resource(content=Pattern(1000), ranges=Ranges.IGNORED)
            job = await ranged(desk, FileRange(10, 20))
            assert failure(job)[2] == codes.BG_E_INSUFFICIENT_RANGE_SUPPORT
            assert job.progress.bytes_transferred == 0

    run(scenario())


def test_complete_before_anything_is_here_keeps_nothing(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = Resource(content=CONTENT, gate=Gate(100_000))
            job = await desk.start("/a.bin")
            await until(desk.manager, job.id, lambda job: job.progress.bytes_transferred > 0)
            assert await desk.manager.complete(job.id) == codes.BG_S_PARTIAL_COMPLETE
            assert list(desk.folder.iterdir()) == []
            with pytest.raises(BitsError):
                await desk.manager.resume(job.id)

    run(scenario())
