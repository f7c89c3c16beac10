"""Real clients, through the recorder as users start it, over real TLS."""

import json
import shutil
import ssl
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.record.conftest import Start
from tests.record.loopback import Certificate, Origin, Recorder
from tests.record.sockets import Websocket

httpx = pytest.importorskip("httpx", reason="httpx is not installed")

MAIL = {"mail": "arben.testi@example.org", "qyteti": "Tiranë"}

CLIENT = Path(__file__).parent / "Client.java"


def client(recorder: Recorder, *, http2: bool = False) -> Any:
    trusted = ssl.create_default_context(cafile=recorder.authority)
    return httpx.Client(proxy=recorder.proxy, verify=trusted, http2=http2, trust_env=False)


def only_exchange(recorder: Recorder) -> dict[str, Any]:
    recorder.wait("exchange")
    assert not recorder.stop()
    (line,) = recorder.kind("exchange")
    return line


@pytest.mark.parametrize(("http2", "version"), [(False, "HTTP/1.1"), (True, "HTTP/2.0")])
def test_httpx(start: Start, origin: Origin, http2: bool, version: str) -> None:
    recorder = start()
    with client(recorder, http2=http2) as http:
        answer = http.post(f"https://localhost:{origin.port}/sign-up?step=2", json=MAIL)
    line = only_exchange(recorder)

    assert answer.status_code == 200
    assert {
        "host": "localhost", "port": origin.port, "scheme": "https", "method": "POST",
        "path": "/sign-up?step=2", "version": version, "status": 200, "peer": "127.0.0.1", "error": "",
        "sni": "localhost", "frames": [],
    }.items() <= line.items()  # fmt: skip
    assert MAIL == json.loads(line["request"]["body"]["text"])
    assert answer.text == line["response"]["body"]["text"]
    assert ["content-type", "application/json"] in line["response"]["headers"]
    assert 0 < line["at"] <= line["request"]["at"] <= line["response"]["at"]


def test_a_body_of_unknown_length_is_heard_while_it_passes(start: Start, origin: Origin) -> None:
    recorder = start()
    with client(recorder) as http:
        http.post(f"https://localhost:{origin.port}/", content=(bytes([n]) for n in range(200, 205)))
    line = only_exchange(recorder)

    assert {"base64": "yMnKy8w="} == line["request"]["body"]
    assert 5 == line["request"]["size"]


def test_a_delete_keeps_its_body(start: Start, origin: Origin) -> None:
    """HAR files of mitmproxy lose it: an unlike would leave nothing."""
    recorder = start()
    with client(recorder) as http:
        http.request("DELETE", f"https://localhost:{origin.port}/likes/7", json={"post": 7})
    line = only_exchange(recorder)

    assert {"text": '{"post":7}'} == line["request"]["body"]


def test_an_answer_without_end_reaches_the_app_and_the_file(start: Start, origin: Origin) -> None:
    recorder = start()
    with client(recorder) as http, http.stream("GET", f"https://localhost:{origin.port}/drip") as answer:
        assert b"data: drop" in next(answer.iter_raw())
    line = only_exchange(recorder)

    assert line["response"]["body"]["text"].startswith("data: drop\n\n")
    assert line["error"]


def test_a_large_body_is_cut_and_said_to_be(start: Start, origin: Origin) -> None:
    recorder = start("--set", "body_limit=64k")
    with client(recorder) as http:
        whole = http.get(f"https://localhost:{origin.port}/bytes/3000000").content
    line = only_exchange(recorder)

    assert 3_000_000 == len(whole) == line["response"]["size"]
    assert 65_536 == len(line["response"]["body"]["text"])
    assert (
        "the limit for one body was reached: 65536 of 3000000 bytes were recorded" == line["response"]["lost"]
    )


def test_without_bodies_their_sizes_stay(start: Start, origin: Origin) -> None:
    recorder = start("--set", "bodies=false")
    with client(recorder) as http:
        http.post(f"https://localhost:{origin.port}/", json=MAIL)
    line = only_exchange(recorder)

    assert ({"text": ""}, "bodies were not recorded") == (line["request"]["body"], line["request"]["lost"])
    assert line["request"]["size"] > 40
    assert b"arben" not in (recorder.case / "flows.mitm").read_bytes()


def test_plain_http(start: Start, plain_origin: Origin) -> None:
    recorder = start()
    with client(recorder) as http:
        http.get(f"http://localhost:{plain_origin.port}/open")
    line = only_exchange(recorder)

    assert ("http", "/open", "localhost") == (line["scheme"], line["path"], line["host"])


def test_hosts_left_out_are_neither_read_nor_forgotten(
    start: Start, origin: Origin, plain_origin: Origin, files: Certificate
) -> None:
    recorder = start("--set", r"hosts=\.example$")
    untouched = ssl.create_default_context(cafile=files.authority)
    with httpx.Client(proxy=recorder.proxy, verify=untouched, trust_env=False) as http:
        assert 200 == http.get(f"https://localhost:{origin.port}/secret").status_code
        assert 200 == http.get(f"http://localhost:{plain_origin.port}/secret").status_code
    recorder.wait("contact", 2)
    recorder.stop()

    assert [
        "not decrypted: not among the hosts to record",
        "not recorded: not among the hosts to record",
    ] == [line["error"] for line in recorder.kind("contact")]
    assert b"secret" not in (recorder.case / "recording.jsonl").read_bytes()
    assert [] == recorder.kind("exchange")


def test_a_client_that_does_not_trust_the_authority(start: Start, origin: Origin) -> None:
    recorder = start()
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"https://localhost:{origin.port}/", proxy=recorder.proxy, trust_env=False)
    recorder.wait("refused")
    recorder.stop()
    (line,) = recorder.kind("refused")

    assert ("localhost", origin.port) == (line["host"], line["port"])
    assert "does not trust the proxy's certificate" in line["error"]
    assert "unknown ca" in line["error"]
    assert ["http/1.1"] == line["alpn"]


def test_a_handshake_with_nothing_after_it(start: Start, origin: Origin) -> None:
    recorder = start()
    Websocket(recorder, origin).close()
    recorder.wait("contact")
    recorder.stop()

    assert ["decrypted, but nothing was asked"] == [line["error"] for line in recorder.kind("contact")]


def test_a_server_that_is_not_there(start: Start) -> None:
    recorder = start()
    with client(recorder) as http, pytest.raises(httpx.HTTPError):
        http.get("https://localhost:1/")
    recorder.wait("contact")
    recorder.stop()
    (line,) = recorder.kind("contact")

    assert ("localhost", 1, True) == (line["host"], line["port"], "server not reached" in line["error"])


def test_through_another_proxy(start: Start, origin: Origin, tmp_path: Path) -> None:
    """What stands behind is recorded as if nothing stood between; its address is not the other proxy's."""
    behind = start(case=tmp_path / "behind")
    recorder = start("--mode", f"upstream:{behind.proxy}", trust=behind.authority)
    with client(recorder) as http:
        http.get(f"https://localhost:{origin.port}/through")
    line = only_exchange(recorder)

    assert ("localhost", "/through", 200, "") == (line["host"], line["path"], line["status"], line["peer"])


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_curl(start: Start, origin: Origin) -> None:
    recorder = start()
    command = ["curl", "--silent", "--show-error", "--http2", "--proxy", recorder.proxy]
    command += ["--cacert", str(recorder.authority), "--data-binary", "pikë=15"]
    subprocess.run([*command, f"https://localhost:{origin.port}/points"], check=True, capture_output=True)
    line = only_exchange(recorder)

    assert ("HTTP/2.0", {"text": "pikë=15"}) == (line["version"], line["request"]["body"])


@pytest.mark.skipif(not shutil.which("java"), reason="Java is not installed")
def test_java(start: Start, origin: Origin, tmp_path: Path) -> None:
    recorder = start()
    store = tmp_path / "trusted.p12"
    keytool = ["keytool", "-importcert", "-noprompt", "-alias", "mitmproxy", "-storetype", "PKCS12"]
    keytool += ["-file", str(recorder.authority), "-keystore", str(store), "-storepass", "changeit"]
    subprocess.run(keytool, check=True, capture_output=True)
    command = ["java", f"-Djavax.net.ssl.trustStore={store}", "-Djavax.net.ssl.trustStorePassword=changeit"]
    command += [str(CLIENT), str(recorder.port), f"https://localhost:{origin.port}/java"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("200"), done.stderr
    line = only_exchange(recorder)

    assert ("HTTP/2.0", {"text": "Arben"}) == (line["version"], line["request"]["body"])


def test_websocket(start: Start, origin: Origin) -> None:
    recorder = start()
    with Websocket(recorder, origin) as socket:
        socket.open("/socket")
        assert "like:7" == socket.ask("like:7")
        assert b"\x00\xff" == socket.ask(b"\x00\xff")
    line = only_exchange(recorder)

    assert (101, "/socket") == (line["status"], line["path"])
    assert [
        (True, True, {"text": "like:7"}), (False, True, {"text": "like:7"}),
        (True, False, {"base64": "AP8="}), (False, False, {"base64": "AP8="}),
    ] == [(f["sent"], f["text"], f["body"]) for f in line["frames"]]  # fmt: skip


def test_a_long_websocket_is_written_while_it_is_open(start: Start, origin: Origin) -> None:
    recorder = start()
    with Websocket(recorder, origin) as socket:
        socket.open("/socket")
        for number in range(130):
            socket.ask(str(number))
        recorder.wait("frames")
        recorder.process.kill()
        recorder.process.communicate()
    (line,) = recorder.kind("exchange")
    further = recorder.kind("frames")

    assert 100 == len(line["frames"])
    assert {line["id"]} == {more["of"] for more in further}
    assert 200 <= len(line["frames"]) + sum(len(more["frames"]) for more in further)
