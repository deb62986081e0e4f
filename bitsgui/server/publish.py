"""Giving a received file its final name by one step of the file system; must not know HTTP or sessions."""

import errno
import os
import secrets
import shutil
from pathlib import Path

from bitsgui.server.paths import Place


def publish(source: Path, target: Place, *, overwrite: bool) -> None:
    """Move `source` to `target` (blocking), durably and in one step; it stays where it is when that fails.

    Raises FileExistsError when something is there that may not be replaced, PathError when it is no file at all.
    """
    target.check()
    sync(source)
    try:
        _move(source, target, overwrite=overwrite)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _copy_over(source, target, overwrite=overwrite)
    target.sync_folder()


def _move(source: Path, target: Place, *, overwrite: bool) -> None:
    if overwrite:
        os.replace(source, target.path, dst_dir_fd=target.folder_fd)
    else:
        _move_to_new(source, target)


def _copy_over(source: Path, target: Place, *, overwrite: bool) -> None:
    """For a folder that is another file system's: the one step is taken there, from a hidden name."""
    copy = target.folder / f".bitsgui-{secrets.token_hex(8)}.tmp"
    try:
        shutil.copyfile(source, copy)
        sync(copy)
        _move(copy, target, overwrite=overwrite)
    finally:
        copy.unlink(missing_ok=True)
    source.unlink()


def sync(path: Path) -> None:
    """fsync a file (blocking)."""
    fd = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _move_to_new(source: Path, target: Place) -> None:
    """Never replaces; a crash between the two steps leaves two names of one file, which the next attempt accepts."""
    try:
        os.link(source, target.path, dst_dir_fd=target.folder_fd)
    except FileExistsError:
        found = target.info()
        if found is None or not os.path.samestat(found, source.stat()):
            raise
    except OSError as error:
        if error.errno == errno.EXDEV:
            raise
        # A file system that knows no links.
        os.close(os.open(target.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, dir_fd=target.folder_fd))
        os.replace(source, target.path, dst_dir_fd=target.folder_fd)
        return
    source.unlink()
