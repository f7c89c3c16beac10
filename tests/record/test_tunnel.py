"""A phone in a network of its own, behind a real WireGuard tunnel. Needs root, wireguard-go, wg and ip."""

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.record.conftest import Start
from tests.record.loopback import Certificate, Origin, Recorder

NAME = f"auditor{os.getpid() % 100_000}"
SERVER = "198.51.100.7"
"""Kept for documentation; here an address of this machine's loopback."""

HOME, AWAY = "10.213.7.1", "10.213.7.2"

PHONE = """
import json, socket, ssl, sys, time, urllib.request
server, port, authority = sys.argv[1], int(sys.argv[2]), sys.argv[3]

def look_up(name):
    query = b"\\x12\\x34\\x01\\0\\0\\1\\0\\0\\0\\0\\0\\0"
    query += b"".join(bytes([len(p)]) + p.encode() for p in name.split(".")) + b"\\0\\0\\1\\0\\1"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(20)
        asking.sendto(query, ("10.0.0.53", 53))
        return ".".join(str(b) for b in asking.recv(512)[-4:])

marker = look_up("mark.invalid")
page = urllib.request.Request(f"http://{marker}/before-consent", headers={"Host": "mark.invalid"})
marked = urllib.request.urlopen(page, timeout=20).read().decode()
local = look_up("localhost")
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as quic:
    quic.sendto(bytes.fromhex(sys.argv[4]), (server, 443))
    quic.sendto(bytes.fromhex(sys.argv[4]), (server, 443))
trusted = ssl.create_default_context(cafile=authority)
with trusted.wrap_socket(socket.create_connection((server, port), 20), server_hostname="localhost") as app:
    app.sendall(b"POST /points HTTP/1.1\\r\\nHost: localhost\\r\\nContent-Length: 4\\r\\n\\r\\nlike")
    answer = app.recv(65536).decode()
print(json.dumps({"marker": marker, "marked": marked, "local": local, "answer": answer}))
"""


def tools() -> str:
    missing = [name for name in ("wireguard-go", "wg", "ip") if not shutil.which(name)]
    if missing:
        return f"{', '.join(missing)} not installed"
    return "" if os.geteuid() == 0 and Path("/dev/net/tun").exists() else "needs root and /dev/net/tun"


pytestmark = pytest.mark.skipif(bool(tools()), reason=tools())


def do(command: str) -> str:
    return subprocess.run(command.split(), check=True, capture_output=True, text=True).stdout


@contextlib.contextmanager
def network() -> Iterator[None]:
    """A network for the phone, joined to this machine by one cable."""
    try:
        for step in (
            f"ip netns add {NAME}",
            f"ip link add {NAME} type veth peer name cable netns {NAME}",
            f"ip address add {HOME}/30 dev {NAME}",
            f"ip link set {NAME} up",
            f"ip -n {NAME} address add {AWAY}/30 dev cable",
            f"ip -n {NAME} link set cable up",
            f"ip -n {NAME} link set lo up",
            f"ip address add {SERVER}/32 dev lo",
        ):
            do(step)
        yield
    finally:
        for step in (f"ip netns del {NAME}", f"ip link del {NAME}", f"ip address del {SERVER}/32 dev lo"):
            subprocess.run(step.split(), check=False, capture_output=True)


@contextlib.contextmanager
def tunnel(recorder: Recorder, folder: Path) -> Iterator[None]:
    """The phone's end, with the configuration the recorder shows; everything goes through it."""
    shown = (recorder.case / "phone" / "wireguard.conf").read_text(encoding="utf-8")
    config = folder / "wg.conf"
    config.write_text(re.sub(r"(?m)^(Address|DNS|IncludedApplications) .*\n", "", shown))
    inside = f"ip netns exec {NAME} "
    process = subprocess.Popen([*inside.split(), "wireguard-go", "-f", "wgphone"], stderr=subprocess.DEVNULL)
    try:
        while "wgphone" not in do(f"ip -n {NAME} link"):
            time.sleep(0.05)
        do(f"{inside} wg setconf wgphone {config}")
        do(f"ip -n {NAME} address add 10.0.0.1/32 dev wgphone")
        do(f"ip -n {NAME} link set wgphone up")
        do(f"ip -n {NAME} route add default dev wgphone")
        yield
    finally:
        process.terminate()
        process.wait()


def test_everything_of_a_phone_in_a_tunnel(start: Start, files: Certificate, tmp_path: Path) -> None:
    connection = pytest.importorskip("tests.record.test_connections")
    with network():
        recorder = start("--mode", "wireguard", "--set", "app=al.example.app", "--listen-host", HOME)
        with tunnel(recorder, tmp_path), contextlib.closing(Origin(files, SERVER)) as origin:
            greeting = connection.greeting("firestore.googleapis.com").hex()
            command = ["ip", "netns", "exec", NAME, sys.executable, "-c", PHONE]
            command += [SERVER, str(origin.port), str(recorder.authority), greeting]
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        assert not done.returncode, done.stderr
        recorder.wait("exchange")
        recorder.stop()
    told = json.loads(done.stdout)

    assert ("192.0.2.53", "127.0.0.1") == (told["marker"], told["local"])
    assert "Marked: before consent" in told["marked"]
    assert "200" in told["answer"]
    assert ["before consent"] == [line["path"] for line in recorder.kind("mark")]
    assert ["localhost"] == [line["host"] for line in recorder.kind("lookup")]
    assert [("firestore.googleapis.com", "quic", "QUIC refused")] == [
        (line["host"], line["scheme"], line["error"]) for line in recorder.kind("contact")
    ]
    assert [("localhost", SERVER, "/points", {"text": "like"})] == [
        (line["host"], line["peer"], line["path"], line["request"]["body"])
        for line in recorder.kind("exchange")
    ]
