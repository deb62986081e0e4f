"""The Debian package on a Debian without Python: installed, used, upgraded, removed."""

import hashlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from virtual_screen import VirtualScreen

import bitsgui
from tests.support.certificates import Certificates
from tests.support.clean_machine import CleanMachine, Program

Content = Callable[[str, int], bytes]
MIB = 1024**2
URL = "http://127.0.0.1:8080"


def serve(machine: CleanMachine, *options: str) -> Program:
    """`bitsgui serve` on the machine, listening."""
    server = machine.start("bitsgui", "serve", "/srv", "--port", "8080", *options)
    assert "127.0.0.1:8080" in server.line()
    return server


@pytest.fixture
def served(machine: CleanMachine) -> Program:
    return serve(machine)


def until(true: Callable[[], bool], timeout_s: float = 30) -> None:
    end = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def same(file: Path, content: bytes) -> bool:
    return hashlib.sha256(file.read_bytes()).digest() == hashlib.sha256(content).digest()


def test_it_runs_where_no_python_is(machine: CleanMachine) -> None:
    assert machine.run("sh", "-c", "command -v python3 python perl6").stdout == ""
    assert machine.output("bitsgui", "--version") == f"bitsgui {bitsgui.__version__}\n"
    assert machine.output("dpkg", "--verify", "bitsgui") == ""


def test_every_library_comes_along_or_is_depended_on(machine: CleanMachine) -> None:
    own = "/usr/lib/bitsgui/_internal"
    script = f"find {own} -name '*.so*' -type f | LD_LIBRARY_PATH={own}:{own}/PySide6/Qt/lib xargs ldd"
    said = machine.output("sh", "-c", script)
    assert said.count(".so") > 100
    assert [line for line in said.splitlines() if "not found" in line] == []


@pytest.mark.parametrize("words", [(), ("--demo",), ("--new",)], ids=["queue", "demo", "new"])
def test_its_window_opens(machine: CleanMachine, screen: VirtualScreen, words: tuple[str, ...]) -> None:
    window = machine.start("bitsgui", *words, display=screen.name)
    screen.wait_until_painted()
    search = ["xdotool", "search", "--onlyvisible", "--name", "bitsgui"]
    found = subprocess.run(search, env={**os.environ, "DISPLAY": screen.name}, capture_output=True, check=True)
    assert found.stdout.split()
    status, said = window.end(signal.SIGTERM)
    assert status == 0, said
    assert "Traceback" not in said


def test_it_downloads(machine: CleanMachine, served: Program, content: Content) -> None:
    sent = content("big.bin", 20 * MIB + 7)
    digest = hashlib.sha256(sent).hexdigest()
    machine.output("bitsgui", "get", f"{URL}/big.bin", "-o", "/root", "--checksum", f"sha-256={digest}")
    assert same(machine.root / "root/big.bin", sent)


def test_it_downloads_over_https(machine: CleanMachine, content: Content, tmp_path: Path) -> None:
    certificates = Certificates.make(tmp_path)
    certificate, key = certificates.write_server_files(tmp_path)
    for name, file in {"ca": certificates.ca_file, "cert": certificate, "key": key}.items():
        (machine.root / f"root/{name}.pem").write_bytes(file.read_bytes())
    sent = content("big.bin", MIB)
    serve(machine, "--cert", "/root/cert.pem", "--key", "/root/key.pem")
    refused = machine.run("bitsgui", "get", "https://127.0.0.1:8080/big.bin", "--retry-delay", "0")
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
    machine.output("bitsgui", "get", "https://127.0.0.1:8080/big.bin", "--cacert", "/root/ca.pem", "--restart")
    assert same(machine.root / "root/big.bin", sent)


def test_what_it_starts_gets_the_systems_libraries(machine: CleanMachine) -> None:
    program = machine.root / "root/program.sh"
    program.write_text('#!/bin/sh\nenv > "$2"; bitsgui --version >> "$2"\n')
    program.chmod(0o755)
    serve(machine, "--app", "/root/program.sh")
    machine.output("bitsgui", "put", "/etc/hostname", f"{URL}/", "--reply", "/root/reply.txt")
    environment = (machine.root / "root/reply.txt").read_text()
    assert "HOME=/root" in environment
    assert "/usr/lib/bitsgui" not in environment
    assert f"bitsgui {bitsgui.__version__}" in environment


def test_an_upgrade_keeps_the_queue(machine: CleanMachine, served: Program, content: Content, newer_deb: Path) -> None:
    sent = content("big.bin", 40 * MIB)
    service = machine.start("bitsgui", "service")
    options = ("--complete", "--limit-rate", "16M", "-o", "/root/big.bin", "-q")
    until(lambda: machine.run("bitsgui", "list").returncode == 0)
    job_id = machine.output("bitsgui", "add", f"{URL}/big.bin", *options).strip()
    until(lambda: machine.received_bytes() > 20 * MIB)
    machine.output("bitsgui", "suspend", job_id)
    status, said = service.end(signal.SIGTERM)
    assert status == 0, said
    before = json.loads(machine.output("bitsgui", "info", job_id, "--json"))
    assert before["state"] == "SUSPENDED"
    assert 10 * MIB < before["progress"]["bytes_transferred"] < 40 * MIB

    (machine.root / "var/tmp/newer.deb").write_bytes(newer_deb.read_bytes())
    machine.output("dpkg", "--install", "/var/tmp/newer.deb")
    assert machine.output("dpkg-query", "--show", "bitsgui") == "bitsgui\t99\n"
    assert not (machine.root / "usr/share/icons/hicolor/22x22/apps/bitsgui.png").exists()

    assert json.loads(machine.output("bitsgui", "info", job_id, "--json")) == before
    received = machine.received_bytes()
    machine.output("bitsgui", "resume", job_id)
    machine.start("bitsgui", "service")
    until((machine.root / "root/big.bin").exists)
    assert same(machine.root / "root/big.bin", sent)
    assert machine.received_bytes() - received < 30 * MIB


def test_removed_it_leaves_the_persons_data_and_nothing_else(
    machine: CleanMachine, served: Program, content: Content
) -> None:
    sent = content("kept.bin", MIB)
    machine.output("bitsgui", "get", f"{URL}/kept.bin", "-o", "/root")
    served.end(signal.SIGTERM)
    machine.output("dpkg", "--purge", "bitsgui")
    assert same(machine.root / "root/kept.bin", sent)
    elsewhere = ["-not", "-path", "/root/*", "-not", "-path", "/srv/*"]
    left = set(machine.output("find", "/", "-xdev", *elsewhere).split("\n"))
    assert [path for path in left if "bitsgui" in path] == []
