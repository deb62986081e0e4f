"""From FILE, URL and --reply to one upload: where it goes, and where its reply is saved."""

import os
from pathlib import Path

from bitsgui.model.enums import JobType
from bitsgui.model.file_rules import check_local_name
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import JobFile
from bitsgui.model.names import reply_name
from bitsgui.model.upload_address import address_for
from bitsgui.terminal.plan import Plan, PlannedJob, UsageError, checked, destination, taken_apart
from bitsgui.terminal.put_arguments import PutOptions


def plan_put(options: PutOptions) -> Plan:
    """Decide address and names; raises UsageError for one that cannot be used.

    Whether there is such a file is seen when its job is made: the reply of one that is sent can do without.
    """
    source = _source(options.file)
    url, sign_ins = taken_apart(options.url)
    # First as it was given: no name may be added to what is no address.
    checked(JobFile(remote_name=url, local_name=str(source)))
    file = checked(JobFile(remote_name=address_for(url, source.name), local_name=str(source)))
    job_type = JobType.UPLOAD if options.reply is None else JobType.UPLOAD_REPLY
    job = PlannedJob((file,), sign_ins, job_type, _reply(options.reply, source))
    key = f"{job_type.name}\n{source}\n{file.remote_name}"
    return Plan(key, f"another bitsgui sends {source} to this address already", (job,))


def _source(text: str) -> Path:
    """One spelling for one file, so that a call from another folder finds the same upload; its own name stays."""
    path = Path(text).absolute()
    return Path(os.path.realpath(path.parent)) / path.name


def _reply(text: str | None, source: Path) -> str:
    if text is None:
        return ""
    folder, name = destination(text)
    path = str(folder / (name or reply_name(source)))
    try:
        check_local_name(path)
    except BitsError as error:
        raise UsageError(f"{path}: {error.detail}") from None
    return path
