"""Progress on the standard error, as a person sees it."""

import io
import sys
import time
from dataclasses import replace

import pytest

from bitsgui.model import codes
from bitsgui.model.enums import ErrorContext, JobState, JobType
from bitsgui.model.error import JobError
from bitsgui.model.job import Job, JobFile, JobSettings, JobTimes, new_job_id
from bitsgui.model.upload import Upload, UploadPhase
from bitsgui.terminal.screens import LiveScreen, PlainScreen, QuietScreen, Screen, countdown, screen_for


def job(name: str, state: JobState, received: int = 0, total: int | None = None) -> Job:
    file = JobFile(remote_name="http://h/a", local_name="/d/a", bytes_total=total, bytes_transferred=received)
    return Job(
        id=new_job_id(),
        state=state,
        files=(file,),
        settings=JobSettings(display_name=name),
        times=JobTimes(1, 1),
    )


def waiting(retry_at: float | None) -> Job:
    error = JobError(ErrorContext.REMOTE_FILE, codes.BG_E_HTTP_ERROR_403, detail="Busy \x1b[31mnow.")
    return replace(job("w", JobState.TRANSIENT_ERROR), error=error, retry_at=retry_at)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal of 120 columns as the standard error; no fixture: pytest swaps it after set-up."""
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.delenv("NO_COLOR", raising=False)
    return stream


def test_the_screen_suits_the_standard_error(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal(monkeypatch)
    live = screen_for(quiet=False)
    live.close()
    assert isinstance(live, LiveScreen)
    assert isinstance(screen_for(quiet=True), QuietScreen)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert isinstance(screen_for(quiet=False), PlainScreen)


def test_a_quiet_screen_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = terminal(monkeypatch)
    screen: Screen = QuietScreen()
    screen.say("x")
    screen.show([job("a", JobState.TRANSFERRING)], lambda _: 1.0)
    screen.close()
    assert stream.getvalue() == ""


def test_a_pipe_gets_a_line_for_each_job_that_runs(capsys: pytest.CaptureFixture[str]) -> None:
    screen = PlainScreen()
    jobs = [
        job("a\x1b[2J.bin", JobState.TRANSFERRING, 500, 1000),
        job("b", JobState.TRANSFERRING, 5_000_000),
        job("c", JobState.CONNECTING, 0, 10),
        job("done", JobState.ACKNOWLEDGED, 10, 10),
        waiting(None),
    ]
    screen.show(jobs, lambda _: 100.0)
    screen.close()
    assert capsys.readouterr().err.splitlines() == [
        "a[2J.bin: 500 B of 1.0 kB, 100 B/s, 5 s left",
        "b: 5.0 MB, 100 B/s",
        "c: 0 B of 10 B, connecting",
        "w: 0 B, waiting for the network (w: Busy [31mnow)",
    ]


@pytest.mark.parametrize(
    ("phase", "state", "line"),
    [
        (UploadPhase.UPLOADING, JobState.CONNECTING, "500 B of 1.0 kB, connecting"),
        (UploadPhase.UPLOADING, JobState.TRANSFERRING, "500 B of 1.0 kB, 100 B/s, 5 s left"),
        (UploadPhase.SERVER_PROGRAM, JobState.TRANSFERRING, "500 B of 1.0 kB, waiting for the server program"),
        (UploadPhase.SERVER_PROGRAM, JobState.QUEUED, "500 B of 1.0 kB, queued"),
        (UploadPhase.REPLY, JobState.CONNECTING, "20 B of 50 B, connecting"),
        (UploadPhase.REPLY, JobState.TRANSFERRING, "20 B of 50 B, fetching the reply, 100 B/s, 0 s left"),
        (UploadPhase.CLOSING, JobState.CONNECTING, "20 B of 50 B, finishing"),
    ],
)
def test_an_upload_shows_its_part(
    phase: UploadPhase, state: JobState, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    reply = JobFile(remote_name="http://h/r", local_name="/d/r", bytes_total=50, bytes_transferred=20)
    up = replace(job("a", state, 500, 1000), type=JobType.UPLOAD_REPLY, upload=Upload(phase=phase), reply=reply)
    PlainScreen().show([up], lambda _: 100.0)
    assert capsys.readouterr().err == f"a: {line}\n"


def test_the_table_shows_the_jobs_that_run_and_the_total(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = terminal(monkeypatch)
    screen = LiveScreen()
    screen.show(
        [
            job("[bold]a[/bold]\x1b]0;x\x07", JobState.TRANSFERRING, 250, 1000),
            job("unknown", JobState.TRANSFERRING, 7),
            job("done", JobState.ACKNOWLEDGED, 10, 10),
        ],
        lambda _: 50.0,
    )
    painted = stream.getvalue()
    screen.close()
    assert "[bold]a[/bold]]0;x" in painted
    assert "250 B / 1.0 kB" in painted
    assert "50 B/s, 15 s left" in painted
    assert "done" not in painted
    assert "Total: 0 of 3 files" in painted
    assert "267 B " in painted


def test_one_job_needs_no_total(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = terminal(monkeypatch)
    screen = LiveScreen()
    screen.show([job("a", JobState.QUEUED)], lambda _: 0.0)
    screen.close()
    assert "queued" in stream.getvalue()
    assert "Total" not in stream.getvalue()


def test_a_line_said_stands_above_the_table_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = terminal(monkeypatch)
    screen = LiveScreen()
    screen.say("Saved /d/[red]" + "x" * 150)
    screen.close()
    assert "Saved /d/[red]" + "x" * 150 in stream.getvalue()


def test_the_countdown() -> None:
    assert countdown(waiting(None)) == "waiting for the network"
    assert countdown(waiting(time.time() - 5)) == "again in 0 s"
    assert countdown(waiting(time.time() + 7200.5)).startswith("again in 2 h 00")
