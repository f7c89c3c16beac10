"""Requests with their answers as objects, lists and messages."""

from hypothesis import given
from hypothesis import strategies as st

from auditor.collect.engagement import exchange
from auditor.collect.engagement.exchange import Exchange, Source, exchanges, lists, names, number, things
from auditor.collect.recordings.record import Frame, Kind, Record, Side
from auditor.collect.traffic import parts
from auditor.decode import Leaf, tree


def leaves(text: str, part: str = "body") -> list[Leaf]:
    return tree(text.encode(), part).leaves


def read(record: Record) -> list[Exchange]:
    received = [leaf for opened in parts.received(record) for leaf in opened.leaves]
    return list(exchanges(Source(record, parts.leaves(parts.sent(record)), received, "app")))


def socket(*frames: tuple[bool, str]) -> list[Exchange]:
    sent = tuple(Frame(text.encode(), sent=own, at=float(at)) for at, (own, text) in enumerate(frames, 1))
    return read(Record(7, Kind.EXCHANGE, at=0.5, host="a.example", method="GET", path="/ws", frames=sent))


def leaf(value: object, place: str = "body:json$.n") -> Leaf:
    return Leaf(value, place, (), "n", "body:json$", 0, 0)  # type: ignore[arg-type]


def test_objects_hold_the_values_of_objects_inside() -> None:
    found = {thing.place: set(thing.values) for thing in things(leaves('{"a":{"b":{"c":1}},"d":2}'))}
    assert {"d", "a.b.c"} == found["body:json$"]
    assert {"c"} == found["body:json$.a.b"]


def test_objects_in_a_list_are_things_of_their_own() -> None:
    found = {thing.place: set(thing.values) for thing in things(leaves('{"me":1,"all":[{"n":1},{"n":2}]}'))}
    assert {"me"} == found["body:json$"]
    assert {"n"} == found["body:json$.all[1]"]


def test_lists_by_number_and_by_name() -> None:
    numbered = lists(leaves('{"top":[{"u":{"n":"a"},"p":2},{"u":{"n":"b"},"p":1}]}'))
    assert [{"u.n", "p"}] * 2 == [set(row.values) for row in numbered["body:json$.top"]]
    named = lists(leaves('{"users":{"u.1":{"n":"a","p":3},"u.2":{"n":"b","p":2},"u.3":{"n":"c","p":1}}}'))
    assert ["body:json$.users"] == list(named)
    assert 3 == len(named["body:json$.users"])


def test_two_alike_or_different_objects_are_no_list() -> None:
    assert {} == lists(leaves('{"a":{"n":1,"p":2},"b":{"n":1,"p":2}}'))
    assert {} == lists(leaves('{"a":{"n":1,"p":2},"b":{"n":1,"q":2},"c":{"x":1,"y":2}}'))


def test_names_in_a_place() -> None:
    assert ["me", "puan", "x"] == names("body:json$.me['puan'][2].x")
    assert [] == names("path")


def test_numbers() -> None:
    texts = {"12": 12.0, "-3.5": -3.5, "۱۲": 12.0}
    assert list(texts.values()) == [number(leaf(text)) for text in texts]
    assert all(number(leaf(no)) is None for no in (True, "12 points", "", None, 1e300, float("nan"), "1e5"))


def test_each_message_of_a_socket_with_what_came_after_it() -> None:
    found = socket((True, '{"do":"like"}'), (False, '{"points":5}'), (True, '{"do":"share"}'))
    assert [["like"], ["share"]] == [[one.value for one in e.sent if "frame" in one.place] for e in found]
    assert [[5], []] == [[one.value for one in e.received] for e in found]
    assert [1.0, 3.0] == [e.at for e in found]


def test_what_a_socket_is_sent_before_it_asks() -> None:
    found = socket((False, '{"points":5}'), (True, '{"do":"like"}'))
    assert [[5], []] == [[one.value for one in e.received] for e in found]
    assert ["flow:7/frame[0]:json$.points"] == [found[0].where(one.place) for one in found[0].received]


def test_a_place_is_shown_without_somebodys_data() -> None:
    source = Source(Record(3, Kind.EXCHANGE), [], [], "app", shown=lambda place: place.replace("ana", "*"))
    [only] = exchanges(source)
    assert "flow:3/body:json$.*.points" == only.where("body:json$.ana.points")


def test_paths_are_cut_and_opened() -> None:
    record = Record(0, Kind.EXCHANGE, path="/a%20b/" + "x" * 9_999 + "?q=1", request=Side())
    [only] = read(record)
    assert "a b" == only.segments[0]
    assert len(only.path) <= exchange.LONGEST_PATH


_places = st.text(st.sampled_from("ab.[]'0:$\\"), max_size=30).map(lambda rest: f"body:json${rest}")


@given(st.lists(_places, max_size=20))
def test_no_place_breaks_objects_and_lists(places: list[str]) -> None:
    made = [Leaf(1, place, (), f"k{at}", place, 0, 0) for at, place in enumerate(places)]
    held = {leaf.place for thing in things(made) for leaf in thing.values.values()}
    assert held == {leaf.place for leaf in made}
    assert all(rows for rows in lists(made).values())
