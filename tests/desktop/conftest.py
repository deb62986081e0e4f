"""Black-box tests: the program on a private desktop, driven by accessible names; skipped where none can be made."""

import pytest

from tests.support.desktop import missing_programs


@pytest.fixture(autouse=True)
def desktop_programs() -> None:
    """Xvfb and its company, which packaging/bootstrap.py installs on Debian."""
    if missing := missing_programs():
        pytest.skip(f"a private desktop needs {', '.join(missing)}")
