"""case.yml: what a person states, nothing invented, every mistake on its line."""

from pathlib import Path

import pytest

from auditor.collect import case
from auditor.collect.case import CaseError


def read(folder: Path, text: str) -> case.CaseFile:
    path = folder / "case.yml"
    path.write_text(text, encoding="utf-8")
    return case.read(path)


def test_an_empty_case_is_a_case(tmp_path: Path) -> None:
    assert {} == read(tmp_path, "").case.app


def test_what_is_stated_is_kept(tmp_path: Path) -> None:
    (tmp_path / "a.apk").write_bytes(b"x")
    text = "app: {name: Ç}\ncontext: [party]\nperiod: {from: 2022-04-09}\nfiles: {package: a.apk}\n"
    found = read(tmp_path, text)

    assert "Ç" == found.case.app["name"]
    assert {"from": "2022-04-09"} == found.case.period
    assert ["a.apk"] == [path.name for path in found.files.values()]
    assert ["context:party"] == [f"{e.fact.kind}:{e.fact.what}" for e in case.evidence(found.case)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("source: who gave it", "case.yml:1: key 'source' is unknown"),
        ("app: {name: x}\ncontroller: {kind: king}", "case.yml:2: controller.kind must be one of"),
        ("period: {from: last year}", "must be a date such as 2025-02-01"),
        (
            "app: {name: x}\nperiod: {from: 2025-02-01, to: 2024-02-01}",
            "case.yml:2: period ends on 2024-02-01, before it begins on 2025-02-01",
        ),
        ("context: [signer-differs]", "context.0 must be one of"),
        ("files: {package: ../outside.apk}", "expected a file inside the case's folder"),
        ("files: {package: missing.apk}", "which is not there"),
        ("files: {package: /etc/passwd}", "expected a file inside the case's folder"),
        ("- a", "must be a table with"),
        ("gdpr: {link: '3(3)', why: x}", "gdpr.link must be one of"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(CaseError) as error:
        read(tmp_path, text)

    assert said in str(error.value)


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    with pytest.raises(CaseError) as error:
        read(tmp_path, "app: {nam: x}\nlanguages: [Albanian]\n")

    assert 2 == len(str(error.value).splitlines())
