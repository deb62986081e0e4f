"""Where the process that has a state folder listens: a socket in a folder that only this user can enter.

On Windows a named pipe whose name nobody can guess, kept in such a folder (written, not run there).
"""

import errno
import hashlib
import os
import stat
import sys
import tempfile
from pathlib import Path
from typing import Final

_FOLDER: Final = "control"
_NAME: Final = "socket"
_LENGTH_MAX: Final = 103
"""Bytes of a socket's path: sun_path of macOS less its end, Linux has 4 more."""


def addresses(state_dir: Path) -> tuple[Path, ...]:
    """The places to listen at, the first choice first: the second for long paths and disks without sockets."""
    near = state_dir / _FOLDER / _NAME
    if sys.platform == "win32":
        return (near,)
    key = hashlib.sha256(os.path.realpath(state_dir).encode(errors="surrogateescape")).hexdigest()[:16]
    return tuple(path for path in (near, _private_root() / key) if len(os.fsencode(path)) <= _LENGTH_MAX)


def make_private(folder: Path) -> None:
    """Make the folder if it is missing, and sure that nobody else can enter; raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if sys.platform != "win32" and os.lstat(folder).st_uid == os.geteuid() and not folder.is_symlink():
        folder.chmod(0o700)  # a copy of a state folder may have lost it
    check_private(folder)


def check_private(folder: Path) -> None:
    """Raise PermissionError for a folder of somebody else, or that others can enter; OSError if there is none."""
    info = os.lstat(folder)
    if sys.platform == "win32":
        return
    if not stat.S_ISDIR(info.st_mode) or info.st_uid != os.geteuid():
        raise PermissionError(errno.EACCES, "It belongs to somebody else", str(folder))
    if stat.S_IMODE(info.st_mode) & 0o077:
        raise PermissionError(errno.EACCES, "Others can enter it (chmod 700 helps)", str(folder))


def _private_root() -> Path:
    """The user's own folder of this session, else one among the temporary ones."""
    if sys.platform == "win32":
        return Path(tempfile.gettempdir())
    session = Path(os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.geteuid()}")
    if session.is_dir():
        return session / "bitsgui"
    return Path(tempfile.gettempdir()) / f"bitsgui-{os.geteuid()}"
