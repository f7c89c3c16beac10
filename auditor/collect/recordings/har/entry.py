"""One entry of a HAR file as a record, and one refused handshake of HTTP Toolkit's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import quote

from auditor.collect.recordings import addressed
from auditor.collect.recordings.addressed import Address
from auditor.collect.recordings.har import body
from auditor.collect.recordings.har.text import Producer
from auditor.collect.recordings.lenient import items, mapping, moment, number, text, whole
from auditor.collect.recordings.record import Frame, Headers, Kind, Record
from auditor.model import Json

MOST_STACK = 200
"""Java frames of one call; deeper ones are the runtime's."""


class EntryError(ValueError):
    """An entry that says nothing; one clause."""


def record(entry: Json, index: int, by: Producer) -> Record:
    """One exchange. Raises EntryError when there is no request in it.

    `about`: `comment`; `decrypted` (how the body was encrypted on its way, as PiRogue saw it) and `pid`.
    """
    asked, answered = _sides(entry)
    lost: list[str] = []
    heads = _headers(asked.get("headers"), lost)
    address = _address(asked, heads, lost)
    sent, received = _stack(asked), _stack(answered)
    frames = tuple(_frames(items(entry.get("_webSocketMessages"))))
    is_socket = bool(frames) or text(entry.get("_resourceType")) == "websocket"
    begun = moment(entry.get("startedDateTime"))
    if not begun:
        lost.append("when it happened")
    return Record(
        index=index,
        kind=Kind.EXCHANGE,
        at=begun,
        host=address.host,
        port=address.port,
        scheme=addressed.as_socket(address.scheme) if is_socket else address.scheme,
        method=text(asked.get("method")).upper(),
        path=address.path,
        version=addressed.version(text(asked.get("httpVersion"))),
        status=whole(answered.get("status"), 999),
        request=body.request(asked, heads, by),
        response=body.response(answered, _headers(answered.get("headers"), lost), by, _end(entry, begun)),
        frames=frames,
        peer=addressed.name(text(entry.get("serverIPAddress"))),
        app=text(sent.get("process") or received.get("process")),
        error=text(answered.get("_error")) or text(entry.get("_error")),
        stack=_calls(sent) or _calls(received),
        about=_about(entry, asked, answered),
        lost=tuple(lost),
    )


def refused(stated: Json, index: int) -> Record:
    """A handshake that HTTP Toolkit saw fail; `error` is its word for how.

    `about`: `client` (address and port), `alpn`, `ja3` as far as they are told.
    """
    failure = mapping(stated)
    tls = mapping(failure.get("tlsMetadata"))
    host, port = addressed.without_port(text(failure.get("hostname")) or text(tls.get("sniHostname")))
    told = {
        "client": f"{text(failure.get('clientIPAddress'))}:{whole(failure.get('clientPort'))}",
        "alpn": items(tls.get("clientAlpn")),
        "ja3": text(tls.get("ja3Fingerprint")),
    }
    return Record(
        index=index,
        kind=Kind.REFUSED,
        at=moment(failure.get("startedDateTime")),
        host=host,
        port=port,
        scheme="https",
        error=text(failure.get("cause")) or "unknown",
        about={key: value for key, value in told.items() if value and value != ":0"},
    )


def _sides(entry: Json) -> tuple[Mapping[str, Json], Mapping[str, Json]]:
    if not isinstance(entry, dict):
        raise EntryError("no object")
    asked = entry.get("request")
    if not isinstance(asked, dict) or not (asked.get("url") or asked.get("method")):
        raise EntryError("no request in it")
    return asked, mapping(entry.get("response"))


def _headers(stated: Json, lost: list[str]) -> Headers:
    """Objects with name and value (all browsers), pairs (Slack) or one object for all."""
    if isinstance(stated, dict):
        return tuple((name, text(value)) for name, value in stated.items())
    found = []
    for one in items(stated):
        pair = (one.get("name"), one.get("value")) if isinstance(one, dict) else one
        if isinstance(pair, list | tuple) and len(pair) == 2 and isinstance(pair[0], str):
            found.append((pair[0], text(pair[1]) if isinstance(pair[1], str) else _plain(pair[1])))
        else:
            lost.append("a header")
    return tuple(found)


def _plain(value: Json) -> str:
    return "" if value is None or isinstance(value, dict | list) else str(value)


def _address(asked: Mapping[str, Json], heads: Headers, lost: list[str]) -> Address:
    """The address; with the name that was asked for when the producer wrote the server's number."""
    address = addressed.split(text(asked.get("url")))
    if not address.host:
        lost.append("the address of the request")
    named = addressed.asked(heads)
    if named and (not address.host or addressed.is_number(address.host)):
        address = address._replace(host=named)
    if "?" not in address.path and (query := _query(items(asked.get("queryString")))):
        lost.append("how the query was escaped")
        address = address._replace(path=f"{address.path}?{query}")
    return address


def _query(pairs: list[Json]) -> str:
    held = [mapping(one) for one in pairs]
    named = [(text(one.get("name")), text(one.get("value"))) for one in held if one.get("name")]
    return "&".join(f"{_quoted(key)}={_quoted(value)}" for key, value in named)


def _quoted(value: str) -> str:
    return quote(value.encode("utf-8", "surrogatepass"), safe="%")


def _frames(messages: list[Json]) -> Iterator[Frame]:
    for one in map(mapping, messages):
        content, is_text, lost = body.frame(one)
        yield Frame(content, text(one.get("type")) == "send", moment(one.get("time")), is_text, lost)


def _end(entry: Mapping[str, Json], begun: float) -> float:
    took = number(entry.get("time"))
    return begun + took / 1000 if begun and took > 0 else 0.0


def _stack(side: Mapping[str, Json]) -> Mapping[str, Json]:
    return mapping(side.get("_stacktrace"))


def _calls(stated: Mapping[str, Json]) -> tuple[str, ...]:
    """`class.method` of each Java frame; where the file has only the classes, those."""
    calls = items(stated.get("stack"))[:MOST_STACK] or items(stated.get("compact"))[:MOST_STACK]
    return tuple(filter(None, map(_call, calls)))


def _call(stated: Json) -> str:
    if isinstance(stated, str):
        return stated
    call = mapping(stated)
    return ".".join(filter(None, (text(call.get("class")), text(call.get("method")))))


def _about(
    entry: Mapping[str, Json], asked: Mapping[str, Json], answered: Mapping[str, Json]
) -> dict[str, Json]:
    traced = _stack(asked) or _stack(answered)
    decrypted = mapping(asked.get("_decryption")) or mapping(answered.get("_decryption"))
    told = {
        "comment": text(entry.get("comment"))[:500],
        "pid": whole(traced.get("pid")),
        "decrypted": text(mapping(decrypted.get("primitiveParameters")).get("algorithm"))[:100]
        or ("unknown algorithm" if decrypted else ""),
    }
    return {key: value for key, value in told.items() if value}
