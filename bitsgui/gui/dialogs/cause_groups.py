"""Every job that needs a person, sorted into groups as they come and go; knows no widget and asks no disk."""

from collections.abc import Iterable, Mapping

from bitsgui.model.cause_group import CauseKey, key_of, volume_folder
from bitsgui.model.diagnosis import needs_you
from bitsgui.model.job import Job, JobId


class CauseGroups:
    """A change of one job costs no more among a thousand. `unplaced`: folders whose volume is yet to be told."""

    def __init__(self, jobs: Iterable[Job]) -> None:
        self.unplaced: set[str] = set()
        self._volumes: dict[str, str] = {}
        self._keys: dict[JobId, CauseKey] = {}
        self._groups: dict[CauseKey, dict[JobId, Job]] = {}
        for job in jobs:
            self.note(job)

    def note(self, job: Job) -> None:
        """A job as it is now: into its group, or out of all."""
        if not needs_you(job):
            self.drop(job.id)
            return
        folder = volume_folder(job)
        if folder is not None and folder not in self._volumes:
            self.unplaced.add(folder)
        key = key_of(job, self._volumes)
        if self._keys.get(job.id) != key:
            self.drop(job.id)
        self._keys[job.id] = key
        self._groups.setdefault(key, {})[job.id] = job

    def drop(self, job_id: JobId) -> None:
        """A job needs nobody any more; unknown ones are fine."""
        key = self._keys.pop(job_id, None)
        if key is None:
            return
        del self._groups[key][job_id]
        if not self._groups[key]:
            del self._groups[key]

    def place(self, volumes: Mapping[str, str]) -> None:
        """What names the volumes of these folders."""
        self._volumes.update(volumes)
        self.unplaced -= volumes.keys()
        for job in self.all_jobs():
            if volume_folder(job) in volumes:
                self.note(job)

    def key(self, job_id: JobId) -> CauseKey | None:
        """The group that the job is in."""
        return self._keys.get(job_id)

    def has(self, key: CauseKey) -> bool:
        """Whether any job is in this group."""
        return key in self._groups

    def jobs(self, key: CauseKey) -> tuple[Job, ...]:
        """The jobs of a group, the first to fail first; none if there is no such group."""
        return tuple(self._groups.get(key, {}).values())

    def all_jobs(self) -> tuple[Job, ...]:
        """Group by group."""
        return tuple(job for group in self._groups.values() for job in group.values())
