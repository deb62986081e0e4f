"""A system's entry for starting with the session, in memory."""

from collections.abc import Sequence


class FakeAutostart:
    """`command` is what would be started; `failure` is raised instead."""

    def __init__(self, command: Sequence[str] | None = None) -> None:
        self.command = command
        self.failure: OSError | None = None

    def is_on(self) -> bool:
        self._fail()
        return self.command is not None

    def turn_on(self, command: Sequence[str]) -> None:
        self._fail()
        self.command = command

    def turn_off(self) -> None:
        self._fail()
        self.command = None

    def _fail(self) -> None:
        if self.failure is not None:
            raise self.failure
