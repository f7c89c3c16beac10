"""Paths of servers in code."""

import pytest

from auditor import catalogue
from auditor.collect import code, paths
from auditor.collect.bundles.texts import Entries, Lines
from auditor.collect.contacts import Located
from auditor.collect.entrypoints import EntryPoints
from auditor.collect.hits import ADDRESS, Found
from auditor.collect.package import open_package
from auditor.collect.words import families_of
from tests.collect.test_code import OWN, SAMPLES

RULES = catalogue.load()
ASKED = paths.asked(RULES, families_of(RULES))


@pytest.mark.parametrize("path", ["/v1/leaderboard/institution", "/v1/tasks/{id}/proof"])
def test_paths_that_practices_ask_for(path: str) -> None:
    assert ASKED(path)


@pytest.mark.parametrize("path", ["/v1/session", "/v1/articles/{id}", "application/json"])
def test_other_paths_are_not_kept(path: str) -> None:
    assert not ASKED(path)


def test_texts_of_scripts_and_tables() -> None:
    script = Lines(
        b"send('/v1/ranking/users'); load('app/ranking/users.png', \"app/ranking_users\")", "js:a.js"
    )
    table = Entries([b"/v1/tasks/{id}/proof", b"proof tasks"], "hermes:b/string")
    found = paths.beside([], [script, table], ASKED)

    assert {"/v1/ranking/users", "/v1/tasks/{id}/proof", "app/ranking/users.png"} == found.keys()
    assert "js:a.js:1:7 /v1/ranking/users" == found["/v1/ranking/users"][0].where
    assert "hermes:b/string[0] /v1/tasks/{id}/proof" == found["/v1/tasks/{id}/proof"][0].where


def test_what_follows_the_host_of_an_address_of_the_apps_own() -> None:
    address = Found(ADDRESS, "https://api.example.al/v1/departments/export.pdf", 0, 0)
    found = paths.beside(
        [Located(address, "dex:a", "app"), Located(address, "dex:b", "firebase-core")], [], ASKED
    )

    assert ["dex:a /v1/departments/export.pdf"] == [c.where for c in found["/v1/departments/export.pdf"]]


@pytest.mark.parametrize(
    "text", ["/contacts", "v1/contacts", "api/contacts", "{base}/contacts", "a/b/contacts"]
)
def test_a_path_alone(text: str) -> None:
    assert paths.is_path(text)


@pytest.mark.parametrize("text", ["fluturim/contacts", "text/plain", "plugins.flutter.io/contacts"])
def test_names_of_channels_and_types_are_no_paths(text: str) -> None:
    assert not paths.is_path(text)


def test_names_among_texts() -> None:
    table = Entries(
        [b"share_recorded", b"Share it", b"unlikeRecorded", b"share", b"SHARE", b"Share"], "hermes:b/string"
    )

    assert ["share_recorded", "unlikeRecorded"] == [name for name, _ in paths.names([table])]


def test_annotations_of_methods_are_read() -> None:
    """`@POST("v2/users/{user_id}/watched")` stands in no instruction."""
    package = open_package(SAMPLES / "aktivisti" / "app.apk")
    reading = code.read(package, EntryPoints(), OWN, RULES).code
    assert reading
    found = paths.in_code(reading, lambda path: "watched" in path)

    (call,) = found["v2/users/{user_id}/watched"]
    assert "app" == call.who
    assert "EngagementService;->watched(" in call.where
