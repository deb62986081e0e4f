"""From an URL's path to a place in the folder: decoded once, never outside, links never followed."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitsgui.server import paths
from bitsgui.server.paths import PathError, Problem, names_of, place, visible_entries
from bitsgui.server.publish import publish

GOOD = {
    b"/a": ("a",),
    b"/": ("",),
    b"/a/b/": ("a", "b", ""),
    b"/a%20b/%C3%A9": ("a b", "é"),
    b"/%252e%252e": ("%2e%2e",),
    b"/console/nul-1": ("console", "nul-1"),
    b"/a~1": ("a~1",),
}
BAD = [
    b"*",
    b"",
    b"//a",
    b"/a//b",
    b"/..",
    b"/a/../b",
    b"/%2e%2e/a",
    b"/.",
    b"/.ssh/keys",
    b"/%2Ebitsgui-sessions",
    b"/a%2Fb",
    b"/a\\b",
    b"/a%5Cb",
    b"/a%00",
    b"/a%0A",
    b"/%ff",
    b"/C:",
    b"/c%3Aa",
    b"/nul",
    b"/CON.txt",
    b"/a.",
    b"/a%20",
]


@pytest.mark.parametrize("path", GOOD)
def test_names(path: bytes) -> None:
    assert names_of(path) == GOOD[path]


@pytest.mark.parametrize("path", BAD)
def test_names_that_lead_elsewhere(path: bytes) -> None:
    with pytest.raises(PathError) as refused:
        names_of(path)
    assert refused.value.problem is Problem.FORBIDDEN


def test_a_name_is_no_longer_than_file_systems_allow() -> None:
    assert names_of(b"/" + "é".encode() * 127) == ("é" * 127,)
    with pytest.raises(PathError) as refused:
        names_of(b"/" + "é".encode() * 128)
    assert refused.value.problem is Problem.TOO_LONG


@given(st.binary(max_size=60))
def test_whatever_comes_it_stays_below(path: bytes) -> None:
    try:
        names = names_of(b"/" + path)
    except PathError:
        return
    root = Path("/served")
    below = Path(os.path.normpath(root.joinpath(*names)))
    assert below == root or root in below.parents


@pytest.fixture(params=[True, False], ids=["by handle", "by name"])
def root(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a file, a folder and links out of it, on a system of either kind."""
    monkeypatch.setattr(paths, "_BY_HANDLE", request.param)
    root, outside = tmp_path / "root", tmp_path / "outside"
    (root / "sub").mkdir(parents=True)
    outside.mkdir()
    (root / "file").write_bytes(b"here")
    (outside / "file").write_bytes(b"outside")
    (root / "link").symlink_to(outside / "file")
    (root / "linked").symlink_to(outside)
    (root / "loop").symlink_to(root / "loop")
    return root


@pytest.mark.parametrize(
    ("names", "problem"),
    [
        (("link",), Problem.FORBIDDEN),
        (("linked", "file"), Problem.FORBIDDEN),
        (("none", "file"), Problem.MISSING),
        (("file", "below"), Problem.MISSING),
        (("none",), Problem.MISSING),
        (("sub",), Problem.FOLDER),
        (("sub", ""), Problem.FOLDER),
    ],
)
def test_what_cannot_be_opened(root: Path, names: tuple[str, ...], problem: Problem) -> None:
    with pytest.raises(PathError) as refused, place(root, names) as target:
        target.open()
    assert refused.value.problem is problem


def test_a_link_to_itself_leads_nowhere(root: Path) -> None:
    with pytest.raises(PathError), place(root, ("loop", "file")):
        pass


def test_a_listing_follows_no_link(root: Path) -> None:
    assert [entry.name for entry in visible_entries(root, ("",))] == ["sub", "file"]
    with pytest.raises(PathError):
        visible_entries(root, ("linked", ""))


@pytest.mark.parametrize("overwrite", [False, True])
def test_publish(root: Path, overwrite: bool) -> None:
    source = root / ".source"
    for name in ("new", "file", "link"):
        source.write_bytes(b"published")
        before = sorted(os.listdir(root))
        may = name == "new" or (name == "file" and overwrite)
        try:
            with place(root, (name,)) as target:
                publish(source, target, overwrite=overwrite)
        except (FileExistsError, PathError):
            assert not may
            assert sorted(os.listdir(root)) == before
        else:
            assert may
            assert not source.exists()
            assert (root / name).read_bytes() == b"published"
    assert (root.parent / "outside/file").read_bytes() == b"outside"


def test_publish_where_links_are_not_known(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object, **more: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", refuse)
    source = root / ".source"
    source.write_bytes(b"published")
    with place(root, ("file",)) as target, pytest.raises(FileExistsError):
        publish(source, target, overwrite=False)
    with place(root, ("new",)) as target:
        publish(source, target, overwrite=False)
    assert ((root / "file").read_bytes(), (root / "new").read_bytes()) == (b"here", b"published")
    assert not source.exists()
