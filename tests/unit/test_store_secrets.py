"""Secrets: kept in the keyring if there is one, never shown, and no keyring ever holds up the loop."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import keyring
import keyring.backend
import keyring.errors
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitsgui.engine.ports import JobSecrets, SignIn
from bitsgui.model.enums import AuthTarget
from bitsgui.model.job import JobId, JobSettings
from bitsgui.service.creation import Credentials, NewJob
from bitsgui.store.secrets import SERVICE, KeyringSecrets, MemorySecrets, StoredSecrets

Run = Callable[[Coroutine[Any, Any, Any]], Any]
ID = JobId("{1}")
SECRETS = StoredSecrets({1: ("me", "s3cr3t"), 2: ("proxy", "ü\n")}, (("Authorization", "Bearer s3cr3t"),))
NONE = StoredSecrets()


class InMemory(keyring.backend.KeyringBackend):
    """A keyring that works."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.threads: set[str] = set()

    def get_password(self, service: str, username: str) -> str | None:
        self.threads.add(threading.current_thread().name)
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise keyring.errors.PasswordDeleteError("not there")


class ForeignError(Exception):
    """What a back end may raise: no class that anybody knows."""


class Raising(InMemory):
    """A keyring that cannot be used."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def get_password(self, service: str, username: str) -> str | None:
        raise self.error

    set_password = delete_password = get_password  # type: ignore[assignment]


class Blocking(InMemory):
    """A keyring that waits for somebody who never comes."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.let_go.wait()
        return "late"

    def set_password(self, service: str, username: str, password: str) -> None:
        self.let_go.wait()

    def delete_password(self, service: str, username: str) -> None:
        self.let_go.wait()


@pytest.fixture
def use() -> Iterator[Callable[[keyring.backend.KeyringBackend], None]]:
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)


def test_memory_forgets_with_the_process(run: Run) -> None:
    async def scenario() -> None:
        secrets = MemorySecrets()
        assert await secrets.get(ID) == NONE
        assert await secrets.put(ID, SECRETS) is False
        assert await secrets.get(ID) == SECRETS
        await secrets.delete(ID)
        await secrets.delete(ID)
        assert await secrets.get(ID) == NONE

    run(scenario())


def test_a_keyring_remembers_for_the_next_process(run: Run, use: Callable[[Any], None]) -> None:
    backend = InMemory()
    use(backend)

    async def scenario() -> None:
        assert await KeyringSecrets().put(ID, SECRETS) is True
        later = KeyringSecrets()
        assert await later.get(ID) == SECRETS
        assert await later.get(ID) == SECRETS
        await later.delete(ID)
        assert await later.get(ID) == NONE
        assert await KeyringSecrets().get(ID) == NONE

    run(scenario())
    assert backend.kept == {}
    assert backend.threads == {"keyring"}


def test_what_is_for_now_never_reaches_the_keyring(run: Run, use: Callable[[Any], None]) -> None:
    backend = InMemory()
    use(backend)

    async def scenario() -> None:
        secrets = KeyringSecrets()
        assert await secrets.put(ID, SECRETS, lasting=False) is False
        assert await secrets.get(ID) == SECRETS
        assert await secrets.put(ID, SECRETS) is False, "nor with what is added to it"
        assert backend.kept == {}
        assert await KeyringSecrets().get(ID) == NONE
        assert await secrets.put(ID, SECRETS, lasting=True) is True
        assert await KeyringSecrets().get(ID) == SECRETS

    run(scenario())


@pytest.mark.parametrize("text", ["garbage", "{}", '{"sign_ins": 5}', "[]", ""])
def test_an_entry_that_cannot_be_read_is_none(run: Run, use: Callable[[Any], None], text: str) -> None:
    backend = InMemory()
    backend.kept[SERVICE, ID] = text
    use(backend)
    assert run(KeyringSecrets().get(ID)) == NONE


@pytest.mark.parametrize(
    "error",
    [keyring.errors.NoKeyringError(), OSError(), RuntimeError(), ForeignError("s3cr3t"), KeyError("s3cr3t")],
    ids=lambda error: type(error).__name__,
)
def test_without_a_keyring_the_process_remembers(
    run: Run, use: Callable[[Any], None], error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    use(Raising(error))

    async def scenario() -> None:
        secrets = KeyringSecrets()
        assert await secrets.get(ID) == NONE
        assert await secrets.put(ID, SECRETS) is False
        assert await secrets.get(ID) == SECRETS
        await secrets.delete(ID)

    run(scenario())
    assert type(error).__name__ in caplog.text
    assert "s3cr3t" not in caplog.text


def test_the_system_without_any_keyring(run: Run) -> None:
    """As the tests set it up: keyring's own `fail` back end."""
    assert run(KeyringSecrets().put(ID, SECRETS)) is False


def test_a_keyring_that_never_answers_holds_up_nobody(
    run: Run, use: Callable[[Any], None], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    backend = Blocking()
    use(backend)

    async def scenario() -> None:
        secrets = KeyringSecrets(timeout_s=0.05)
        pending = asyncio.create_task(secrets.put(ID, SECRETS))
        await asyncio.sleep(0)
        assert await secrets.get(ID) == SECRETS, "the loop is free meanwhile, the copy is there"
        assert await pending is False
        assert await secrets.get(JobId("{2}")) == NONE
        await secrets.delete(ID)

    try:
        run(scenario())
    finally:
        backend.let_go.set()  # the late answers find a closed loop
    assert caplog.text.count("no answer") == 3


def test_an_answer_after_the_time_limit_is_dropped(run: Run, use: Callable[[Any], None]) -> None:
    backend = Blocking()
    use(backend)

    async def scenario() -> None:
        secrets = KeyringSecrets(timeout_s=0.01)
        assert await secrets.get(ID) == NONE
        backend.let_go.set()
        for thread in threading.enumerate():
            if thread.name == "keyring":
                await asyncio.to_thread(thread.join)
        await asyncio.sleep(0)
        assert await secrets.get(ID) == NONE, "'late' is no entry of ours"

    run(scenario())


def test_no_secret_is_shown() -> None:
    job = NewJob(
        settings=JobSettings(display_name="j"),
        files=(),
        credentials=Credentials("me", "s3cr3t"),
        custom_headers=(("A", "s3cr3t"),),
    )
    sign_in = SignIn("me", "s3cr3t")
    held = JobSecrets({AuthTarget.SERVER: sign_in}, (("A", "s3cr3t"),))
    for value in (SECRETS, [SECRETS], sign_in, held, job, KeyringSecrets(), MemorySecrets()):
        assert "s3cr3t" not in f"{value!r} {value!s}"


secret_values = st.builds(
    StoredSecrets,
    st.dictionaries(st.sampled_from([1, 2]), st.tuples(st.text(), st.text())),
    st.lists(st.tuples(st.text(), st.text()), max_size=3).map(tuple),
)


@given(secret_values)
def test_what_is_empty(secrets: StoredSecrets) -> None:
    assert secrets.is_empty == (secrets == NONE)
