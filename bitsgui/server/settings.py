"""What the server may do and for whom, as one frozen value."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bitsgui.server.programs import TIME_LIMIT_S, Program
from bitsgui.server.sign_in import Account

SESSION_TIMEOUT_S: Final = 14 * 86_400.0
SESSIONS_PER_CLIENT: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """Sizes in bytes, None = no limit; times in seconds. `folder` exists; `uploads` False: downloads only.

    `local_names_only`: who asks for a host of another name than this computer's own is refused.
    """

    folder: Path
    uploads: bool = True
    local_names_only: bool = False
    overwrite: bool = False
    max_size: int | None = None
    max_fragment: int | None = None
    session_timeout_s: float = SESSION_TIMEOUT_S
    sessions_per_client: int = SESSIONS_PER_CLIENT
    account: Account | None = None
    program: Program | None = None
    program_limit_s: float = TIME_LIMIT_S
