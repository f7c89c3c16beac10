"""SDKs under shortened names: texts and shapes in nobody's code -> evidence or a gap; else nothing."""

from collections.abc import Iterable, Sequence

import pytest

from auditor import catalogue
from auditor.catalogue import Vendor
from auditor.collect.fingerprint import fingerprints, renamed_sdks, shapes
from auditor.collect.names import Names
from auditor.collect.owners import Owners
from auditor.collect.reading import Reading
from auditor.dex.analysis import analyse
from auditor.dex.platform import NOTHING_KNOWN
from auditor.model import Evidence, Gap, Rung
from auditor.notation import parse, show
from auditor.shapes import SHAPES
from tests.dex.assembler import RETURN, Class, Instruction, Method, dex, invoke, string

RULES = catalogue.load()
KNOWN = [vendor for vendor in RULES.vendors.values() if vendor.fingerprint]
ADJUST = RULES.vendors["adjust"]
BODY = tuple(
    invoke("virtual", "android.content.Context", member)
    for member in ("a()V", "b()V", "c(I)V", "d()Ljava/lang/String;", "e()V")
)
"""Calls that are enough for a shape."""


def loads(name: str, texts: Iterable[str], *more: Instruction) -> Class:
    """A class whose one method loads these texts."""
    return Class(name, [Method("a()V", *map(string, texts), *more, RETURN)])


def names(*classes: Class) -> Names:
    """An app whose names are shortened, besides those given."""
    small = [Class(f"z.{letter}") for letter in "abcdefghij"]
    code = analyse([("classes.dex", dex(*classes, *small))], NOTHING_KNOWN)
    reading = Reading(code, Owners(RULES.vendors), ("al.example.app",), RULES)
    return Names(classes=dict(reading.classes()), code=reading)


def halves(vendor: Vendor, count: int | None = None) -> tuple[Sequence[str], Sequence[str]]:
    texts = vendor.fingerprint["strings"][:count]
    return texts[::2], texts[1::2]


def renamed(vendor: Vendor, count: int | None = None, package: str = "a") -> list[Class]:
    one, two = halves(vendor, count)
    return [loads(f"{package}.b", one), loads(f"{package}.c", two)]


def shape_of(*body: Instruction, owner: str = "a.b") -> list[int]:
    program = analyse([("classes.dex", dex(loads(owner, [], *body)))], NOTHING_KNOWN).program
    return shapes(program)[1].tolist()


@pytest.fixture
def shaped(monkeypatch: pytest.MonkeyPatch) -> Vendor:
    """A made-up Adjust, so that shapes can be built here."""
    bodies = [[*BODY, invoke("virtual", "android.app.Activity", f"m{n}()V")] for n in range(3)]
    told = [f"{shape:016x}" for body in bodies for shape in shape_of(*body)]
    monkeypatch.setitem(ADJUST.fingerprint, "shapes", tuple(told))  # type: ignore[arg-type]
    return ADJUST


def bodies() -> list[Class]:
    return [
        loads(f"d.{name}", [], *BODY, invoke("virtual", "android.app.Activity", f"m{n}()V"))
        for n, name in enumerate("abc")
    ]


@pytest.mark.parametrize("vendor", KNOWN, ids=lambda vendor: vendor.id)
def test_every_fingerprint_shows_its_sdk_and_no_other(vendor: Vendor) -> None:
    (evidence,) = renamed_sdks(names(*renamed(vendor)), RULES)

    assert isinstance(evidence, Evidence)
    assert (Rung.REFERENCED, vendor.id) == (evidence.level, evidence.fact.what)
    assert f"vendors/{vendor.id}" == evidence.by


def test_the_place_is_the_class_that_shows_most_and_tells_how_much() -> None:
    (evidence,) = renamed_sdks(names(*renamed(ADJUST, 5)), RULES)

    assert show(evidence) == (
        "referenced sdk:adjust @ dex:classes.dex/La/b; "
        f"(fingerprint: 5 of {len(ADJUST.fingerprint['strings'])} telling strings, 0 method shapes; "
        "confidence high)"
    )
    assert show(parse(show(evidence))) == show(evidence)


@pytest.mark.parametrize("count", [2, 3])
def test_a_few_texts_are_a_gap_that_concerns_the_sdk(count: int) -> None:
    (gap,) = renamed_sdks(names(*renamed(ADJUST, count)), RULES)

    assert isinstance(gap, Gap)
    assert ("sdk:adjust",) == gap.concerns
    assert gap.why.startswith(f"classes under shortened names resemble Adjust: {count} of ")


def test_one_text_is_nothing() -> None:
    assert [] == list(renamed_sdks(names(*renamed(ADJUST, 1)), RULES))


def test_all_texts_in_one_class_are_a_list_of_them_and_no_sdk() -> None:
    alone = names(loads("a.b", ADJUST.fingerprint["strings"]))

    assert [Gap] == [type(item) for item in renamed_sdks(alone, RULES)]


def test_a_shape_elsewhere_does_not_spread_the_texts(shaped: Vendor) -> None:
    alone = names(loads("a.b", shaped.fingerprint["strings"]), bodies()[0])

    assert [Gap] == [type(item) for item in renamed_sdks(alone, RULES)]


def test_a_longer_text_that_holds_a_telling_one_is_another_text() -> None:
    one, two = ([f"see: {text}" for text in half] for half in halves(ADJUST))

    assert [] == list(renamed_sdks(names(loads("a.b", one), loads("a.c", two)), RULES))


@pytest.mark.parametrize(
    "package",
    [
        "al.example.app",  # the app's own code may name a product
        "com.appsflyer",  # so may another SDK
        "com.unheard.of.Bridge$",  # a name nobody shortened
        "com.unheard.of.Bridge$1$",  # nor this one: compilers number what has no name
    ],
)
def test_texts_in_code_with_an_owner_or_a_full_name_do_not_count(package: str) -> None:
    name = package if package.endswith("$") else f"{package}."
    last = ("1", "2") if package.endswith("1$") else ("Some", "Other")
    one, two = (loads(f"{name}{end}", half) for end, half in zip(last, halves(ADJUST), strict=True))

    assert [] == list(renamed_sdks(names(one, two), RULES))


def test_an_sdk_that_is_there_by_name_is_not_told_again() -> None:
    there = names(*renamed(ADJUST), Class("com.adjust.sdk.Adjust"))

    assert [] == list(renamed_sdks(there, RULES))


def test_nothing_is_asked_of_an_app_whose_names_are_not_shortened() -> None:
    plain = names(*renamed(ADJUST))
    plain.classes = {f"al.example.app.Class{n}": "" for n in range(99)}

    assert [] == list(renamed_sdks(plain, RULES))
    assert [] == list(renamed_sdks(Names(), RULES))


# shapes -----------------------------------------------------------------------------------------------


def test_a_shape_is_what_is_called_in_whatever_order_and_class() -> None:
    assert shape_of(*BODY) == shape_of(*reversed(BODY), *BODY, owner="x.y")
    assert shape_of(*BODY) != shape_of(*BODY[1:], invoke("virtual", "android.app.Activity", "e()V"))


def test_types_of_parameters_may_be_renamed_but_not_their_number() -> None:
    other = invoke("virtual", "android.content.Context", "c(Lx/y;)V")
    more = invoke("virtual", "android.content.Context", "c(II)V")

    assert shape_of(*BODY) == shape_of(*BODY[:2], other, *BODY[3:])
    assert shape_of(*BODY) != shape_of(*BODY[:2], more, *BODY[3:])


@pytest.mark.parametrize(
    "call", [("java.lang.String", "length()I"), ("a.x", "m()V"), ("android.util.Log", "d()I")]
)
def test_strings_logging_and_the_apps_own_types_are_no_part_of_a_shape(call: tuple[str, str]) -> None:
    assert [] == shape_of(*BODY[:4], invoke("virtual", *call))


def test_no_code_has_no_shapes() -> None:
    assert [] == shape_of()


def test_shapes_and_half_of_the_texts_are_two_kinds_of_evidence(shaped: Vendor) -> None:
    (evidence,) = renamed_sdks(names(*renamed(shaped, 2), *bodies()), RULES)

    assert isinstance(evidence, Evidence)
    assert "2 of 14 telling strings, 3 method shapes; confidence high" in evidence.where


def test_shapes_alone_are_a_gap(shaped: Vendor) -> None:
    (gap,) = renamed_sdks(names(*bodies()), RULES)

    assert isinstance(gap, Gap)
    assert "resemble Adjust: 0 of 14 telling strings, 3 method shapes" in gap.why
    assert [shaped.id] == [found.vendor.id for found in fingerprints(names(*bodies()).code, RULES)]


# rules ------------------------------------------------------------------------------------------------


def test_no_text_and_no_shape_tells_of_two_sdks() -> None:
    for kind in ("strings", "shapes"):
        told = [mark for vendor in KNOWN for mark in vendor.fingerprint.get(kind, ())]

        assert sorted(set(told)) == sorted(told)


@pytest.mark.parametrize("vendor", KNOWN, ids=lambda vendor: vendor.id)
def test_a_fingerprint_has_more_to_show_than_it_asks_for(vendor: Vendor) -> None:
    told, least = vendor.fingerprint, vendor.fingerprint["least"]

    assert len(told["strings"]) > least["strings"]
    assert len(told.get("shapes", ())) >= least.get("shapes", 0)
    assert ("shapes" in told) == ("shapes" in least)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"strings": ["a telling text"] * 5, "least": {"strings": 4}}, "at least 6 entries"),
        ({"strings": ["short"] * 6, "least": {"strings": 4}}, "a text in ASCII"),
        ({"strings": ["a telling text"] * 6, "least": {"strings": 2}}, "a whole number from 3 on"),
        ({"strings": ["a telling text"] * 6, "least": {"strings": True}}, "a whole number from 3 on"),
        ({"strings": ["a telling text"] * 6, "least": {"strings": 3}, "shapes": ["x", "y"]}, "16 hexa"),
    ],
)
def test_the_form_keeps_weak_fingerprints_out(value: object, said: str) -> None:
    found = [what for at, what in SHAPES["vendors"]({"fingerprint": value}, ()) if at[:1] == ("fingerprint",)]

    assert found
    assert all(said in what for what in found)
