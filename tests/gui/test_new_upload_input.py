"""What is given in the New Upload form: files as the disk has them, the address, and the jobs that follow."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from bitsgui.gui.dialogs import new_upload_input as reading
from bitsgui.gui.dialogs.new_job_input import Address
from bitsgui.gui.dialogs.new_upload_input import NewUploadInput, Source
from bitsgui.model.enums import JobPriority, JobType
from bitsgui.model.settings import Settings

FOLDER = "https://h.example/in/"
A, B = Path("/srv/a.csv"), Path("/srv/b.csv")

BEGIN = Settings().new_job


def said(*paths: Path) -> str | None:
    return reading.files_problem(paths, reading.look_at(paths, None)[0])


def test_each_file_is_looked_at(tmp_path: Path) -> None:
    good = tmp_path / "good"
    good.write_bytes(b"12345")
    assert said(good) is None
    assert said(tmp_path) == "This is a folder; files are sent one by one."
    assert said(tmp_path / "gone") == "There is no such file."
    assert said(good / "below") == "This file cannot be read: Not a directory."
    assert said(Path("good")) == "Give the whole path of the file."
    assert said(good, tmp_path / "gone") == "Line 2: There is no such file."


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert said(tmp_path / "pipe") == "Only a plain file can be sent."


def test_two_files_of_one_name_would_take_each_others_place() -> None:
    twice = (Path("/a/x.csv"), Path("/b/x.csv"))
    assert (
        reading.files_problem(twice, ()) == "Two files are called x.csv; the second would take the place of the first."
    )


@pytest.mark.parametrize(
    ("sources", "note"),
    [
        ((), ""),
        ((Source(A, 5000),), "5.0 kB"),
        ((Source(A, 0),), "This file is empty: the server gets a file without content."),
        ((Source(A, 5000), Source(B, 1000)), "2 files, 6.0 kB in all."),
        ((Source(A, 5000), Source(B, 0)), "2 files, 5.0 kB in all. 1 of them empty."),
        ((Source(A, 5000), Source(B, problem="x")), ""),
    ],
)
def test_how_much_there_is_to_send(sources: tuple[Source, ...], note: str) -> None:
    assert reading.files_note(sources) == note


@pytest.mark.parametrize(
    ("address", "paths", "problem", "note"),
    [
        ("", (A,), None, ""),
        (FOLDER, (A,), None, "Goes to https://h.example/in/a.csv"),
        ("https://h.example/in/other", (A,), None, "Goes to https://h.example/in/other"),
        (FOLDER, (Path("/srv/Übersicht 1.csv"),), None, "Goes to https://h.example/in/%C3%9Cbersicht%201.csv"),
        (FOLDER, (A, B), None, "Go to https://h.example/in/a.csv and 1 more"),
        (
            "https://h.example/in",
            (A, B),
            "Several files need the address of a folder, one that ends with a slash (/).",
            "",
        ),
        ("ftp://h/", (A,), "The address must begin with http:// or https://.", ""),
        (
            FOLDER,
            (Path("/srv/" + "ü" * 261),),
            "A part of the address between slashes is longer than 260 characters.",
            "",
        ),
    ],
)
def test_where_it_goes(address: str, paths: tuple[Path, ...], problem: str | None, note: str) -> None:
    assert reading.address_problem(address, paths) == problem
    assert reading.address_note(address, paths) == note


def test_a_taken_reply_name_gets_a_number(tmp_path: Path) -> None:
    reply = tmp_path / "a reply.csv"
    assert reading.look_at((), reply) == ((), "")
    reply.touch()
    assert reading.look_at((), reply) == ((), "a reply (1).csv")


def wanted(*files: Path, **values: object) -> NewUploadInput:
    return replace(NewUploadInput(files=files, address=Address(FOLDER)), **values)


def test_a_job_for_each_file() -> None:
    one, two = reading.specs_of(wanted(A, B, priority=JobPriority.HIGH, auto_complete=False, rate_limit_bps=5), BEGIN)
    assert (one.settings.display_name, two.settings.display_name) == ("a.csv", "b.csv")
    assert (one.files[0].remote_name, one.files[0].local_name) == (FOLDER + "a.csv", str(A))
    assert (one.type, one.reply_file_name) == (JobType.UPLOAD, "")
    assert (one.settings.priority, one.settings.auto_complete, one.settings.rate_limit_bps) == (
        JobPriority.HIGH,
        False,
        5,
    )
    (named,) = reading.specs_of(wanted(A, name="November"), BEGIN)
    assert named.settings.display_name == "November"


def test_a_reply_goes_where_it_was_wanted() -> None:
    reply = wanted(A, type=JobType.UPLOAD_REPLY)
    (beside,) = reading.specs_of(reply, BEGIN)
    assert (beside.type, beside.reply_file_name) == (JobType.UPLOAD_REPLY, "")
    (named,) = reading.specs_of(replace(reply, reply=Path("/r/answer.txt")), BEGIN)
    assert named.reply_file_name == str(Path("/r/answer.txt"))
    both = reading.specs_of(replace(reply, files=(A, B), reply_folder=Path("/r")), BEGIN)
    assert [spec.reply_file_name for spec in both] == [str(Path("/r/a reply.csv")), str(Path("/r/b reply.csv"))]
    (plain,) = reading.specs_of(wanted(A, reply=Path("/r/answer.txt")), BEGIN)
    assert plain.reply_file_name == ""


def test_the_sign_in_of_the_address_wins() -> None:
    (own,) = reading.specs_of(wanted(A, address=Address(FOLDER, ("ann", "pw")), sign_in=("bob", "x")), BEGIN)
    assert own.credentials is not None
    assert own.credentials.user_name == "ann"
    (other,) = reading.specs_of(wanted(A, sign_in=("bob", "x")), BEGIN)
    assert other.credentials is not None
    assert other.credentials.user_name == "bob"
    assert "pw" not in repr(own)
