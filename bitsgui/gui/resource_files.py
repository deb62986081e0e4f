"""Where the files are that ship with the program; knows no format."""

from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path


@lru_cache
def resource(*parts: str) -> Path:
    """A file of resources/: inside the installed package, or beside it in an editable install."""
    packaged = files("bitsgui").joinpath("resources", *parts)
    with as_file(packaged) as path:
        if path.exists():
            return path
    return Path(__file__).parents[2].joinpath("resources", *parts)
