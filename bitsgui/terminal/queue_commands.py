"""`bitsgui add`, `list`, `info`, `set`, and the verbs: each a request, and what is said of the answer."""

import argparse
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Final

from bitsgui.model.codes import BG_S_PARTIAL_COMPLETE
from bitsgui.model.enums import Verb
from bitsgui.remote.messages import Inspect, ListJobs
from bitsgui.store.settings import load_settings
from bitsgui.terminal.add_arguments import AddOptions, parse_add
from bitsgui.terminal.add_plan import plan_add
from bitsgui.terminal.arguments import call_parser
from bitsgui.terminal.job_arguments import SPEAKS_TO, STATUSES, add_json, job_parser, parse_act, selection
from bitsgui.terminal.job_info import info_lines
from bitsgui.terminal.job_words import name_of, refusal_lines, verb_lines
from bitsgui.terminal.queue_call import Answer, call, complain
from bitsgui.terminal.report import ExitStatus, as_json
from bitsgui.terminal.set_arguments import parse_set

Command = Callable[[Sequence[str], Path, argparse.ArgumentParser], int]


def _list(arguments: Sequence[str], state_dir: Path, shared: argparse.ArgumentParser) -> int:
    parser = call_parser("list", shared, description=f"Show the queue.\n{SPEAKS_TO}", epilog=STATUSES)
    parser.add_argument("--history", action="store_true", help="finished and cancelled jobs, too")
    add_json(parser)
    given = parser.parse_intermixed_args(arguments)

    def tell(answer: Answer) -> int:
        if given.json:
            return _print_objects(answer)
        from bitsgui.terminal.job_table import print_jobs

        print_jobs(answer.reports)
        if not answer.reports:
            complain("the queue is empty")
        return ExitStatus.DONE

    return call(state_dir, lambda: ListJobs(given.history), tell)


def _info(arguments: Sequence[str], state_dir: Path, shared: argparse.ArgumentParser) -> int:
    parser = job_parser("info", shared, "Tell everything of jobs, also of finished ones.", "the whole queue")
    given = parser.parse_intermixed_args(arguments)
    which = selection(parser, given.ids, every=given.all)

    def tell(answer: Answer) -> int:
        if given.json:
            return _print_objects(answer)
        print("\n\n".join("\n".join(info_lines(report)) for report in answer.reports))
        return ExitStatus.DONE

    return call(state_dir, lambda: Inspect(which), tell)


def _act(verb: Verb, arguments: Sequence[str], state_dir: Path, shared: argparse.ArgumentParser) -> int:
    request, as_objects = parse_act(verb, arguments, shared)

    def tell(answer: Answer) -> int:
        if as_objects:
            _print_objects(answer)
        else:
            done = [report for report in answer.reports if not report.code.failed]
            _print_lines(line for report in done for line in verb_lines(verb, report))
        return _status(answer)

    return call(state_dir, lambda: request, tell)


def _set(arguments: Sequence[str], state_dir: Path, shared: argparse.ArgumentParser) -> int:
    request, as_objects = parse_set(arguments, shared)

    def tell(answer: Answer) -> int:
        if as_objects:
            _print_objects(answer)
        else:
            _print_lines(f"Changed {name_of(report.job)}" for report in answer.reports if not report.code.failed)
        _say_what_is_lost(answer)
        return _status(answer)

    return call(state_dir, lambda: request, tell)


def _add(arguments: Sequence[str], state_dir: Path, shared: argparse.ArgumentParser) -> int:
    options = parse_add(arguments, shared)

    def tell(answer: Answer) -> int:
        if options.json:
            _print_objects(answer)
        else:
            _print_lines(report.job.id for report in answer.reports)
        _say_what_is_lost(answer)
        if answer.role is None and not options.quiet:
            _say_who_is_waited_for(options)
        return ExitStatus.DONE

    return call(state_dir, lambda: plan_add(options, load_settings(state_dir)), tell)


def _say_who_is_waited_for(options: AddOptions) -> None:
    if options.suspended:
        complain("added, suspended; `bitsgui resume` lets it begin once a window or `bitsgui service` runs")
    else:
        complain("nothing runs the queue now: it is transferred as soon as a window or `bitsgui service` is started")


def _say_what_is_lost(answer: Answer) -> None:
    if answer.has_lost_secrets:
        complain(
            "there is no keyring to keep passwords and header values in: they are gone now. Start the window or "
            "`bitsgui service`, then give them with `bitsgui set ID user=NAME` or header='N: V'"
        )


def _status(answer: Answer) -> int:
    """Say what was refused; 0 nothing, 1 everything, 3 some jobs, or some files of a job."""
    refused = [report for report in answer.reports if report.code.failed]
    for report in refused:
        for line in refusal_lines(report):
            complain(line)
    if refused and len(refused) == len(answer.reports):
        return ExitStatus.FATAL
    is_partial = refused or any(report.code == BG_S_PARTIAL_COMPLETE for report in answer.reports)
    return ExitStatus.PARTIAL if is_partial else ExitStatus.DONE


def _print_objects(answer: Answer) -> int:
    _print_lines(json.dumps(as_json(report.job)) for report in answer.reports)
    return ExitStatus.DONE


def _print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)


COMMANDS: Final[Mapping[str, Command]] = MappingProxyType(
    {"add": _add, "list": _list, "info": _info, "set": _set, **{verb.value: partial(_act, verb) for verb in Verb}}
)
