"""Set nginx up, run the figures that are asked for, print them; exit status 1 when a bound is missed."""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from tests.bench.measure import Command, Figure
from tests.bench.transfers import Bench, memory, one_file, small_files
from tests.bench.uploads import uploads
from tests.bench.window import responsiveness, window_memory, window_start
from tests.support.nginx import Nginx

PACKAGES = ("nginx-light", "aria2", "curl")
PROJECT = Path(__file__).parents[2]

Group = Callable[[Bench, bool], Iterable[Figure]]

GROUPS: Mapping[str, Group] = {
    "http": lambda bench, big: one_file(bench, 1024, tls=False),
    "https": lambda bench, big: one_file(bench, 1024, tls=True),
    "small": lambda bench, big: small_files(bench),
    "memory": lambda bench, big: memory(bench, (10, 1024, 10_240) if big else (10, 1024)),
    "put": lambda bench, big: uploads(bench),
    "window-memory": lambda bench, big: window_memory(bench),
    "window-gaps": lambda bench, big: responsiveness(bench),
    "window-start": lambda bench, big: window_start(bench),
}


def main() -> int:
    """Run and report."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("groups", nargs="*", help=f"of {', '.join(GROUPS)} (default: all)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each program, in turn (default 3)")
    parser.add_argument("--big", action="store_true", help="also a 10 GiB file (needs 21 GB of disk)")
    parser.add_argument("--folder", type=Path, help="work below this folder (default: the system's temporary one)")
    options = parser.parse_args()
    if unknown := set(options.groups) - set(GROUPS):
        parser.error(f"no such group: {', '.join(sorted(unknown))}")
    install: Command = [sys.executable, PROJECT / "packaging/bootstrap.py", "system", *PACKAGES]
    if subprocess.run(install, check=False).returncode != 0:
        return 1
    with tempfile.TemporaryDirectory(prefix="bitsgui-bench-", dir=options.folder) as name:
        return _report(Path(name), options.groups or list(GROUPS), options)


def _report(folder: Path, groups: Iterable[str], options: argparse.Namespace) -> int:
    nginx = Nginx.start(folder)
    missed = False
    try:
        bench = Bench(nginx, folder, options.rounds)
        bench.clear()
        for group in groups:
            for figure in GROUPS[group](bench, options.big):
                print(figure, flush=True)
                missed |= not figure.is_kept
    finally:
        nginx.stop()
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
