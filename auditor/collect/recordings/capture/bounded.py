"""Starts a program that may not have more than its bounds, and becomes it.

python bounded.py BYTES SECONDS PROGRAM ARGUMENT ...    memory, and time on the processor
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress


def main() -> None:
    """Set the bounds, where the platform knows them, and run the program in this process."""
    memory, seconds = int(sys.argv[1]), int(sys.argv[2])
    with suppress(ImportError, ValueError, OSError):  # Windows has no limits, macOS not all of them
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    os.execv(sys.argv[3], sys.argv[3:])  # noqa: S606 - a fixed list from tshark.py, without a shell


if __name__ == "__main__":
    main()
