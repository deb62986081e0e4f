"""The Debian package's files, by the judgement of Debian's and freedesktop's own checkers."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import bitsgui
from bitsgui import cli

ROOT = Path(bitsgui.__file__).parents[1]


def said(*command: str | Path) -> str:
    """What a checker says; it has to be installed and content."""
    if shutil.which(str(command[0])) is None:
        pytest.skip(f"{command[0]} is not installed")
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="session")
def unpacked(deb: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    subprocess.run(["dpkg-deb", "--extract", deb, folder], check=True)
    return folder


def test_lintian_finds_nothing(deb: Path) -> None:
    assert said("lintian", "--allow-root", deb) == ""


def test_the_desktop_entry_is_valid(unpacked: Path) -> None:
    entry = unpacked / "usr/share/applications/bitsgui.desktop"
    assert said("desktop-file-validate", entry) == ""
    lines = entry.read_text().splitlines()
    assert "MimeType=x-scheme-handler/http;x-scheme-handler/https;" in lines
    assert [line for line in lines if line.startswith("Exec=")] == [
        "Exec=bitsgui %U",
        "Exec=bitsgui --new",
        "Exec=bitsgui --paste",
    ]


def test_the_metainfo_is_valid(unpacked: Path) -> None:
    (metainfo,) = (unpacked / "usr/share/metainfo").iterdir()
    said("appstreamcli", "validate", "--no-net", metainfo)
    assert f'version="{bitsgui.__version__}"' in metainfo.read_text()


@pytest.mark.parametrize("size", [16, 32, 48, 128, 256, 512])
def test_the_icon_has_its_size(unpacked: Path, size: int) -> None:
    png = (unpacked / f"usr/share/icons/hicolor/{size}x{size}/apps/bitsgui.png").read_bytes()
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert (int.from_bytes(png[16:20]), int.from_bytes(png[20:24])) == (size, size)


def test_it_is_under_150_megabytes(deb: Path) -> None:
    assert int(said("dpkg-deb", "--field", deb, "Installed-Size")) * 1024 < 150e6


def options_of(help_text: str) -> set[str]:
    return set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", help_text))


def test_the_man_page_knows_every_command_and_option(capsys: pytest.CaptureFixture[str]) -> None:
    page = re.sub(r"\\f.", "", (ROOT / "packaging/linux/bitsgui.1").read_text()).replace("\\-", "-")
    missing = []
    for command in ("", *cli._COMMANDS):
        with pytest.raises(SystemExit):
            cli.main([*([command] if command else []), "--help"])
        shown = capsys.readouterr().out
        missing += [f"{command} {option}" for option in sorted(options_of(shown) - options_of(page))]
        missing += [command] if command and f"bitsgui\\~{command}\n" not in page else []
    assert missing == []
