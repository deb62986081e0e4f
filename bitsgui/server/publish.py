"""Giving a received file its final name by one step of the file system; must not know HTTP or sessions."""

import os
from pathlib import Path

from bitsgui.server.paths import Place


def publish(source: Path, target: Place, *, overwrite: bool) -> None:
    """Move `source`, on the same file system, to `target` (blocking), durably.

    Raises FileExistsError when something is there that may not be replaced, PathError when it is no file at all.
    """
    target.check()
    sync(source)
    if overwrite:
        os.replace(source, target.path, dst_dir_fd=target.folder_fd)
    else:
        _move_to_new(source, target)
    target.sync_folder()


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
    except OSError:  # a file system that knows no links
        os.close(os.open(target.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, dir_fd=target.folder_fd))
        os.replace(source, target.path, dst_dir_fd=target.folder_fd)
        return
    source.unlink()
