"""What is lost when the program ends now: pure."""

from bitsgui.model.enums import RUNNING_STATES
from bitsgui.model.job import Job


def loses_by_stopping(job: Job) -> bool:
    """Whether the job is receiving a file that its server cannot continue: its bytes would have to come again.

    A BITS upload always goes on: its session lives on the server.
    """
    arriving = (f for f in job.incoming.values() if not f.transferred)
    return job.state in RUNNING_STATES and any(f.resumable is False and f.bytes_transferred > 0 for f in arriving)
