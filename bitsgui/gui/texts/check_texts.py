"""The dry run of a fix in words: a line each step, and what the whole of it means."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bitsgui.gui.texts.formats import format_size
from bitsgui.gui.texts.translating import QT_TRANSLATE_NOOP, translate
from bitsgui.model import codes
from bitsgui.model.causes import Cause, cause_of
from bitsgui.model.check import CheckLine, Outcome, Step, Verdict
from bitsgui.model.enums import ErrorContext

_Words = tuple[str, str, str]
"""For a step that passed, failed, was skipped."""

STEPS: Final[Mapping[Step, _Words]] = MappingProxyType(
    {
        Step.ADDRESS_READABLE: (
            QT_TRANSLATE_NOOP("CheckTexts", "The address can be read"),
            QT_TRANSLATE_NOOP("CheckTexts", "This address cannot be used"),
            QT_TRANSLATE_NOOP("CheckTexts", "The address was not looked at"),
        ),
        Step.SOURCE_READABLE: (
            QT_TRANSLATE_NOOP("CheckTexts", "The file can be read ({found})"),
            QT_TRANSLATE_NOOP("CheckTexts", "The file cannot be read"),
            QT_TRANSLATE_NOOP("CheckTexts", "The file was not looked at"),
        ),
        Step.SOURCE_UNCHANGED: (
            QT_TRANSLATE_NOOP("CheckTexts", "The file has not changed since it was begun"),
            QT_TRANSLATE_NOOP("CheckTexts", "The file has changed since it was begun"),
            QT_TRANSLATE_NOOP("CheckTexts", "Nothing of the file was sent yet"),
        ),
        Step.FOLDER_EXISTS: (
            QT_TRANSLATE_NOOP("CheckTexts", "The folder is there"),
            QT_TRANSLATE_NOOP("CheckTexts", "There is no such folder"),
            QT_TRANSLATE_NOOP("CheckTexts", "The folder was not looked at"),
        ),
        Step.FOLDER_WRITABLE: (
            QT_TRANSLATE_NOOP("CheckTexts", "Files can be written there"),
            QT_TRANSLATE_NOOP("CheckTexts", "Files cannot be written there"),
            QT_TRANSLATE_NOOP("CheckTexts", "Writing was not tried"),
        ),
        Step.SPACE: (
            QT_TRANSLATE_NOOP("CheckTexts", "There is room: {wanted} needed, {found} free"),
            QT_TRANSLATE_NOOP("CheckTexts", "Not enough room yet: {missing} missing"),
            QT_TRANSLATE_NOOP("CheckTexts", "The room was not measured"),
        ),
        Step.CERTIFICATE_FILES: (
            QT_TRANSLATE_NOOP("CheckTexts", "The certificate files can be used"),
            QT_TRANSLATE_NOOP("CheckTexts", "The certificate files cannot be used"),
            QT_TRANSLATE_NOOP("CheckTexts", "There are no certificate files"),
        ),
        Step.PROXY_CONNECTS: (
            QT_TRANSLATE_NOOP("CheckTexts", "The proxy {host} answers"),
            QT_TRANSLATE_NOOP("CheckTexts", "The proxy {host} does not answer"),
            QT_TRANSLATE_NOOP("CheckTexts", "No proxy is used"),
        ),
        Step.NAME_RESOLVES: (
            QT_TRANSLATE_NOOP("CheckTexts", "The name {host} is known"),
            QT_TRANSLATE_NOOP("CheckTexts", "The name {host} is not known"),
            QT_TRANSLATE_NOOP("CheckTexts", "The proxy looks up the name"),
        ),
        Step.CONNECTS: (
            QT_TRANSLATE_NOOP("CheckTexts", "{host} takes connections"),
            QT_TRANSLATE_NOOP("CheckTexts", "{host} takes no connections"),
            QT_TRANSLATE_NOOP("CheckTexts", "The proxy makes the connection"),
        ),
        Step.TLS_HANDSHAKE: (
            QT_TRANSLATE_NOOP("CheckTexts", "{host} proves its identity"),
            QT_TRANSLATE_NOOP("CheckTexts", "{host} cannot prove its identity"),
            QT_TRANSLATE_NOOP("CheckTexts", "The connection is not encrypted"),
        ),
        Step.PROXY_SIGN_IN: (
            QT_TRANSLATE_NOOP("CheckTexts", "The proxy takes the sign-in"),
            QT_TRANSLATE_NOOP("CheckTexts", "The proxy does not take the sign-in"),
            QT_TRANSLATE_NOOP("CheckTexts", "The proxy wants no sign-in"),
        ),
        Step.SIGN_IN: (
            QT_TRANSLATE_NOOP("CheckTexts", "The sign-in is accepted"),
            QT_TRANSLATE_NOOP("CheckTexts", "The sign-in is not accepted"),
            QT_TRANSLATE_NOOP("CheckTexts", "No sign-in is needed"),
        ),
        Step.ANSWERS: (
            QT_TRANSLATE_NOOP("CheckTexts", "{host} gives the file"),
            QT_TRANSLATE_NOOP("CheckTexts", "{host} does not give the file"),
            QT_TRANSLATE_NOOP("CheckTexts", "The server was not asked"),
        ),
        Step.NOT_A_WEB_PAGE: (
            QT_TRANSLATE_NOOP("CheckTexts", "It is a file, not a web page"),
            QT_TRANSLATE_NOOP("CheckTexts", "It is a web page, not the file"),
            QT_TRANSLATE_NOOP("CheckTexts", "Its kind was not looked at"),
        ),
        Step.RANGE_SUPPORTED: (
            QT_TRANSLATE_NOOP("CheckTexts", "It can go on in the middle"),
            QT_TRANSLATE_NOOP("CheckTexts", "It cannot go on in the middle"),
            QT_TRANSLATE_NOOP("CheckTexts", "Going on in the middle was not tried"),
        ),
        Step.SIZE_MATCHES: (
            QT_TRANSLATE_NOOP("CheckTexts", "The size is the same ({found})"),
            QT_TRANSLATE_NOOP("CheckTexts", "The size is {found}, it was {wanted}"),
            QT_TRANSLATE_NOOP("CheckTexts", "The size cannot be compared"),
        ),
        Step.VALIDATOR_MATCHES: (
            QT_TRANSLATE_NOOP("CheckTexts", "The server says that it is the same version"),
            QT_TRANSLATE_NOOP("CheckTexts", "The server does not say that it is the same version"),
            QT_TRANSLATE_NOOP("CheckTexts", "The server names no version to compare"),
        ),
        Step.TAIL_MATCHES: (
            QT_TRANSLATE_NOOP("CheckTexts", "The last {found} that are here are the same there"),
            QT_TRANSLATE_NOOP("CheckTexts", "The last {found} that are here are other ones there"),
            QT_TRANSLATE_NOOP("CheckTexts", "What is here could not be compared"),
        ),
        Step.CHECKSUM_MATCHES: (
            QT_TRANSLATE_NOOP("CheckTexts", "The checksum fits what is here"),
            QT_TRANSLATE_NOOP("CheckTexts", "The checksum does not fit what is here"),
            QT_TRANSLATE_NOOP("CheckTexts", "The checksum was not compared"),
        ),
        Step.SESSION_CREATED: (
            QT_TRANSLATE_NOOP("CheckTexts", "{host} takes uploads there"),
            QT_TRANSLATE_NOOP("CheckTexts", "{host} does not take the upload"),
            QT_TRANSLATE_NOOP("CheckTexts", "No upload was begun"),
        ),
        Step.SESSION_CANCELLED: (
            QT_TRANSLATE_NOOP("CheckTexts", "The trial upload was taken back"),
            QT_TRANSLATE_NOOP("CheckTexts", "The trial upload could not be taken back"),
            QT_TRANSLATE_NOOP("CheckTexts", "There was nothing to take back"),
        ),
        Step.SERVER_PROGRAM: (
            QT_TRANSLATE_NOOP("CheckTexts", "The server program is ready"),
            QT_TRANSLATE_NOOP("CheckTexts", "The server program refuses"),
            QT_TRANSLATE_NOOP("CheckTexts", "The server program cannot be tried without effect"),
        ),
    }
)

_ANSWERS_AT_ALL: Final = (
    QT_TRANSLATE_NOOP("CheckTexts", "{host} answers"),
    QT_TRANSLATE_NOOP("CheckTexts", "{host} does not answer as it should"),
    QT_TRANSLATE_NOOP("CheckTexts", "The server was not asked"),
)
"""Where no file is asked for: an upload's server."""

REASONS: Final[Mapping[Cause, str]] = MappingProxyType(
    {
        Cause.FORBIDDEN: QT_TRANSLATE_NOOP("CheckTexts", "it refuses"),
        Cause.NOT_FOUND: QT_TRANSLATE_NOOP("CheckTexts", "there is no such file"),
        Cause.BUSY: QT_TRANSLATE_NOOP("CheckTexts", "it is in trouble or too busy"),
        Cause.TIMED_OUT: QT_TRANSLATE_NOOP("CheckTexts", "no answer in time"),
        Cause.CONNECTION_LOST: QT_TRANSLATE_NOOP("CheckTexts", "the connection broke off"),
        Cause.REDIRECT_REFUSED: QT_TRANSLATE_NOOP("CheckTexts", "it sends the request elsewhere"),
        Cause.NO_PERMISSION: QT_TRANSLATE_NOOP("CheckTexts", "no permission"),
        Cause.READ_ONLY: QT_TRANSLATE_NOOP("CheckTexts", "the drive can only be read"),
        Cause.FILE_BUSY: QT_TRANSLATE_NOOP("CheckTexts", "in use by another program"),
        Cause.NAME_TAKEN: QT_TRANSLATE_NOOP("CheckTexts", "the name is taken"),
        Cause.NAME_UNUSABLE: QT_TRANSLATE_NOOP("CheckTexts", "the name cannot be stored there"),
        Cause.FILE_TOO_LARGE: QT_TRANSLATE_NOOP("CheckTexts", "too large for this drive"),
        Cause.TLS_DATE: QT_TRANSLATE_NOOP("CheckTexts", "its certificate is not valid now"),
        Cause.TLS_NAME: QT_TRANSLATE_NOOP("CheckTexts", "its certificate is for another name"),
        Cause.TLS_AUTHORITY: QT_TRANSLATE_NOOP("CheckTexts", "nobody known here vouches for it"),
        Cause.TLS_REVOKED: QT_TRANSLATE_NOOP("CheckTexts", "its certificate was withdrawn"),
        Cause.CLIENT_CERTIFICATE: QT_TRANSLATE_NOOP("CheckTexts", "it wants a certificate of yours"),
    }
)
"""Why a step failed, where its own words do not say it."""

_VERDICTS: Final[Mapping[Verdict, str]] = MappingProxyType(
    {
        Verdict.PASSED: QT_TRANSLATE_NOOP("CheckTexts", "Everything fits: it can go on."),
        Verdict.KEEPS_BYTES: QT_TRANSLATE_NOOP("CheckTexts", "It is the same file: the {kept} that is here is kept."),
        Verdict.RESTARTS_FILE: QT_TRANSLATE_NOOP(
            "CheckTexts", "It is not the same file any more: going on fetches it from the beginning; {kept} is dropped."
        ),
        Verdict.DIFFERENT_FILE: QT_TRANSLATE_NOOP(
            "CheckTexts", "It is a file of another size. Is it the right one? Going on fetches it from the beginning."
        ),
        Verdict.FAILED: QT_TRANSLATE_NOOP("CheckTexts", "This does not work yet. The job stays as it is."),
    }
)


def line_text(line: CheckLine) -> str:
    """One step in words."""
    which = {Outcome.PASSED: 0, Outcome.FAILED: 1, Outcome.SKIPPED: 2}[line.outcome]
    missing = max(0, (line.wanted or 0) - (line.found or 0))
    sizes = {"wanted": format_size(line.wanted), "found": format_size(line.found), "missing": format_size(missing)}
    host = line.host or translate("CheckTexts", "The server")
    words = _ANSWERS_AT_ALL if line.step is Step.ANSWERS and line.index is None else STEPS[line.step]
    text = translate("CheckTexts", words[which]).format(host=host, **sizes)
    reason = _reason(line) if line.outcome is Outcome.FAILED else ""
    return translate("CheckTexts", "{text}: {reason}").format(text=text, reason=reason) if reason else text


def verdict_text(verdict: Verdict, kept: int) -> str:
    """What the whole of it means for jobs with `kept` bytes in unfinished files."""
    return translate("CheckTexts", _VERDICTS[verdict]).format(kept=format_size(kept))


def summary_text(passed: int, count: int) -> str:
    """Of many jobs."""
    return translate("CheckTexts", "{passed} of {count} passed.").format(passed=passed, count=count)


def _reason(line: CheckLine) -> str:
    if line.code is None or (line.step is Step.SPACE and line.code == codes.ERROR_DISK_FULL):
        return ""
    at_home = line.step in (Step.FOLDER_WRITABLE, Step.SOURCE_READABLE, Step.FOLDER_EXISTS, Step.SPACE)
    cause = cause_of(ErrorContext.LOCAL_FILE if at_home else ErrorContext.REMOTE_FILE, line.code)
    words = translate("CheckTexts", REASONS[cause]) if cause in REASONS else ""
    status = f"HTTP {line.http_status}" if line.http_status else ""
    return ", ".join(part for part in (words, status) if part)
