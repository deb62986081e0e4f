"""Whether a part file holds what its checksum says: read again off the loop. Knows no servers and no jobs."""

import asyncio
import hashlib
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bitsgui.engine.stop import TransferStop, convert_local
from bitsgui.model.checksum import HashAlgorithm
from bitsgui.model.codes import BG_E_VALIDATION_FAILED
from bitsgui.model.enums import ErrorContext
from bitsgui.model.facts import Facts
from bitsgui.model.job import JobFile

if TYPE_CHECKING:
    from hashlib import _Hash

PIECE: Final = 8 * 1024 * 1024
"""Bytes hashed at a time: between two pieces the disk thread may serve others."""
_BLOCK: Final = 512 * 1024


async def fault_of(path: Path, file: JobFile, disk: Executor) -> TransferStop | None:
    """Why the content of a whole file may not be kept, or None; raises TransferStop(LOCAL_FILE)."""
    expected = file.expected_checksum
    if expected is None:
        return None
    found = await _hashed(path, expected.algorithm, disk)
    if found == expected.hex:
        return None
    whose = "" if file.checksum is not None else " that the server gave"
    return TransferStop(
        ErrorContext.REMOTE_FILE,
        BG_E_VALIDATION_FAILED,
        f"The file is complete, but its {expected.algorithm.label} checksum is not the one{whose}: "
        f"wanted {expected.hex}, got {found}.",
        facts=Facts(checksum_wanted=expected.hex, checksum_found=found),
    )


async def _hashed(path: Path, algorithm: HashAlgorithm, disk: Executor) -> str:
    # Not for security only: some systems forbid the old ones for that.
    so_far = hashlib.new(algorithm.value.replace("-", ""), usedforsecurity=False)
    at, count = 0, PIECE
    while count == PIECE:
        piece = asyncio.get_running_loop().run_in_executor(disk, _feed, so_far, path, at)
        try:
            count = await asyncio.shield(piece)
        finally:
            # Whoever ends this may go on to move or delete the file: nobody has it open then.
            await asyncio.wait([piece])
        at += count
    return so_far.hexdigest()


def _feed(so_far: "_Hash", path: Path, start: int) -> int:
    """Hash the piece of the file that begins at `start`; its length."""
    done = 0
    with convert_local(str(path)), path.open("rb", buffering=0) as file:
        file.seek(start)
        while done < PIECE and (block := file.read(min(_BLOCK, PIECE - done))):
            so_far.update(block)
            done += len(block)
    return done
