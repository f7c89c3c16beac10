"""Events with their parameters: names for readers, values to reckon with."""

from auditor.collect.traffic import eventnames, places
from auditor.collect.traffic.eventnames import Event
from auditor.decode import Leaf

NONE: dict[str, list[str]] = {"name": [], "params": [], "values": [], "properties": []}


def leaf(place: str, value: str | float, parent: str, key: str) -> Leaf:
    return Leaf(value, place, (), key, parent, 0, 0)


def test_values_stand_where_the_name_is_open() -> None:
    leaves = [
        leaf("body:json$[0].event", "share", "body:json$[0]", "event"),
        leaf("body:json$[0].with.points", 15, "body:json$[0].with", "points"),
        leaf("body:json$[1].event", "like", "body:json$[1]", "event"),
        leaf("body:json$[1].with.points", 5, "body:json$[1].with", "points"),
    ]
    at = NONE | {"name": ["body:json$[*].event"], "params": ["body:json$[*].with.*"]}
    assert [
        Event("share", "body:json$[0].event", ("points",), values=(("points", 15),)),
        Event("like", "body:json$[1].event", ("points",), values=(("points", 5),)),
    ] == list(eventnames.events(at, {}, leaves))


def test_values_stand_beside_their_names() -> None:
    leaves = [
        leaf("body:x$.name", "_e", "body:x$", "name"),
        leaf("body:x$.param[0].name", "_et", "body:x$.param[0]", "name"),
        leaf("body:x$.param[0].int_value", 53211, "body:x$.param[0]", "_et"),
        leaf("body:x$.param[1].name", "empty", "body:x$.param[1]", "name"),
    ]
    at = NONE | {
        "name": ["body:x$.name"],
        "params": ["body:x$.param[*].name"],
        "values": ["body:x$.param[*].int_value"],
    }
    known = {"_e": "user_engagement", "_et": "engagement_time_msec"}
    assert [
        Event(
            "user_engagement",
            "body:x$.name",
            ("engagement_time_msec", "empty"),
            values=(("engagement_time_msec", 53211),),
        )
    ] == list(eventnames.events(at, known, leaves))


def test_a_name_may_be_open_behind_its_beginning() -> None:
    place = places.parse("query$['epn.*']")
    assert place.matches("query$['epn.points']")
    assert place.open_name("query$['epn.points']") == "points"
    assert not place.matches("query$['ep.points']")
    assert places.parse("query$.id").open_name("query$.id") == ""
