"""The bridge: events gather, and one flush tells each job once with its newest value."""

import asyncio
from typing import Any

from PySide6.QtWidgets import QApplication

from bitsgui.gui.bridge import JobBridge
from bitsgui.model.enums import JobState
from tests.support.listed_jobs import listed
from tests.support.qt_loop import run_on_qt, until_true
from tests.support.stub_manager import StubManager


class Heard:
    """What a bridge told."""

    def __init__(self, bridge: JobBridge) -> None:
        self.added: list[Any] = []
        self.changed: list[Any] = []
        self.removed: list[Any] = []
        bridge.jobs_added.connect(self.added.append)
        bridge.jobs_changed.connect(self.changed.append)
        bridge.jobs_removed.connect(self.removed.append)


def test_a_flush_tells_the_newest_value_once(qapp: QApplication) -> None:
    job = listed("a")
    manager = StubManager([job])
    bridge = JobBridge(manager)
    heard = Heard(bridge)
    manager.change(job.id, state=JobState.CONNECTING)
    last = manager.change(job.id, state=JobState.SUSPENDED)
    assert heard.changed == []
    bridge.flush()
    bridge.flush()
    assert heard.changed == [[(last, 0.0)]]
    bridge.close()


def test_a_new_job_that_changed_is_told_as_new_only(qapp: QApplication) -> None:
    manager = StubManager()
    bridge = JobBridge(manager)
    heard = Heard(bridge)
    job = listed("a")
    manager.add(job)
    last = manager.change(job.id, state=JobState.QUEUED)
    bridge.flush()
    assert (heard.added, heard.changed) == ([[(last, 0.0)]], [])
    bridge.close()


def test_a_running_job_is_told_at_each_flush_with_its_rate(qapp: QApplication) -> None:
    job = listed("a")
    manager = StubManager([job])
    bridge = JobBridge(manager)
    heard = Heard(bridge)
    running = manager.change(job.id, state=JobState.TRANSFERRING)
    for rate in (5.0, 7.0):
        manager.rates[job.id] = rate
        bridge.flush()
    stopped = manager.change(job.id, state=JobState.SUSPENDED)
    bridge.flush()
    bridge.flush()
    assert heard.changed == [[(running, 5.0)], [(running, 7.0)], [(stopped, 7.0)]]
    bridge.close()


def test_a_removed_job_is_told_only_as_removed(qapp: QApplication) -> None:
    job = listed("a", JobState.TRANSFERRING)
    manager = StubManager([job])
    bridge = JobBridge(manager)
    heard = Heard(bridge)
    manager.change(job.id, state=JobState.TRANSFERRING)
    manager.remove(job.id)
    bridge.flush()
    bridge.flush()
    assert (heard.changed, heard.removed) == ([], [[job.id]])
    bridge.close()


def test_the_timer_flushes_off_the_stack_of_a_coroutine(qapp: QApplication) -> None:
    manager = StubManager([listed("a")])
    bridge = JobBridge(manager)
    stacks: list[object] = []
    bridge.jobs_changed.connect(lambda _: stacks.append(asyncio.current_task()))

    async def scenario() -> None:
        manager.change(next(iter(manager.jobs)), state=JobState.SUSPENDED)
        await until_true(lambda: stacks)

    run_on_qt(qapp, scenario())
    assert stacks == [None]
    bridge.close()
    assert manager.listeners == []
