"""mitmproxy's flow files of every version, read without mitmproxy.

What a flow is called in which version follows mitmproxy's own migrations (io/compat.py, versions 0.11 to 21);
names are looked up under all of them, so that a newer file is read as far as it is understood.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from auditor.collect.recordings.flows import entry, tnetstring
from auditor.collect.recordings.flows.entry import Handshakes
from auditor.collect.recordings.flows.further import Further
from auditor.collect.recordings.flows.tnetstring import CutOff, TnetError, TooLarge, Value
from auditor.collect.recordings.lenient import text, whole
from auditor.collect.recordings.record import Record, Recording, RecordingError

NEWEST = 21
"""The last version whose names are known (mitmproxy 12.3)."""

_DROPS = "mitmproxy's flow files hold no refused handshakes"


def open_flows(path: Path) -> Recording:
    """A flow file. Raises RecordingError when no flow in it can be read.

    Flows are numbered as they stand. `about`: `version`, that of the first flow's form.
    """
    first = _first(path)
    stated = version(first)
    lost = Counter[str]({_DROPS: 1})
    recording = Recording("mitmproxy flows", "mitmproxy", iter(()), lost, {"version": stated})
    recording.records = _records(path, lost)
    return recording


def version(flow: Mapping[str, Value]) -> str:
    """`21`, or `0.18` of the years when it was mitmproxy's own version; empty when it is not told."""
    stated = flow.get("version")
    if isinstance(stated, list):
        return ".".join(str(whole(part)) for part in stated[:2])
    return str(stated) if isinstance(stated, int) and not isinstance(stated, bool) else ""


def _first(path: Path) -> Mapping[str, Value]:
    with path.open("rb") as file:
        try:
            return tnetstring.load(file)
        except EOFError:
            raise RecordingError("is empty") from None
        except TooLarge:
            return {}
        except TnetError as broken:
            why = str(broken)
        file.seek(0)
        for _, flow in _flows(file, Counter()):
            return flow
    raise RecordingError(f"is no flow file of mitmproxy: {why}")


def _records(path: Path, lost: Counter[str]) -> Iterator[Record]:
    handshakes = Handshakes()
    with path.open("rb") as file:
        for index, flow in _flows(file, lost):
            if whole(flow.get("version")) > NEWEST:
                lost[f"flows in form {version(flow)}, read as far as form {NEWEST} is like it"] += 1
            found = entry.record(flow, index, handshakes)
            if found is None:
                kind = text(flow.get("type"))[:40] or "no type"
                lost[f"flows of a kind that is not known ({kind})"] += 1
            else:
                yield found


def _flows(file: BinaryIO, lost: Counter[str]) -> Iterator[tuple[int, dict[str, Value]]]:
    """Every flow that can be read, with its number; where lengths no longer lead on, from the next one."""
    index, further = 0, Further(file)
    while True:
        begin = file.tell()
        try:
            flow = tnetstring.load(file)
        except EOFError:
            return
        except TnetError as broken:
            is_cut = isinstance(broken, CutOff)
            where = (
                f"the file ends in the middle of flow {index}" if is_cut else f"flow {index} cannot be read"
            )
            lost[f"{where}: {broken}"] += 1
            if not isinstance(broken, TooLarge) and not further.find(begin, passed=not is_cut):
                return
        else:
            yield index, flow
        index += 1
