"""One origin and one certificate authority for all tests of the recorder."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.record.loopback import MITMDUMP, Certificate, Origin, Recorder, certificate, recording

type Start = Callable[..., Recorder]


@pytest.fixture(scope="session")
def confdir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not MITMDUMP.exists():
        pytest.skip(f"{MITMDUMP} is not there")
    return tmp_path_factory.mktemp("mitmproxy")


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="session")
def origin(files: Certificate) -> Iterator[Origin]:
    server = Origin(files)
    yield server
    server.close()


@pytest.fixture(scope="session")
def plain_origin() -> Iterator[Origin]:
    server = Origin(None)
    yield server
    server.close()


@pytest.fixture
def start(tmp_path: Path, confdir: Path, files: Certificate) -> Iterator[Start]:
    """Start a recorder that trusts the origin; it is stopped with the test."""
    with ExitStack() as stack:

        def begin(*options: str, case: Path | None = None, trust: Path | None = None) -> Recorder:
            trusted = ("--set", f"ssl_verify_upstream_trusted_ca={trust or files.authority}")
            return stack.enter_context(recording(case or tmp_path / "case", confdir, *trusted, *options))

        yield begin
