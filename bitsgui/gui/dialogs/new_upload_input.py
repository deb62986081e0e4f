"""What was given in the New Upload form, read and checked, and the jobs that it means; no widgets.

A problem is one sentence, with the number of its line where there are several. The rules are the model's.
"""

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from bitsgui.gui.dialogs.fields import path_of
from bitsgui.gui.dialogs.new_job_input import Address, SignIn, addresses_in
from bitsgui.gui.dialogs.new_job_specs import Begin
from bitsgui.gui.texts.error_texts import bits_error_text
from bitsgui.gui.texts.formats import format_size
from bitsgui.gui.texts.translating import translate
from bitsgui.model.enums import JobPriority, JobType
from bitsgui.model.file_rules import check_local_name, check_remote_name
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import JobFile, ProxySettings
from bitsgui.model.limits import DISPLAY_NAME_MAX
from bitsgui.model.names import reply_name, unused_name
from bitsgui.model.upload_address import address_for, names_folder
from bitsgui.model.urls import display_url
from bitsgui.service.creation import Credentials, NewJob


@dataclass(frozen=True, slots=True)
class Source:
    """A file to send as the disk knows it; `size` in bytes; `problem` says why it cannot be sent, or is None."""

    path: Path
    size: int = 0
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUploadInput:
    """The whole form. `reply` is the path that was given for a single file's reply, `reply_folder` for several;
    None is beside the file. `name` is empty unless a person typed one; `rate_limit_bps` 0 is no limit."""

    files: tuple[Path, ...]
    address: Address
    type: JobType = JobType.UPLOAD
    reply: Path | None = None
    reply_folder: Path | None = None
    name: str = ""
    priority: JobPriority = JobPriority.NORMAL
    sign_in: SignIn | None = None
    custom_headers: tuple[tuple[str, str], ...] = ()
    rate_limit_bps: int = 0
    proxy: ProxySettings = field(default_factory=ProxySettings)
    auto_complete: bool = True


def paths_in(text: str) -> tuple[Path, ...]:
    """The lines that are not empty, each once."""
    return tuple(dict.fromkeys(path_of(line) for line in addresses_in(text)))


def files_problem(paths: Sequence[Path], sources: Sequence[Source]) -> str | None:
    """What is wrong with the first bad file, or None; `sources` are the paths as far as they were looked at."""
    seen = {source.path: source.problem for source in sources}
    for number, path in enumerate(paths, start=1):
        problem = _path_problem(path) or seen.get(path)
        if problem is not None:
            return _in_line(number, problem) if len(paths) > 1 else problem
    names = [path.name for path in paths]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is None:
        return None
    text = translate("NewUpload", "Two files are called {name}; the second would take the place of the first.")
    return text.format(name=twice)


def files_note(sources: Sequence[Source]) -> str:
    """How much there is to send, and what is unusual about it."""
    if not sources or any(source.problem for source in sources):
        return ""
    total = format_size(sum(source.size for source in sources))
    many = translate("NewUpload", "%n files, {size} in all.", "", len(sources))
    size = total if len(sources) == 1 else many.format(size=total)
    empty = [source for source in sources if not source.size]
    if not empty:
        return size
    if len(sources) == 1:
        return translate("NewUpload", "This file is empty: the server gets a file without content.")
    return f"{size} {translate('NewUpload', '%n of them empty.', '', len(empty))}"


def address_problem(address: str, paths: Sequence[Path]) -> str | None:
    """Why these files cannot go there, or None."""
    if not address:
        return None
    try:
        check_remote_name(address)
        for path in paths:
            check_remote_name(address_for(address, path.name))
    except BitsError as error:
        return bits_error_text(error)
    if len(paths) > 1 and not names_folder(address):
        return translate("NewUpload", "Several files need the address of a folder, one that ends with a slash (/).")
    return None


def address_note(address: str, paths: Sequence[Path]) -> str:
    """Where the files will be."""
    if not address or not paths or address_problem(address, paths):
        return ""
    first = display_url(address_for(address, paths[0].name))
    if len(paths) == 1:
        return translate("NewUpload", "Goes to {address}").format(address=first)
    more = translate("NewUpload", "Go to {address} and %n more", "", len(paths) - 1)
    return more.format(address=first)


def look_at(paths: Sequence[Path], reply: Path | None) -> tuple[tuple[Source, ...], str]:
    """The files as they are on the disk, and the name that the reply will have if its own is taken, else ""."""
    sources = tuple(_source(path) for path in paths)
    if reply is None or not os.path.lexists(reply):
        return sources, ""
    return sources, unused_name(reply.name, lambda name: os.path.lexists(reply.with_name(name)))


def specs_of(wanted: NewUploadInput, begin: Begin) -> tuple[NewJob, ...]:
    """A job for each file, which begins with what `begin` gives."""
    return tuple(_spec(wanted, path, begin) for path in wanted.files)


def _spec(wanted: NewUploadInput, path: Path, begin: Begin) -> NewJob:
    sign_in = wanted.address.sign_in or wanted.sign_in
    return NewJob(
        settings=replace(
            begin((wanted.name or path.name)[:DISPLAY_NAME_MAX]),
            priority=wanted.priority,
            rate_limit_bps=wanted.rate_limit_bps,
            proxy=wanted.proxy,
            auto_complete=wanted.auto_complete,
        ),
        files=(JobFile(remote_name=address_for(wanted.address.url, path.name), local_name=str(path)),),
        type=wanted.type,
        reply_file_name=_reply(wanted, path),
        credentials=Credentials(*sign_in) if sign_in else None,
        custom_headers=wanted.custom_headers,
    )


def _reply(wanted: NewUploadInput, path: Path) -> str:
    """Where the reply goes, "" for beside the file."""
    if wanted.type is not JobType.UPLOAD_REPLY:
        return ""
    if wanted.reply is not None:
        return str(wanted.reply)
    return "" if wanted.reply_folder is None else str(wanted.reply_folder / reply_name(path))


def _path_problem(path: Path) -> str | None:
    if not path.is_absolute():
        return translate("NewUpload", "Give the whole path of the file.")
    try:
        check_local_name(str(path))
    except BitsError as error:
        return bits_error_text(error)
    return None


def _source(path: Path) -> Source:
    try:
        info = path.stat()
    except FileNotFoundError:
        return Source(path, problem=translate("NewUpload", "There is no such file."))
    except OSError as error:
        text = translate("NewUpload", "This file cannot be read: {reason}.")
        return Source(path, problem=text.format(reason=error.strerror or error))
    if stat.S_ISDIR(info.st_mode):
        return Source(path, problem=translate("NewUpload", "This is a folder; files are sent one by one."))
    if not stat.S_ISREG(info.st_mode):
        return Source(path, problem=translate("NewUpload", "Only a plain file can be sent."))
    if not os.access(path, os.R_OK):
        return Source(path, problem=translate("NewUpload", "You may not read this file."))
    return Source(path, info.st_size)


def _in_line(number: int, problem: str) -> str:
    return translate("NewUpload", "Line {number}: {problem}").format(number=number, problem=problem)
