"""A screen of Xvfb, for measures and tests: whether a window is painted is read from its memory."""

import os
import shutil
import struct
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path

WIDTH, HEIGHT = 1400, 950
PAINTED_COLOURS = 12
PAINTED_SHARE = 0.25
"""A bare screen is black, a window that is mapped but not painted has one colour; a painted one has text."""


class VirtualScreen:
    """Xvfb on a free display; `name` is its DISPLAY. Raises FileNotFoundError without Xvfb."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="bitsgui-screen-"))
        read, write = os.pipe()
        size = f"{WIDTH}x{HEIGHT}x24"
        command = ["Xvfb", "-displayfd", str(write), "-screen", "0", size, "-nolisten", "tcp", "-noreset"]
        self._process = subprocess.Popen(
            [*command, "-fbdir", str(self._folder)], pass_fds=[write], stderr=subprocess.DEVNULL
        )
        os.close(write)
        with os.fdopen(read) as said:
            self.name = f":{said.readline().strip()}"

    def is_painted(self) -> bool:
        """Whether a quarter of the screen belongs to something with text in it."""
        colours = self.colours()
        painted = sum(colours.values()) - colours[0]
        return len(colours) >= PAINTED_COLOURS and painted >= PAINTED_SHARE * sum(colours.values())

    def wait_until_painted(self, timeout_s: float = 30) -> float:
        """Seconds until it was; raises TimeoutError."""
        started = time.monotonic()
        while not self.is_painted():
            if time.monotonic() - started > timeout_s:
                raise TimeoutError(f"nothing was painted in {timeout_s} s: {self.colours().most_common(3)}")
            time.sleep(0.005)
        return time.monotonic() - started

    def colours(self) -> Counter[int]:
        """How often each colour is found among some pixels of all over the screen."""
        dump = (self._folder / "Xvfb_screen0").read_bytes()
        header, colour_count = struct.unpack_from(">I", dump)[0], struct.unpack_from(">I", dump, 76)[0]
        pixels = memoryview(dump)[header + 12 * colour_count :][: WIDTH * HEIGHT * 4].cast("I")
        return Counter(pixel & 0xFFFFFF for pixel in pixels[::67])

    def close(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(10)
        shutil.rmtree(self._folder)
