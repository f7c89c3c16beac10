"""What a layout asks for."""

from pathlib import Path

from auditor import catalogue
from auditor.collect.layouts import Form, describe, forms
from auditor.collect.package import open_package
from auditor.collect.resourcetable import Entry, Table
from auditor.collect.words import families_of
from tests.builders import Element, apk, axml

FAMILIES = families_of(catalogue.load())
FILE = "res/layout/activity_register.xml"


def field(name: str, kind: int = 1, tag: str = "EditText") -> Element:
    return Element(tag, {"android:id": name, "android:inputType": kind})


def read(tmp_path: Path, root: Element, table: Table | None = None, member: str = FILE) -> list[Form]:
    path = tmp_path / "a.apk"
    path.write_bytes(apk({member: axml(root)}))
    return list(forms(open_package(path), table or Table(), ("abc_",)))


def form(*children: Element) -> Element:
    return Element("LinearLayout", {}, children)


def named() -> Table:
    table = Table()
    table.add(Entry(0x7F010000, "id", "institution", "", ""))
    table.add(Entry(0x7F020000, "string", "institution_hint", "", "Institution you work for"))
    table.add(Entry(0x7F020000, "string", "institution_hint", "sq", "Institucioni ku punon"))
    table.add(Entry(0x7F030000, "layout", "activity_register", "", FILE))
    table.add(Entry(0x7F030001, "layout", "abc_dialog", "", "res/layout/abc_dialog.xml"))
    return table


def test_inputs_with_ids_texts_of_all_languages_and_keyboards(tmp_path: Path) -> None:
    asked = Element("EditText", {"android:id": "@7f010000", "android:hint": "@7f020000"})
    (found,) = read(tmp_path, form(asked, field("@+id/phone", 3)), named())

    assert "activity_register" == found.layout
    assert ["institution Institution you work for Institucioni ku punon", "phone (phone)"] == [
        one.label for one in found.inputs
    ]
    assert f"zip:{FILE}/EditText[institution]" == found.inputs[0].where


def test_the_hint_of_the_box_around_an_input_belongs_to_it(tmp_path: Path) -> None:
    inside = Element("com.google.android.material.textfield.TextInputEditText", {"android:id": "@+id/a"})
    box = Element(
        "com.google.android.material.textfield.TextInputLayout", {"android:hint": "Employer"}, (inside,)
    )
    (found,) = read(tmp_path, form(box, field("@+id/email", 0x21)))

    assert ["a Employer", "email (email)"] == [one.label for one in found.inputs]


def test_layouts_of_libraries_and_single_inputs_are_left_out(tmp_path: Path) -> None:
    two = form(field("@+id/name"), field("@+id/phone", 3))

    assert [] == read(tmp_path, two, named(), "res/layout/abc_dialog.xml")
    assert [] == read(tmp_path, form(field("@+id/query"), Element("Button", {"android:id": "@+id/go"})))


def test_a_text_of_several_lines_makes_it_a_letter(tmp_path: Path) -> None:
    (found,) = read(tmp_path, form(field("@+id/name"), field("@+id/complaint", 0x20001)))

    assert found.message


def test_only_forms_that_ask_who_somebody_is_are_told(tmp_path: Path) -> None:
    told = read(tmp_path, form(field("@+id/phone", 3), field("@+id/institution")))
    other = read(tmp_path, form(field("@+id/width"), field("@+id/height")))

    (shown,) = describe([*told, *other], FAMILIES)
    assert ["institution"] == [f for f in shown["inputs"][1]["families"] if f == "institution"]


def test_an_input_type_that_is_no_number(tmp_path: Path) -> None:
    strange = Element("EditText", {"android:inputType": "phone or so"})
    (found,) = read(tmp_path, form(strange, strange))

    assert ["EditText", "EditText"] == [one.label for one in found.inputs]


def test_a_layout_that_cannot_be_read_gives_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.apk"
    path.write_bytes(apk({FILE: b"\x03\x00\x08\x00broken"}))

    assert [] == list(forms(open_package(path), Table(), ()))
