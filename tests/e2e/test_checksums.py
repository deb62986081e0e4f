"""Checksums: right bytes are kept, wrong ones never, and what is here is judged again without being fetched again."""

import asyncio
import base64
import hashlib
from pathlib import Path

import pytest

from bitsgui.engine import content_check
from bitsgui.model import codes, fix
from bitsgui.model.checksum import Checksum, HashAlgorithm
from bitsgui.model.diagnosis import Side, diagnose
from bitsgui.model.enums import ErrorContext, JobState
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import FileRange, Job, JobFile
from bitsgui.model.remedy import Remedy
from bitsgui.service.fixes import apply_fix
from bitsgui.service.manager import NewJob
from tests.support.content import Content, Pattern, pieces, sha256_of
from tests.support.downloads import SETTINGS, Desk, a_desk, failure
from tests.support.resource import Framing, Gate, Resource
from tests.support.waiting import until, until_state

SIZE = 3_000_000
CONTENT, OTHER = Pattern(SIZE, seed=1), Pattern(SIZE, seed=2)
WRONG_CONTENT = (JobState.ERROR, ErrorContext.REMOTE_FILE, codes.BG_E_VALIDATION_FAILED)


def checksum_of(content: Content, algorithm: HashAlgorithm = HashAlgorithm.SHA_256) -> Checksum:
    digest = hashlib.new(algorithm.replace("-", ""))
    for piece in pieces(content, 0, len(content), 1 << 20):
        digest.update(piece)
    return Checksum(algorithm, digest.hexdigest())


RIGHT, WRONG = checksum_of(CONTENT), checksum_of(OTHER)


def digest_field(checksum: Checksum) -> str:
    return f"{checksum.algorithm}=:{base64.b64encode(bytes.fromhex(checksum.hex)).decode()}:"


def saying(checksum: Checksum, field: str = "Repr-Digest", **how: object) -> Resource:
    """CONTENT, and what the server says that it hashes to."""
    return Resource(content=CONTENT, headers=((field, digest_field(checksum)),), **how)  # type: ignore[arg-type]


async def begin(desk: Desk, *checksums: Checksum | None, names: str = "abc", **values: object) -> Job:
    """A running job of one file per checksum: /a.bin, then /b.bin, ..."""
    files = tuple(
        JobFile(
            remote_name=desk.server.url(f"/{name}.bin"),
            local_name=str(desk.target(f"{name}.bin")),
            checksum=checksum,
            **values,  # type: ignore[arg-type]
        )
        for name, checksum in zip(names, checksums, strict=False)
    )
    (job,) = await desk.manager.create_jobs([NewJob(settings=SETTINGS, files=files)])
    return job


@pytest.mark.parametrize("algorithm", HashAlgorithm)
def test_a_right_file_is_kept_and_a_wrong_one_is_not(run, tmp_path: Path, algorithm: HashAlgorithm) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = Resource(content=CONTENT)
            job = await desk.ended(await begin(desk, checksum_of(CONTENT, algorithm)))
            await desk.assert_whole(job, "a.bin", CONTENT)
            wanted = checksum_of(OTHER, algorithm)
            job = await desk.ended(await begin(desk, wanted))
            assert failure(job) == WRONG_CONTENT
            assert job.error is not None
            assert job.error.detail.endswith(f"wanted {wanted.hex}, got {checksum_of(CONTENT, algorithm).hex}.")
            assert (job.files[0].transferred, job.files[0].bytes_transferred) == (False, SIZE)
            assert (diagnose(job).side, diagnose(job).remedies[0]) == (Side.FILE, Remedy.RESTART_FILE)

    run(scenario())


@pytest.mark.parametrize("restart", [False, True], ids=["same process", "after a restart"])
def test_resume_judges_what_is_here_and_fetches_nothing(run, tmp_path: Path, restart: bool) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = Resource(content=CONTENT)
            job = await desk.ended(await begin(desk, WRONG))
            if restart:
                await desk.reopen()
            for _ in range(2):
                assert failure(await desk.again(job)) == WRONG_CONTENT
            assert desk.asked("/a.bin") == [None]
            assert await desk.manager.set_checksum(job.id, 0, RIGHT) == codes.S_OK
            assert await desk.manager.set_checksum(job.id, 0, RIGHT) == codes.S_FALSE
            await desk.again(job)
            await desk.assert_whole(job, "a.bin", CONTENT)
            assert desk.asked("/a.bin") == [None]
            assert desk.server.bytes_sent("/a.bin") == SIZE

    run(scenario())


def test_no_checksum_lets_what_is_here_pass(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = saying(WRONG)
            job = await desk.fetch("/a.bin")
            assert failure(job) == WRONG_CONTENT
            await desk.manager.set_checksum(job.id, 0, None)
            await desk.again(job)
            await desk.assert_whole(job, "a.bin", CONTENT)
            assert desk.asked("/a.bin") == [None]

    run(scenario())


def test_a_restart_fetches_the_file_again(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = Resource(content=OTHER)
            job = await desk.ended(await begin(desk, RIGHT))
            desk.server.files["/a.bin"] = Resource(content=CONTENT, etag='"v2"')
            assert failure(await desk.again(job)) == WRONG_CONTENT
            await apply_fix(desk.manager, job.id, fix.RestartFiles())
            job = await desk.ended(job)
            await desk.assert_whole(job, "a.bin", CONTENT)
            assert desk.asked("/a.bin") == [None, None]

    run(scenario())


def test_a_mirror_is_asked_for_the_whole_file(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files |= {"/a.bin": Resource(content=OTHER), "/mirror": Resource(content=CONTENT)}
            job = await desk.ended(await begin(desk, RIGHT))
            await apply_fix(desk.manager, job.id, fix.NewAddress(0, desk.server.url("/mirror")))
            await desk.assert_whole(await desk.ended(job), "a.bin", CONTENT)
            assert desk.asked("/mirror") == [None]

    run(scenario())


# What the server says


@pytest.mark.parametrize("field", ["Repr-Digest", "Digest", "Content-Digest"])
def test_the_servers_word_counts_where_nobody_said_another(run, tmp_path: Path, field: str) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = saying(WRONG, field)
            job = await desk.fetch("/a.bin")
            assert failure(job) == WRONG_CONTENT
            assert job.error is not None
            assert "that the server gave" in job.error.detail
            await desk.manager.cancel(job.id)
            await desk.assert_whole(await desk.ended(await begin(desk, RIGHT)), "a.bin", CONTENT)
            desk.server.files["/b.bin"] = saying(RIGHT, field)
            job = await desk.fetch("/b.bin")
            assert (job.files[0].checksum, job.files[0].server_checksum) == (None, RIGHT)
            await desk.assert_whole(job, "b.bin", CONTENT)
            assert failure(await desk.ended(await begin(desk, WRONG, names="b"))) == WRONG_CONTENT

    run(scenario())


def test_the_strongest_counts_and_what_is_unknown_does_not(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            said = f"{digest_field(checksum_of(OTHER, HashAlgorithm.MD5))}, sha-512=:AAAA:, {digest_field(RIGHT)}, x=1"
            desk.server.files["/a.bin"] = Resource(content=CONTENT, headers=(("Repr-Digest", said),))
            await desk.assert_whole(await desk.fetch("/a.bin"), "a.bin", CONTENT)
            desk.server.files["/b.bin"] = Resource(content=CONTENT, headers=(("Digest", "crc32c=AAAAAA=="),))
            await desk.assert_whole(await desk.fetch("/b.bin"), "b.bin", CONTENT)

    run(scenario())


def test_of_a_part_only_what_is_said_of_the_whole_counts(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = Resource(content=CONTENT, cut_after=SIZE // 2)
            job = await desk.fetch("/a.bin")
            assert job.state is JobState.TRANSIENT_ERROR
            fields = (("Content-Digest", digest_field(WRONG)), ("Repr-Digest", digest_field(RIGHT)))
            desk.server.files["/a.bin"] = Resource(content=CONTENT, headers=fields)
            job = await desk.again(job)
            assert job.files[0].server_checksum == RIGHT
            await desk.assert_whole(job, "a.bin", CONTENT)
            assert desk.asked("/a.bin") == [None, f"bytes={SIZE // 2}-"]

    run(scenario())


def test_what_the_first_answer_said_is_kept_over_a_restart(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = saying(WRONG, cut_after=SIZE // 2)
            job = await desk.fetch("/a.bin")
            await desk.reopen()
            desk.server.files["/a.bin"] = Resource(content=CONTENT)
            assert failure(await desk.again(job)) == WRONG_CONTENT
            assert desk.asked("/a.bin") == [None, f"bytes={SIZE // 2}-"]

    run(scenario())


def test_another_version_has_another_checksum(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            headers = (("Repr-Digest", digest_field(WRONG)),)
            desk.server.files["/a.bin"] = Resource(content=OTHER, headers=headers, cut_after=SIZE // 2)
            job = await desk.fetch("/a.bin")
            assert job.files[0].server_checksum == WRONG
            desk.server.files["/a.bin"] = Resource(content=CONTENT, etag='"v2"')
            job = await desk.again(job)
            assert job.files[0].server_checksum is None
            await desk.assert_whole(job, "a.bin", CONTENT)

    run(scenario())


def test_the_servers_word_is_not_for_parts_of_a_file_nor_for_what_changes(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files |= {"/a.bin": saying(WRONG), "/b.bin": saying(WRONG)}
            ranges = (FileRange(10, 1000), FileRange(0, 5))
            job = await desk.ended(await begin(desk, None, ranges=ranges))
            await desk.assert_whole(job, "a.bin", CONTENT[10:1010] + CONTENT[:5])
            await desk.assert_whole(await desk.fetch("/b.bin", dynamic_content=True), "b.bin", CONTENT)

    run(scenario())


def test_a_typed_checksum_is_that_of_the_local_file(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = Resource(content=CONTENT, framing=Framing.CHUNKED)
            piece = CONTENT[10:1010]
            ranged = await begin(desk, checksum_of(piece), ranges=(FileRange(10, 1000),))
            await desk.assert_whole(await desk.ended(ranged), "a.bin", piece)
            assert failure(await desk.ended(await begin(desk, RIGHT, ranges=(FileRange(10, 1000),)))) == WRONG_CONTENT

    run(scenario())


def test_what_cannot_be_resumed_is_judged_again_all_the_same(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = Resource(content=CONTENT, framing=Framing.CLOSE)
            job = await desk.start("/a.bin", dynamic_content=True)
            await desk.manager.set_checksum(job.id, 0, WRONG)
            assert failure(await desk.ended(job)) == WRONG_CONTENT
            asked = len(desk.asked("/a.bin"))
            await desk.manager.set_checksum(job.id, 0, RIGHT)
            await desk.again(job)
            await desk.assert_whole(job, "a.bin", CONTENT)
            assert len(desk.asked("/a.bin")) == asked

    run(scenario())


# Several files, and every moment


def test_one_wrong_file_keeps_no_other_from_coming(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files |= {f"/{name}.bin": Resource(content=CONTENT) for name in "abc"}
            job = await desk.ended(await begin(desk, WRONG, RIGHT, None))
            assert failure(job) == WRONG_CONTENT
            assert job.error is not None
            assert job.error.file is not None
            assert job.error.file.index == 0
            assert [file.transferred for file in job.files] == [False, True, True]
            assert await desk.manager.complete(job.id) == codes.BG_S_PARTIAL_COMPLETE
            assert sorted(path.name for path in desk.folder.iterdir()) == ["b.bin", "c.bin"]
            assert {sha256_of(path) for path in desk.folder.iterdir()} == {RIGHT.hex}

    run(scenario())


def test_two_wrong_files_are_corrected_one_after_the_other(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files |= {f"/{name}.bin": Resource(content=CONTENT) for name in "ab"}
            job = await desk.ended(await begin(desk, WRONG, WRONG))
            for index in (0, 1):
                assert job.error is not None
                assert job.error.file is not None
                assert job.error.file.index == index
                await desk.manager.set_checksum(job.id, index, RIGHT)
                job = await desk.again(job)
            await desk.manager.complete(job.id)
            assert {sha256_of(desk.target(name)) for name in ("a.bin", "b.bin")} == {RIGHT.hex}
            assert len(desk.server.requests) == 2

    run(scenario())


def test_a_passing_error_of_a_later_file_is_tried_again_first(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files |= {
                "/a.bin": Resource(content=CONTENT),
                "/b.bin": Resource(content=CONTENT, cut_after=1000),
            }
            job = await desk.ended(await begin(desk, WRONG, RIGHT))
            assert job.state is JobState.TRANSIENT_ERROR
            desk.server.files["/b.bin"] = Resource(content=CONTENT)
            job = await desk.again(job)
            assert failure(job) == WRONG_CONTENT
            assert [file.transferred for file in job.files] == [False, True]
            assert desk.asked("/a.bin") == [None]

    run(scenario())


def test_an_empty_file_has_a_checksum_too(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = Resource(content=b"")
            job = await desk.ended(await begin(desk, RIGHT))
            assert failure(job) == WRONG_CONTENT
            await desk.manager.cancel(job.id)
            await desk.assert_whole(await desk.ended(await begin(desk, checksum_of(b""))), "a.bin", b"")

    run(scenario())


def test_a_checksum_that_comes_later_is_asked_of_what_is_here(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = Resource(content=CONTENT)
            job = await desk.fetch("/a.bin")
            assert job.state is JobState.TRANSFERRED
            await desk.manager.set_checksum(job.id, 0, WRONG)
            assert failure(await until_state(desk.manager, job.id, JobState.ERROR)) == WRONG_CONTENT
            await desk.manager.set_checksum(job.id, 0, RIGHT)
            await desk.again(job)
            await desk.assert_whole(job, "a.bin", CONTENT)
            assert desk.asked("/a.bin") == [None]
            with pytest.raises(BitsError) as refused:
                await desk.manager.set_checksum(job.id, 0, WRONG)
            assert refused.value.hresult == codes.BG_E_INVALID_STATE

    run(scenario())


def test_a_checksum_that_comes_meanwhile_holds(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            gate = Gate(SIZE // 2)
            desk.server.files["/a.bin"] = Resource(content=CONTENT, gate=gate)
            job = await desk.start("/a.bin")
            await gate.reached.wait()
            await until(desk.manager, job.id, lambda job: job.progress.bytes_transferred == SIZE // 2)
            await desk.manager.set_checksum(job.id, 0, WRONG)
            gate.release()
            assert failure(await desk.ended(job)) == WRONG_CONTENT
            assert desk.server.bytes_sent("/a.bin") < 2 * SIZE

    run(scenario())


def test_a_long_check_may_be_suspended_and_goes_on_without_the_server(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started, feed = asyncio.Event(), content_check._feed
    pieces_read: list[int] = []

    async def scenario() -> None:
        loop = asyncio.get_running_loop()

        def told(so_far, path: Path, start: int) -> int:  # type: ignore[no-untyped-def]
            pieces_read.append(start)
            loop.call_soon_threadsafe(started.set)
            return feed(so_far, path, start)

        monkeypatch.setattr(content_check, "PIECE", 1024)
        monkeypatch.setattr(content_check, "_feed", told)
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = Resource(content=CONTENT, framing=Framing.CHUNKED)
            job = await begin(desk, RIGHT)
            await started.wait()
            await desk.manager.suspend(job.id)
            assert len(pieces_read) < SIZE // 1024
            file = desk.manager.get(job.id).files[0]
            assert (file.bytes_total, file.bytes_transferred, file.transferred) == (SIZE, SIZE, False)
            await desk.reopen()
            assert desk.manager.get(job.id).files[0] == file
            await desk.again(job)
            await desk.assert_whole(job, "a.bin", CONTENT)
            assert desk.asked("/a.bin") == [None]
            assert SIZE // 1024 * 1024 in pieces_read

    run(scenario())


def test_a_part_file_that_was_tampered_with_is_found_out(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_desk(tmp_path) as desk:
            desk.server.files["/a.bin"] = Resource(content=CONTENT)
            job = await desk.ended(await begin(desk, WRONG))
            (part,) = desk.parts()
            data = bytearray(part.read_bytes())
            data[SIZE // 2] ^= 1
            part.write_bytes(data)
            await desk.manager.set_checksum(job.id, 0, RIGHT)
            assert failure(await desk.again(job)) == WRONG_CONTENT
            assert desk.asked("/a.bin") == [None]

    run(scenario())
