"""What each fix changes of a job and of its secrets: one rule for the check, which only imagines it, and for the deed.

Pure but for `Locate`, which looks at the file: not for the loop.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import msgspec

from bitsgui.engine.stop import local_stop
from bitsgui.model import edits, file_edits
from bitsgui.model import fix as fixes
from bitsgui.model.enums import AuthTarget
from bitsgui.model.hresult import BitsError
from bitsgui.model.job import CredentialRef, Job
from bitsgui.model.secret_rules import check_credentials
from bitsgui.model.upload import SourceStamp
from bitsgui.model.urls import origin_url, split_user_info
from bitsgui.service.creation import Credentials, signed_in
from bitsgui.service.verbs import in_folder
from bitsgui.store.secrets import StoredSecrets


@dataclass(frozen=True, slots=True)
class Mending:
    """A change of a job, and that of its secrets which belongs to it (None = none); `edit` raises BitsError.

    `lasting`: whether these secrets are for the keyring; None = as those that the job has.
    """

    edit: Callable[[Job], Job]
    secrets: Callable[[StoredSecrets], StoredSecrets] | None = None
    lasting: bool | None = None


def mending_of(fix: fixes.Fix) -> Mending:
    """What the fix changes (blocking); raises BitsError for a fix that cannot be."""
    mending: Mending = _MENDINGS[type(fix)](fix)
    return mending


def with_sign_in(target: AuthTarget, user_name: str, password: str) -> Callable[[StoredSecrets], StoredSecrets]:
    """The secrets with another sign-in for a target."""

    def change(stored: StoredSecrets) -> StoredSecrets:
        return msgspec.structs.replace(stored, sign_ins={**stored.sign_ins, int(target): (user_name, password)})

    return change


def readdressing(edit: Callable[[Job, str], Job], address: str) -> Mending:
    """A change of addresses; user info in the new one becomes the sign-in of that server and of no other."""
    clean, user = split_user_info(address)
    if user is None:
        return Mending(lambda job: edit(job, clean))
    credentials, origin = Credentials(*user), origin_url(clean)

    def with_user(job: Job) -> Job:
        start = signed_in(job, credentials, origin)
        after = edit(start, clean)
        return job if after is start else after

    return Mending(with_user, with_sign_in(AuthTarget.SERVER, *user))


def _unchanged(_: object) -> Mending:
    return Mending(lambda job: job)


def _new_address(fix: fixes.NewAddress) -> Mending:
    return readdressing(lambda job, clean: file_edits.remote_name(job, fix.index, clean), fix.url)


def _new_prefix(fix: fixes.NewPrefix) -> Mending:
    return readdressing(lambda job, clean: file_edits.remote_prefix(job, fix.old, clean), fix.new)


def _sign_in(fix: fixes.SignIn) -> Mending:
    for scheme in fix.schemes:
        check_credentials(fix.target, scheme, fix.user_name, fix.password)

    def edit(job: Job) -> Job:
        for entry in job.settings.credentials:
            # One password a target: what an old scheme would send is not what was there.
            if entry.target is fix.target:
                job = edits.without_credentials(job, entry.target, entry.scheme)
        for scheme in fix.schemes:
            job = edits.credentials(job, CredentialRef(fix.target, scheme, fix.user_name))
        return job

    return Mending(edit, with_sign_in(fix.target, fix.user_name, fix.password), fix.lasting)


def _headers(fix: fixes.Headers) -> Mending:
    return Mending(
        lambda job: edits.custom_headers(job, fix.headers),
        lambda stored: msgspec.structs.replace(stored, custom_headers=fix.headers),
    )


def _client_certificate(fix: fixes.ClientCertificate) -> Mending:
    certificate, key = (None if path is None else str(path) for path in (fix.certificate, fix.key))
    return Mending(
        lambda job: edits.client_certificate(job, certificate, key),
        lambda stored: msgspec.structs.replace(stored, key_passphrase=fix.passphrase),
    )


def _proxy(fix: fixes.Proxy) -> Mending:
    wanted = fix.settings
    return Mending(lambda job: edits.proxy_settings(job, wanted.usage, wanted.proxy_list, wanted.bypass_list))


def _deadline(fix: fixes.LongerDeadline) -> Mending:
    def edit(job: Job) -> Job:
        if fix.no_progress_s is not None:
            job = edits.no_progress_timeout(job, fix.no_progress_s)
        if fix.maximum_download_s is not None:
            job = edits.maximum_download_time(job, fix.maximum_download_s)
        return job

    return Mending(edit)


def _locate(fix: fixes.Locate) -> Mending:
    try:
        info = os.stat(fix.path)
    except OSError as error:
        stop = local_stop(error, str(fix.path))
        raise BitsError(stop.code, stop.detail) from error
    stamp = SourceStamp(info.st_size, info.st_mtime_ns)
    return Mending(lambda job: file_edits.source_name(job, str(fix.path), stamp))


def _ca_file(fix: fixes.CaFile) -> Mending:
    return Mending(lambda job: edits.ca_file(job, None if fix.path is None else str(fix.path)))


_MENDINGS: Final[Mapping[type, Callable[[Any], Mending]]] = MappingProxyType(
    {
        fixes.TryAgain: _unchanged,
        fixes.NewAddress: _new_address,
        fixes.NewPrefix: _new_prefix,
        fixes.SignIn: _sign_in,
        fixes.Headers: _headers,
        fixes.OtherFolder: lambda fix: Mending(lambda job: in_folder(job, fix.path)),
        fixes.CaFile: _ca_file,
        fixes.PinCertificate: lambda fix: Mending(lambda job: edits.certificate_pin(job, fix.sha256)),
        fixes.ClientCertificate: _client_certificate,
        fixes.Proxy: _proxy,
        fixes.AllowRedirect: lambda _: Mending(edits.redirects_allowed),
        fixes.RestartFiles: lambda _: Mending(file_edits.restarted),
        fixes.InOneGo: lambda _: Mending(lambda job: edits.in_one_go(file_edits.restarted(job))),
        fixes.LongerDeadline: _deadline,
        fixes.SendAgain: lambda _: Mending(file_edits.restarted),
        fixes.HandOverAgain: _unchanged,
        fixes.FetchReplyAgain: lambda _: Mending(file_edits.reply_forgotten),
        fixes.Locate: _locate,
        fixes.CorrectChecksum: lambda fix: Mending(lambda job: file_edits.checksum(job, fix.index, fix.checksum)),
    }
)
