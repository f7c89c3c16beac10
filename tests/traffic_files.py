"""Recordings to develop with, which lie beside the checkout and are not part of it."""

from pathlib import Path

import pytest

TRAFFIC = Path(__file__).parent.parent.parent / "shared" / "data" / "traffic"


def traffic(name: str) -> Path:
    """One of the files; the test is skipped where they are absent."""
    if not (TRAFFIC / name).exists():
        pytest.skip(f"{TRAFFIC / name} is not there")
    return TRAFFIC / name
