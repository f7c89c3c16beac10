"""One large app out of several: the first one whole, and the DEX files of all the others after its own.

    python benchmarks/merge.py OUT.apk FIRST.apk OTHER.apk ...

Real code in the amounts of the largest apps, for `engine.py` and `peers.py` to measure. What two apps share
is defined twice, as in a real multidex app that was put together carelessly; the signature does not hold.
"""

from __future__ import annotations

import re
import sys
import zipfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

DEX = re.compile(r"classes\d*\.dex")


def main(out: Path, apks: list[Path]) -> None:
    """Write the merged app."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        with zipfile.ZipFile(apks[0]) as first:
            for name in first.namelist():
                if not DEX.fullmatch(name):
                    made.writestr(name, first.read(name))
        for number, content in zip(count(1), dex_files(apks), strict=False):
            made.writestr(f"classes{number if number > 1 else ''}.dex", content)


def dex_files(apks: list[Path]) -> Iterator[bytes]:
    """DEX files of all the apps, in order."""
    for apk in apks:
        with zipfile.ZipFile(apk) as package:
            yield from (package.read(name) for name in package.namelist() if DEX.fullmatch(name))


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
