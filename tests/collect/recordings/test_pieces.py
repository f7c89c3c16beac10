"""Messages of the Realtime Database whose pieces stand on several lines of a recording."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.collect.recordings.pieces import LOST
from auditor.collect.recordings.record import Record
from auditor.decode import rtdb
from tests.collect.recordings.forms import read
from tests.collect.recordings.test_journal import END, FRAME, SOCKET, write

WRITE = json.dumps({"t": "d", "d": {"r": 2, "a": "m", "b": {"p": "/users/u1", "d": {"points": 15}}}})
KEPT = '{"t":"d","d":{"r":3,"a":"q","b":{"p":"/rules"}}}'
OPENS = SOCKET | {"path": "/.ws?v=5&ns=aktiv"}


def frames(*bodies: str, sent: bool = True) -> list[dict[str, Any]]:
    return [FRAME | {"sent": sent, "body": {"text": body}} for body in bodies]


def cut(text: str, *at: int) -> list[str]:
    """The frame with the number of pieces, then the pieces."""
    pieces = [text[begin:end] for begin, end in pairwise((0, *at, len(text)))]
    return [str(len(pieces)), *pieces]


def spread(folder: Path, *lines: list[dict[str, Any]]) -> tuple[list[Record], dict[str, int]]:
    later = [{"kind": "frames", "of": 0, "frames": held} for held in lines[1:]]
    recording, records = read(write(folder, OPENS | {"frames": lines[0]}, *later, END))
    return records, recording.lost


def bodies(record: Record) -> list[str]:
    return [frame.body.decode() for frame in record.frames]


def test_a_message_over_two_lines_stands_whole_on_the_second(tmp_path: Path) -> None:
    count, first, second, third = cut(WRITE, 20, 50)
    (begun, later), lost = spread(tmp_path, frames(KEPT, count, first), frames(second, third, KEPT))

    assert bodies(begun) == [KEPT, "3", ""]
    assert bodies(later) == [WRITE, "", KEPT]
    assert (begun.lost, later.lost, lost) == ((), (), {})


def test_a_message_over_three_lines_with_answers_between(tmp_path: Path) -> None:
    count, first, second = cut(WRITE, 40)
    answer = frames('{"t":"d","d":{"r":1}}', sent=False)
    records, _ = spread(tmp_path, frames(count), answer + frames(first), frames(second))

    assert [bodies(record) for record in records] == [["2"], ['{"t":"d","d":{"r":1}}', ""], [WRITE]]


def test_pieces_whose_rest_never_came_stand_as_they_were_and_are_told(tmp_path: Path) -> None:
    count, first, second, _ = cut(WRITE, 20, 50)
    records, _ = spread(tmp_path, frames(KEPT, count, first), frames(second))

    assert [(r.index, bodies(r), r.lost) for r in records] == [
        (0, [KEPT, "3", ""], ()),
        (1, [""], ()),
        (0, ["", "", first], (LOST,)),
        (1, [second], (LOST,)),
    ]


def test_what_another_socket_sends_is_left_alone(tmp_path: Path) -> None:
    later = {"kind": "frames", "of": 0, "frames": frames("b")}
    _, records = read(write(tmp_path, SOCKET | {"frames": frames("7", "a")}, later, END))

    assert [bodies(record) for record in records] == [["7", "a"], ["b"]]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([KEPT, "0", "2", "4", *cut(WRITE, 9, 60)]), max_size=14), st.data())
def test_wherever_lines_end_nothing_is_lost(tmp_path: Path, sent: list[str], data: st.DataObject) -> None:
    sent += cut(WRITE, 5, 33)
    ends = sorted(data.draw(st.sets(st.integers(1, len(sent) - 1), max_size=4)))
    lines = [frames(*sent[begin:end]) for begin, end in pairwise((0, *ends, len(sent)))]
    records, _ = spread(tmp_path, *lines)

    told = "".join(body for record in records for body in bodies(record))
    whole = "".join(body.decode() for body in rtdb.joined([body.encode() for body in sent]))
    assert sorted(told) == sorted(whole)
