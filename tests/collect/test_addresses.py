"""Addresses taken apart, sorted, and shown without what they keep to themselves."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from auditor import catalogue
from auditor.collect.addresses import Address, Sorter, parse, shown

SORTER = Sorter(catalogue.load().addresses)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://API.Example.AL:8443/v1", ("https", "api.example.al", 8443, "/v1")),
        ("http://a.al", ("http", "a.al", None, "")),
        ("wss://a.al?x=1", ("wss", "a.al", None, "")),
        ("api.example.al:443/v1", ("", "api.example.al", 443, "/v1")),
        ("http://a.al:99999/", ("http", "a.al", None, "/")),
        ("https://a.al:%d/", ("https", "a.al", None, "/")),
        ("http://a.al./x", ("http", "a.al", None, "/x")),
        ("http://[2001:DB8::1]:80/", ("http", "2001:0db8:0000:0000:0000:0000:0000:0001", 80, "/")),
        ("http://1572395042/x", ("http", "93.184.216.34", None, "/x")),
        ("http://0x5db8d822/x", ("http", "93.184.216.34", None, "/x")),
        (r"https:\/\/a.al\/v1", ("https", "a.al", None, "/v1")),
        (r"https:\u002F\u002fa.al\u002Fv1", ("https", "a.al", None, "/v1")),
    ],
)
def test_parts(text: str, expected: tuple[str, str, int | None, str]) -> None:
    found = parse(text)

    assert expected == (found.scheme, found.host, found.port, found.path)
    assert "" == found.state


@pytest.mark.parametrize(
    ("text", "host", "read"),
    [
        ("https://München.example/", "xn--mnchen-3ya.example", "münchen.example"),
        ("https://faß.example/", "xn--fa-hia.example", "faß.example"),
        ("https://xn--mnchen-3ya.example/", "xn--mnchen-3ya.example", "münchen.example"),
        ("https://例子。example/", "xn--fsqu00a.example", "例子.example"),
        ("https://xn--99999999999.example/", "xn--99999999999.example", "xn--99999999999.example"),
    ],
)
def test_a_name_in_other_letters_is_shown_both_ways(text: str, host: str, read: str) -> None:
    found = parse(text)

    assert (host, read) == (found.host, found.unicode)
    assert host in shown(found)
    assert (f"({read})" in shown(found)) is (host != read)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("https://%s/status", "format"),
        ("https://%1$s.example.al/", "format"),
        ("http://{host}:{port}/x", "format"),
        ("https://${host}", "format"),
        ("https://*.example.al/", "format"),
        ("https://", "incomplete"),
        ("https:///path", "incomplete"),
        ("https://api.", "incomplete"),
        ("https://api", "incomplete"),
        ("https://www.example.", "incomplete"),
        ("https://-a.al/", "incomplete"),
        ("https://a..al/", "incomplete"),
        ("https://" + "a" * 64 + ".al/", "incomplete"),
        ("https://" + "a." * 200 + "al/", "incomplete"),
        ("https://1.2.3/", "incomplete"),
        ("https://999.1.1.1/", "incomplete"),
        ("https://[::zz]/", "incomplete"),
    ],
)
def test_what_is_no_host_yet(text: str, state: str) -> None:
    assert state == parse(text).state
    assert state == SORTER.sort(parse(text)).sort


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://admin:geheim12@api.example.al/v1", "https://...@api.example.al/v1"),
        ("https://bbbbbbbbbbbb@o1.ingest.sentry.io/12", "https://...@o1.ingest.sentry.io/12"),
        ("https://a.al/x?key=abc&user=ana&v=", "https://a.al/x?key=...&user=...&v="),
        ("https://a.al/x?secret", "https://a.al/x?..."),
        ("https://a.al/?abcdefabcdef01234567=1", "https://a.al/?...=..."),
        ("https://a.al/#access_token=abc", "https://a.al/#..."),
        ("https://a.al/page#section-2", "https://a.al/page#section-2"),
        ("https://api.telegram.org/bot123456789:AAbcDEFghiJKLmnoPQRstuVWXyz0123456/send", "https://api.telegram.org/.../send"),
        ("https://a.al/u/550e8400-e29b-41d4-a716-446655440000/x", "https://a.al/u/.../x"),
        ("https://a.al/u/355691234567", "https://a.al/u/..."),
        ("https://a.al/u/ana@partia.al/x", "https://a.al/u/.../x"),
        ("https://a.al/x;jsessionid=1/y", "https://a.al/.../y"),
        ("https://a.al/v1/users/%s/devices", "https://a.al/v1/users/%s/devices"),
        ("https://a.al:8443/v1.2/report-2024.pdf", "https://a.al:8443/v1.2/report-2024.pdf"),
        ("http://[2001:db8::1]/x", "http://[2001:0db8:0000:0000:0000:0000:0000:0001]/x"),
        ("https://user:geheim12@%s/x", "https://...@%s/x"),
    ],
)  # fmt: skip
def test_what_an_address_keeps_to_itself_is_not_shown(text: str, expected: str) -> None:
    assert expected == shown(parse(text))


_SECRET = st.text("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", min_size=8, max_size=60)


@given(
    _SECRET,
    st.sampled_from(
        [
            "https://u:{}@a.al/",
            "https://{}@a.al/",
            "https://a.al/?t={}",
            "https://a.al/?a=1&t={}",
            "https://a.al/#t={}",
        ]
    ),
)
def test_no_password_and_no_value_of_a_query_is_ever_shown(secret: str, form: str) -> None:
    assert secret not in shown(parse(form.format(secret)))


@given(st.text(max_size=500))
def test_any_text_is_an_address_of_some_sort_on_one_line(text: str) -> None:
    address = parse(text)

    assert shown(address).isprintable()
    assert len(shown(address)) < 300
    assert SORTER.sort(address).sort in (
        "endpoint",
        "schema",
        "documentation",
        "local",
        "format",
        "incomplete",
    )


@given(st.from_regex(r"https://[a-z]{1,10}\.[a-z]{2,5}/[a-z/]{0,20}", fullmatch=True))
def test_a_host_nobody_lists_is_a_server(text: str) -> None:
    found = SORTER.sort(parse(text))
    assume(not found.by)

    assert "endpoint" == found.sort


@pytest.mark.parametrize(
    ("text", "sort", "by"),
    [
        ("http://schemas.android.com/apk/res/android", "schema", "addresses/xml-names"),
        ("https://www.googleapis.com/auth/drive", "schema", "addresses/scopes"),
        ("https://github.com/acme/x/issues/1", "documentation", "addresses/source-hosting"),
        ("https://api.github.com/repos", "endpoint", ""),
        ("https://github.com.example.al/acme", "endpoint", ""),
        ("http://10.0.2.2:3000/", "local", ""),
        ("http://[fe80::1]/", "local", ""),
        ("http://go/link", "local", ""),
        ("http://printer.local/", "local", "addresses/this-network"),
        ("https://api.aktivisti.example/", "endpoint", "addresses/reserved-names"),
        ("http://93.184.216.34/x", "endpoint", ""),
    ],
)
def test_sorts(text: str, sort: str, by: str) -> None:
    found = SORTER.sort(parse(text))

    assert (sort, by) == (found.sort, found.by)
    assert found.reserved is (by == "addresses/reserved-names")


HOSTILE = [
    "/docs" * 60,
    "/docs/" + "#a" * 140,
    "/LICENSE" + "-." * 140 + "!",
    "/wiki/" + "a-" * 140,
    "?q=" * 99,
]


@pytest.mark.parametrize("rest", [*HOSTILE, *("x" * 900 + rest for rest in HOSTILE)])
def test_no_expression_of_a_rule_loses_itself_in_a_path(rest: str) -> None:
    """Nested repetitions would never end here."""
    assert "endpoint" == SORTER.sort(parse("https://api.partia.al/" + rest + "\\")).sort


def test_a_repr_holds_no_secret() -> None:
    address = parse("https://ana:geheim12@a.al/verysecretpath?key=geheim34#geheim56")

    assert isinstance(address, Address)
    assert not [word for word in ("ana", "geheim", "verysecret") if word in repr(address)]
