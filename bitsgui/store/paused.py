"""The jobs that "Pause all" suspended, in the state folder: one JSON file, replaced whole."""

import logging
from collections.abc import Collection
from pathlib import Path
from typing import Final

import msgspec

from bitsgui.model.job import JobId
from bitsgui.store.whole_file import replace_whole

log = logging.getLogger(__name__)

PAUSED_FILE: Final = "paused.json"


def load_paused(state_dir: Path) -> frozenset[JobId]:
    """What is stored; raises OSError if the file is there and cannot be read."""
    try:
        stored = msgspec.json.decode((state_dir / PAUSED_FILE).read_bytes(), type=list[str])
    except FileNotFoundError:
        return frozenset()
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        log.error("%s is damaged (%s): what was paused stays suspended", PAUSED_FILE, error)
        return frozenset()
    return frozenset(JobId(text) for text in stored)


def save_paused(state_dir: Path, job_ids: Collection[JobId]) -> None:
    """Whole or not at all; raises OSError."""
    replace_whole(state_dir / PAUSED_FILE, msgspec.json.encode(sorted(job_ids)))
