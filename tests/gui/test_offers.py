"""What is pasted or dropped into New Download: patterns, lists, commands; secrets are masked, refusals are said."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QToolButton

from bitsgui.gui.dialogs.address_edit import AddressEdit
from bitsgui.gui.dialogs.header_field import HeaderField
from bitsgui.gui.dialogs.new_job import NewJobDialog
from bitsgui.gui.dropped import LIST_MAX_BYTES, Offer, addresses_in, addresses_in_files, offer_of_command
from bitsgui.gui.tasks import Tasks
from bitsgui.gui.windows.actions import ActionId
from bitsgui.model.enums import ProxyUsage
from bitsgui.model.job import ProxySettings
from tests.support.preferred import preferred
from tests.support.qt_loop import run_on_qt, until_true
from tests.support.stub_manager import StubManager
from tests.support.window_bench import Bench, dialog_of

CURL = """curl 'https://files.example/a.iso?t=1' -H 'Cookie: sid=S3CRET' -H 'X-Note: S3CRET' \\
  -u me:S3CRET -x http://pu:S3CRET@proxy.example:8080 -o image.iso -k --compressed"""


class House:
    """The dialog over a stub manager."""

    def __init__(self, folder: Path, offer: Offer) -> None:
        self.manager = StubManager()
        self.tasks = Tasks()
        preferences = preferred(folder, self.manager, download_folder=str(folder))
        self.dialog = NewJobDialog(self.manager, preferences, self.tasks, None, offer)
        self.addresses = self.dialog.findChild(AddressEdit)
        self.go = self.dialog.findChild(QPushButton, "Download")

    def said(self) -> str:
        return "\n".join(label.text() for label in self.dialog.findChildren(QLabel) if not label.isHidden())

    def paste(self, text: str) -> None:
        data = QMimeData()
        data.setText(text)
        self.addresses.insertFromMimeData(data)

    def drop(self, *paths: Path) -> None:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        self.addresses.insertFromMimeData(data)

    def shown(self) -> str:
        """Everything that can be read in the dialog's fields."""
        boxes = [box.toPlainText() for box in self.dialog.findChildren(QPlainTextEdit)]
        return "\n".join([*boxes, *(edit.displayText() for edit in self.dialog.findChildren(QLineEdit)), self.said()])

    def field(self, name: str) -> QLineEdit:
        return next(e for e in self.dialog.findChildren(QLineEdit) if e.accessibleName() == name)


@pytest.fixture
def on_dialog(qapp: QApplication, tmp_path: Path) -> Callable[..., None]:
    def run(scenario: Any, offer: Offer = Offer()) -> None:  # noqa: B008 - a frozen value
        async def whole() -> None:
            at = House(tmp_path, offer)
            at.dialog.open()
            try:
                await scenario(at)
            finally:
                at.dialog.hide()
                await at.tasks.aclose()
                at.dialog.deleteLater()

        run_on_qt(qapp, whole())

    return run


def test_a_pattern_is_counted_shown_and_becomes_jobs(on_dialog: Callable[..., None]) -> None:
    async def scenario(at: House) -> None:
        tick = at.dialog.findChild(QCheckBox, "as_patterns")
        assert tick.isHidden()
        at.paste("https://h.example/f[098-101].zip")
        assert not tick.isHidden()
        assert "4 files, from f098.zip to f101.zip" in at.said()
        assert at.go.text() == "Download 4 files"
        assert not at.field("File name").isEnabled()
        at.go.click()
        await until_true(lambda: at.manager.created)
        names = [Path(spec.files[0].local_name).name for spec in at.manager.created]
        assert names == ["f098.zip", "f099.zip", "f100.zip", "f101.zip"]
        assert at.manager.created[0].files[0].remote_name == "https://h.example/f098.zip"

    on_dialog(scenario)


def test_without_the_tick_a_pattern_is_an_address(on_dialog: Callable[..., None]) -> None:
    async def scenario(at: House) -> None:
        at.paste("https://h.example/f[1-3].zip")
        at.dialog.findChild(QCheckBox, "as_patterns").click()
        assert at.go.text() == "Download"
        at.go.click()
        await until_true(lambda: at.manager.created)
        assert [spec.files[0].remote_name for spec in at.manager.created] == ["https://h.example/f[1-3].zip"]

    on_dialog(scenario)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("https://h.example/[1-20000]", "more than 10000 addresses"),
        ("https://h.example/[3-1]", "Line 1: A range in brackets begins with its smaller end"),
        ("h.example/[1-3]", "Line 1: The address must begin"),
    ],
)
def test_a_pattern_that_is_none_is_said(on_dialog: Callable[..., None], text: str, part: str) -> None:
    async def scenario(at: House) -> None:
        at.paste(text)
        assert part in at.said()
        assert not at.go.isEnabled()
        assert at.addresses.toPlainText() == text

    on_dialog(scenario)


def test_a_pasted_command_fills_the_form_and_shows_no_secret(on_dialog: Callable[..., None]) -> None:
    async def scenario(at: House) -> None:
        at.paste(CURL)
        assert at.addresses.toPlainText() == "https://files.example/a.iso?t=1"
        assert "S3CRET" not in at.shown()
        assert "Not taken over: -k, -x user:password." in at.said()
        assert at.field("File name").text() == "image.iso"
        assert at.field("User name").text() == "me"
        at.go.click()
        await until_true(lambda: at.manager.created)
        (spec,) = at.manager.created
        assert spec.custom_headers == (("Cookie", "sid=S3CRET"), ("X-Note", "S3CRET"))
        assert spec.credentials is not None
        assert (spec.credentials.user_name, spec.credentials.password) == ("me", "S3CRET")
        assert spec.settings.proxy == ProxySettings(ProxyUsage.OVERRIDE, "http://proxy.example:8080")
        assert Path(spec.files[0].local_name).name == "image.iso"

    on_dialog(scenario)


@pytest.mark.parametrize(("option", "count"), [("", 3), ("--globoff", 1)])
def test_a_command_says_whether_brackets_are_a_pattern(on_dialog: Callable[..., None], option: str, count: int) -> None:
    async def scenario(at: House) -> None:
        at.go.click()
        await until_true(lambda: at.manager.created)
        assert len(at.manager.created) == count

    on_dialog(scenario, offer_of_command(f"curl {option} 'http://h.example/f[1-3]'"))


def test_a_pattern_in_the_host_is_an_address_too() -> None:
    data = QMimeData()
    data.setText("http://h[1-2].example/f http://[::1]/f http://[3-1].example/ file")
    assert addresses_in(data) == ("http://h[1-2].example/f", "http://[::1]/f")


def test_a_command_that_sends_is_refused_in_words(on_dialog: Callable[..., None]) -> None:
    async def scenario(at: House) -> None:
        at.paste("curl https://h.example/ -d secret=S3CRET")
        assert "only GET downloads" in at.said()
        assert "S3CRET" not in at.shown()
        assert at.addresses.toPlainText() == ""

    on_dialog(scenario)


def test_headers_are_masked_until_asked_for_and_may_be_changed(qapp: QApplication) -> None:
    field = HeaderField()
    field.box.setPlainText("Accept: text/html\nCookie: old")
    field.add([("cookie", "sid=S3CRET")])
    assert "S3CRET" not in field.box.toPlainText()
    assert field.text == "Accept: text/html\ncookie: sid=S3CRET"
    reveal = field.findChild(QToolButton, "reveal_headers")
    reveal.click()
    assert field.box.toPlainText() == field.text
    field.box.setPlainText(field.text.replace("S3CRET", "NEW"))
    reveal.click()
    assert "NEW" not in field.box.toPlainText()
    assert field.text == "Accept: text/html\ncookie: sid=NEW"
    field.box.setPlainText("cookie: typed")
    assert field.text == "cookie: typed"
    field.deleteLater()


def test_a_dropped_list_is_added(on_dialog: Callable[..., None], tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text(
        "# mine\nhttps://h.example/1\thttps://mirror/1\n  out=x\nhttps://u:S3CRET@h.example/2\n"
    )

    async def scenario(at: House) -> None:
        at.paste("https://h.example/0")
        at.drop(tmp_path / "list.txt")
        await until_true(lambda: at.go.text() == "Download 3 files")
        assert at.addresses.toPlainText().split() == [f"https://h.example/{n}" for n in "012"]
        assert "The sign-in was taken out of the address" in at.said()

    on_dialog(scenario)


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"nothing here\n", "no address in this file"),
        (b"\xff\xfe\x00\x01", "not a text file"),
        (None, "cannot be read"),
    ],
)
def test_a_list_that_is_none_is_said(
    on_dialog: Callable[..., None], tmp_path: Path, content: bytes | None, part: str
) -> None:
    if content is not None:
        (tmp_path / "list.txt").write_bytes(content)

    async def scenario(at: House) -> None:
        at.drop(tmp_path / "list.txt")
        await until_true(lambda: part in at.said())

    on_dialog(scenario)


def test_a_huge_list_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "huge.txt").open("wb") as file:
        file.truncate(LIST_MAX_BYTES + 1)
    with pytest.raises(ValueError, match="too large"):
        addresses_in_files([tmp_path / "huge.txt"])


def test_an_offer_hides_its_secrets() -> None:
    assert "S3CRET" not in repr(offer_of_command(CURL))


def test_ctrl_v_takes_a_command(on_window: Any) -> None:
    async def scenario(bench: Bench) -> None:
        QGuiApplication.clipboard().setText(CURL)
        bench.action(ActionId.PASTE).trigger()
        dialog = await dialog_of(bench)
        assert dialog.findChild(AddressEdit).toPlainText() == "https://files.example/a.iso?t=1"
        dialog.reject()
        await until_true(lambda: not bench.window.findChildren(NewJobDialog))
        QGuiApplication.clipboard().setText("curl -T x https://h.example/")
        bench.action(ActionId.PASTE).trigger()
        await asyncio.sleep(0)
        texts = [label.text() for label in bench.window.findChildren(QLabel)]
        assert any("only GET downloads" in text for text in texts)

    on_window(scenario)
