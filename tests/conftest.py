"""For every test: no screen, fixed fonts, no real keyring, and nothing logged or left running unseen."""

import logging
import os
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import settings

from tests.support.certificates import Certificates
from tests.support.loops import run_to_end
from tests.support.nginx import Nginx

T = TypeVar("T")

settings.register_profile("house", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("house")

_FONTS = Path(__file__).parent / "support" / "fonts.conf"
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("FONTCONFIG_FILE", str(_FONTS))
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
for _name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
    os.environ.pop(_name, None)
    os.environ.pop(_name.upper(), None)


@pytest.fixture(autouse=True)
def nothing_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail on a logged warning; a test that expects one asserts it and calls `caplog.clear()`."""
    yield
    surprises = [r.getMessage() for r in caplog.get_records("call") if r.levelno >= logging.WARNING]
    assert not surprises


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    """Fail when a thread outlives the test that started it."""
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        thread.join(5)
        assert not thread.is_alive(), f"{thread.name} is still running"


@pytest.fixture
def run() -> Callable[[Coroutine[Any, Any, T]], T]:
    """Run a coroutine to its end on a fresh plain loop; fails when it leaves a task behind."""
    return run_to_end


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """An authority for https peers; its `ca_file` is what clients must trust."""
    return Certificates.make(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def nginx(tmp_path: Path) -> Iterator[Nginx]:
    """A real nginx with its files in `nginx.root`; mark the test with `peer`."""
    folder = tmp_path / "nginx"
    folder.mkdir()
    server = Nginx.start(folder)
    yield server
    server.stop()
