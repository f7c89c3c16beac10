"""Beside TrackHAR, on the same HAR files: who is recognised, what is found, seconds and peak memory.

    PYTHONPATH=. python benchmarks/trackhar.py --package node_modules/trackhar [--pairs N] HAR...
    PYTHONPATH=. python benchmarks/trackhar.py --package node_modules/trackhar --adapters

DIR is the folder that `npm install trackhar@1.0.0` (CC0, github.com/tweaselORG/TrackHAR) makes; nothing is
fetched here. Values are never shown: only TrackHAR's names of properties, our kinds of data, and places.
`--adapters` needs no recording: it holds every adapter of TrackHAR against the endpoints of `rules/vendors`.
`docs/trackhar.md` explains the differences.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import trackhar_adapters
from peers import pairs
from trackhar_kinds import NO_DATA, OTHER_NAMES, accepted

SCRIPT = """
import fs from 'node:fs';
import { pathToFileURL } from 'node:url';
const [dir, har] = process.argv.slice(2);
const peer = await import(pathToFileURL(dir + '/dist/index.js'));
const name = (adapter) => adapter && adapter.tracker.slug + '/' + adapter.slug;
const endpoint = (url) => typeof url === 'string' ? { text: url } : { pattern: url.source };
if (!har) {
    console.log(JSON.stringify(peer.adapters.map((a) => ({ name: name(a),
        urls: a.endpointUrls.map(endpoint), properties: Object.keys(a.containedDataPaths) }))));
} else {
    let parsed;
    try { parsed = JSON.parse(fs.readFileSync(har, 'utf-8')); } catch { console.log('"no JSON to it"'); }
    if (parsed) {
        const found = await peer.process(parsed);
        const adapters = peer.unhar(parsed).map((request) => name(peer.adapterForRequest(request)));
        console.log(JSON.stringify(found.map((fields, index) => ({
            adapter: adapters[index] ?? '',
            fields: (fields ?? []).map(({ property, context, path }) => ({ property, context, path })),
        }))));
    }
}
"""
"""Prints what TrackHAR finds in one HAR file, without the values; without a file, its adapters."""

BY_SHAPE = "shapes"
PLACES = 1_000
"""Lines of one fact that auditor lists (`traffic/transmitted.py`); the rest it counts."""


class Mine(NamedTuple):
    """What our side found in one request."""

    vendors: list[str]
    companies: list[str]
    data: list[tuple[str, str]]
    """(kind, place)"""


def main() -> None:
    """Compare and measure each HAR file, or list adapters."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("har", nargs="*", type=Path)
    parser.add_argument("--package", type=Path, metavar="DIR")
    parser.add_argument("--adapters", action="store_true")
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--ours", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.ours:
        print(json.dumps(ours(options.ours)))
        return
    if sentence := absent(options.package):
        sys.exit(sentence)
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "trackhar.mjs"
        script.write_text(SCRIPT, encoding="utf-8")
        theirs = ["node", str(script), str(options.package.resolve())]
        if options.adapters:
            print("\n".join(trackhar_adapters.lines(said(theirs))))
        for har in options.har:
            compare(har, theirs, options.pairs)


def absent(package: Path | None) -> str:
    """Why TrackHAR cannot run; empty when it can."""
    if not shutil.which("node"):
        return "TrackHAR cannot run: node is not installed."
    if not package or not (package / "dist" / "index.js").is_file():
        return "TrackHAR is absent: give the folder that `npm install trackhar@1.0.0` made as --package DIR."
    return ""


def compare(har: Path, theirs: list[str], count: int) -> None:
    """Differences of one file, then time and memory."""
    mine = [sys.executable, __file__, "--ours", str(har)]
    left, right = said(mine), said([*theirs, str(har)])
    print(f"\n{har.name}")
    if isinstance(left, str) or isinstance(right, str):
        for name, result in (("ours", left), ("theirs", right)):
            print(f"  {name}: {result if isinstance(result, str) else f'{len(result)} requests'}")
        return
    requests = [Mine(**one) for one in left]
    print("\n".join(grouped(requests, right)))
    lines = Counter(kind for one in requests for kind, _ in one.data)
    if many := [kind for kind, count in lines.items() if count >= PLACES]:
        print(f"  of {', '.join(many)} the first {PLACES} places are listed: later ones look like misses")
    print(f"  {measures(mine, [*theirs, str(har)], count)}")


def said(command: list[str]) -> Any:
    """What one of the two printed; its own words where it broke."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return done.stderr.strip().splitlines()[-1][:200]
    return json.loads(done.stdout)


def measures(mine: list[str], theirs: list[str], count: int) -> str:
    """Medians of whole processes in turn, and of the ratios pair by pair."""
    taken = pairs(mine, theirs, count)
    middle = [[statistics.median(pair[side][unit] for pair in taken) for side in (0, 1)] for unit in (0, 1)]
    ratio = [statistics.median(pair[0][unit] / pair[1][unit] for pair in taken) for unit in (0, 1)]
    (seconds, their_seconds), (peak, their_peak) = middle
    return (
        f"ours / theirs: {seconds:.2f} s / {their_seconds:.2f} s = {ratio[0]:.1f}; "
        f"peak {peak:.0f} MiB / {their_peak:.0f} MiB = {ratio[1]:.1f}"
    )


def ours(har: Path) -> list[dict[str, list[Any]]] | str:
    """What `auditor.collect.traffic.read` finds per request; a sentence where the file is no recording."""
    from auditor.catalogue import load
    from auditor.collect.recordings.record import RecordingError
    from auditor.collect.traffic import Beside, read

    rules = load()
    try:
        traffic = read(har, rules, Beside())
    except RecordingError as error:
        return str(error)
    found: defaultdict[int, Mine] = defaultdict(lambda: Mine([], [], []))
    for item in traffic.evidence:
        index, _, place = item.where.removeprefix("flow:").partition("/")
        if item.fact.kind == "sdk":
            found[int(index)].vendors.append(item.fact.what)
            found[int(index)].companies.append(rules.vendors[item.fact.what].company)
        elif item.fact.kind == "data" and item.by != BY_SHAPE:
            found[int(index)].data.append((item.fact.what, place.partition(" ")[0]))
    count = traffic.artifact.about["records"]["exchange"]
    return [found[index]._asdict() for index in range(max([count - 1, *found]) + 1)]


def grouped(mine: list[Mine], theirs: list[Mapping[str, Any]]) -> Iterator[str]:
    """Lines of all requests: alike ones once, with the numbers of the requests."""
    totals, lines = Counter[str](), defaultdict[str, list[int]](list)
    for index, (left, right) in enumerate(zip(mine, theirs, strict=True)):
        for sort, line in one_request(left, right):
            totals[sort] += 1
            lines[f"{sort:<17}{line}"].append(index)
    yield "  " + ", ".join(f"{sort} {count}" for sort, count in sorted(totals.items()))
    for line, numbers in sorted(lines.items()):
        more = "" if len(numbers) <= 8 else f" and {len(numbers) - 8} more"
        yield f"  {line}  [{', '.join(map(str, numbers[:8]))}{more}]"


def one_request(mine: Mine, theirs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(sort of agreement or difference, text) of one request."""
    yield from organisation(mine, theirs["adapter"])
    kinds = {kind for kind, _ in mine.data}
    at = defaultdict[tuple[str, ...], set[str]](set)
    for kind, place in mine.data:
        at[names(place)].add(kind)
    covered: set[str] = set()
    for field in theirs["fields"]:
        right = accepted(field["property"])
        same = at.get(names(f"{field['context']}${field['path']}"), set())
        covered |= same | (right & kinds)
        yield sort_of(field["property"], right, same, kinds), f"{shown(field)} {theirs['adapter']}"
    for kind in sorted(kinds - covered):
        place = next(place for other, place in mine.data if other == kind)
        yield "only ours", f"{kind}: {place}  {', '.join(dict.fromkeys(mine.vendors))}"


def sort_of(name: str, right: frozenset[str], same: set[str], kinds: set[str]) -> str:
    """How one field of theirs stands to ours."""
    if same:
        return "agreed" if same & right or name in NO_DATA else "other kind"
    if name in NO_DATA:
        return "no data of ours"
    return "agreed in kind" if right & kinds else "only theirs"


def organisation(mine: Mine, adapter: str) -> Iterator[tuple[str, str]]:
    """Whether both name the same company or product."""
    slug = adapter.partition("/")[0]
    word = OTHER_NAMES.get(slug, slug.partition("-")[0])
    known = " ".join([*mine.vendors, *mine.companies]).lower()
    if slug and mine.vendors:
        yield ("same vendor" if word in known else "other vendor"), f"{slug}: {', '.join(mine.vendors)}"
    elif slug:
        yield "vendor theirs", adapter
    elif mine.vendors:
        yield "vendor ours", ", ".join(mine.vendors)


def names(place: str) -> tuple[str, ...]:
    """A place of either side as names alone: `body:json$.events[0].id` is `body$events.*.id`."""
    part = re.split(r"[:$]", place, maxsplit=1)[0]
    inner = re.sub(r":[a-z0-9.-]+|\[(?:\d+|\*)\]|\['|'\]", ".", place[len(part) :])
    found = [name for name in re.split(r"[.$]", inner) if name and name != "*"]
    return (part, *(name.lower() for name in found))


def shown(field: Mapping[str, str]) -> str:
    """Property and place, never the value."""
    return f"{field['property']}: {field['context']} {field['path']}"


if __name__ == "__main__":
    main()
