"""Cloud Firestore in JSON, as its REST interface speaks: every value names its type."""

from __future__ import annotations

import datetime as dt
from typing import Any

from samples.bed.documents import Query, Write


def wrapped(value: Any) -> dict[str, Any]:
    """A plain value as Firestore's JSON has it."""
    if value is None:
        return {"nullValue": None}
    if isinstance(value, bool):
        return {"booleanValue": value}
    if isinstance(value, int):
        return {"integerValue": str(value)}
    if isinstance(value, float):
        return {"doubleValue": value}
    if isinstance(value, dict):
        return {"mapValue": {"fields": wrapped_fields(value)}}
    if isinstance(value, list):
        return {"arrayValue": {"values": [wrapped(item) for item in value]}}
    return {"stringValue": str(value)}


def wrapped_fields(values: dict[str, Any]) -> dict[str, Any]:
    """All fields of a document."""
    return {name: wrapped(value) for name, value in values.items()}


def plain(value: dict[str, Any]) -> Any:
    """The inverse of `wrapped`."""
    kind, held = next(iter(value.items()))
    if kind == "integerValue":
        return int(held)
    if kind == "mapValue":
        return {name: plain(item) for name, item in held.get("fields", {}).items()}
    if kind == "arrayValue":
        return [plain(item) for item in held.get("values", [])]
    return held


def write(one: Write, root: str) -> dict[str, Any]:
    """A write below `root`, the name of the database with `/documents`."""
    if one.delete:
        return {"delete": f"{root}/{one.delete}"}
    made: dict[str, Any] = {"update": {"name": f"{root}/{one.document}", "fields": wrapped_fields(one.set)}}
    made["updateMask"] = {"fieldPaths": [*one.set]}
    if changes := _transforms(one):
        made["updateTransforms"] = changes
    return made


def _transforms(one: Write) -> list[dict[str, Any]]:
    return [
        *({"fieldPath": name, "increment": wrapped(by)} for name, by in one.increment.items()),
        *({"fieldPath": name, "appendMissingElements": _array(items)} for name, items in one.union.items()),
        *({"fieldPath": name, "removeAllFromArray": _array(items)} for name, items in one.remove.items()),
        *({"fieldPath": name, "setToServerValue": "REQUEST_TIME"} for name in one.now),
    ]


def _array(items: list[Any]) -> dict[str, Any]:
    return {"values": [wrapped(item) for item in items]}


def read_write(made: dict[str, Any]) -> Write:
    """The inverse of `write`."""
    if "delete" in made:
        return Write(delete=short(made["delete"]))
    update = made["update"]
    one = Write(short(update["name"]), set={k: plain(v) for k, v in update.get("fields", {}).items()})
    for change in made.get("updateTransforms", ()):
        _read_transform(one, change)
    return one


def _read_transform(one: Write, change: dict[str, Any]) -> None:
    name = change["fieldPath"]
    if "increment" in change:
        one.increment[name] = plain(change["increment"])
    elif "appendMissingElements" in change:
        one.union[name] = [plain(item) for item in change["appendMissingElements"]["values"]]
    elif "removeAllFromArray" in change:
        one.remove[name] = [plain(item) for item in change["removeAllFromArray"]["values"]]
    else:
        one.now.append(name)


def query(one: Query) -> dict[str, Any]:
    """A structured query."""
    made: dict[str, Any] = {"from": [{"collectionId": one.collection}]}
    filters = [
        {"fieldFilter": {"field": {"fieldPath": name}, "op": "EQUAL", "value": wrapped(value)}}
        for name, value in one.where.items()
    ]
    if filters:
        made["where"] = (
            filters[0] if len(filters) == 1 else {"compositeFilter": {"op": "AND", "filters": filters}}
        )
    if one.order:
        made["orderBy"] = [{"field": {"fieldPath": one.order}, "direction": "DESCENDING"}]
    return made | ({"limit": one.limit} if one.limit else {})


def read_query(made: dict[str, Any]) -> Query:
    """The inverse of `query`."""
    where = made.get("where", {})
    filters = where.get("compositeFilter", {}).get("filters", [where] if where else [])
    said = {one["fieldFilter"]["field"]["fieldPath"]: plain(one["fieldFilter"]["value"]) for one in filters}
    order = made.get("orderBy", [{"field": {"fieldPath": ""}}])[0]["field"]["fieldPath"]
    return Query(made["from"][0]["collectionId"], said, order, made.get("limit", 0))


def short(name: str) -> str:
    """The path of a document without its database."""
    return name.partition("/documents/")[2]


def now() -> str:
    """The moment as Firestore writes it."""
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
