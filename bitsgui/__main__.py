"""`python -m bitsgui`."""

import sys

from bitsgui.cli import main

if __name__ == "__main__":
    sys.exit(main())
