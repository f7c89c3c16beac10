"""Exchanges as they are put together from the bytes of one connection, whatever the HTTP version.

A talk is fed with bytes in order, from both sides, as they come, and gives exchanges as they end. Bodies stay
as they were sent: the content encoding is not undone, chunks of HTTP/1.1 and frames of HTTP/2 are.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Protocol

from auditor.collect.recordings.record import Frame, Side

BODY = 64 << 20
"""Bytes of one body that are kept; what comes after is counted in `Side.size`."""

FRAMES = 20_000
"""Messages of one socket or stream that are kept."""

STREAM = 16 << 20
"""Bytes of the messages of one socket or stream that are kept."""


@dataclass(slots=True)
class Moment:
    """When and where bytes came."""

    at: float = 0.0
    frame: int = 0
    """Number of the packet in the file."""


@dataclass(slots=True)
class Half:
    """A request or a response while it arrives."""

    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytearray = field(default_factory=bytearray)
    size: int = 0
    lost: str = ""
    at: float = 0.0
    done: bool = False

    def add(self, data: bytes) -> None:
        """More of the body."""
        self.size += len(data)
        room = BODY - len(self.body)
        self.body += data[:room] if room < len(data) else data
        if room < len(data):
            self.lost = f"only the first {BODY >> 20} MiB of the body were kept"

    def end(self, moment: Moment, lost: str = "") -> None:
        """It is complete, or will not get more."""
        self.done, self.at, self.lost = True, moment.at, self.lost or lost

    def side(self) -> Side:
        """As records hold it."""
        return Side(
            tuple(self.headers), bytes(self.body), plain=False, size=self.size, lost=self.lost, at=self.at
        )

    def header(self, name: str) -> str:
        """Values of all headers of that name (lower case), joined by commas."""
        return ", ".join(value for key, value in self.headers if key.lower() == name)


@dataclass(slots=True)
class Frames:
    """Messages of a socket or a stream, bounded."""

    kept: list[Frame] = field(default_factory=list)
    size: int = 0
    dropped: int = 0

    def add(self, frame: Frame) -> None:
        """Keep it, or count it."""
        if len(self.kept) >= FRAMES or self.size + len(frame.body) > STREAM:
            self.dropped += 1
            return
        self.kept.append(frame)
        self.size += len(frame.body)

    @property
    def lost(self) -> tuple[str, ...]:
        """What records say of messages that were not kept."""
        many = f"{self.dropped} messages of the connection were not kept: it has more than the limit"
        return (many,) if self.dropped else ()


@dataclass(slots=True, eq=False)
class Exchange:
    """One request with what came of it."""

    begun: Moment
    request: Half = field(default_factory=Half)
    response: Half = field(default_factory=Half)
    method: str = ""
    path: str = ""
    authority: str = ""
    version: str = ""
    status: int = 0
    error: str = ""
    socket: bool = False
    """Whether it became a websocket."""
    frames: Frames = field(default_factory=Frames)


class Talk(Protocol):
    """What is spoken over one connection."""

    def feed(self, data: bytes, moment: Moment, *, sent: bool) -> list[Exchange]:
        """More bytes; exchanges that ended by them."""

    def hole(self, size: int, *, sent: bool) -> None:
        """So many bytes are missing here."""

    def close(self, moment: Moment) -> list[Exchange]:
        """The connection ended; exchanges that did so with it."""


class Broken(Exception):
    """The bytes of one direction make no sense any more; one clause."""


type Parsing = Generator[None, None, None]
"""Runs until it needs more bytes than there are."""


class Inbox:
    """Bytes of one direction that wait to be understood."""

    def __init__(self) -> None:
        self.held = bytearray()
        self.moment = Moment()
        self.closed = False

    def exactly(self, count: int) -> Generator[None, None, bytes]:
        """So many bytes, as soon as they are there. Raises Broken when they never come."""
        while len(self.held) < count:
            if self.closed:
                raise Broken("the recording ends in the middle of it")
            yield
        return self.take(count)

    def until(self, mark: bytes, most: int) -> Generator[None, None, bytes]:
        """Bytes up to a mark, which is taken too. Raises Broken when there is none in `most` bytes."""
        begin = 0
        while (found := self.held.find(mark, begin)) < 0:
            if self.closed or len(self.held) > most:
                raise Broken(
                    "it makes no sense as HTTP" if len(self.held) > most else "the recording ends in it"
                )
            begin = max(0, len(self.held) - len(mark) + 1)
            yield
        data = self.take(found)
        del self.held[: len(mark)]
        return data

    def some(self, most: int) -> Generator[None, None, bytes]:
        """At least one byte and no more than `most`. Raises Broken when none comes."""
        while not self.held:
            if self.closed:
                raise Broken("the recording ends in the middle of it")
            yield
        return self.take(most)

    def take(self, most: int) -> bytes:
        """What is there, no more than `most`."""
        data = bytes(self.held[:most])
        del self.held[:most]
        return data
