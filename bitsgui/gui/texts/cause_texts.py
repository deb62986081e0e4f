"""What happened, in words: for every cause a sentence that always holds, and fuller ones where facts are known.

The first of the fuller ones whose every {name} is known is shown. Knows no jobs.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bitsgui.gui.texts.translating import QT_TRANSLATE_NOOP
from bitsgui.gui.texts.upload_error_texts import UPLOAD_CAUSES
from bitsgui.model.causes import Cause

CAUSES: Final[Mapping[Cause, str]] = MappingProxyType(
    {
        Cause.SIGN_IN_WANTED: QT_TRANSLATE_NOOP("ErrorTexts", "{host} wants a user name and password."),
        Cause.SIGN_IN_REFUSED: QT_TRANSLATE_NOOP(
            "ErrorTexts", "{host} wants a user name and password, and did not accept the ones that were used."
        ),
        Cause.SIGN_IN_SCHEME: QT_TRANSLATE_NOOP(
            "ErrorTexts", "{host} asks for a kind of sign-in that bitsgui does not know."
        ),
        Cause.SIGN_IN_UNUSABLE: QT_TRANSLATE_NOOP("ErrorTexts", "The saved sign-in for {host} cannot be used."),
        Cause.CLIENT_CERTIFICATE: QT_TRANSLATE_NOOP(
            "ErrorTexts", "{host} wants a client certificate, and there is none that it accepts."
        ),
        Cause.PROXY_SIGN_IN: QT_TRANSLATE_NOOP("ErrorTexts", "The proxy wants you to sign in; {host} was not reached."),
        Cause.PROXY_SCHEME: QT_TRANSLATE_NOOP(
            "ErrorTexts", "The proxy asks for a kind of sign-in that bitsgui does not know; {host} was not reached."
        ),
        Cause.PROXY_UNUSABLE: QT_TRANSLATE_NOOP(
            "ErrorTexts", "The proxy of this job cannot be used; {host} was not reached."
        ),
        Cause.PROXY_UNREACHABLE: QT_TRANSLATE_NOOP("ErrorTexts", "The proxy does not answer; {host} was not reached."),
        Cause.PROXY_REFUSED: QT_TRANSLATE_NOOP(
            "ErrorTexts", "The proxy does not let this request through ({status}); {host} was not reached."
        ),
        Cause.FORBIDDEN: QT_TRANSLATE_NOOP(
            "ErrorTexts", "{host} refuses this file to this account, or wants a sign-in first ({status})."
        ),
        Cause.LINK_EXPIRED: QT_TRANSLATE_NOOP(
            "ErrorTexts", "The address has probably expired: {host} refuses it ({status})."
        ),
        Cause.NOT_FOUND: QT_TRANSLATE_NOOP("ErrorTexts", "The file is no longer at this address."),
        Cause.BAD_ADDRESS: QT_TRANSLATE_NOOP("ErrorTexts", "{host} does not understand this address."),
        Cause.REFUSED: QT_TRANSLATE_NOOP("ErrorTexts", "{host} refused the request ({status})."),
        Cause.NOT_ABLE: QT_TRANSLATE_NOOP("ErrorTexts", "{host} cannot do what this transfer needs ({status})."),
        Cause.BUSY: QT_TRANSLATE_NOOP("ErrorTexts", "{host} is in trouble or too busy to answer ({status})."),
        Cause.WEB_PAGE: QT_TRANSLATE_NOOP(
            "ErrorTexts",
            "{host} sent a web page instead of the file, mostly to log in, or for an old link; nothing of it was kept.",
        ),
        Cause.INVALID_RESPONSE: QT_TRANSLATE_NOOP("ErrorTexts", "{host} sent an answer that makes no sense."),
        Cause.REDIRECT_REFUSED: QT_TRANSLATE_NOOP(
            "ErrorTexts", "{host} sends the request to a place where it may not go."
        ),
        Cause.REDIRECT_LOOP: QT_TRANSLATE_NOOP("ErrorTexts", "{host} sends the request round in circles."),
        Cause.NO_RANGES: QT_TRANSLATE_NOOP(
            "ErrorTexts",
            "{host}, or a proxy or virus scanner before it, only sends whole files: a break means starting over.",
        ),
        Cause.NO_SIZE: QT_TRANSLATE_NOOP("ErrorTexts", "{host} does not say how large the file is."),
        Cause.RANGE_OUTSIDE: QT_TRANSLATE_NOOP(
            "ErrorTexts", "The file on {host} is shorter than the part that was asked for."
        ),
        Cause.REMOTE_CHANGED: QT_TRANSLATE_NOOP(
            "ErrorTexts", "The file on {host} changed, so the parts no longer fit together."
        ),
        Cause.VALIDATION_FAILED: QT_TRANSLATE_NOOP(
            "ErrorTexts", "The file is complete, but its content is not what was expected."
        ),
        Cause.TLS_DATE: QT_TRANSLATE_NOOP(
            "ErrorTexts",
            "{host} could not prove its identity: its certificate has expired or is not valid yet.",
        ),
        Cause.TLS_TOO_EARLY: QT_TRANSLATE_NOOP(
            "ErrorTexts", "{host} could not prove its identity: its certificate is not valid yet."
        ),
        Cause.CLOCK_WRONG: QT_TRANSLATE_NOOP(
            "ErrorTexts",
            "The clock of this computer must be wrong: it says {clock}, when the certificate of {host} is not valid.",
        ),
        Cause.TLS_NAME: QT_TRANSLATE_NOOP(
            "ErrorTexts", "{host} could not prove its identity: its certificate is for another name."
        ),
        Cause.TLS_AUTHORITY: QT_TRANSLATE_NOOP(
            "ErrorTexts",
            "{host} could not prove its identity: nobody known here vouches for its certificate.",
        ),
        Cause.TLS_SELF_SIGNED: QT_TRANSLATE_NOOP(
            "ErrorTexts", "{host} could not prove its identity: nobody but itself vouches for its certificate."
        ),
        Cause.TLS_INTERCEPTED: QT_TRANSLATE_NOOP(
            "ErrorTexts", "A security product between this computer and {host} replaces certificates."
        ),
        Cause.TLS_REVOKED: QT_TRANSLATE_NOOP(
            "ErrorTexts",
            "{host} could not prove its identity: its certificate may have been withdrawn.",
        ),
        Cause.TLS_OTHER: QT_TRANSLATE_NOOP("ErrorTexts", "No secure connection to {host} could be made."),
        Cause.NAME_NOT_FOUND: QT_TRANSLATE_NOOP("ErrorTexts", "The name {host} is not known."),
        Cause.NAME_UNKNOWN: QT_TRANSLATE_NOOP(
            "ErrorTexts", "The name {host} is not known. Other hosts answer, so the address may be wrong."
        ),
        Cause.CAPTIVE_PORTAL: QT_TRANSLATE_NOOP("ErrorTexts", "This network wants you to log in first."),
        Cause.OFFLINE: QT_TRANSLATE_NOOP("ErrorTexts", "This computer has no way to the network."),
        Cause.NO_ANSWER: QT_TRANSLATE_NOOP("ErrorTexts", "{host} does not answer."),
        Cause.TIMED_OUT: QT_TRANSLATE_NOOP("ErrorTexts", "{host} took too long to answer."),
        Cause.CONNECTION_LOST: QT_TRANSLATE_NOOP("ErrorTexts", "The connection to {host} broke off."),
        Cause.DISK_FULL: QT_TRANSLATE_NOOP("ErrorTexts", "The disk of {folder} is full."),
        Cause.NO_PERMISSION: QT_TRANSLATE_NOOP("ErrorTexts", "You may not write to {folder}."),
        Cause.READ_ONLY: QT_TRANSLATE_NOOP("ErrorTexts", "The drive of {folder} can only be read."),
        Cause.FOLDER_MISSING: QT_TRANSLATE_NOOP("ErrorTexts", "The folder {folder} is not there."),
        Cause.PART_GONE: QT_TRANSLATE_NOOP("ErrorTexts", "What was received of {file} is no longer in {folder}."),
        Cause.DRIVE_GONE: QT_TRANSLATE_NOOP(
            "ErrorTexts", "The drive of {folder} is not connected, or is a different one."
        ),
        Cause.FILE_BUSY: QT_TRANSLATE_NOOP("ErrorTexts", "{file} is in use by another program."),
        Cause.VOLUME_LOCKED: QT_TRANSLATE_NOOP(
            "ErrorTexts", "The drive of {folder} is locked: it is being checked or encrypted."
        ),
        Cause.OWNER_CHANGED: QT_TRANSLATE_NOOP(
            "ErrorTexts", "The new owner of this job may not use what was received so far."
        ),
        Cause.NAME_TOO_LONG: QT_TRANSLATE_NOOP("ErrorTexts", "The name {file} is too long for {folder}."),
        Cause.NAME_UNUSABLE: QT_TRANSLATE_NOOP("ErrorTexts", "The name {file} cannot be stored in {folder}."),
        Cause.NAME_TAKEN: QT_TRANSLATE_NOOP(
            "ErrorTexts", "{folder} already has something of the name {file} that cannot be replaced."
        ),
        Cause.FILE_TOO_LARGE: QT_TRANSLATE_NOOP("ErrorTexts", "The drive of {folder} cannot hold a file of this size."),
        Cause.DISK_FAULT: QT_TRANSLATE_NOOP("ErrorTexts", "The drive of {folder} failed while the file was written."),
        Cause.COMPUTER_BUSY: QT_TRANSLATE_NOOP("ErrorTexts", "This computer ran out of memory or open files."),
        Cause.DATABASE_DAMAGED: QT_TRANSLATE_NOOP(
            "ErrorTexts", "The stored record of this job is damaged and cannot be read."
        ),
        Cause.NO_PROGRESS: QT_TRANSLATE_NOOP(
            "ErrorTexts", "{host} let nothing through for as long as this job may wait."
        ),
        Cause.TOOK_TOO_LONG: QT_TRANSLATE_NOOP("ErrorTexts", "The transfer took longer than this job allows."),
        Cause.LEFT_ALONE: QT_TRANSLATE_NOOP(
            "ErrorTexts", "Nobody decided about this job for so long that it was cancelled."
        ),
        Cause.SIZE_LIMIT: QT_TRANSLATE_NOOP("ErrorTexts", "The file is larger than this job allows."),
        Cause.BLOCKED_BY_RULE: QT_TRANSLATE_NOOP("ErrorTexts", "A rule of this computer holds the transfer back."),
        **UPLOAD_CAUSES,
        Cause.UNKNOWN: QT_TRANSLATE_NOOP(
            "ErrorTexts", "The transfer stopped for a reason that bitsgui does not know ({code})."
        ),
    }
)

FULLER: Final[Mapping[Cause, tuple[str, ...]]] = MappingProxyType(
    {
        Cause.SIGN_IN_WANTED: (
            QT_TRANSLATE_NOOP("ErrorTexts", "{host} wants a user name and password (for “{realm}”)."),
        ),
        Cause.SIGN_IN_REFUSED: (
            QT_TRANSLATE_NOOP(
                "ErrorTexts",
                "{host} wants a user name and password (for “{realm}”), and did not accept the ones that were used.",
            ),
        ),
        Cause.SIGN_IN_SCHEME: (
            QT_TRANSLATE_NOOP("ErrorTexts", "{host} only offers the sign-in {schemes}, which bitsgui does not know."),
        ),
        Cause.PROXY_SIGN_IN: (
            QT_TRANSLATE_NOOP("ErrorTexts", "The proxy {proxy} wants you to sign in; {host} was not reached."),
        ),
        Cause.PROXY_SCHEME: (
            QT_TRANSLATE_NOOP(
                "ErrorTexts",
                "The proxy {proxy} only offers the sign-in {schemes}, not known to bitsgui; {host} was not reached.",
            ),
        ),
        Cause.PROXY_UNUSABLE: (
            QT_TRANSLATE_NOOP("ErrorTexts", "The proxy {proxies} cannot be used: its address cannot be read."),
        ),
        Cause.PROXY_UNREACHABLE: (
            QT_TRANSLATE_NOOP("ErrorTexts", "The proxy {proxy} does not answer; {host} was not reached."),
        ),
        Cause.PROXY_REFUSED: (
            QT_TRANSLATE_NOOP(
                "ErrorTexts", "The proxy {proxy} does not let this request through ({status}); {host} was not reached."
            ),
        ),
        Cause.REDIRECT_REFUSED: (
            QT_TRANSLATE_NOOP("ErrorTexts", "{host} sends the request on to {target}, where this job may not go."),
        ),
        Cause.REMOTE_CHANGED: (
            QT_TRANSLATE_NOOP(
                "ErrorTexts",
                "The file on {host} changed ({changed}): it was {before}, now it is {now}. The parts do not fit.",
            ),
            QT_TRANSLATE_NOOP(
                "ErrorTexts",
                "The file on {host} changed: it was {before}, now it is {now}. The parts do not fit.",
            ),
            QT_TRANSLATE_NOOP(
                "ErrorTexts", "The file on {host} changed ({changed}), so the parts no longer fit together."
            ),
        ),
        Cause.VALIDATION_FAILED: (
            QT_TRANSLATE_NOOP(
                "ErrorTexts", "The file is complete, but its checksum is wrong: wanted {wanted}, got {got}."
            ),
        ),
        Cause.TLS_DATE: (
            QT_TRANSLATE_NOOP(
                "ErrorTexts", "{host} could not prove its identity: its certificate expired on {expired}."
            ),
        ),
        Cause.TLS_TOO_EARLY: (
            QT_TRANSLATE_NOOP(
                "ErrorTexts", "{host} could not prove its identity: its certificate is valid only from {begins}."
            ),
        ),
        Cause.TLS_NAME: (
            QT_TRANSLATE_NOOP("ErrorTexts", "{host} could not prove its identity: its certificate is for {names}."),
        ),
        Cause.TLS_AUTHORITY: (
            QT_TRANSLATE_NOOP(
                "ErrorTexts",
                "{host} could not prove its identity: nobody known here vouches for its certificate (by {issuer}).",
            ),
        ),
        Cause.TLS_INTERCEPTED: (
            QT_TRANSLATE_NOOP(
                "ErrorTexts", "A security product ({product}) between this computer and {host} replaces certificates."
            ),
        ),
        Cause.DISK_FULL: (
            QT_TRANSLATE_NOOP("ErrorTexts", "The disk of {folder} is full: {needed} needed, {free} free."),
        ),
        Cause.TOOK_TOO_LONG: (
            QT_TRANSLATE_NOOP("ErrorTexts", "The transfer took longer than the {limit} that this job allows."),
        ),
        Cause.TOO_LARGE_FOR_SERVER: (
            QT_TRANSLATE_NOOP("ErrorTexts", "The file ({length}) is larger than {host} takes."),
        ),
        Cause.SOURCE_CHANGED: (
            QT_TRANSLATE_NOOP(
                "ErrorTexts", "{file} changed while it was being sent ({changed}): it was {before}, now it is {now}."
            ),
            QT_TRANSLATE_NOOP("ErrorTexts", "{file} changed while it was being sent ({changed})."),
        ),
    }
)
