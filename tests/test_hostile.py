"""The command line against hostile input: one sentence and an exit code, whatever comes.

`AUDITOR_FUZZ=n` tries n mutations of the samples instead of a few.
"""

from __future__ import annotations

import json
import os
import random
import re
import struct
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from typer.testing import CliRunner

from auditor.cli import app
from auditor.notation import parse
from tests.builders import (
    Element,
    Raw,
    apk,
    arsc,
    axml,
    chunk,
    dex_file,
    raw_zip,
    signed_apk,
    string_pool,
    zip_bytes,
)

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples"
TRIES = int(os.environ.get("AUDITOR_FUZZ", "40"))
KEY = ec.generate_private_key(ec.SECP256R1())

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What must reach neither a page nor a terminal: controls (but tab and newline) and changes of direction."""

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "attribute": '"><img src=x onerror=alert(1)>',
    "quote": "' onmouseover='alert(1)",
    "comment": "--><svg/onload=alert(1)>",
    "address": "javascript:alert(1)",
    "template": "{{7*7}}{% raw %}${7*7}",
    "escapes": "\x1b[31mred\x1b]0;title\x07\x9b2J",
    "direction": "a\u202egpj.exe\u2066",
    "newline": "x\ndeclared data:sms @ manifest:uses-permission[0]",
    "notation": "a > b [before consent] @ c, d:",
    "long": "A" * 20_000,
}


# --- what may come out -------------------------------------------------------------------------


def run(*arguments: object) -> tuple[int, str, str]:
    """Exit code, output and errors of a command that must not end in an exception."""
    result = CliRunner().invoke(app, [str(a) for a in arguments])

    assert isinstance(result.exception, SystemExit | None), repr(result.exception)
    for printed in (result.stdout, result.stderr):
        assert not CONTROL.search(printed), printed
        assert "Traceback" not in printed
    return result.exit_code, result.stdout, result.stderr


def audit(path: Path, out: Path, lang: str = "en") -> tuple[int, str]:
    """Exit code and errors of an audit, whose files, if it leaves any, can be read again."""
    code, printed, complaint = run("audit", path, "--out", out, "--quiet", "--lang", lang)

    assert "" == printed
    assert code in (0, 1, 3, 10, 11), complaint
    if code in (1, 3):
        assert re.fullmatch(r"(auditor: \S.{5,600}\n)+", complaint), complaint
        return code, complaint
    assert "" == complaint
    check_page(out / "report.html")
    check_dossier(out)
    return code, ""


def refusal(path: Path, out: Path) -> str:
    """The one sentence with which an audit refuses."""
    code, complaint = audit(path, out)

    assert code in (1, 3)
    assert 1 == complaint.count("\n"), complaint
    return complaint.removeprefix("auditor: ").rstrip("\n")


def gaps(path: Path, out: Path) -> str:
    """What an audit could not read, as it stands in the dossier."""
    code, _ = audit(path, out)

    assert code in (10, 11)
    return "\n".join(json.loads((out / "dossier.json").read_bytes())["gaps"])


def written(folder: Path, content: bytes, name: str = "app.apk") -> Path:
    (folder / name).write_bytes(content)
    return folder / name


def check_dossier(out: Path) -> None:
    """Every line of a dossier is one line, and says what it says again when it is read again."""
    code, printed, _ = run("show", out / "dossier.json")
    lines = printed.splitlines()
    saved = json.loads((out / "dossier.json").read_bytes())

    assert 0 == code
    assert len(saved["evidence"]) + len(saved["gaps"]) == len(lines)
    for line in lines:
        parse(line)


class Page(HTMLParser):
    """Collects what a page is made of."""

    def __init__(self, content: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self.feed(content)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def template_tags() -> set[str]:
    """Every element that the templates themselves write."""
    sources = (ROOT / "reports" / "templates").rglob("*.html")
    return {tag for s in sources for tag in re.findall(r"<([a-z][a-z0-9]*)", s.read_text(encoding="utf-8"))}


def check_page(path: Path) -> None:
    """No element that is not the templates' own, no scripts, no handlers, no hidden characters."""
    content = path.read_text(encoding="utf-8")
    page = Page(content)

    assert set() == page.tags - template_tags()
    assert "script" not in page.tags
    assert [] == [name for name, _ in page.attributes if name.startswith("on")]
    for name, value in page.attributes:
        assert name not in ("href", "src") or re.match(r"#|https://|data:,", value), value
        assert not CONTROL.search(value), value
    assert not CONTROL.search("".join(page.texts))
    assert not CONTROL.search(content)


# --- damage ------------------------------------------------------------------------------------

ORIGINALS = [(SAMPLES / name / "app.apk").read_bytes() for name in ("aktivisti", "ditari")]


def damaged(content: bytes, chance: random.Random) -> bytes:
    """`content` cut off, or with some of its bytes changed, repeated or left out."""
    changed = bytearray(content)
    for _ in range(chance.choice((1, 2, 4, 16))):
        at = chance.randrange(len(changed))
        match chance.randrange(6):
            case 0:
                changed[at] ^= 1 << chance.randrange(8)
            case 1:
                changed[at : at + 4] = struct.pack(
                    "<L", chance.choice((0, 1, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF))
                )
            case 2:
                changed[at : at + chance.choice((1, 4, 100))] = b""
            case 3:
                changed[at:at] = changed[at : at + chance.choice((4, 24, 500))]
            case 4:
                changed[at : at + 16] = chance.randbytes(16)
            case _:
                changed = changed[: max(at, 1)]
    return bytes(changed)


def members(content: bytes) -> dict[str, bytes]:
    """What an archive holds, so that one member can be damaged and its checksum hold again."""
    from auditor.collect.archive import open_archive

    part, _ = open_archive(content, "app.apk")
    return {name: part.read(name) for name in part.members()}


@pytest.mark.parametrize("seed", range(TRIES // 2))
def test_damaged_package(tmp_path: Path, seed: int) -> None:
    """Bytes changed anywhere in a package."""
    chance = random.Random(seed)  # noqa: S311 - the same bytes every time

    audit(written(tmp_path, damaged(ORIGINALS[seed % 2], chance)), tmp_path / "out")


@pytest.mark.parametrize("seed", range(TRIES // 2))
def test_damaged_member(tmp_path: Path, seed: int) -> None:
    """Bytes changed in the manifest, resources or code of a package that is whole as an archive."""
    chance = random.Random(seed)  # noqa: S311 - the same bytes every time
    content = members(ORIGINALS[seed % 2])
    name = chance.choice(("AndroidManifest.xml", "resources.arsc", "classes.dex"))
    content[name] = damaged(content[name], chance)

    audit(written(tmp_path, zip_bytes(content)), tmp_path / "out", "sq")


# --- things that are not what they say ---------------------------------------------------------


def some_manifest(text: str = "x") -> Element:
    """A manifest that has `text` wherever there is room for text."""
    component = {"android:name": f"al.example.{text}", "android:exported": True, "android:authorities": text}
    meta = Element("meta-data", {"android:name": text, "android:value": text})
    link = {"android:scheme": text, "android:host": text}
    parts = (
        Element("intent-filter", {}, (Element("action", {"android:name": text}), Element("data", link))),
        meta,
    )
    return Element(
        "manifest",
        {"package": f"al.example.{text}", "android:versionName": text, "android:versionCode": text},
        (
            Element("uses-sdk", {"android:minSdkVersion": 21, "android:targetSdkVersion": 26}),
            Element("uses-permission", {"android:name": text}),
            Element("uses-permission", {"android:name": "android.permission.READ_SMS"}),
            Element("uses-feature", {"android:name": text}),
            Element("queries", {}, (Element("package", {"android:name": text}),)),
            Element(
                "application",
                {
                    "android:label": "@7f010000",
                    "android:name": text,
                    "android:networkSecurityConfig": "res/n.xml",
                    "android:debuggable": True,
                },
                (*(Element(kind, component, parts) for kind in ("activity", "provider", "service")), meta),
            ),
        ),
    )


MANIFEST = axml(some_manifest())


def app_with(**changed: bytes) -> bytes:
    """A small whole app with some members changed: `manifest`, `resources` or `code`."""
    content = {
        "AndroidManifest.xml": changed.get("manifest", MANIFEST),
        "resources.arsc": changed.get("resources", arsc({"": {"app_name": "App"}})),
        "classes.dex": changed.get("code", dex_file(["al.example.x.Main"])),
    }
    return zip_bytes(content)


def nested(depth: int) -> bytes:
    """Binary XML of one element inside the other."""
    start = struct.pack("<2L6H", 0xFFFFFFFF, 0, 20, 20, 0, 0, 0, 0)
    begin = chunk(0x102, struct.pack("<LL", 1, 0xFFFFFFFF), start)
    end = chunk(0x103, struct.pack("<LL", 1, 0xFFFFFFFF), start[:8])
    return chunk(0x003, b"", string_pool(["manifest"]) + begin * depth + end * depth)


@pytest.mark.parametrize(
    ("manifest", "why"),
    [
        (b"<manifest package='al.example'/>", "is plain text; expected Android's binary XML"),
        (random.Random(1).randbytes(5000), "is neither binary nor protobuf XML"),  # noqa: S311
        (b"", "is neither binary nor protobuf XML"),
        (nested(50_000), "is nested more than 64 deep"),
        (MANIFEST[:200], "states"),
        (b"\x0a\xff\xff\xff\xff\x0f" * 100, "is neither binary nor protobuf XML"),
        (b"\x03\x00\x08\x00" + bytes(5 << 20), "bytes are more than the"),
    ],
)
def test_manifest_that_is_none(tmp_path: Path, manifest: bytes, why: str) -> None:
    """A manifest that cannot be read is a gap that says what was found instead."""
    found = gaps(written(tmp_path, app_with(manifest=manifest)), tmp_path / "out")

    assert re.search(f"manifest of app.apk could not be read: .*{re.escape(why)}", found), found


@pytest.mark.parametrize(
    "resources",
    [
        random.Random(1).randbytes(5000),  # noqa: S311 - the same bytes every time
        b"",
        arsc({"": {"app_name": "App"}})[:100],
        b"\x02\x00\x0c\x00\xff\xff\xff\xff",
        chunk(0x002, b"\1\0\0\0", bytes(100_000)),
    ],
)
def test_resources_that_are_none(tmp_path: Path, resources: bytes) -> None:
    """Resources that cannot be read are a gap, and the rest of the app is audited."""
    found = gaps(written(tmp_path, app_with(resources=resources)), tmp_path / "out")

    assert "resources of app.apk could not be read" in found


WHOLE = dex_file(["al.example.x.Main"])


def with_number(at: int, value: int) -> bytes:
    return WHOLE[:at] + struct.pack("<L", value) + WHOLE[at + 4 :]


@pytest.mark.parametrize(
    "code",
    [
        b"",
        WHOLE[:100],
        WHOLE[:-5],
        random.Random(1).randbytes(5000),  # noqa: S311 - the same bytes every time
        *(with_number(at, 0xFFFFFFFF) for at in range(0x38, 0x70, 4)),
        *(with_number(at, 0x7FFFFFFC) for at in range(0x38, 0x70, 8)),
        with_number(0x70, 0xFFFFFFF0),
        with_number(0x74, 1000),
    ],
)
def test_code_that_is_none(tmp_path: Path, code: bytes) -> None:
    """Code that cannot be read is a gap, if it matters, and the rest of the app is audited."""
    assert audit(written(tmp_path, app_with(code=code)), tmp_path / "out")[0] in (10, 11)


@pytest.mark.parametrize("unit", [b"a/", b"a"])
@pytest.mark.parametrize("length", [1000, 30_000, 300_000])
def test_code_of_overlapping_names(tmp_path: Path, unit: bytes, length: int) -> None:
    """Ten thousand names that share their bytes cost no more time than the file is large."""
    count, size = 10_000, 0x70 + 40 * 10_000
    text = b"\x7f" + unit * (length // len(unit)) + b"\0"
    head = bytearray(dex_file([])[:0x70])
    for place, start in ((0x38, 0x70), (0x40, 0x70 + 4 * count), (0x60, 0x70 + 8 * count)):
        struct.pack_into("<LL", head, place, count, start)
    offsets = [size + i % (length - 10) for i in range(count)]
    classes = b"".join(struct.pack("<8L", i, *[0] * 7) for i in range(count))
    code = bytes(head) + struct.pack(f"<{2 * count}L", *offsets, *range(count)) + classes + text
    audit(written(tmp_path, app_with(code=code)), tmp_path / "out")

    dossier = (tmp_path / "out" / "dossier.json").read_text("utf-8")
    assert "classes.dex could not be read whole: its strings overlap" in dossier


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty (0 bytes)"),
        (b"hello", "not a ZIP archive"),
        (zip_bytes({"a.txt": b"a"}), "a ZIP archive that holds no app"),
        (zip_bytes({"inner.apk": b"hello"}), "inner.apk: not a ZIP archive"),
        (zip_bytes({"inner.apk": zip_bytes({"inner.apk": app_with()})}), "holds no AndroidManifest.xml"),
        (apk({"a": b""})[:-1], "begins as a ZIP archive and has no end"),
    ],
)
def test_file_that_is_no_app(tmp_path: Path, content: bytes, why: str) -> None:
    """Empty files, other files, archives in archives."""
    assert why in refusal(written(tmp_path, content), tmp_path / "out")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (zip_bytes({"AndroidManifest.xml": bytes(100 << 20)}), "expands more than 1,000 times"),
        (raw_zip([Raw(b"AndroidManifest.xml", MANIFEST, size=2**32 - 2)]), "expands to more than 512 MiB"),
        (raw_zip([Raw(b"AndroidManifest.xml", MANIFEST, size=100_000)]), "size or checksum does not hold"),
    ],
)
def test_manifest_that_is_a_bomb(tmp_path: Path, content: bytes, why: str) -> None:
    """A manifest that expands without end is not expanded."""
    assert why in gaps(written(tmp_path, content), tmp_path / "out")


def test_bomb_beside_the_manifest(tmp_path: Path) -> None:
    """A bomb in a place that need not be read stops nothing."""
    content = members(app_with()) | {"resources.arsc": bytes(100 << 20), "assets/bomb": bytes(100 << 20)}
    assert "expands more than 1,000 times" in gaps(written(tmp_path, zip_bytes(content)), tmp_path / "out")


def test_app_inside_an_app(tmp_path: Path) -> None:
    """The inner app is mentioned and not read."""
    content = members(app_with()) | {"assets/inner.apk": ORIGINALS[0]}
    audit(written(tmp_path, zip_bytes(content)), tmp_path / "out")

    assert "contains another package" in (tmp_path / "out" / "dossier.json").read_text()


def test_folder_without_an_app(tmp_path: Path) -> None:
    """A folder without an app, and a path to nothing, say what was expected."""
    (tmp_path / "empty").mkdir()

    assert "holds no Android package" in refusal(tmp_path / "empty", tmp_path / "out")
    assert "is not there" in refusal(tmp_path / "nothing.apk", tmp_path / "out")


@pytest.mark.parametrize("manifest", [b"", b"\x0a", b"\xff" * 99, b"\x0a\x02\x1a\x00", MANIFEST[:99]])
def test_bundle_with_a_broken_manifest(tmp_path: Path, manifest: bytes) -> None:
    """An AAB whose manifest is no protobuf has a gap instead."""
    content = {"base/manifest/AndroidManifest.xml": manifest, "BundleConfig.pb": b""}
    path = written(tmp_path, zip_bytes(content), "app.aab")

    assert "manifest of base could not be read: " in gaps(path, tmp_path / "out")


# --- texts that want to be more ----------------------------------------------------------------


def app_that_says(text: str) -> bytes:
    """An app with `text` in manifest, resources, names of files and classes, and the certificate."""
    network = Element(
        "network-security-config",
        {},
        (
            Element(
                "domain-config",
                {"android:cleartextTrafficPermitted": True},
                (Element("domain", {}, text=text),),
            ),
        ),
    )
    texts = {
        "app_name": text,
        text: text,
        "google_app_id": text,
        "firebase_database_url": f"https://{text}.al",
    }
    plain = text[:200]
    content = {
        "AndroidManifest.xml": axml(some_manifest(text)),
        "resources.arsc": arsc({"": texts, "sq": texts, "\x1b<": texts}),
        "res/n.xml": axml(network),
        "classes.dex": dex_file([f"al.example.{plain}", f"com.google.firebase.auth.{plain}"]),
        f"lib/x86/{plain}.so": b"",
        f"assets/{plain}.apk": b"",
        f"META-INF/{plain}.version": b"1.0",
        "META-INF/androidx.core_core.version": plain.encode(),
        "META-INF/A.RSA": plain.encode(),
    }
    return signed_apk(zip_bytes(content), KEY, 0x0201, name=plain[:60])


@pytest.mark.parametrize("lang", ["en", "sq"])
@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_text(tmp_path: Path, kind: str, lang: str) -> None:
    """No name inside an app becomes markup, an escape sequence or another line of evidence."""
    path = written(tmp_path, app_that_says(HOSTILE[kind]))

    assert 11 == audit(path, tmp_path / "out", lang)[0]
    lines = run("show", tmp_path / "out" / "dossier.json")[1].splitlines()

    assert "declared data:sms @ manifest:uses-permission[0]" not in lines


@pytest.mark.parametrize("kind", [k for k in HOSTILE if k not in ("comment", "long")])
def test_hostile_case(tmp_path: Path, kind: str) -> None:
    """What a person writes into a case file is text too."""
    text = json.dumps(HOSTILE[kind])
    case = f"app: {{name: {text}, version: {text}}}\ncontroller: {{name: {text}, address: {text}}}\n"
    written(tmp_path, (case + f"notes: {text}\nacquired: {{by: {text}}}\n").encode(), "case.yml")
    written(tmp_path, app_with())

    audit(tmp_path, tmp_path / "out")


@pytest.mark.parametrize("kind", ["script", "attribute", "escapes", "direction", "template"])
def test_hostile_file_name(tmp_path: Path, kind: str) -> None:
    """The name of the file itself is shown and nothing more."""
    name = HOSTILE[kind].replace("/", "_")

    audit(written(tmp_path, app_with(), f"{name}.apk"), tmp_path / "out")
    audit(written(tmp_path, b"hello", f"{name}.apk"), tmp_path / "out")


# --- case, dossier and report files ------------------------------------------------------------

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefg", "bcdefgh", strict=True)
)


@pytest.mark.parametrize(
    ("case", "why"),
    [
        (BOMB.encode(), "is nested too deeply or repeats too much"),
        (b"nonsense: 1\n", "key 'nonsense' is unknown"),
        (b"files: {package: ../other.apk}\n", "expected a file inside the case's folder"),
        (b"files: {package: /etc/passwd}\n", "expected a file inside the case's folder"),
        (b"files: {package: missing.apk}\n", "which is not there"),
        (b"files: {package: link.apk}\n", "expected a file inside the case's folder"),
        (b"\xff\xfe\x00binary", "case.yml"),
        (b"[" * 5000, "case.yml"),
        (b"- a\n- b\n", "case.yml"),
        (b"app: !!python/object/apply:os.system [id]\n", "case.yml"),
        (b"a" * 600_000, "is larger than"),
        (b"app: {name: \x1b[31m}\n", "case.yml"),
    ],
)
def test_hostile_case_file(tmp_path: Path, case: bytes, why: str) -> None:
    """A case file that cannot be used says where it is wrong."""
    folder = tmp_path / "case"
    folder.mkdir()
    written(tmp_path, app_with(), "other.apk")
    if b"link.apk" in case:
        (folder / "link.apk").symlink_to(tmp_path / "other.apk")
    written(folder, app_with())
    code, complaint = audit(written(folder, case, "case.yml"), tmp_path / "out")

    assert code in (1, 3)
    assert why in complaint


@pytest.mark.parametrize("date", ["2024-13-45", "0000-00-00", "9999-99-99"])
def test_impossible_date(tmp_path: Path, date: str) -> None:
    """A date that is none is refused or repeated, and nothing is computed from it."""
    written(tmp_path, app_with())
    case = f"period: {{from: {date}, to: {date}}}\nacquired: {{when: {date}}}\nstore: {{seen: {date}}}\n"

    audit(written(tmp_path, case.encode(), "case.yml"), tmp_path / "out")


def test_empty_case_file(tmp_path: Path) -> None:
    """An empty case file states nothing, which is no mistake."""
    written(tmp_path, app_with())

    assert audit(written(tmp_path, b"", "case.yml"), tmp_path / "out")[0] in (10, 11)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A dossier and a report as they should be."""
    out = tmp_path_factory.mktemp("out")
    run("audit", SAMPLES / "ditari", "--out", out, "--quiet")
    return {name: (out / f"{name}.json").read_bytes() for name in ("dossier", "report")}


COMMANDS = {"judge": "dossier", "show": "dossier", "render": "report"}
BROKEN = {
    "empty": b"",
    "another thing": b"{}",
    "a list": b"[]",
    "nothing": b"null",
    "deep": b"[" * 100_000,
    "binary": bytes(range(256)),
    "huge number": b'{"format": 1e999999}',
    "other format": b'{"format": "dossier-v9"}',
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("kind", BROKEN)
def test_broken_file(tmp_path: Path, command: str, kind: str) -> None:
    """A file that is no dossier or report says what was expected."""
    code, _, complaint = run(command, written(tmp_path, BROKEN[kind], "file.json"))

    assert 1 == code
    assert re.fullmatch(r"auditor: file\.json: .*\n", complaint), complaint


@pytest.mark.parametrize("command", COMMANDS)
def test_the_other_file(tmp_path: Path, command: str, files: dict[str, bytes]) -> None:
    """A report is no dossier, and a dossier no report."""
    other = {"dossier": "report", "report": "dossier"}[COMMANDS[command]]
    code, _, complaint = run(command, written(tmp_path, files[other], "file.json"))

    assert (1, True) == (code, complaint.startswith("auditor: file.json: "))


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("seed", range(TRIES // 4))
def test_damaged_file(tmp_path: Path, command: str, seed: int, files: dict[str, bytes]) -> None:
    """Bytes changed in a dossier or report."""
    chance = random.Random(seed)  # noqa: S311 - the same bytes every time
    content = damaged(files[COMMANDS[command]], chance).decode("utf-8", "replace").encode()
    into = () if command == "show" else ("--into", tmp_path / "made")
    code, _, complaint = run(command, written(tmp_path, content, "file.json"), *into)

    assert code in (0, 1, 10, 11)
    assert (code == 1) == complaint.startswith("auditor: file.json: "), complaint


def put_everywhere(value: object, text: str, key: str = "") -> object:
    """`value` with every text replaced, except those that say what to do with the others."""
    if isinstance(value, dict):
        return {k: put_everywhere(v, text, k) for k, v in value.items()}
    if isinstance(value, list):
        return [put_everywhere(v, text, key) for v in value]
    return text if isinstance(value, str) and key not in WORDS else value


WORDS = {
    *("format", "answer", "severity", "confidence", "kind", "level", "state", "rung", "standing", "gaps"),
    *("confirmed", "read", "basis", "role", "roles", "levels", "subject", "number", "date", "first", "last"),
    *("asked", "declared", "referenced", "reachable", "executed", "transmitted", "disclosed", "denied"),
}
"""Keys of a report whose values are words of the tool, not texts."""


@pytest.mark.parametrize(
    "kind",
    [
        *("script", "attribute", "quote", "comment", "address", "escapes", "direction"),
    ],
)
@pytest.mark.parametrize("lang", ["en", "sq"])
def test_report_of_a_stranger(tmp_path: Path, kind: str, lang: str, files: dict[str, bytes]) -> None:
    """A report that somebody else made is rendered as text, if it can be rendered at all."""
    content = json.dumps(put_everywhere(json.loads(files["report"]), HOSTILE[kind])).encode()
    page = tmp_path / "page.html"
    code, _, complaint = run(
        "render", written(tmp_path, content, "file.json"), "--into", page, "--lang", lang
    )

    assert (code, complaint[:20]) in ((0, ""), (1, "auditor: file.json: "))
    if code == 0:
        check_page(page)


@pytest.mark.parametrize("command", COMMANDS)
def test_file_that_is_not_utf8(tmp_path: Path, command: str, files: dict[str, bytes]) -> None:
    """A file with bytes that are no text says what was expected."""
    content = files[COMMANDS[command]].replace(b"al.example", b"al.ex\xffmple")
    code, _, complaint = run(command, written(tmp_path, content, "file.json"))

    assert (1, "auditor: file.json: ") == (code, complaint[:20])


@pytest.mark.parametrize("key", ["basis", "severity", "kind", "standing", "state", "answer", "level"])
def test_report_with_unknown_words(tmp_path: Path, key: str, files: dict[str, bytes]) -> None:
    """A word that no template knows is refused or shown as it stands."""
    content = re.sub(rf'"{key}": "[^"]*"', f'"{key}": "<b>"', files["report"].decode()).encode()
    page = tmp_path / "page.html"
    code, _, complaint = run("render", written(tmp_path, content, "file.json"), "--into", page)

    assert (code, complaint[:20]) in ((0, ""), (1, "auditor: file.json: "))
    if code == 0:
        check_page(page)


@pytest.mark.parametrize("line", ["hello", "declared", "gap", "declared x:y @ z", "\x1b[31m", "a @ b\n"])
def test_lines_that_are_none(tmp_path: Path, line: str, files: dict[str, bytes]) -> None:
    """A line of evidence or a gap that nobody can read is refused, or in a report shown as it stands."""
    for name, command in (("dossier", "show"), ("report", "render")):
        content = json.loads(files[name])
        content["gaps"].append(line)
        code, _, complaint = run(command, written(tmp_path, json.dumps(content).encode(), "file.json"))

        assert (code, complaint[:20]) in ((0, ""), (1, "auditor: file.json: "))
        assert (name, code) != ("dossier", 0)


# --- as real processes -------------------------------------------------------------------------


def process(*arguments: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "auditor", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, cwd=ROOT, timeout=60, check=False, env={**os.environ, **environment}
    )


def test_process_with_hostile_text(tmp_path: Path) -> None:
    """What really reaches the terminal holds no escape sequence."""
    path = written(tmp_path, app_that_says(HOSTILE["escapes"]))
    done = process("audit", path, "--out", tmp_path / "out")
    shown = process("show", tmp_path / "out" / "dossier.json")

    assert (11, b"", 0, b"") == (done.returncode, done.stderr, shown.returncode, shown.stderr)
    assert not CONTROL.search((done.stdout + shown.stdout).decode())


def test_process_that_refuses(tmp_path: Path) -> None:
    """A refusal is one line on standard error."""
    done = process("audit", written(tmp_path, b"hello"), "--out", tmp_path / "out")

    assert (1, b"") == (done.returncode, done.stdout)
    assert b"auditor: app.apk: not a ZIP archive; expected an Android package\n" == done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such file names")
def test_file_name_that_is_no_text(tmp_path: Path) -> None:
    """A name that is not UTF-8 is no reason to fail."""
    path = os.fsencode(tmp_path) + b"/a\xff\x1b[31m.apk"
    Path(os.fsdecode(path)).write_bytes(app_with())
    done = process("audit", os.fsdecode(path), "--out", tmp_path / "out", "--quiet")

    assert (b"", b"") == (done.stdout, done.stderr)
    assert done.returncode in (10, 11)
    check_page(tmp_path / "out" / "report.html")


def test_terminal_that_knows_no_albanian(tmp_path: Path) -> None:
    """A terminal in plain ASCII gets plain ASCII."""
    written(tmp_path, app_that_says("ëç\u202e"))
    done = process("collect", tmp_path / "app.apk", "--into", tmp_path / "d.json", PYTHONIOENCODING="ascii")
    shown = process("show", tmp_path / "d.json", PYTHONIOENCODING="ascii")

    assert (0, b"", 0, b"") == (done.returncode, done.stderr, shown.returncode, shown.stderr)
