"""The secrets of a job as an exchange with its server may use them."""

from bitsgui.engine.ports import JobSecrets, SignIn
from bitsgui.model.enums import AuthTarget
from bitsgui.model.job import Job
from bitsgui.store.secrets import SecretStore, StoredSecrets


def names_secrets(job: Job) -> bool:
    """Whether the store may have an entry of the job."""
    settings = job.settings
    return bool(settings.credentials or settings.custom_header_names or settings.client_certificate)


async def secrets_of(job: Job, store: SecretStore) -> JobSecrets:
    """What the store has for the job, as far as the job names it."""
    return usable(job, await stored_for(job, store))


async def stored_for(job: Job, store: SecretStore) -> StoredSecrets:
    """The job's entry; a job that names no secret costs no call of the keyring."""
    return await store.get(job.id) if names_secrets(job) else StoredSecrets()


def usable(job: Job, stored: StoredSecrets) -> JobSecrets:
    """Of the sign-ins those that the job names."""
    named = {entry.target for entry in job.settings.credentials}
    sign_ins = {AuthTarget(target): SignIn(*pair) for target, pair in stored.sign_ins.items() if target in named}
    headers = stored.custom_headers if job.settings.custom_header_names else ()
    return JobSecrets(sign_ins, headers, stored.key_passphrase)
