"""Bodies in HAR files as bytes: each producer has its own way of putting bytes into JSON.

HAR 1.2 (softwareishard.com) knows base64 for responses only and nothing for bytes in requests. What producers
do instead was read in their sources: mitmproxy (addons/savehar.py), HTTP Toolkit (src/model/http/har.ts),
PiRogue's pcapng-utils (payload.py), PCAPdroid (HarWriter.java); for Reqable, Proxyman, Whistle and ProxyPin
in their issues 767, 1614, 770 and 775.
"""

from __future__ import annotations

from collections.abc import Mapping

from auditor.collect.recordings.har.text import (
    TEXTUAL,
    Producer,
    as_bytes,
    encoded,
    form,
    from_base64,
    is_utf8,
)
from auditor.collect.recordings.lenient import items, mapping, text, whole
from auditor.collect.recordings.record import Headers, Side
from auditor.model import Json

_KEEPS = frozenset({"POST", "PUT", "PATCH"})
"""The only methods whose bodies mitmproxy and PCAPdroid write."""
_KEPT_OF_FEW = {Producer.MITMPROXY, Producer.PCAPDROID}
_DISCARDED = {
    "discarded:too-large": "the producer leaves out bodies of this size",
    "discarded:not-decodable": "the producer could not undo the content encoding",
    "discarded:not-representable": "the producer could not put the bytes into JSON",
}


def request(stated: Mapping[str, Json], headers: Headers, by: Producer) -> Side:
    """Headers and body of `entry.request`."""
    posted = mapping(stated.get("postData"))
    kind = _header(headers, "content-type") or text(posted.get("mimeType"))
    decrypted = mapping(stated.get("_decryption"))
    body, lost = _decrypted(decrypted) if "decryptedContent" in decrypted else (None, "")
    if body is None:
        body, lost = _held(mapping(stated.get("_content")), kind, by)
    if body is None:
        body, lost = _held(posted, kind, by)
    if not body and posted.get("params"):
        body, lost = (
            form(items(posted["params"])),
            lost or "its body was rebuilt from the parameters in the file",
        )
    size = max(whole(stated.get("bodySize")), whole(_header(headers, "content-length")))
    if not body and size:
        lost = _why(stated, by)
    return _side(headers, body or b"", lost, size, by)


def response(stated: Mapping[str, Json], headers: Headers, by: Producer, at: float = 0.0) -> Side:
    """Headers and body of `entry.response`."""
    content = mapping(stated.get("content"))
    kind = _header(headers, "content-type") or text(content.get("mimeType"))
    decrypted = mapping(stated.get("_decryption"))
    body, lost = _decrypted(decrypted) if "decryptedContent" in decrypted else _held(content, kind, by)
    size = max(whole(stated.get("bodySize")), whole(content.get("size")))
    if not body and size:
        comment = text(content.get("comment"))[:200]
        lost = lost or f"its body is not in the file{': ' if comment else ''}{comment}"
    if "content" not in stated and whole(stated.get("status")):
        lost = "it is not in the file"
    if by is Producer.MITMPROXY and not body and kind.startswith("text/event-stream"):
        lost = "its events were passed on without being kept"
    return _side(headers, body or b"", lost, size, by, at)


def frame(message: Mapping[str, Json]) -> tuple[bytes, bool, str]:
    """Bytes of a websocket message, whether it is text, and what was lost of it.

    All known producers write text (operation 1) as it is and the rest as base64; PCAPdroid says so once more.
    """
    data = text(message.get("data"))
    is_text = whole(message.get("opcode")) in (0, 1)
    if not is_text or text(message.get("encoding")) == "base64":
        found, lost = from_base64(data)
        if not lost:
            return found, is_text, ""
    return encoded(data), is_text, "" if is_text else "the message is not in base64; taken as text"


def _side(headers: Headers, body: bytes, lost: str, wire: int, by: Producer, at: float = 0.0) -> Side:
    encoding = _header(headers, "content-encoding").strip().lower()
    packed = _still_packed(body, encoding, wire, by)
    if not lost and len(body) < wire and (packed or encoding in ("", "identity")):
        lost = "its body is cut"
    return Side(headers=headers, body=body, plain=not packed, size=max(len(body), wire), lost=lost, at=at)


def _still_packed(body: bytes, encoding: str, wire: int, by: Producer) -> bool:
    """Whether the content encoding was not undone, as producers leave it when they cannot."""
    magic = {"gzip": b"\x1f\x8b", "x-gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}.get(encoding)
    if magic:
        return body.startswith(magic)
    if encoding not in ("br", "deflate") or not body:
        return False
    return not is_utf8(body) if by is Producer.PIROGUE else len(body) == wire and not is_utf8(body)


def _held(holder: Mapping[str, Json], kind: str, by: Producer) -> tuple[bytes | None, str]:
    """The body in `postData`, `_content` or `content`: None when it holds none."""
    stated = holder.get("text")
    if not isinstance(stated, str):
        return None, "its body was not kept by the producer" if "text" in holder and stated is None else ""
    if text(holder.get("encoding")).lower() == "base64":
        found, lost = from_base64(stated)
        return (encoded(stated), lost) if lost else (found, "")
    found = as_bytes(stated, kind, by)
    mangled = "\ufffd" in stated and not TEXTUAL.search(kind)
    return found, "bytes that are no text were replaced by the producer" if mangled else ""


def _decrypted(stated: Mapping[str, Json]) -> tuple[bytes, str]:
    """What PiRogue found to have been the body before the app encrypted it."""
    body = text(stated.get("decryptedContent"))
    return from_base64(body) if text(stated.get("encoding")) == "base64" else (encoded(body), "")


def _why(stated: Mapping[str, Json], by: Producer) -> str:
    """Why a request has no body although it was sent with one."""
    method = text(stated.get("method")).upper()
    missing = "its body is not in the file"
    if reason := _DISCARDED.get(text(stated.get("_requestBodyStatus"))):
        return f"{missing}: {reason}"
    if by in _KEPT_OF_FEW and method not in _KEEPS:
        return f"{missing}: {by}'s HAR has no body of {method or 'such'} requests"
    return missing


def _header(headers: Headers, name: str) -> str:
    return next((value for key, value in headers if key.lower() == name), "")
