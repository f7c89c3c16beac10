"""One form for what every recorder writes: an exchange, a socket, a look-up, a refused handshake, a mark.

Readers (one module per dialect family) yield `Record`s one at a time; nothing is decoded, judged or searched
here. What the producer dropped is said in `lost`, so that silence is not taken for absence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from auditor.model import Json

type Headers = tuple[tuple[str, str], ...]
"""Names as they were sent, in order; a name may stand several times."""


class Kind(StrEnum):
    """What a record is."""

    EXCHANGE = "exchange"
    """A request and, unless it failed, its response; with `messages` when it became a websocket."""
    LOOKUP = "lookup"
    """A DNS question: `host` is the name asked for."""
    REFUSED = "refused"
    """A TLS handshake that failed: `error` says how, `host` is the server name that was asked for."""
    CONTACT = "contact"
    """A host was contacted, nothing else is known: firewall logs, privacy reports, undecrypted TLS, QUIC."""
    MARK = "mark"
    """Somebody marked a phase: `error` is empty, `path` is the phase."""
    STREAM = "stream"
    """Bytes over TCP or UDP that are no HTTP: `messages` holds them."""


@dataclass(frozen=True, slots=True)
class Side:
    """Request or response."""

    headers: Headers = ()
    body: bytes = b""
    """As sent, or with its content encoding already undone: see `plain`."""
    plain: bool = False
    """Whether the recorder has undone the content encoding (HAR), so that the header must not be followed."""
    size: int = 0
    """Bytes the body had, when the recorder tells; larger than `len(body)` where it was dropped or cut."""
    lost: str = ""
    """Why the body is not whole, one clause; empty when it is."""
    at: float = 0.0
    """When it was complete, in seconds since 1970; 0 when not known."""

    def header(self, name: str) -> str:
        """The first header of that name, in any case; empty when there is none."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")


@dataclass(frozen=True, slots=True)
class Frame:
    """One message of a websocket, or one piece of a stream."""

    body: bytes
    sent: bool
    """True from the app to the server."""
    at: float = 0.0
    text: bool = False
    lost: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One thing that happened, as far as the recording tells."""

    index: int
    """Number in the file, from 0, counted as the file counts them: the address of evidence."""
    kind: Kind
    at: float = 0.0
    """When it began, in seconds since 1970; 0 when not known."""
    host: str = ""
    """Name the app asked for (SNI, Host, authority), lower case, no port; the address when there is none."""
    port: int = 0
    scheme: str = ""
    """`http`, `https`, `ws`, `wss`, `quic`, `tcp`, `udp` or empty."""
    method: str = ""
    path: str = ""
    """Path with query, as sent."""
    version: str = ""
    """`HTTP/1.1`, `HTTP/2` ...; empty when not known."""
    status: int = 0
    """0 when there was no response."""
    request: Side = field(default_factory=Side)
    response: Side = field(default_factory=Side)
    frames: tuple[Frame, ...] = ()
    peer: str = ""
    """Address of the server."""
    app: str = ""
    """Package that sent it, when the recording tells."""
    uid: int = -1
    error: str = ""
    """How a refused handshake or a failed exchange ended, in the recorder's words."""
    stack: tuple[str, ...] = ()
    """Java frames that opened the socket, innermost first, when the recording tells."""
    about: Mapping[str, Json] = field(default_factory=dict)
    """Further things one producer tells, with the key documented by its reader; `last`: a later time."""
    lost: tuple[str, ...] = ()
    """What the producer dropped of this record, one clause each."""

    @property
    def address(self) -> str:
        """`https://host/path`, without the query."""
        return f"{self.scheme or 'https'}://{self.host}{self.path.partition('?')[0]}"


@dataclass(slots=True)
class Recording:
    """One file or folder, being read. `records` can be walked once; `lost` is complete after that."""

    form: str
    """`HAR`, `mitmproxy flows`, `pcap`, `auditor recording` ..., as reports call it."""
    producer: str
    """Who wrote it, with version, in the file's own words; empty when it does not say."""
    records: Iterator[Record]
    lost: dict[str, int] = field(default_factory=dict)
    """What could not be read or was dropped by the producer: clause to how often. Grows while reading."""
    about: dict[str, Json] = field(default_factory=dict)
    """What the file says of itself: app, device, options."""


class RecordingError(ValueError):
    """Not a recording that can be read; one clause that follows the file's name."""
