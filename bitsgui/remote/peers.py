"""Who is at the other end of a local socket, as the system says; knows no message."""

import os
import socket
import struct
import sys
from typing import Final

_LOCAL_PEERCRED: Final = 0x001
_XUCRED_SIZE: Final = 76


def is_this_user(peer: socket.socket) -> bool:
    """Whether the process at the other end runs as the same user; where the system cannot say, the folder decides."""
    user = _user_of(peer)
    return user is None or sys.platform == "win32" or user == os.geteuid()


def _user_of(peer: socket.socket) -> int | None:
    if sys.platform == "linux":
        _, user, _ = struct.unpack("3i", peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))
        return int(user)
    if sys.platform == "darwin":  # struct xucred: version, then the user; not run
        _, user = struct.unpack_from("2I", peer.getsockopt(0, _LOCAL_PEERCRED, _XUCRED_SIZE))
        return int(user)
    return None
