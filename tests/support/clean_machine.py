"""A Debian without Python, as far as a process can tell: a root of its own and namespaces of its own; needs root.

Each machine is an overlay: it begins as the layers below it, and what happens on it stays on it. It has no network but
its own loopback unless asked for. Nothing is left mounted: the mounts live in the machine's own namespace.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import psutil

TOOLS = ("debootstrap", "unshare", "nsenter", "ip", "dpkg-deb", "Xvfb", "xdotool")
_X_SOCKETS = Path("/tmp/.X11-unix")
_ENVIRONMENT = ("HOME=/root", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8", "DEBIAN_FRONTEND=noninteractive")
_START = """
set -e; cd "$1"
mount -t overlay overlay -o "lowerdir=$2,upperdir=$1/upper,workdir=$1/work" root
mount -t proc proc root/proc; mount --bind /dev root/dev
mount -t tmpfs tmpfs root/tmp; mount -t tmpfs tmpfs root/run
mkdir -p root/tmp/.X11-unix; mount --bind /tmp/.X11-unix root/tmp/.X11-unix
[ "$3" = own ] && ip link set lo up
exec chroot root sh -c "echo up; exec sleep infinity"
"""


def why_not() -> str | None:
    """What keeps this computer from having such machines, or None."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        return "a root of its own needs Linux and root"
    if missing := [tool for tool in TOOLS if shutil.which(tool) is None]:
        return f"not installed: {', '.join(missing)}; `python3 packaging/bootstrap.py test` installs them"
    tried = subprocess.run(
        ["unshare", "--mount", "--net", "--pid", "--fork", "mount", "-t", "tmpfs", "tmpfs", "/mnt"],
        capture_output=True,
        text=True,
        check=False,
    )
    return tried.stderr.strip() or None


def start_debootstrap(folder: Path) -> subprocess.Popen[bytes]:
    """Begin to fetch this computer's own release of Debian, the least of it."""
    release = next(line for line in Path("/etc/os-release").read_text().splitlines() if "VERSION_CODENAME" in line)
    codename = release.partition("=")[2].strip('"')
    wanted = [f"Codename: {codename}", "Created-By: Packages"]
    mirrors = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)", *wanted], check=True, stdout=subprocess.PIPE, text=True
    )
    command = ["debootstrap", "--variant=minbase", codename, str(folder), min(mirrors.stdout.split())]
    hasty = folder / "etc/dpkg/dpkg.cfg.d/hasty"
    hasty.parent.mkdir(parents=True)
    hasty.write_text("force-unsafe-io\n")  # a machine that lives for minutes need not survive a power cut
    with (folder.parent / "debootstrap.log").open("wb") as log:
        return subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)


class CleanMachine:
    """A running machine; `layers` are roots, the topmost first, and `upper` is the layer of what happened here."""

    def __init__(self, folder: Path, layers: Sequence[Path], *, network: str = "own") -> None:
        for name in ("upper", "work", "root"):
            (folder / name).mkdir(parents=True)
        _X_SOCKETS.mkdir(exist_ok=True)
        self.upper = folder / "upper"
        apart = ["unshare", "--mount", "--pid", "--fork", "--kill-child", *(["--net"] if network == "own" else [])]
        below = ":".join(map(str, layers))
        self._holder = subprocess.Popen(
            [*apart, "bash", "-c", _START, "start", str(folder), below, network],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._holder.stdout is not None
        if self._holder.stdout.readline() != "up\n":
            raise OSError(self._holder.communicate()[1])
        (first,) = psutil.Process(self._holder.pid).children()
        self._pid = first.pid
        self._programs: list[Program] = []

    @property
    def root(self) -> Path:
        """Its files, as seen from here."""
        return Path(f"/proc/{self._pid}/root")

    def received_bytes(self) -> int:
        """What has come in over its loopback since the start."""
        lines = Path(f"/proc/{self._pid}/net/dev").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.strip().startswith("lo:"))

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run it there to its end, from the home folder."""
        return subprocess.run(self._inside(command), capture_output=True, text=True, check=False, timeout=100)

    def output(self, *command: str) -> str:
        """What it says; it has to succeed."""
        done = self.run(*command)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self, *command: str, display: str = "") -> "Program":
        """Start it there."""
        shown = [f"DISPLAY={display}"] if display else []
        self._programs.append(Program(self._inside(command, *shown)))
        return self._programs[-1]

    def close(self) -> None:
        """End every process on it."""
        self._holder.kill()
        self._holder.communicate()
        for program in self._programs:
            program.end()

    def _inside(self, command: Sequence[str], *environment: str) -> list[str]:
        enter = ["nsenter", f"--target={self._pid}", "--mount", "--net", "--pid", "--root", "--wd"]
        return [*enter, "env", "-i", "--chdir=/root", *_ENVIRONMENT, *environment, *command]


class Program:
    """A program on a clean machine."""

    def __init__(self, command: Sequence[str]) -> None:
        self._outer: subprocess.Popen[str] = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._said = ""

    def line(self) -> str:
        """The next line that it says."""
        assert self._outer.stdout is not None
        return self._outer.stdout.readline()

    def end(self, number: int | None = None) -> tuple[int, str]:
        """Send it this signal, if any, and wait; how it ended and what it said since the last line."""
        if number is not None and self._outer.poll() is None:
            for inner in psutil.Process(self._outer.pid).children():  # nsenter does not hand signals on
                inner.send_signal(number)
        if self._outer.stdout is None or not self._outer.stdout.closed:
            self._said = self._outer.communicate(timeout=30)[0]
        return self._outer.returncode, self._said
