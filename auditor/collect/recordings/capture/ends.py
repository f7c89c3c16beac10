"""The two ends of a connection or of a flow of datagrams."""

from __future__ import annotations

from auditor.collect.recordings.capture.datagrams import Datagram

type End = tuple[str, int]
"""Address and port."""

type Ends = tuple[End, End]


def ends_of(carried: Datagram) -> Ends:
    """The same for both directions."""
    return ordered((carried.source, carried.source_port), (carried.target, carried.target_port))


def ordered(one: End, other: End) -> Ends:
    """Two ends in an order that does not depend on who speaks."""
    return (one, other) if one <= other else (other, one)


def shown(end: End) -> str:
    """`10.0.0.2:443`, `[2001:db8::2]:443`."""
    return f"[{end[0]}]:{end[1]}" if ":" in end[0] else f"{end[0]}:{end[1]}"
