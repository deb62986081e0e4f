"""Complete and Cancel on the disk: kept and dropped files, failing renames, parts that are gone."""

from pathlib import Path

import pytest

from bitsgui.model import codes
from bitsgui.model.enums import ErrorContext, JobState
from bitsgui.model.hresult import BitsError
from bitsgui.service import completion
from tests.support.lab import Lab, lab
from tests.support.scripted_server import status

MIB = 1 << 20
FIVE = ("/1", "/2", "/3", "/4", "/5")


async def three_of_five(it: Lab, *, in_error: bool) -> str:
    """A job of five files of which three are here; the fourth fails or stands still."""
    it.serve("/4", MIB)
    if in_error:
        it.server.files["/4"] = status(404)
        job_id = await it.job(*FIVE)
        await it.until(job_id, JobState.ERROR)
    else:
        it.server.hold("/4", after=MIB // 2)
        job_id = await it.job(*FIVE)
        await it.until_true(job_id, lambda job: job.files[3].bytes_transferred > 0)
    return job_id


@pytest.mark.parametrize("in_error", [True, False])
def test_partial_complete_keeps_the_whole_files_and_nothing_else(run, tmp_path: Path, in_error: bool) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            job_id = await three_of_five(it, in_error=in_error)
            assert await it.manager.complete(job_id) == codes.BG_S_PARTIAL_COMPLETE
            assert sorted(path.name for path in it.folder.iterdir()) == ["1", "2", "3"]
            assert it.is_right("/1", "/2", "/3")
            job = it.get(job_id)
            assert job.state is JobState.ACKNOWLEDGED
            assert [file.completed for file in job.files] == [True, True, True, False, False]

    run(scenario())


def test_cancel_deletes_the_parts_and_leaves_what_was_there(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            it.local("/1").write_text("mine")
            job_id = await three_of_five(it, in_error=False)
            assert await it.manager.cancel(job_id) == codes.S_OK
            assert [path.name for path in it.folder.iterdir()] == ["1"]
            assert it.local("/1").read_text() == "mine"

    run(scenario())


def test_complete_replaces_what_was_there(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            it.local("/1").write_text("old")
            job_id = await it.job("/1")
            await it.until(job_id, JobState.TRANSFERRED)
            assert it.local("/1").read_text() == "old"
            await it.manager.complete(job_id)
            assert it.is_right("/1")

    run(scenario())


def test_a_rename_that_fails_leaves_the_job_transferred_and_complete_again_finishes(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            job_id = await it.job("/1", "/2", "/3")
            await it.until(job_id, JobState.TRANSFERRED)
            in_the_way = it.local("/2")
            in_the_way.mkdir()
            with pytest.raises(BitsError) as failure:
                await it.manager.complete(job_id)
            assert failure.value.hresult == codes.ERROR_ALREADY_EXISTS
            job = it.get(job_id)
            assert job.state is JobState.TRANSFERRED
            assert [file.completed for file in job.files] == [True, False, False]
            assert job.error is not None
            assert job.error.context is ErrorContext.LOCAL_FILE
            assert job.error.file is not None
            assert job.error.file.index == 1
            assert it.is_right("/1")
            await it.reopen()
            assert it.get(job_id).state is JobState.TRANSFERRED
            in_the_way.rmdir()
            assert await it.manager.complete(job_id) == codes.S_OK
            assert it.is_right("/1", "/2", "/3")
            assert len(it.server.requests) == 3

    run(scenario())


def test_cancel_after_half_a_complete_keeps_what_has_its_name(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            job_id = await it.job("/1", "/2")
            await it.until(job_id, JobState.TRANSFERRED)
            it.local("/2").mkdir()
            with pytest.raises(BitsError, match=r"folder of that name"):
                await it.manager.complete(job_id)
            await it.manager.cancel(job_id)
            assert it.is_right("/1")
            assert it.parts() == []

    run(scenario())


def test_a_folder_that_is_away_may_come_back(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            job_id = await it.job("/1")
            await it.until(job_id, JobState.TRANSFERRED)
            away = it.folder.rename(tmp_path / "away")
            with pytest.raises(BitsError) as failure:
                await it.manager.complete(job_id)
            assert failure.value.hresult == codes.ERROR_PATH_NOT_FOUND
            assert it.get(job_id).state is JobState.TRANSFERRED
            away.rename(it.folder)
            assert await it.manager.complete(job_id) == codes.S_OK
            assert it.is_right("/1")

    run(scenario())


@pytest.mark.parametrize("loss", ["gone", "short"])
def test_a_lost_part_is_an_error_never_a_wrong_file(run, tmp_path: Path, loss: str) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            job_id = await it.job("/1", "/2")
            await it.until(job_id, JobState.TRANSFERRED)
            part = completion.part_path(job_id, 1, str(it.local("/2")))
            if loss == "gone":
                part.unlink()
            else:
                part.write_bytes(b"short")
            with pytest.raises(BitsError) as failure:
                await it.manager.complete(job_id)
            assert failure.value.hresult == codes.ERROR_FILE_NOT_FOUND
            assert it.get(job_id).state is JobState.ERROR
            assert not it.local("/2").exists()
            await it.manager.resume(job_id)
            await it.until(job_id, JobState.TRANSFERRED)
            assert await it.manager.complete(job_id) == codes.S_OK
            assert it.is_right("/1", "/2")
            assert len(it.server.requests_for("/1")) == 1

    run(scenario())


def test_parts_that_cannot_be_deleted_are_told_and_tried_again_at_start(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            job_id = await it.job("/1")
            await it.until(job_id, JobState.TRANSFERRED)
            (part,) = it.parts()
            part.unlink()
            part.mkdir()  # root may delete everything but a folder by unlink
            assert await it.manager.cancel(job_id) == codes.BG_S_UNABLE_TO_DELETE_FILES
            assert it.get(job_id).state is JobState.CANCELLED
            part.rmdir()
            part.write_bytes(b"left")
            await it.reopen()
            assert it.parts() == []

    run(scenario())


def test_a_job_that_completes_itself_says_transferred_once(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            seen: list[JobState] = []

            def note(event) -> None:
                if event.job.state not in seen[-1:]:
                    seen.append(event.job.state)

            it.manager.subscribe(note)
            job_id = await it.job("/1", auto_complete=True)
            await it.until(job_id, JobState.ACKNOWLEDGED)
            assert seen == [
                JobState.QUEUED,
                JobState.CONNECTING,
                JobState.TRANSFERRING,
                JobState.TRANSFERRED,
                JobState.ACKNOWLEDGED,
            ]
            assert it.is_right("/1")

    run(scenario())


def test_a_job_that_cannot_complete_itself_waits_transferred_with_its_error(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            it.local("/1").mkdir()
            job_id = await it.job("/1", auto_complete=True)
            job = await it.until_true(job_id, lambda job: job.error is not None)
            assert job.state is JobState.TRANSFERRED
            it.local("/1").rmdir()
            assert await it.manager.complete(job_id) == codes.S_OK
            assert it.is_right("/1")

    run(scenario())


def test_nothing_here_is_completed_as_nothing(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            job_id = await it.job("/1", resume=False)
            assert await it.manager.complete(job_id) == codes.BG_S_PARTIAL_COMPLETE
            assert list(it.folder.iterdir()) == []

    run(scenario())


def test_an_empty_file_is_a_file(run, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with lab(tmp_path) as it:
            it.serve("/0", 0)
            job_id = await it.job("/0")
            await it.until(job_id, JobState.TRANSFERRED)
            assert await it.manager.complete(job_id) == codes.S_OK
            assert it.local("/0").read_bytes() == b""

    run(scenario())
