"""What a process that runs the queue needs of its system."""

import os
import sys
import threading


def allow_many_files() -> None:
    """Raise the limit of open files to what the user may have: every foreground job holds two at once."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 65_536 if hard == resource.RLIM_INFINITY else min(hard, 65_536)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def stand_back() -> None:
    """Let the calling thread yield the processor to the window's (Linux, where priority is a thread's own)."""
    if sys.platform.startswith("linux"):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
