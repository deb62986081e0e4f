"""Every form of a fix: what it wants, the fix that it yields, and what of it may be stored."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
)

from bitsgui.gui.dialogs.fixes.form import FixForm, FormWorld
from bitsgui.gui.dialogs.fixes.forms import FORMS
from bitsgui.gui.dialogs.fixes.space import SpaceForm
from bitsgui.gui.tasks import Tasks
from bitsgui.model import codes, fix
from bitsgui.model.checksum import Checksum, HashAlgorithm
from bitsgui.model.enums import AuthScheme, AuthTarget, ProxyUsage
from bitsgui.model.facts import Certificate, Facts
from bitsgui.model.hresult import from_http_status
from bitsgui.model.job import Job, ProxySettings
from bitsgui.model.limits import DAY_S
from bitsgui.model.remedy import Remedy
from tests.support.failed_jobs import LOCAL, failed_job, failed_upload
from tests.support.qt_loop import run_on_qt, until_true
from tests.support.stub_manager import StubManager

JOB = failed_job(from_http_status(403))
CERTIFICATE = Certificate(
    subject="CN=archive.example", issuer="CN=Own", names=("archive.example",), not_before=1e9, not_after=3e9,
    sha256="ab" * 32,
)  # fmt: skip
PLAIN = {
    Remedy.TRY_AGAIN: fix.TryAgain(),
    Remedy.RESTART_FILE: fix.RestartFiles(),
    Remedy.ALLOW_REDIRECT: fix.AllowRedirect(),
    Remedy.IN_ONE_GO: fix.InOneGo(),
    Remedy.SEND_AGAIN: fix.SendAgain(),
    Remedy.HAND_OVER_AGAIN: fix.HandOverAgain(),
    Remedy.FETCH_REPLY_AGAIN: fix.FetchReplyAgain(),
    Remedy.FREE_SPACE: fix.TryAgain(),
    Remedy.WAIT_UNTIL_FREE: fix.TryAgain(),
}


def with_facts(job: Job, **facts: Any) -> Job:
    assert job.error is not None
    return replace(job, error=replace(job.error, facts=Facts(**facts)))


class House:
    """One form over a stub manager."""

    def __init__(self, remedy: Remedy, *jobs: Job) -> None:
        self.manager = StubManager(jobs)
        self.form: FixForm = FORMS[remedy](jobs, FormWorld(self.manager, Tasks()))  # type: ignore[arg-type]

    def line(self, name: str) -> QLineEdit:
        return self.form.findChild(QLineEdit, name)

    def type(self, **texts: str) -> None:
        for name, text in texts.items():
            self.line(name).setText(text)

    def tick(self, name: str) -> None:
        self.form.findChild(QCheckBox, name).click()

    def words(self) -> str:
        return "\n".join(label.text() for label in self.form.findChildren(QLabel))

    def fix(self) -> fix.Fix:
        assert self.form.problem() is None
        return self.form.fix_for(self.form.jobs[0])


@pytest.fixture
def house(qapp: QApplication) -> Iterator[Callable[..., House]]:
    made: list[House] = []

    def make(remedy: Remedy, *jobs: Job) -> House:
        made.append(House(remedy, *(jobs or (JOB,))))
        return made[-1]

    yield make
    for one in made:
        one.form.deleteLater()
    QGuiApplication.clipboard().clear()


def test_every_remedy_has_its_form() -> None:
    assert set(FORMS) == set(Remedy)


@pytest.mark.parametrize("remedy", PLAIN)
def test_what_asks_for_nothing(house: Callable[..., House], remedy: Remedy) -> None:
    assert house(remedy).fix() == PLAIN[remedy]


def test_the_address_in_the_clipboard_is_offered(house: Callable[..., House]) -> None:
    QGuiApplication.clipboard().setText("https://mirror.example/atlas/plate-3.tif?token=1")
    one = house(Remedy.NEW_ADDRESS)
    one.form.set_active(True)
    offer = one.form.findChild(QPushButton, "use_clipboard")
    assert offer.isVisibleTo(one.form)
    offer.click()
    assert one.fix() == fix.NewAddress(3, "https://mirror.example/atlas/plate-3.tif?token=1")
    assert not offer.isVisibleTo(one.form), "it is here now"
    QGuiApplication.clipboard().setText("no address at all")
    assert not offer.isVisibleTo(one.form)


def test_an_address_is_stored_without_its_sign_in(house: Callable[..., House]) -> None:
    one = house(Remedy.NEW_ADDRESS)
    one.type(address="https://ann:hush@mirror.example/x")
    values = one.form.values()
    assert "hush" not in str(values)
    other = house(Remedy.NEW_ADDRESS)
    other.form.restore(values)
    assert other.line("address").text() == "https://mirror.example/x"


def test_a_sign_in_and_how_long_it_lasts(house: Callable[..., House]) -> None:
    job = with_facts(failed_job(from_http_status(401), server="http://archive.example"), schemes=("basic", "digest"))
    one = house(Remedy.SIGN_IN_SERVER, job)
    assert one.form.problem() == "Give the user name."
    one.type(user_name="ann", password="hush")
    both = (AuthScheme.DIGEST, AuthScheme.BASIC)
    assert one.fix() == fix.SignIn(AuthTarget.SERVER, "ann", "hush", both, lasting=False)
    one.tick("save_in_keyring")
    one.form.findChild(QComboBox, "scheme").setCurrentText("Digest")
    assert one.fix() == fix.SignIn(AuthTarget.SERVER, "ann", "hush", (AuthScheme.DIGEST,), lasting=True)
    warning = next(label for label in one.form.findChildren(QLabel) if "not encrypted" in label.text())
    assert not warning.isVisibleTo(one.form), "Digest never sends the password itself"
    assert "hush" not in str(one.form.values())


def test_a_server_that_takes_one_scheme_leaves_no_choice(house: Callable[..., House]) -> None:
    one = house(Remedy.SIGN_IN_SERVER, with_facts(failed_job(from_http_status(401)), schemes=("basic", "ntlm")))
    box = one.form.findChild(QComboBox, "scheme")
    assert [box.itemText(i) for i in range(box.count())] == ["Basic"]


def test_headers_of_a_pasted_command_are_taken_and_never_shown(house: Callable[..., House]) -> None:
    one = house(Remedy.HEADERS)
    assert one.form.problem() == "Paste the curl command of the browser."
    pasted = QMimeData()
    pasted.setText("curl 'https://archive.example/x' -H 'Cookie: sid=hush' -H 'X-A: 1' -u ann:pw -k")
    box = one.form.findChild(QPlainTextEdit, "curl_command")
    box.insertFromMimeData(pasted)
    assert box.toPlainText() == ""
    assert not box.document().isUndoAvailable()
    assert "Cookie, X-A, Authorization" in one.words()
    assert "-k" in one.words()
    assert "hush" not in one.words() + str(one.form.values())
    basic = ("Authorization", "Basic YW5uOnB3")
    assert one.fix() == fix.Headers((("Cookie", "sid=hush"), ("X-A", "1"), basic))


def test_cookies_of_another_site_are_not_given_to_this_one(house: Callable[..., House]) -> None:
    one = house(Remedy.HEADERS)
    pasted = QMimeData()
    pasted.setText("curl https://bank.example/ -H 'Cookie: sid=hush'")
    one.form.findChild(QPlainTextEdit, "curl_command").insertFromMimeData(pasted)
    assert one.form.problem() == "This command is for bank.example, but the file comes from archive.example."
    pasted.setText("wget x")
    one.form.findChild(QPlainTextEdit, "curl_command").insertFromMimeData(pasted)
    assert one.form.problem() == "This is not a curl command."


def test_authorities_from_a_file(house: Callable[..., House]) -> None:
    one = house(Remedy.CA_FILE, with_facts(JOB, certificates=(CERTIFICATE,)))
    assert "For CN=archive.example, issued by CN=Own" in one.words()
    one.type(ca_file="company.pem")
    assert one.form.problem() == "Give the whole path of the file."
    one.type(ca_file="/etc/company.pem")
    assert one.fix() == fix.CaFile(Path("/etc/company.pem"))


def test_a_pin_shows_the_fingerprint_and_wants_a_reason(house: Callable[..., House]) -> None:
    one = house(Remedy.PIN_CERTIFICATE, with_facts(JOB, certificates=(CERTIFICATE,)))
    assert "SHA-256 abababab abababab" in one.words()
    assert one.form.problem() == "Say why you trust this certificate."
    one.type(pin_reason="the keeper read it to me")
    assert one.fix() == fix.PinCertificate("ab" * 32)
    assert one.form.note == "the keeper read it to me"


def test_an_unknown_certificate_is_asked_for_when_somebody_looks(
    house: Callable[..., House], qapp: QApplication
) -> None:
    async def scenario() -> None:
        one = house(Remedy.PIN_CERTIFICATE)
        assert one.form.problem() == "The server's certificate is not known yet."
        one.manager.certificates = (CERTIFICATE,)
        one.form.show()
        await until_true(lambda: "abab" in one.words())
        one.form.hide()

    run_on_qt(qapp, scenario())


def test_a_certificate_of_ones_own(house: Callable[..., House]) -> None:
    one = house(Remedy.CLIENT_CERTIFICATE)
    assert one.form.problem() == "Choose a file."
    one.type(client_certificate="/k/me.pem", passphrase="hush")
    assert one.fix() == fix.ClientCertificate(Path("/k/me.pem"), None, "hush")
    one.type(client_key="/k/me.key")
    assert one.fix() == fix.ClientCertificate(Path("/k/me.pem"), Path("/k/me.key"), "hush")
    assert "hush" not in str(one.form.values())


def test_another_way_to_the_proxy(house: Callable[..., House]) -> None:
    one = house(Remedy.PROXY)
    usage = one.form.findChild(QComboBox, "proxy_usage")
    assert one.form.problem() == "Give the address of the proxy."
    one.type(proxy_address="http://ann:pw@p:1")
    assert one.form.problem() == "A proxy's user name and password belong to its credentials."
    one.type(proxy_address="http://p:3128")
    assert one.fix() == fix.Proxy(ProxySettings(ProxyUsage.OVERRIDE, "http://p:3128"))
    usage.setCurrentText("No proxy")
    assert one.fix() == fix.Proxy(ProxySettings(ProxyUsage.NO_PROXY))
    assert not one.line("proxy_address").isEnabled()
    usage.setCurrentText("As the system says")
    assert one.form.problem() == "This is how it was tried. Choose another way."


def test_more_days(house: Callable[..., House]) -> None:
    one = house(Remedy.LONGER_DEADLINE, failed_job(codes.ERROR_WINHTTP_CANNOT_CONNECT))
    assert one.fix() == fix.LongerDeadline(no_progress_s=28 * DAY_S)
    one.form.findChild(QSpinBox, "days").setValue(14)
    assert one.form.problem() == "This is no more than was allowed before."


def test_the_file_of_an_upload_is_elsewhere(house: Callable[..., House]) -> None:
    one = house(Remedy.LOCATE_SOURCE, failed_upload(codes.ERROR_FILE_NOT_FOUND, LOCAL))
    one.type(source="/srv/found/survey.tar")
    assert one.fix() == fix.Locate(Path("/srv/found/survey.tar"))


def test_a_checksum_or_none(house: Callable[..., House]) -> None:
    one = house(Remedy.CORRECT_CHECKSUM, failed_job(codes.BG_E_VALIDATION_FAILED))
    one.type(checksum="nonsense")
    assert one.form.problem() is not None
    one.type(checksum="MD5: " + "0F" * 16)
    assert one.fix() == fix.CorrectChecksum(3, Checksum(HashAlgorithm.MD5, "0f" * 16))
    one.tick("no_checksum")
    assert one.fix() == fix.CorrectChecksum(3, None)


def test_what_concerns_one_file_is_for_one_job(house: Callable[..., House]) -> None:
    uploads = [failed_upload(codes.ERROR_FILE_NOT_FOUND, LOCAL) for _ in range(2)]
    assert "choose one job" in str(house(Remedy.LOCATE_SOURCE, *uploads).form.problem())
    assert "choose one job" in str(house(Remedy.CORRECT_CHECKSUM, JOB, JOB).form.problem())


def test_the_meter_tells_what_the_disk_has(house: Callable[..., House], qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        one = house(Remedy.FREE_SPACE, failed_job(codes.ERROR_DISK_FULL, LOCAL, folder=str(tmp_path)))
        assert isinstance(one.form, SpaceForm)
        one.form.show()
        one.form.set_active(True)
        await until_true(lambda: "free: enough" in one.words())
        assert not one.form.goes_on_by_itself
        one.tick("goes_on_by_itself")
        assert one.form.goes_on_by_itself
        one.form.set_active(False)
        one.form.hide()

    run_on_qt(qapp, scenario())


@pytest.mark.parametrize("remedy", Remedy)
def test_what_is_typed_comes_back_without_secrets(house: Callable[..., House], remedy: Remedy) -> None:
    job = failed_upload(codes.ERROR_FILE_NOT_FOUND, LOCAL) if remedy is Remedy.LOCATE_SOURCE else JOB
    one, other = house(remedy, job), house(remedy, job)
    for number, edit in enumerate(one.form.findChildren(QLineEdit)):
        edit.setText(f"http://typed/{number}")
    for box in one.form.findChildren(QCheckBox):
        box.click()
    values = one.form.values()
    other.form.restore(values)
    assert other.form.values() == values
    secret = [edit for edit in other.form.findChildren(QLineEdit) if edit.echoMode() is QLineEdit.EchoMode.Password]
    assert not [edit.text() for edit in secret if edit.text()]
