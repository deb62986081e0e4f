"""A real nginx on free loopback ports, without root: http, https and what a client must cope with.

/            files with ranges          /norange/  the same without ranges or validators
/auth/       Basic, alice / secret      /slow/     the same at 2 MB/s
"""

import os
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from tests.support.certificates import Certificates

MISSING = "nginx is not installed; `python3 packaging/bootstrap.py test` installs it (Debian: nginx-light)"

_CONFIGURATION = """
daemon off; worker_processes {workers}; pid {folder}/nginx.pid; error_log {folder}/error.log; {user}
events {{ worker_connections 4096; }}
http {{
  log_format tight '$status $body_bytes_sent $request_uri "$http_range"';
  types {{}} default_type application/octet-stream; sendfile on; access_log {folder}/access.log tight;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{
    listen 127.0.0.1:{http_port}; listen 127.0.0.1:{https_port} ssl;
    ssl_certificate {certificate}; ssl_certificate_key {key};
    keepalive_requests 100000; root {root};
    location /norange/ {{ alias {root}/; max_ranges 0; etag off; add_header Last-Modified ""; }}
    location /slow/ {{ alias {root}/; limit_rate 2m; }}
    location /auth/ {{ alias {root}/; auth_basic private; auth_basic_user_file {folder}/users; }}
  }}
}}
"""


@dataclass(frozen=True, slots=True)
class Nginx:
    """A running nginx; files in `root` are served."""

    root: Path
    ca_file: Path
    http_port: int
    https_port: int
    access_log: Path
    process: subprocess.Popen[bytes]

    @classmethod
    def start(cls, folder: Path, root: Path | None = None, *, workers: int = 1) -> "Nginx":
        """Start nginx with its files in `folder`; raises FileNotFoundError with the way to install it."""
        program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
        if program is None:
            raise FileNotFoundError(MISSING)
        root = root or folder / "www"
        root.mkdir(exist_ok=True)
        certificates = Certificates.make(folder)
        certificate, key = certificates.write_server_files(folder)
        http_port, https_port = _free_ports(2)
        (folder / "users").write_text("alice:{PLAIN}secret\n")
        configuration = folder / "nginx.conf"
        configuration.write_text(
            _CONFIGURATION.format(
                folder=folder,
                root=root,
                certificate=certificate,
                key=key,
                http_port=http_port,
                https_port=https_port,
                workers=workers,
                user="user root;" if hasattr(os, "geteuid") and os.geteuid() == 0 else "",
            )
        )
        errors = (folder / "stderr").open("wb")
        with errors:
            process = subprocess.Popen([program, "-e", str(folder / "error.log"), "-c", configuration], stderr=errors)
        _await_listening(process, (http_port, https_port), folder)
        log = folder / "access.log"
        return cls(root, certificates.ca_file, http_port, https_port, log, process)

    def url(self, path: str, *, tls: bool = False) -> str:
        """The URL of a path."""
        scheme, port = ("https", self.https_port) if tls else ("http", self.http_port)
        return f"{scheme}://127.0.0.1:{port}{path}"

    def log_lines(self) -> list[str]:
        """`status bytes uri "range"` of every answered request so far."""
        return self.access_log.read_text().splitlines()

    def stop(self) -> None:
        """End it and wait."""
        self.process.terminate()
        self.process.wait(10)


def _free_ports(count: int) -> list[int]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def _await_listening(process: subprocess.Popen[bytes], ports: tuple[int, ...], folder: Path) -> None:
    for port in ports:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except ConnectionRefusedError:
                if process.poll() is not None:
                    raise RuntimeError((folder / "stderr").read_text()) from None
                time.sleep(0.01)
