"""Firebase Realtime Database: frames of its websocket, and what they write.

Frames are JSON: `{"t":"d","d":{"r":n,"a":action,"b":{"p":path,"d":data}}}` (firebase-android-sdk,
PersistentConnectionImpl). Long frames come in pieces, behind a frame that holds their number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from auditor.decode.jsontext import Naming
from auditor.decode.leaf import Leaf
from auditor.decode.write import Value, Write, mapping, messages

_BEGIN = re.compile(
    rb'\s*+\{\s*+"(?:t"\s*+:\s*+"[cd]"\s*+[,}]|d"\s*+:\s*+\{.*"t"\s*+:\s*+"[cd]"\s*+\}\s*+$)', re.DOTALL
)
ACTIONS = {"p": "put", "m": "merge", "o": "on disconnect put", "om": "on disconnect merge", "oc": ""}
"""Requests that write; `oc` takes back what was to happen on disconnect."""
MOST_PIECES = 10_000
SOCKET = "/.ws"
"""Path of the websocket."""
HOSTS = (".firebaseio.com", ".firebasedatabase.app")
"""Where databases live; an emulator is known by the name of the database in the query."""


class RealtimeNaming(Naming):
    """Plain JSON; empty objects count, because they delete."""

    step = "rtdb"
    empty = True


NAMING = RealtimeNaming()


def is_frame(data: bytes) -> bool:
    """Whether JSON is one frame."""
    return b'"t"' in data and _BEGIN.match(data) is not None


def is_node(host: str, path: str) -> bool:
    """Whether an address of REST stands for a node of a database."""
    route, _, query = path.partition("?")
    return route.endswith(".json") and (host.endswith(HOSTS) or "&ns=" in f"&{query}")


def joined(frames: Sequence[bytes]) -> list[bytes]:
    """Frames of one direction with pieces put together: a number of pieces, then so many frames.

    A frame stands where its first piece stood; the places of the others are empty, so that numbers stay.
    What is no frame of this protocol once it is put together stays as it was.
    """
    found = list(frames)
    at = 0
    while at < len(found):
        count = _pieces(found[at])
        pieces = found[at + 1 : at + 1 + count]
        if len(pieces) == count > 1 and is_frame(whole := b"".join(pieces)):
            found[at + 1 : at + 1 + count] = [whole, *[b""] * (count - 1)]
            at += count
        at += 1
    return found


def unfinished(frames: Sequence[bytes]) -> int:
    """Where the last message begins, by the frame with its number of pieces, when some of them are missing.

    The number of frames when nothing is missing.
    """
    at = 0
    while at < len(frames):
        count = _pieces(frames[at])
        if at + 1 + count > len(frames):
            return at
        at += 1 + (count if count and is_frame(b"".join(frames[at + 1 : at + 1 + count])) else 0)
    return at


def _pieces(frame: bytes) -> int:
    """How many pieces follow a frame that says so; else 0."""
    count = int(frame) if frame.isdigit() and len(frame) < 6 else 0
    return count if 1 < count <= MOST_PIECES else 0


def writes(leaves: Sequence[Leaf], *, method: str = "", path: str = "") -> list[Write]:
    """Every write in the frames that the app sent, or in a REST request to `path`.json."""
    found: list[Write] = []
    for place, message in messages(leaves, "rtdb").items():
        request = mapping(mapping(message).get("d"))
        body = mapping(request.get("b"))
        action = ACTIONS.get(str(request.get("a", "")), "") if "r" in request else ""
        if action and "p" in body:
            node = _parts(str(body["p"]))
            merge = action.endswith("merge")
            found += [one._replace(place=place) for one in _changes(node, body.get("d"), merge=merge)]
    if not found and path.partition("?")[0].endswith(".json"):
        found += _rest(leaves, method, path)
    return found


def _rest(leaves: Sequence[Leaf], method: str, path: str) -> Iterator[Write]:
    """PUT, PATCH, POST and DELETE of `/node.json` (Firebase, Database REST API)."""
    node = _parts(unquote(path.partition("?")[0].removesuffix(".json")))
    if method == "DELETE":
        yield from _changes(node, None, merge=False)
    elif method in ("PUT", "PATCH", "POST"):
        held = messages(leaves, "json") or {leaf.place: leaf.value for leaf in leaves[:1]}
        node = [*node, "?"] if method == "POST" else node
        for place, value in list(held.items())[:1]:
            for one in _changes(node, value, merge=method == "PATCH"):
                yield one._replace(place=place)


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part]


def _changes(node: list[str], value: Value, *, merge: bool) -> Iterator[Write]:
    """Changes of single fields. Merging changes what is named, below paths with slashes too."""
    if isinstance(value, dict) and ".value" in value:
        value = value[".value"]
    if isinstance(value, list):
        value = {str(count): item for count, item in enumerate(value)}
    if not isinstance(value, dict) or not value or ".sv" in value:
        yield _change(node, value)
        return
    for name, inner in value.items():
        if name != ".priority":
            yield from _changes([*node, *(_parts(name) if merge else [name])], inner, merge=False)


def _change(node: list[str], value: Value) -> Write:
    path, field = "/".join(node[:-1]), node[-1] if node else ""
    if value is None or value == {}:
        return Write(path, field, "delete", None)
    if isinstance(value, dict):
        server = value[".sv"]
        if isinstance(server, dict) and "increment" in server:
            return Write(path, field, "increment", server["increment"])
        return Write(path, field, "server-time" if server == "timestamp" else "set", None)
    return Write(path, field, "set", value)
