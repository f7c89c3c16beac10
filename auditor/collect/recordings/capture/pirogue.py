"""A folder that PiRogue wrote: a capture with its keys, who used each socket, what went through ciphers.

traffic.pcap and sslkeylog.txt are read as any capture. socket_trace.json tells the Java frames of each socket
operation: they become `Record.stack` (innermost first) of the exchange that the operation sent, and its
process `Record.app`. aes_info.json holds what `javax.crypto.Cipher` was given and gave: each operation
becomes a record of kind STREAM and scheme `cipher`, with the host of the exchange in whose body its cipher
text was found, or, when it was found in none, without a host: then nothing shows that it was sent. Keys and
vectors are not kept.

`Record.about` of cipher records: `algorithm`; where found, `of` (index of the exchange) and `side`. Of others
with a stack: `socket event`. `Recording.about`: what capture.py tells, and `device` (without serial number
and IMEI), `experiment` (files and times), `advertising ids` (how many were seen), `socket operations`,
`cipher operations`.

Forms: PiRogueToolSuite/pirogue-cli (frida-scripts, frida/capture_manager.py), its successor octopus
(docs/outputs.rst), and pcapng-utils for the time windows that join operations with requests.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from auditor.collect.recordings.capture import open_capture
from auditor.collect.recordings.capture.ciphers import Ciphers
from auditor.collect.recordings.capture.sockets import Sockets
from auditor.collect.recordings.lenient import items, mapping
from auditor.collect.recordings.record import Record, Recording, RecordingError
from auditor.model import Json

CAPTURES = ("traffic.pcap", "traffic.pcapng")
LARGEST = 512 << 20
"""Bytes of one JSON file."""

WITHHELD = {"imei", "serialno"}
"""Numbers of the phone itself, which is the examiner's."""


def open_folder(path: Path) -> Recording:
    """A folder with traffic.pcap (or .pcapng) and what else PiRogue left.

    Raises:
        RecordingError: when there is no capture in it, or it cannot be read.

    """
    capture = next((path / name for name in CAPTURES if (path / name).is_file()), None)
    if capture is None:
        raise RecordingError("is a folder without traffic.pcap: expected one that PiRogue wrote")
    recording = open_capture(capture)
    recording.form, recording.producer = "PiRogue folder", recording.producer or "PiRogue"
    sockets = Sockets(_listed(path / "socket_trace.json", recording))
    ciphers = Ciphers(_listed(path / "aes_info.json", recording))
    device, experiment = _read(path / "device.json", recording), _read(path / "experiment.json", recording)
    recording.about |= {
        "device": {key: value for key, value in mapping(device).items() if key not in WITHHELD},
        "experiment": mapping(experiment),
        "socket operations": sockets.count,
        "cipher operations": ciphers.count,
        "advertising ids": _advertising(path / "ad_ids.txt"),
    }
    recording.records = _joined(recording.records, sockets, ciphers)
    return recording


def _joined(records: Iterator[Record], sockets: Sockets, ciphers: Ciphers) -> Iterator[Record]:
    last = -1
    for record in records:
        last = record.index
        ciphers.look_in(record)
        yield sockets.joined(record)
    for number, record in enumerate(ciphers.records(), last + 1):
        yield replace(record, index=number)


def _listed(path: Path, recording: Recording) -> list[Json]:
    return items(_read(path, recording))


def _read(path: Path, recording: Recording) -> Json:
    """Content of a JSON file; None when there is none, counted when it is broken."""
    if not path.is_file():
        return None
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError("too large")
        return json.loads(path.read_bytes())
    except (ValueError, RecursionError, OSError) as error:
        why = "is larger than the limit" if str(error) == "too large" else "is no JSON that can be read"
        recording.lost[f"{path.name}, which {why}"] = 1
        return None


def _advertising(path: Path) -> int:
    """Different advertising identifiers that were handed out; the identifiers themselves are not kept."""
    if not path.is_file():
        return 0
    with path.open("rb") as file:
        return len({line.strip() for line in file.read(1 << 20).splitlines() if line.strip()})
