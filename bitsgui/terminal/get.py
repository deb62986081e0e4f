"""`bitsgui get`: downloads in the terminal."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from bitsgui.terminal.call import carry_out
from bitsgui.terminal.get_arguments import GetOptions, parse_get
from bitsgui.terminal.get_plan import plan_get
from bitsgui.terminal.plan import Plan


def run_get(arguments: Sequence[str], state_dir: Path, shared: argparse.ArgumentParser) -> int:
    """Download in the foreground; the result is the exit status."""

    def prepare() -> tuple[GetOptions, Plan]:
        options = parse_get(arguments, shared)
        return options, plan_get(options)

    return carry_out(prepare, state_dir / "get")
