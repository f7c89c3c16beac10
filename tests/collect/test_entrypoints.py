"""Names that bring classes to life: manifest, layouts, meta-data, service files."""

from pathlib import Path

from auditor.collect import androidxml, entrypoints, manifest
from auditor.collect.archive import open_archive
from auditor.collect.entrypoints import EntryPoints, entry_points
from auditor.collect.package import open_package
from auditor.collect.resourcetable import read_table
from tests.builders import Element, apk, axml

SAMPLES = Path(__file__).parent.parent.parent / "samples"


def of_sample(name: str) -> EntryPoints:
    package = open_package(SAMPLES / name / "app.apk")
    table = read_table(package.base.read("resources.arsc"))
    stated = manifest.read(androidxml.parse(package.base.read("AndroidManifest.xml")), table)
    return entry_points(package, [stated])


def test_the_manifest_names_components_the_application_and_initialisers() -> None:
    found = of_sample("aktivisti").classes

    assert "application" == found["al.example.aktivisti.AktivistiApp"]
    assert "activity" == found["al.example.aktivisti.screen.MainActivity"]
    assert "receiver" == found["al.example.aktivisti.device.BootReceiver"]
    assert "meta-data" == found["al.example.aktivisti.device.DeviceInitializer"]
    assert "meta-data" == found["com.google.firebase.messaging.FirebaseMessagingRegistrar"]


def test_an_instrumentation_is_started_as_a_component_is() -> None:
    names = (".Snippets", "Short", "androidx.test.runner.AndroidJUnitRunner")
    nodes = tuple(Element("instrumentation", {"name": name}) for name in names)
    stated = axml(Element("manifest", {"package": "al.example"}, nodes))
    part, _ = open_archive(apk(manifest=stated), "a.apk")
    found = EntryPoints()
    entrypoints._of_instrumentation(part, found)

    expected = {"al.example.Snippets", "al.example.Short", "androidx.test.runner.AndroidJUnitRunner"}
    assert expected == found.classes.keys()
    assert {"instrumentation"} == set(found.classes.values())


def test_a_value_of_meta_data_may_list_classes() -> None:
    found = EntryPoints()
    entrypoints._of_meta_data(
        {"mobly-snippets": "al.example.One,\n    al.example.Two;com.x:al.example.Three"}, found
    )

    assert {"al.example.One", "al.example.Two", "al.example.Three"} == found.classes.keys()


def test_layouts_name_views_and_click_handlers() -> None:
    found = of_sample("aktivisti")

    assert "layout" == found.classes["al.example.aktivisti.screen.InviteCodeField"]
    assert "attachPhoto" in found.handlers


def test_cordova_names_its_plugins_in_a_resource() -> None:
    assert "al.example.rrjeti.ContactsPlugin" in of_sample("rrjeti").classes


def test_service_files_name_what_service_loader_creates() -> None:
    content = b"# comment\nal.example.First # why\n\nnot a name\nal.example.Second\n"
    part, _ = open_archive(apk({"META-INF/services/al.example.Service": content}), "a.apk")
    found = EntryPoints()
    entrypoints._of_services(part, "META-INF/services/al.example.Service", found)

    assert {"al.example.First", "al.example.Second"} == found.classes.keys()


def test_a_resource_that_cannot_be_read_is_counted() -> None:
    part, _ = open_archive(apk({"res/layout/a.xml": b"\x03\x00\x08\x00junk"}), "a.apk")
    found = EntryPoints()
    entrypoints._of_resource(part, "res/layout/a.xml", found)

    assert 1 == found.unread
    assert not found.classes
