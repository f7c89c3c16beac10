"""When a refused handshake may be called pinning, and what a recording suffers from."""

from collections import Counter

import pytest

from auditor.collect.recordings.record import Kind, Record
from auditor.collect.recordings.refused import open_refused
from auditor.collect.traffic.refusals import Refusal, classify, gaps, verdicts
from auditor.collect.traffic.symptoms import symptoms
from tests.traffic_files import traffic

ALERT = (
    "The client does not trust the proxy's certificate for {} "
    "(OpenSSL Error([('SSL routines', '', 'sslv3 alert certificate unknown')]))"
)
EARLY = (
    "The client disconnected during the handshake. If this happens consistently for {} this may indicate "
    "that the client does not trust the proxy's certificate."
)
VERSION = (
    "Client and mitmproxy cannot agree on a TLS version to use. "
    "You may need to adjust mitmproxy's tls_version_client_min option."
)


def refused(host: str, error: str = ALERT, app: str = "al.a") -> Record:
    return Record(0, Kind.REFUSED, host=host, error=error.format(host), app=app, scheme="tls")


def answered(host: str, app: str = "al.a", scheme: str = "https") -> Record:
    return Record(0, Kind.EXCHANGE, host=host, app=app, scheme=scheme, status=200)


def test_the_counts_of_the_published_table() -> None:
    recording = open_refused(traffic("tls-errors-no-bypass.csv"))
    found = Counter(classify(record.error) for record in recording.records)
    assert found == {"distrusted": 341, "ambiguous": 488, "version": 11}


def test_apps_with_an_explicit_alert_in_the_published_table() -> None:
    recording = open_refused(traffic("tls-errors-no-bypass.csv"))
    apps = {record.app for record in recording.records if classify(record.error) == "distrusted"}
    assert len(apps) == 47


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ALERT.format("closed.disconnect.example"), "distrusted"),
        ("the app sent the alert unknown ca", "distrusted"),
        ("tlsv1 alert bad certificate", "distrusted"),
        ("cert-rejected", "distrusted"),
        ("no-shared-cipher", "version"),
        ("the app sent the alert protocol version", "version"),
        (EARLY.format("a.example"), "ambiguous"),
        ("closed", "ambiguous"),
        ("reset", "ambiguous"),
        ("the server sent the alert unknown ca", "ambiguous"),
        ("", "ambiguous"),
    ],
)
def test_words(error: str, expected: str) -> None:
    assert classify(error) == expected


def test_pinned_only_where_the_app_trusted_the_recorder_elsewhere() -> None:
    records = [*[refused("push.acme.example")] * 3, answered("api.example.al")]
    assert verdicts(records) == [Refusal("push.acme.example", "pinned", 3, True, "al.a")]
    assert gaps(verdicts(records)) == ["certificate pinning on push.acme.example (3 handshakes refused)"]
    records[-1] = answered("api.example.al", "al.other")
    assert verdicts(records) == [Refusal("push.acme.example", "not trusted", 3, False, "al.a")]
    records[-1] = answered("api.example.al", scheme="http")
    assert verdicts(records)[0].kind == "not trusted"
    assert gaps(verdicts(records)) == [
        "al.a trusted the recorder's certificate for no host (3 handshakes with 1 host refused)"
    ]


def test_a_sentence_names_its_app_where_there_are_several() -> None:
    records = [
        *[refused("a.example", app="al.x")] * 2,
        refused("a.example", app="al.y"),
        *[refused("b.example", EARLY, "al.y")] * 3,
        refused("c.example", VERSION, "al.y"),
        answered("d.example", "al.x"),
        answered("d.example", "al.y"),
    ]
    assert gaps(verdicts(records)) == [
        "certificate pinning on a.example (al.x: 2 handshakes refused)",
        "certificate pinning on a.example (al.y: 1 handshake refused)",
        "3 handshakes with b.example (al.y) ended early and none succeeded: pinning is possible, not shown",
        "no common TLS version with c.example (al.y: 1 handshake failed)",
    ]


def test_early_ends_count_when_repeated_without_one_success() -> None:
    many, few = [refused("a.example", EARLY)] * 3, [refused("b.example", EARLY)] * 2
    mixed = [refused("c.example", EARLY)] * 5 + [answered("c.example")]
    kinds = {refusal.host: refusal.kind for refusal in verdicts(many + few + mixed)}
    assert kinds == {"a.example": "repeated", "b.example": "noise", "c.example": "noise"}
    assert gaps(verdicts(many + few + mixed)) == [
        "3 handshakes with a.example ended early and none succeeded: pinning is possible, not shown",
        "7 handshakes with 2 hosts failed and are not taken for pinning",
    ]


def test_a_host_that_was_read_once_is_not_pinned() -> None:
    records = [refused("a.example"), answered("a.example"), answered("b.example")]
    assert verdicts(records)[0].kind == "noise"


def test_versions() -> None:
    records = [refused("a.example", VERSION)]
    assert gaps(verdicts(records)) == ["no common TLS version with a.example (1 handshake failed)"]


LOOKUP = Record(0, Kind.LOOKUP, host="a.example")
QUIC = Record(0, Kind.CONTACT, host="a.example", scheme="quic")
CLOSED = Record(0, Kind.CONTACT, host="a.example", scheme="tls")


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([], ["no flows"]),
        ([LOOKUP, answered("a.example")], []),
        ([answered("a.example")], ["no look-ups"]),
        ([LOOKUP], ["around the proxy"]),
        ([LOOKUP, QUIC], ["only quic"]),
        ([LOOKUP, QUIC, CLOSED], ["all closed"]),
        ([LOOKUP, refused("a.example"), refused("b.example")], ["all distrust"]),
        ([LOOKUP, refused("a.example"), answered("b.example")], ["one distrusts"]),
        ([LOOKUP, refused("a.example", EARLY), answered("b.example")], []),
    ],
)
def test_symptoms(records: list[Record], expected: list[str]) -> None:
    found = symptoms(records)
    assert [symptom.id for symptom in found] == expected
    assert all(symptom.step.endswith(".") and symptom.finding for symptom in found)
