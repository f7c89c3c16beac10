"""Flows in mitmproxy's own form, without asking a connection for the same facts with every flow.

The form is tnetstrings (with mitmproxy's `;` for text): a length, a colon, the bytes, a letter for the type.
Half of what a flow says is about its two connections, which hundreds of flows share.
"""

from __future__ import annotations

import copy
from collections import OrderedDict
from typing import Any, NamedTuple

KEPT = 64
"""Connections remembered."""

CHANGES = ("timestamp_tls_setup", "timestamp_end", "peername", "address", "alpn", "sni", "error")
"""Whatever of a connection changes while flows go over it."""


class Said(NamedTuple):
    """A connection, already in the file's form; answers as a connection would."""

    form: bytes

    def get_state(self) -> Said:
        """Itself: nothing is left to do."""
        return self


class Connections:
    """The last connections, each in the file's form."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[list[Any], Said]] = OrderedDict()

    def state(self, flow: Any) -> Any:
        """All that the flow says, its connections in their form; for `packed`, in another thread."""
        shallow = copy.copy(flow)
        shallow.client_conn = self._said(flow.client_conn)
        shallow.server_conn = self._said(flow.server_conn)
        return shallow.get_state()

    def _said(self, connection: Any) -> Said:
        facts = vars(connection)
        now = [facts.get(name) for name in CHANGES]
        before, said = self._known.get(connection.id, (None, Said(b"")))
        if before != now:
            said = Said(packed(connection.get_state()))
            self._known[connection.id] = now, said
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        return said


def packed(value: Any) -> bytes:
    """One value as a tnetstring. Raises TypeError for what the form does not know."""
    kind = type(value)
    if kind is str:
        return _piece(value.encode("utf-8", "surrogatepass"), b";")
    if kind is bytes:
        return _piece(value, b",")
    if value is None or kind is bool:
        return {None: b"0:~", True: b"4:true!", False: b"5:false!"}[value]
    if kind is Said:
        return bytes(value.form)
    if isinstance(value, int):
        return _piece(b"%d" % value, b"#")
    if kind is float:
        return _piece(repr(value).encode(), b"^")
    if kind is dict:
        return _piece(b"".join([packed(part) for pair in value.items() for part in pair]), b"}")
    if isinstance(value, (list, tuple)):
        return _piece(b"".join([packed(part) for part in value]), b"]")
    raise TypeError(f"{kind.__name__} has no place in a flow file")


def _piece(data: bytes, letter: bytes) -> bytes:
    return b"%d:%b%b" % (len(data), data, letter)
