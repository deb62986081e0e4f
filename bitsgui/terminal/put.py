"""`bitsgui put`: an upload in the terminal, with its reply if that is wanted."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from bitsgui.terminal.call import carry_out
from bitsgui.terminal.plan import Plan
from bitsgui.terminal.put_arguments import PutOptions, parse_put
from bitsgui.terminal.put_plan import plan_put


def run_put(arguments: Sequence[str], state_dir: Path, shared: argparse.ArgumentParser) -> int:
    """Upload in the foreground; the result is the exit status."""

    def prepare() -> tuple[PutOptions, Plan]:
        options = parse_put(arguments, shared)
        return options, plan_put(options)

    return carry_out(prepare, state_dir / "put")
