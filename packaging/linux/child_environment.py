"""Runs first in the frozen program: what it starts (a file manager, a server's program) gets the system's libraries.

PyInstaller's starter points LD_LIBRARY_PATH at the program's own folder. The loader has read it by now; children
would read it again and load our libraries into programs that were built for others. Its other notes would make a
second bitsgui, started by such a child, believe that its own folder is already in that path.
"""

import os

for _name in [name for name in os.environ if name.startswith("_PYI_")]:
    del os.environ[_name]
_before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
os.environ.pop("LD_LIBRARY_PATH", None)
if _before is not None:
    os.environ["LD_LIBRARY_PATH"] = _before
