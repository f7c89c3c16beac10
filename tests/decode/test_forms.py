"""Forms and the parts of a request that are no bodies."""

from urllib.parse import urlencode

from hypothesis import given
from hypothesis import strategies as st

from auditor.decode import tree
from tests.decode.make import leaves, text, values

PICTURE = b"\xff\xd8\xff\xe0" + bytes(40)


@given(st.dictionaries(st.text("abcde_", min_size=1), st.text(max_size=7), min_size=1))
def test_a_form_comes_apart(pairs: dict[str, str]) -> None:
    data = urlencode(pairs, errors="replace").encode()
    found = tree(data, "body", content_type="application/x-www-form-urlencoded")
    got = {leaf.key: leaf.value for leaf in found.leaves if leaf.chain == ("form",)}

    assert {key: value.encode(errors="replace").decode() for key, value in pairs.items()} == got


def test_a_value_stands_where_its_escaped_text_stands() -> None:
    data = b"n=1&mail=x%40example.org"
    found = leaves(data)["body:form$.mail"]

    assert (found.value, data[found.begin : found.end]) == ("x@example.org", b"x%40example.org")


def test_a_query_has_no_step_and_repeated_names_are_numbered() -> None:
    assert values(b"a=1&a=2&b=x+y", "query") == {"query$.a[0]": "1", "query$.a[1]": "2", "query$.b": "x y"}


def test_headers_are_lower_case_and_cookies_come_apart() -> None:
    found = values(b"X-Id: 7\r\nCookie: a=1; mail=x%40example.org\r\n", "header")

    assert found["header$.x-id"] == "7"
    assert found["header$.cookie.a"] == "1"
    assert found["header$.cookie.mail:percent"] == "x@example.org"


def test_a_path_by_its_steps() -> None:
    found = leaves(b"/users/Bashkia%20Tiran%C3%AB/x", "path")

    assert (found["path$[1]"].value, found["path$[1]"].key) == ("Bashkia Tiranë", "users")
    assert (found["path$[1]"].begin, found["path$[1]"].end) == (7, 28)


def test_multipart_with_a_file_and_a_json_part() -> None:
    head = b'--b\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n'
    data = (
        head % (b"mail", b"")
        + b"x@example.org\r\n"
        + head % (b"photo", b'; filename="proof.jpg"\r\nContent-Type: image/jpeg')
        + PICTURE
        + b"\r\n"
        + head % (b"meta", b"\r\nContent-Type: application/json")
        + text({"a": 1})
        + b"\r\n--b--\r\n"
    )
    found = tree(data, "body", content_type="multipart/form-data; boundary=b")
    got = {leaf.place: leaf.value for leaf in found.leaves}

    assert got["body:multipart$.mail"] == "x@example.org"
    assert got["body:multipart$.photo.filename"] == "proof.jpg"
    assert got["body:multipart$.photo.media"] == "image/jpeg"
    assert got["body:multipart$.meta:json$.a"] == 1
    assert (found.opaque, found.media) == (0, "")


def test_multipart_that_is_cut_off_is_told_and_kept() -> None:
    found = tree(b'--b1\r\nContent-Disposition: form-data; name="a"\r\n\r\nhalf of i', "body")

    assert [("body:multipart$.a", "half of i")] == [(leaf.place, leaf.value) for leaf in found.leaves]
    assert ["body:multipart: the last part is cut off"] == found.problems


def test_a_boundary_that_repeats_itself_ends() -> None:
    assert tree(b"--b\r\n" * 5000, "body", content_type="multipart/mixed; boundary=b").leaves is not None
