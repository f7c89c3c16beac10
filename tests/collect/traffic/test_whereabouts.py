from pathlib import Path

import pytest

from auditor import catalogue
from auditor.catalogue import Catalogue
from auditor.collect.traffic import endpoints, firstparty
from auditor.collect.traffic.firstparty import Own, domain, own_of
from auditor.collect.traffic.regions import Declared
from auditor.collect.traffic.registry import Addresses, AddressesError
from auditor.collect.traffic.whereabouts import Whereabouts, network_in
from auditor.model import Artifact, Case, Evidence, Fact, Rung

RULES: Catalogue = catalogue.load()


def where(own: Own | None = None) -> Whereabouts:
    return Whereabouts(RULES, own or Own(), endpoints.of(RULES).owner_of)


def test_a_vendors_host_has_organisation_and_seat() -> None:
    place = where().of("app-measurement.com")

    assert (place.who, place.organisation, place.seat) == ("firebase-analytics", "Google", "US")
    assert place.anycast


def test_region_and_seat_are_two_facts() -> None:
    place = where().of("acme.europe-west1.firebasedatabase.app")

    assert place.region is not None
    assert (place.seat, place.region.id, place.region.country) == ("US", "europe-west1", "BE")


def test_an_unknown_host_stands_for_itself() -> None:
    place = where().of("api.acme.example")

    assert (place.who, place.organisation, place.seat, place.region) == ("api.acme.example", "", "", None)


@pytest.mark.parametrize(
    ("host", "registered"),
    [
        ("api.acme.com.al", "acme.com.al"),
        ("a.b.example", "b.example"),
        ("10.0.0.1", "10.0.0.1"),
        ("2001:db8::1", "2001:db8::1"),
        ("localhost", "localhost"),
        ("", ""),
    ],
)
def test_the_domain_somebody_registered(host: str, registered: str) -> None:
    assert domain(host) == registered


def test_the_apps_own_servers() -> None:
    about = {
        "package": "al.example.aktiv",
        "identity": [{"name": "project_id", "value": "aktiv-1", "sha256": ""}],
    }
    named = Evidence(Fact("contact", "backend.aktiv.io", "app"), Rung.REFERENCED, "dex:x")
    foreign = Evidence(Fact("contact", "cdn.other.io", "acme"), Rung.REFERENCED, "dex:x")
    own = own_of(
        Case(app={"site": "https://www.partia.al/app"}),
        Artifact("apk", "a", "", 0, about=about),
        [named, foreign],
    )
    places = where(own)

    assert places.of("api.example.al").why == "package name"
    assert places.of("static.partia.al").why == "site in the case file"
    assert places.of("x.aktiv.io").who == "app"
    assert places.of("cdn.other.io").who == "cdn.other.io"


def test_a_firebase_project_of_the_app_is_googles_and_the_apps() -> None:
    places = where(Own(projects=frozenset({"aktiv-1"})))

    assert places.of("aktiv-1-default-rtdb.firebaseio.com").project == "aktiv-1"
    assert places.of("us-central1-aktiv-1.cloudfunctions.net").project == "aktiv-1"
    assert places.of("us-central1-other.cloudfunctions.net").project == ""
    assert places.project_in("/v1/projects/aktiv-1/databases/(default)/documents") == "aktiv-1"
    assert places.project_in("/v1/projects/other/databases") == ""


def test_a_vendor_is_never_taken_for_the_app() -> None:
    own = own_of(Case(app={"package": "com.facebook.katana"}))

    assert where(own).of("graph.facebook.com").who.startswith("facebook")


def test_the_package_may_come_from_the_recording() -> None:
    own = firstparty.told(Own(), {"app": "al.example.aktiv"})

    assert (own.package, dict(own.domains)) == ("al.example.aktiv", {"example.al": "package name"})
    assert firstparty.told(Own("b.c"), {"app": "al.example.aktiv"}).package == "b.c"
    assert firstparty.told(Own(), {"app": 3}).package == ""


def test_a_network_in_between_is_told_by_its_headers() -> None:
    assert network_in([("Server", "cloudflare")]) == "Cloudflare"
    assert network_in([("X-Amz-Cf-Id", "abc")]) == "CloudFront"
    assert network_in([("Server", "nginx")]) == ""


def test_hostile_hosts_cost_nothing() -> None:
    places = where(Own(domains={"x.al": "package name"}))
    for host in ("a." * 60_000, "-" * 100_000, "s3" + ".eu-west-1" * 5_000, "\x00", "ë.al"):
        assert places.of(host).who


def test_every_region_has_a_host_and_a_country_or_a_place() -> None:
    for rule in RULES.regions.values():
        assert all(row["country"] or row.get("place") for row in rule.regions.values())
    assert Declared(RULES.regions).of("a" * 300) is None


# Addresses --------------------------------------------------------------------


def test_a_file_that_is_no_database_gives_one_clause(tmp_path: Path) -> None:
    pytest.importorskip("maxminddb", reason="the library maxminddb is not installed")
    (tmp_path / "x.mmdb").write_bytes(b"\x00" * 4096)

    with pytest.raises(AddressesError, match=r"is no database of addresses; expected"):
        Addresses(tmp_path / "x.mmdb")


def test_countries_by_a_database(tmp_path: Path) -> None:
    pytest.importorskip("maxminddb", reason="the library maxminddb is not installed")
    (tmp_path / "x.mmdb").write_bytes(database("AL"))
    found = Addresses(tmp_path / "x.mmdb")

    assert found.country("31.171.152.1") == "AL"
    assert found.country("192.168.1.1") == ""
    assert found.country("not an address") == ""
    assert found.name == "x.mmdb (test)"


def database(code: str) -> bytes:
    """The smallest MaxMind DB (maxmind.github.io/MaxMind-DB): one node that leads to one country."""

    def text(value: str) -> bytes:
        return bytes([0x40 | len(value)]) + value.encode()

    record = bytes([0xE1]) + text("country_code") + text(code)
    pointer = (1 + 16).to_bytes(3)  # past the node and the separator
    metadata = [
        (text("node_count"), b"\xc1\x01"),
        (text("record_size"), b"\xa1\x18"),
        (text("ip_version"), b"\xa1\x04"),
        (text("database_type"), text("test")),
        (text("binary_format_major_version"), b"\xa1\x02"),
        (text("binary_format_minor_version"), b"\xa0"),
        (text("build_epoch"), b"\x01\x02\x01"),
        (text("languages"), b"\x00\x04"),
        (text("description"), b"\xe0"),
    ]
    head = bytes([0xE0 | len(metadata)]) + b"".join(key + value for key, value in metadata)
    return pointer * 2 + b"\x00" * 16 + record + b"\xab\xcd\xefMaxMind.com" + head
