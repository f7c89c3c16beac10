"""The decompiler, a process of its own: a DEX file on its input, a JSON line for each method on its output.

`excerpt.py` starts this file by its path; nothing of auditor is imported here, and androguard nowhere else.
androguard may hang, or want all memory there is, over bytes made for that: what a method may take is bounded
here, what all may take together by whoever started the process.

    python decompiler.py ROWS SECONDS BYTES    rows of method_ids; seconds for one method; bytes of memory
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from types import FrameType
from typing import Any

LONGEST = 200_000
"""Characters of one method, all of which are searched for secrets."""

STRANGERS = "loguru networkx androguard.core.apk asn1crypto asn1crypto.x509 xml.sax.saxutils".split()
"""What androguard imports and a decompiled method does not need. Without them it starts in a fifth of the
time, logs nothing, and no module that knows the network or XML is loaded."""

FORBIDDEN = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
    "ctypes.",
)
"""Audit events that a decompiler has no reason to raise."""


class _TooLong(BaseException):
    """Raised inside androguard, which catches every Exception."""


class _Silent(type):
    def __getattr__(cls, name: str) -> _Silent:
        if name.startswith("__"):
            raise AttributeError(name)
        return cls


class _Nothing(metaclass=_Silent):
    """Stands in for a module and all that is in it: a class without instances, a call that does nothing."""

    def __init__(self, *_: object, **__: object) -> None:
        pass


def main() -> None:
    """Answer for each row, as soon as it is known."""
    rows, seconds, memory = json.loads(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
    _bound_memory(memory)
    source = reader(sys.stdin.buffer.read())
    sys.addaudithook(refuse)
    for row, text, why in _answers(rows, source, seconds):
        sys.stdout.write(json.dumps([row, text, why]) + "\n")
        sys.stdout.flush()


def refuse(event: str, _: tuple[Any, ...]) -> None:
    """Audit hook: neither network nor other programs.

    Raises:
        PermissionError: for what is forbidden.

    """
    if event.startswith(FORBIDDEN):
        raise PermissionError(event)


def reader(content: bytes) -> Callable[[int], str]:
    """The source of the method at a row of method_ids."""
    stand_in: Any = _Nothing
    sys.modules.update(dict.fromkeys(STRANGERS, stand_in))
    from androguard.core.analysis.analysis import MethodAnalysis
    from androguard.core.dex import DEX
    from androguard.decompiler import writer
    from androguard.decompiler.decompile import DvMethod

    writer.string = literal
    dex = DEX(content)
    methods = {method.get_method_idx(): method for method in dex.get_encoded_methods()}

    def source(row: int) -> str:
        found = DvMethod(MethodAnalysis(dex, methods[row]))
        found.process()
        return str(found.get_source())

    return source


def literal(text: str) -> str:
    """A string as Java writes it; letters of every language stay readable."""
    known = {'"': r"\"", "\\": r"\\", "\n": r"\n", "\r": r"\r", "\t": r"\t"}
    shown = (known.get(c) or (c if c.isprintable() else f"\\u{ord(c):04x}") for c in text)
    return f'"{"".join(shown)}"'


def _answers(rows: list[int], source: Callable[[int], str], seconds: float) -> Iterator[tuple[int, str, str]]:
    """(row, text, why there is none)."""
    for row in rows:
        try:
            text = _within(seconds, source, row)
            yield (row, text, "") if len(text) <= LONGEST else (row, "", "its decompiled text is too long")
        except _TooLong:
            yield row, "", f"the decompiler was not done after {seconds:g} seconds"
        except MemoryError:
            yield row, "", "the decompiler wanted more memory than it may have"
        except Exception as error:  # whatever androguard raises over strange code
            yield row, "", f"the decompiler failed ({type(error).__name__})"


def _within(seconds: float, source: Callable[[int], str], row: int) -> str:
    if not hasattr(signal, "setitimer"):  # Windows: the time for all methods is bounded, one method's is not
        return source(row)
    signal.signal(signal.SIGALRM, _ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return source(row)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _ring(_: int, __: FrameType | None) -> None:
    raise _TooLong


def _bound_memory(most: int) -> None:
    with suppress(ImportError, ValueError, OSError):  # Windows has no limits, macOS not this one
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (most, most))


if __name__ == "__main__":
    main()
