"""The phone's configuration."""

from pathlib import Path

from auditor.record import wireguard

TEXT = """[Interface]
PrivateKey = 2DFNz1FS+sF3yEaHHNMU1C8XXeuhpFHJlnm8kKSdHFM=
Address = 10.0.0.1/32
DNS = 10.0.0.53

[Peer]
PublicKey = QIhJkbb5CFCQVfmcLBWuyOjJrjQJzTPhVFK1FSqLbWg=
AllowedIPs = 0.0.0.0/0
Endpoint = 192.168.1.2:51820"""


def test_only_the_app_and_play_services() -> None:
    told = wireguard.for_apps(TEXT, "al.example.app").splitlines()

    assert ["[Interface]", "IncludedApplications = al.example.app, com.google.android.gms"] == told[:2]
    assert TEXT == wireguard.for_apps(TEXT, "")


def test_the_port_is_the_real_one() -> None:
    told = wireguard.reached_at(TEXT.replace("51820", "0"), 40_001)

    assert "Endpoint = 192.168.1.2:40001" == told.splitlines()[-1]
    assert TEXT == wireguard.reached_at(TEXT, 40_001)


def test_saved_for_the_owner_and_forgotten(tmp_path: Path) -> None:
    folder = wireguard.save(tmp_path, TEXT, "al.example.app")
    names = {path.name for path in folder.iterdir()}
    modes = {path.stat().st_mode & 0o777 for path in folder.iterdir()}
    (folder / "mine.txt").write_text("kept")

    assert ({"wireguard.conf", "wireguard.svg", "wireguard.png"}, {0o600}) == (names, modes)
    assert b"PNG" == (folder / "wireguard.png").read_bytes()[1:4]
    wireguard.forget(folder)
    assert ["mine.txt"] == [path.name for path in folder.iterdir()]


def test_drawn_for_a_terminal() -> None:
    rows = wireguard.drawn(TEXT).splitlines()

    assert len(rows) > 20
    assert 1 == len({len(row) for row in rows if row})
