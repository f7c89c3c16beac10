"""Who may import whom (design, section 4). Each module imports only to its right."""

import ast
from pathlib import Path

import pytest

AUDITOR = Path(__file__).parent.parent / "auditor"

CORE = (
    "report judge lint catalogue shapes document forms match vocabulary notation cache decode reportmodel "
    "profilemodel recordedmodel model"
).split()
"""Left to right: a module imports only from what stands to its right."""

MAY = {name: set(CORE[i + 1 :]) for i, name in enumerate(CORE)} | {
    "report": set(CORE),
    "model": set(),
    "decode": {"decode"},
    "cache": set(),
    "notation": {"model"},
    "vocabulary": {"model"},
    "forms": {"model"},
    "document": {"forms", "model"},
    "endpointforms": {"forms", "model"},
    "shapes": {"endpointforms", "forms", "notation", "model", "vocabulary"},
    "judge": {"catalogue", "match", "model", "notation"},
    "collect": {
        "collect",
        "dex",
        "catalogue",
        "document",
        "forms",
        "match",
        "vocabulary",
        "notation",
        "decode",
        "model",
    },
    "dossier": {"notation", "reportmodel", "model"},
    "explain": {"catalogue", "model"},
    "trial": {"judge", "collect", "catalogue", "match", "notation", "decode", "model"},
    "dex": {"dex"},
    "record": {"record"},
    "cli": {"*"},
    "__main__": {"cli"},
    "__init__": set(),
}

DOORS = {
    "androguard": {"collect/decompiler.py"},
    "numpy": {"dex/", "collect/reading.py", "collect/fingerprint.py"},
    "yaml": {"document.py"},
    "jinja2": {"report/page.py"},
    "typer": {"cli.py"},
    "rich": {"cli.py"},
    "msgspec": {"dossier.py"},
    "re2": {"collect/literals.py"},
    "cryptography": {"collect/signature.py", "collect/certificates.py"},
    "brotli": {"decode/compression.py"},
    "zstandard": {"decode/compression.py"},
    "msgpack": {"decode/packed.py"},
    "hpack": {"collect/recordings/capture/http2.py"},
    "publicsuffixlist": {"collect/traffic/firstparty.py"},
    "maxminddb": {"collect/traffic/registry.py"},
    "mitmproxy": {"record/proxy.py", "record/connections.py"},
    "segno": {"record/wireguard.py"},
    "frida": {"record/device.py"},
}
"""Third-party libraries and the one module, or folder, behind which each stays."""

NETWORK = {"socket", "ssl", "urllib.request", "http.client", "requests", "httpx", "ftplib", "smtplib"}


def modules() -> list[Path]:
    return sorted(AUDITOR.rglob("*.py"))


def imports(path: Path) -> set[str]:
    """Full names of everything a module imports, at the top or inside functions."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module or ""}
    return found


def unit(path: Path) -> str:
    """Top-level name below auditor: a module's, or its folder's."""
    return path.relative_to(AUDITOR).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(AUDITOR)))
def test_imports_only_to_the_right(path: Path) -> None:
    allowed = MAY[unit(path)]
    wanted = {name.split(".")[1] for name in imports(path) if name.startswith("auditor.")} - {"__version__"}

    assert "*" in allowed or wanted <= allowed, f"{wanted - allowed} is not to the right of {unit(path)}"


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(AUDITOR)))
def test_libraries_stay_behind_their_door(path: Path) -> None:
    here = str(path.relative_to(AUDITOR))
    strangers = {name.split(".")[0] for name in imports(path)} & DOORS.keys()

    assert {name for name in strangers if not here.startswith(tuple(DOORS[name]))} == set()


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(AUDITOR)))
def test_nothing_but_the_recorder_can_reach_the_network(path: Path) -> None:
    assert unit(path) == "record" or not imports(path) & NETWORK
