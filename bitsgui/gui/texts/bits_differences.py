"""Where the program differs from BITS on purpose, in words; one entry a difference."""

from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP

from bitsgui.gui.texts.translating import translate

_DIFFERENCES: Final = (
    (
        str(QT_TRANSLATE_NOOP("Differences", "Too many requests (429)")),
        str(
            QT_TRANSLATE_NOOP(
                "Differences",
                "BITS stops with an error. Here the job waits as long as the server asks (Retry-After), "
                "and tries again.",
            )
        ),
    ),
    (
        str(QT_TRANSLATE_NOOP("Differences", "Complete when finished")),
        str(
            QT_TRANSLATE_NOOP(
                "Differences",
                "BITS waits for Complete. Jobs made in the window or by bitsgui get complete themselves, "
                "unless you say otherwise.",
            )
        ),
    ),
    (
        str(QT_TRANSLATE_NOOP("Differences", "Files that are there already")),
        str(
            QT_TRANSLATE_NOOP(
                "Differences",
                "BITS replaces them. The window asks first; what appears while the job runs is kept, "
                "and the new file gets a number.",
            )
        ),
    ),
    (
        str(QT_TRANSLATE_NOOP("Differences", "Cancel")),
        str(
            QT_TRANSLATE_NOOP(
                "Differences", "BITS deletes at once. Here Cancel can be undone for some minutes; then it is final."
            )
        ),
    ),
    (
        str(QT_TRANSLATE_NOOP("Differences", "Errors")),
        str(
            QT_TRANSLATE_NOOP(
                "Differences",
                "BITS forgets an error when the job goes on. Here it stays readable, also after a restart.",
            )
        ),
    ),
    (
        str(QT_TRANSLATE_NOOP("Differences", "Limits, checksums, pinned certificates")),
        str(
            QT_TRANSLATE_NOOP(
                "Differences",
                "Speed limits of a job and of all jobs, checksums, one's own authorities and pinned certificates "
                "are additions: BITS has none of them.",
            )
        ),
    ),
    (
        str(QT_TRANSLATE_NOOP("Differences", "Proxies")),
        str(
            QT_TRANSLATE_NOOP(
                "Differences", "SOCKS proxies are an addition. Automatic detection (WPAD) uses the system's proxy."
            )
        ),
    ),
    (
        str(QT_TRANSLATE_NOOP("Differences", "Sign-in schemes")),
        str(QT_TRANSLATE_NOOP("Differences", "Basic and Digest only: no NTLM, Negotiate or Passport.")),
    ),
    (
        str(QT_TRANSLATE_NOOP("Differences", "Users")),
        str(
            QT_TRANSLATE_NOOP(
                "Differences", "A queue belongs to one user, whose jobs run only while that user is signed in."
            )
        ),
    ),
)


def differences() -> tuple[tuple[str, str], ...]:
    """Title and text of each."""
    return tuple((translate("Differences", title), translate("Differences", text)) for title, text in _DIFFERENCES)
