"""What is typed into the New Download form: read, checked, and turned into jobs; and names that are taken."""

from dataclasses import replace
from pathlib import Path

import pytest

from bitsgui.gui.dialogs import new_job_input as reading
from bitsgui.gui.dialogs.collisions import Choice, Collision, Taken, find_collisions, queued_names, settle
from bitsgui.gui.dialogs.new_job_input import Address, NewJobInput
from bitsgui.gui.dialogs.new_job_specs import Settled, specs_of
from bitsgui.model import codes
from bitsgui.model.checksum import Checksum, HashAlgorithm
from bitsgui.model.hresult import BitsError
from bitsgui.model.limits import REMOTE_NAME_MAX
from bitsgui.model.settings import Settings
from tests.support.failed_jobs import LOCAL, failed_job

A, B = Address("https://a.example/x.bin"), Address("https://b.example/y.bin")

BEGIN = Settings().new_job


def assert_said(said: str | None, expected: str | None) -> None:
    """The model words the reason; what matters here is which line and which reason."""
    assert (said is None) == (expected is None)
    assert (said or "").startswith(expected or "")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("https://a.example/x\n\n  http://b.example  ", None),
        ("https://a.example/x\nftp://b/y", "Line 2: The address must begin with http:// or https://."),
        ("https:///x", "Line 1: The address names no server."),
        ("https://a/" + "x" * REMOTE_NAME_MAX, "Line 1: The address is longer than 2200 characters."),
        ("https://a/b c", "Line 1: The address contains a space or a control character; write %20 for a space."),
        ("\n\nhttp://[", "Line 3: The address cannot be read: "),
    ],
)
def test_the_bad_line_is_named_with_its_reason(text: str, problem: str | None) -> None:
    assert_said(reading.addresses_problem(text), problem)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("X-A: 1\nReferer:https://x/", None),
        ("X-A 1", "Line 1: Write it as Name: value."),
        ("X-A: 1\nrange: bytes=0-", "Line 2: The header range is set by bitsgui itself."),
        ("If-Match: x", "Line 1: The header If-Match is set by bitsgui itself."),
        ("Bad Name: x", "Line 1: 'Bad Name' is not a header name."),
        ("X-A: 1\x01", "Line 1: The value of the header X-A holds a line break or "),
        ("\n".join(f"X-{i}: {'y' * 1000}" for i in range(20)), "At most 16384 characters of headers."),
    ],
)
def test_headers_are_checked_line_by_line(text: str, problem: str | None) -> None:
    assert_said(reading.headers_problem(text), problem)


def test_headers_are_read() -> None:
    assert reading.headers_in("X-A: 1:2 \n\nReferer:x") == (("X-A", "1:2"), ("Referer", "x"))


def test_a_name_that_some_system_refuses_comes_with_one_that_works() -> None:
    assert reading.name_problem("") is None
    assert reading.name_problem("a.bin") is None
    assert reading.name_problem("../a.bin") == "This name cannot be stored on every system; “a.bin” can."
    assert "“_con.txt”" in str(reading.name_problem("con.txt"))


def test_a_checksum_is_read_or_its_fault_is_said() -> None:
    url, digits = "https://a.example/x.iso", "0a" * 32
    assert (reading.checksum_problem(" ", url), reading.checksum_in(" ", url)) == (None, None)
    assert reading.checksum_in(f"{'1b' * 32}  y.iso\n{digits}  x.iso", url) == Checksum(HashAlgorithm.SHA_256, digits)
    assert reading.checksum_problem(digits, url) is None
    assert reading.checksum_problem(f"md5:{digits}", url) == "A checksum of MD5 has 32 digits; this one has 64."


def test_a_sign_in_needs_a_user() -> None:
    assert reading.sign_in_problem("", "") is None
    assert reading.sign_in_problem("ann", "") is None
    assert reading.sign_in_problem("", "x") == "A password needs a user name."
    assert reading.sign_in_problem("a" * 301, "x") == "At most 300 characters."


def wanted(*addresses: Address, **values: object) -> NewJobInput:
    return replace(NewJobInput(addresses=addresses, folder=Path("/srv")), **values)


def test_one_job_each_or_one_for_all() -> None:
    settled = [Settled(A, "x.bin"), Settled(B, "y.bin", name_from_server=False, overwrite=True)]
    one, two = specs_of(wanted(A, B, auto_complete=False, rate_limit_bps=5), settled, BEGIN)
    assert (one.settings.display_name, two.settings.display_name) == ("x.bin", "y.bin")
    assert (one.settings.auto_complete, one.settings.rate_limit_bps) == (False, 5)
    assert (one.files[0].local_name, one.files[0].name_from_server) == (str(Path("/srv/x.bin")), True)
    assert not two.files[0].name_from_server
    assert (one.files[0].replace_existing, two.files[0].replace_existing) == (False, True)
    (both,) = specs_of(wanted(A, B, one_job=True), settled, BEGIN)
    assert both.settings.display_name == "x.bin and 1 more"
    assert len(both.files) == 2


def test_a_sign_in_of_an_address_goes_to_no_other_server() -> None:
    own = Address(A.url, ("ann", "pw"))
    settled = [Settled(own, "x.bin"), Settled(B, "y.bin")]
    one, two = specs_of(wanted(own, B), settled, BEGIN)
    assert one.credentials is not None
    assert (one.credentials.user_name, one.credentials.password) == ("ann", "pw")
    assert two.credentials is None
    with pytest.raises(BitsError) as refused:
        specs_of(wanted(own, B, one_job=True), settled, BEGIN)
    assert refused.value.hresult == codes.E_INVALIDARG
    same = Address("https://a.example/z.bin", ("ann", "pw"))
    (both,) = specs_of(wanted(own, same, one_job=True), [Settled(own, "x.bin"), Settled(same, "z.bin")], BEGIN)
    assert both.credentials is not None


def test_taken_names_are_found_on_disk_in_the_queue_and_in_the_list(tmp_path: Path) -> None:
    (tmp_path / "disk.bin").touch()
    (tmp_path / "dangling.bin").symlink_to(tmp_path / "nowhere")
    names = ("free.bin", "disk.bin", "Queued.bin", "FREE.bin", "dangling.bin")
    found = find_collisions(tmp_path, names, frozenset({"queued.bin"}))
    assert found == (
        Collision(1, "disk.bin", Taken.ON_DISK),
        Collision(2, "Queued.bin", Taken.IN_QUEUE),
        Collision(3, "FREE.bin", Taken.IN_LIST),
        Collision(4, "dangling.bin", Taken.ON_DISK),
    )


def test_choices_settle_the_names(tmp_path: Path) -> None:
    for name in ("a.tar.gz", "a (1).tar.gz", "b.bin", "c.bin"):
        (tmp_path / name).touch()
    names = ("a.tar.gz", "b.bin", "c.bin", "a (2).tar.gz", "a.tar.gz")
    choices = {0: Choice.KEEP_BOTH, 1: Choice.OVERWRITE, 2: Choice.SKIP, 4: Choice.KEEP_BOTH}
    settled = settle(tmp_path, names, frozenset(), choices)
    assert settled == ("a (3).tar.gz", "b.bin", None, "a (2).tar.gz", "a (4).tar.gz")


def test_the_queue_s_names_are_those_of_the_folder_and_unfinished() -> None:
    job = failed_job(codes.ERROR_DISK_FULL, LOCAL, done=1, total=3, folder="/srv/maps")
    first = replace(job.files[0], completed=True)
    job = replace(job, files=(first, *job.files[1:]))
    assert queued_names([job], Path("/srv/maps")) == {"plate-1.tif", "plate-2.tif"}
    assert queued_names([job], Path("/srv")) == frozenset()
