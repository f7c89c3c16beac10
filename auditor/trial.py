"""Runs the tests written inside rule files, through the same code that reads real packages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from auditor import judge
from auditor.catalogue import Catalogue, Check
from auditor.collect import addresses
from auditor.collect.literals import ADDRESS, Scanner
from auditor.collect.networks import Asked, Networks
from auditor.collect.recognise import recognise
from auditor.collect.seen import seen_in_test
from auditor.collect.traffic import engaged, handmade, parts
from auditor.collect.traffic.endpoints import Endpoints, Found, field_maps
from auditor.collect.traffic.regions import Declared
from auditor.decode import tree
from auditor.match import Pool
from auditor.model import Dossier, Evidence, Gap
from auditor.notation import level_name, parse_lines, show_fact


@dataclass(frozen=True, slots=True)
class Trial:
    """One test of one rule file, and how it went."""

    rule: str
    """`vendors/acme-push`."""
    name: str
    expected: str
    got: str

    @property
    def passed(self) -> bool:
        """Whether what came out is what was expected."""
        return self.expected == self.got


def trials(rules: Catalogue) -> Iterator[Trial]:
    """Every test of every rule file, in order."""
    endpoints = Endpoints(rules)
    for folder in ("data", "practices", "vendors"):
        for item in getattr(rules, folder).values():
            for test in item.tests:
                if "request" in test["given"]:
                    yield from _request_trials(f"{folder}/{item.id}", test, endpoints)
                elif "recording" in test["given"]:
                    yield from _recording_trials(f"{folder}/{item.id}", test, rules)
                else:
                    yield _package_trial(f"{folder}/{item.id}", test, rules)
    for check in rules.checks.values():
        for test in check.tests:
            yield _check_trial(check, test, rules)
    yield from _literal_trials(rules)
    yield from _region_trials(rules)
    yield from _network_trials(rules)
    yield from _decoder_trials(rules)


def _request_trials(rule: str, test: Any, endpoints: Endpoints) -> Iterator[Trial]:
    """What a request is said to hold; events, consent and a closed body where the test names them."""
    record = handmade.record(test["given"]["request"], endpoints.all_maps)
    found = endpoints.sent(record, parts.sent(record, endpoints.maps(record)))
    owner = endpoints.owner_of(record.host)
    vendors = {item.vendor for item in found} | ({owner} if owner and not found else set())
    got = {f"transmitted sdk:{vendor}" for vendor in vendors}
    got |= {f"transmitted data:{one.data} > {item.vendor}" for item in found for one in item.evidence}
    yield Trial(rule, test["name"], _listed(test["expect"]), _listed(got))
    for key, told in ASKED.items():
        if key in test:
            yield Trial(rule, f"{test['name']}: {key}", _told(test[key]), _told(told(found)))


def _recording_trials(rule: str, test: Any, rules: Catalogue) -> Iterator[Trial]:
    """What requests and their answers show together; the tariff where the test names one."""
    shown = engaged.by_hand(test["given"]["recording"], rules)
    got = {f"transmitted practice:{line.fact.what}" for line in shown.lines()}
    yield Trial(rule, test["name"], _listed(test["expect"]), _listed(got))
    if "tariff" in test:
        rows = {f"{row['action']} {row['points']:+g}" for row in shown.about()["tariff"]}
        yield Trial(rule, f"{test['name']}: tariff", _listed(test["tariff"]), _listed(rows))


def _told(value: Any) -> str:
    return str(value) if isinstance(value, bool) else _listed(value)


def _events(found: list[Found]) -> set[str]:
    return {
        f"{event.kind} {event.name}" if event.kind != "event" else f"{event.name}({', '.join(event.params)})"
        for item in found
        for event in item.events
    }


def _consent(found: list[Found]) -> set[str]:
    return {f"{sign.meaning} {sign.value}" for item in found for sign in item.consent}


def _opaque(found: list[Found]) -> bool:
    return any(item.opaque for item in found)


def _writes(found: list[Found]) -> set[str]:
    changes = (change for item in found for change in item.writes)
    return {f"{one.op} {one.path}{':' * bool(one.path)}{one.field} {one.value!s}" for one in changes}


ASKED = {"events": _events, "consent": _consent, "writes": _writes, "opaque": _opaque}
"""What a test may ask of a request besides who was sent what."""


def _decoder_trials(rules: Catalogue) -> Iterator[Trial]:
    """The places named by a test, with the values that stand there; none when the bytes do not fit."""
    maps = field_maps(rules.decoders)
    for item in rules.decoders.values():
        known = maps[item.id]
        for test in item.tests:
            given = test["given"]
            data = bytes.fromhex(given["hex"]) if "hex" in given else None
            made = data if data is not None else handmade.message(known, known.root, given["value"])
            opened = tree(made, "body", content_type="application/x-protobuf", maps=[known])
            front = f"body:{item.id}"
            got = [
                f"{leaf.place.removeprefix(front)} = {leaf.value!s}"
                for leaf in opened.leaves
                if leaf.place.startswith(front)
            ]
            expected = [f"{place} = {value}" for place, value in test["expect"].items()]
            yield Trial(f"decoders/{item.id}", test["name"], _listed(expected), _listed(got))


def _literal_trials(rules: Catalogue) -> Iterator[Trial]:
    """What is found in a text: sorts of addresses for `addresses`, kinds of secrets for `secrets`."""
    scanner, sorter = Scanner(rules), addresses.Sorter(rules.addresses)
    for folder in ("addresses", "secrets"):
        for item in getattr(rules, folder).values():
            for test in item.tests:
                given = test["given"] if isinstance(test["given"], str) else "".join(test["given"])
                found = list(scanner.scan(given.encode()))
                sorts = [sorter.sort(addresses.parse(f.text)).sort for f in found if f.kind == ADDRESS]
                kinds = [f.kind for f in found if f.kind != ADDRESS]
                got = sorts if folder == "addresses" else kinds
                yield Trial(f"{folder}/{item.id}", test["name"], _listed(test["expect"]), _listed(got))


def _region_trials(rules: Catalogue) -> Iterator[Trial]:
    """The region that a host name declares, with its country."""
    for item in rules.regions.values():
        declared = Declared({item.id: item})
        for test in item.tests:
            region = declared.of(test["given"])
            got = [f"{region.id} {region.country}".strip()] if region else []
            yield Trial(f"regions/{item.id}", test["name"], _listed(test["expect"]), _listed(got))


def _network_trials(rules: Catalogue) -> Iterator[Trial]:
    """What a request does in a social network: the action, `read`, or `post` where it names one."""
    known = Networks(rules)
    for item in rules.networks.values():
        for test in item.tests:
            record = handmade.record(test["given"], {})
            leaves = parts.leaves(parts.sent(record))
            asked = Asked(record.method, record.host, record.path.partition("?")[0], leaves)
            acted = known.acted(asked)
            got = {"post" for _, network in known.posts(leaves) if network == item.id}
            got |= {"read"} if known.reads(asked) == item.id else set()
            got |= {f"{'un' * acted.undone}{acted.action}"} if acted and acted.network == item.id else set()
            yield Trial(f"networks/{item.id}", test["name"], _listed(test["expect"]), _listed(got))


def _package_trial(rule: str, test: Any, rules: Catalogue) -> Trial:
    found = recognise(seen_in_test(test["given"]), rules)
    got = {f"{level_name(e.level)} {show_fact(e.fact)}" for e in found}
    return Trial(rule, test["name"], _listed(test["expect"]), _listed(got))


def _check_trial(check: Check, test: Any, rules: Catalogue) -> Trial:
    given = list(parse_lines(test["given"] or ""))
    evidence = tuple(item for item in given if isinstance(item, Evidence))
    gaps = tuple(item for item in given if isinstance(item, Gap))
    dossier = Dossier(evidence=evidence, gaps=gaps)
    pool = Pool(evidence, gaps, rules.words)
    answers = {f.answer.value for f in judge.ask(check, pool, dossier, rules, "2026-01-01")}
    return Trial(f"checks/{check.id}", test["name"], test["expect"], _strongest(answers))


def _strongest(answers: set[str]) -> str:
    return next((word for word in ("found", "undetermined", "clear") if word in answers), "nothing")


def _listed(statements: Any) -> str:
    return "; ".join(sorted(statements)) or "nothing"
