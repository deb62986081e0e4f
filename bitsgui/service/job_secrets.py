"""The secrets of a job as an exchange with its server may use them."""

from bitsgui.engine.ports import JobSecrets, SignIn
from bitsgui.model.enums import AuthTarget
from bitsgui.model.job import Job
from bitsgui.store.secrets import SecretStore


async def secrets_of(job: Job, store: SecretStore) -> JobSecrets:
    """What the store has for the job, of the sign-ins those that the job names."""
    settings = job.settings
    if not settings.credentials and not settings.custom_header_names:
        return JobSecrets()
    stored = await store.get(job.id)
    named = {entry.target for entry in settings.credentials}
    sign_ins = {AuthTarget(target): SignIn(*pair) for target, pair in stored.sign_ins.items() if target in named}
    return JobSecrets(sign_ins, stored.custom_headers)
