"""Every adapter of TrackHAR beside the endpoints of `rules/vendors`: no recording is needed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from trackhar_kinds import NO_DATA, accepted

from auditor.catalogue import Catalogue, load
from auditor.collect.recordings.record import Kind, Record
from auditor.collect.traffic import endpoints


def lines(adapters: list[Mapping[str, Any]]) -> Iterator[str]:
    """Adapters without an endpoint of ours; properties for which the endpoint has no field of that kind."""
    rules = load()
    known = endpoints.of(rules)
    missing = 0
    for adapter in adapters:
        urls = [sample(url) for url in adapter["urls"]]
        silent = [url for url in urls if not answering(rules, url)]
        missing += len(silent) == len(urls)
        if silent:
            owner = known.owner_of(urlsplit(silent[0]).hostname or "") or "nobody's host"
            yield f"no endpoint  {adapter['name']:<52}{len(silent)} of {len(urls)}  {owner}  {silent[0]}"
        if len(silent) < len(urls) and (more := unnamed(rules, adapter["properties"], urls)):
            yield f"no field     {adapter['name']:<52}{' '.join(more)}"
    yield f"{len(adapters)} adapters, {missing} of them without any endpoint of ours"


def answering(rules: Catalogue, url: str) -> list[tuple[str, str]]:
    """(vendor, endpoint) of ours that match method, host and path."""
    parts = urlsplit(url)
    record = Record(0, Kind.EXCHANGE, host=parts.hostname or "", scheme=parts.scheme, path=parts.path or "/")
    asked = (replace(record, method=method) for method in ("GET", "POST", "PUT"))
    found = (one for each in asked for one in endpoints.of(rules).sent(each, {}))
    return list(dict.fromkeys((one.vendor, one.endpoint) for one in found))


def unnamed(rules: Catalogue, properties: list[str], urls: list[str]) -> list[str]:
    """Properties for which none of the endpoints at these addresses has a field of a fitting kind."""
    ours = dict.fromkeys(pair for url in urls for pair in answering(rules, url))
    kinds = {field["data"] for pair in ours for field in fields(rules, *pair)}
    return [name for name in properties if name not in NO_DATA and not accepted(name) & kinds]


def fields(rules: Catalogue, vendor: str, endpoint: str) -> list[Mapping[str, Any]]:
    """The fields of one endpoint."""
    raw = next(one for one in endpoints.entries(rules.vendors[vendor], rules) if one["id"] == endpoint)
    return list(raw.get("fields", ()))


def sample(url: Mapping[str, str]) -> str:
    """An address that an adapter is for: its text, or one that its pattern matches."""
    if "text" in url:
        return url["text"]
    text = url["pattern"].strip("^$").replace("\\/", "/").replace("\\.", ".")
    text = re.sub(r"\([^()|]*\)\?", "", text)
    text = re.sub(r"\(([^()|]*)(?:\|[^()]*)?\)\??", r"\1", text)
    text = re.sub(r"\[0-9a-fA-F\]\{(\d+)\}", lambda found: "a" * int(found[1]), text)
    text = re.sub(r"\\d(?:\{[\d,]+\}|[+?])?", "1", text).replace(".+", "x")
    text = re.sub(r"[\w-]\?", "", text)
    return text if re.search(url["pattern"], text) else f"https://pattern.invalid/{text}"
