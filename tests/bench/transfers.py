"""`bitsgui get` beside curl and aria2: the same files from the same nginx into the same disk."""

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.bench.measure import Command, Figure, in_turn
from tests.support.content import Pattern, pieces, sha256_of
from tests.support.nginx import Nginx

MIB = 1 << 20
SMALL_FILES, SMALL_SIZE = 2000, 10_000


@dataclass(frozen=True, slots=True)
class Bench:
    """Where a run happens; `folder` must have room for twice the largest file."""

    nginx: Nginx
    folder: Path
    rounds: int

    @property
    def out(self) -> Path:
        """Where everybody saves to."""
        return self.folder / "out"

    @property
    def state(self) -> Path:
        """The queue of bitsgui."""
        return self.folder / "state"

    def clear(self) -> None:
        """Nothing left of the run before."""
        for folder in (self.out, self.state):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()

    def get(self, *arguments: str | Path) -> Command:
        """`bitsgui get` quietly into `out`."""
        where = ("--state-dir", self.state, "-o", self.out)
        return [sys.executable, "-m", "bitsgui", "get", "--quiet", *where, *arguments]

    def file_of(self, mib: int) -> str:
        """The path of a file of so many MiB on the server, made when first asked for."""
        path = self.nginx.root / f"{mib}.bin"
        if not path.exists():
            with path.open("wb") as file:
                file.writelines(pieces(Pattern(mib * MIB), 0, mib * MIB, MIB))
        return f"/{path.name}"


def one_file(bench: Bench, mib: int, *, tls: bool) -> Iterator[Figure]:
    """One large file on one connection."""
    path = bench.file_of(mib)
    url = bench.nginx.url(path, tls=tls)
    ca = bench.nginx.ca_file
    target = bench.out / path[1:]
    commands: dict[str, Command] = {
        "bitsgui": bench.get("--cacert", ca, url),
        "aria2c -x1": [
            "aria2c",
            "-q",
            "-x1",
            "--file-allocation=none",
            f"--ca-certificate={ca}",
            "-d",
            bench.out,
            url,
        ],
        "curl": ["curl", "-sS", "--cacert", ca, "-o", target, url],
    }
    taken = in_turn(commands, bench.rounds, bench.clear)
    name = f"{mib} MiB over {'https' if tls else 'http'}"
    ours = taken["bitsgui"]
    for peer in ("aria2c -x1", "curl"):
        bound = 1.3 if peer.startswith("aria2c") else None
        yield Figure(f"{name}: wall, bitsgui / {peer}", ours.wall_s / taken[peer].wall_s, "x", bound)
    for who, sample in taken.items():
        yield Figure(f"{name}: CPU, {who}", sample.cpu_s, "s")
        yield Figure(f"{name}: speed, {who}", mib / sample.wall_s, "MiB/s")


def small_files(bench: Bench) -> Iterator[Figure]:
    """Many small files, all in one call."""
    small = bench.nginx.root / "small"
    small.mkdir(exist_ok=True)
    for number in range(SMALL_FILES):
        (small / f"{number}.bin").write_bytes(Pattern(SMALL_SIZE, number)[:])
    urls = bench.folder / "urls.txt"
    urls.write_text("".join(bench.nginx.url(f"/small/{n}.bin") + "\n" for n in range(SMALL_FILES)))
    commands: dict[str, Command] = {
        "bitsgui": bench.get("--url-file", urls),
        "aria2c": ["aria2c", "-q", "-j16", "--file-allocation=none", "-d", bench.out, "-i", urls],
    }
    taken = in_turn(commands, bench.rounds, bench.clear)
    rates = {name: SMALL_FILES / sample.wall_s for name, sample in taken.items()}
    name = f"{SMALL_FILES} files of {SMALL_SIZE} bytes"
    yield Figure(f"{name}: files a second, bitsgui / aria2c -j16", rates["bitsgui"] / rates["aria2c"], "x", 0.3, True)
    for who, sample in taken.items():
        yield Figure(f"{name}: files a second, {who}", rates[who], "/s")
        yield Figure(f"{name}: CPU, {who}", sample.cpu_s, "s")


def memory(bench: Bench, sizes_mib: tuple[int, ...]) -> Iterator[Figure]:
    """The largest resident set of `get` by the size of the file, and that the bytes are right."""
    for mib in sizes_mib:
        path = bench.file_of(mib)
        taken = in_turn({"bitsgui": bench.get(bench.nginx.url(path))}, 1, bench.clear)
        assert sha256_of(bench.out / path[1:]) == sha256_of(Pattern(mib * MIB))
        yield Figure(f"get of {mib} MiB: largest resident set", taken["bitsgui"].rss_mib, "MiB", 60)
