"""Jobs and files by hand, and hypothesis strategies for every value that a job can hold."""

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from bitsgui.model.enums import ErrorContext, JobState, JobType
from bitsgui.model.error import FileRef, JobError
from bitsgui.model.hresult import HResult
from bitsgui.model.job import FileRange, Job, JobFile, JobSettings, JobTimes, Validator, new_job_id
from bitsgui.model.upload import Upload

NOW = 1_800_000_000.0


def a_file(name: str = "a", **values: Any) -> JobFile:
    """A file of http://h/ in /d, with these values."""
    return JobFile(remote_name=f"http://h/{name}", local_name=f"/d/{name}", **values)


def a_job(*files: JobFile, state: JobState = JobState.SUSPENDED, **values: Any) -> Job:
    """A job with these files; `values` of Job, or of JobSettings where Job has no such field."""
    own = {name: values.pop(name) for name in list(values) if name in Job.__slots__}
    job = Job(
        id=new_job_id(), settings=JobSettings(display_name="j"), times=JobTimes(NOW, NOW), files=files, state=state
    )
    return as_typed(replace(job, settings=replace(job.settings, **values), **own))


def as_typed(job: Job) -> Job:
    """The job with what its type must have and without what it must not."""
    is_upload, has_reply = job.type is not JobType.DOWNLOAD, job.type is JobType.UPLOAD_REPLY
    reply = job.reply or JobFile(remote_name="", local_name="")
    return replace(
        job,
        files=job.files[:1] if is_upload else job.files,
        upload=(job.upload or Upload()) if is_upload else None,
        reply=reply if has_reply else None,
    )


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
sizes = st.integers(0, 2**63 - 1)
moments = st.floats(0, 1e11)
hresults = st.integers(0, 2**32 - 1).map(HResult)
# By the types of the fields, so that a new field is covered the day it is added.
for _type, _values in ((str, texts), (float, moments), (int, sizes), (HResult, hresults)):
    st.register_type_strategy(_type, _values)


@st.composite
def files(draw: st.DrawFn) -> JobFile:
    """Any file whose counts agree."""
    file = draw(st.builds(JobFile, ranges=st.lists(st.builds(FileRange), max_size=3).map(tuple)))
    total = draw(st.none() | sizes)
    received = draw(sizes if total is None else st.integers(0, total))
    return replace(file, bytes_total=total, bytes_transferred=received)


errors = st.builds(JobError, context=st.sampled_from(ErrorContext), file=st.none() | st.builds(FileRef))
validators = st.builds(Validator)
jobs = st.builds(
    Job,
    id=st.builds(new_job_id),
    type=st.sampled_from(JobType),
    state=st.sampled_from(JobState),
    files=st.lists(files(), max_size=4).map(tuple),
    error=st.none() | errors,
    upload=st.none() | st.builds(Upload),
    reply=st.none() | files(),
).map(as_typed)
