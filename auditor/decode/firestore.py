"""Cloud Firestore: values without their wrapping, and what a message writes.

REST and WebChannel wrap every value in an object that names its type; here it stands under its field at once:
`:firestore$.writes[0].update.fields.points`. Messages of gRPC get the same names from the field maps below.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import parse_qsl, unquote

from auditor.decode.jsontext import Holder, Naming
from auditor.decode.leaf import Leaf, Scalar
from auditor.decode.piece import segment
from auditor.decode.write import Value, Write, listing, mapping, messages

_KINDS = "null boolean integer double timestamp string bytes reference geoPoint array map".split()
VALUES = frozenset(f"{kind}Value" for kind in _KINDS)
_WRAPPED = re.compile(
    rb'"(?:string|integer|double|boolean|map|array|timestamp|null|reference|bytes|geoPoint)Value"'
)
_CONTEXT = re.compile(rb'/documents|"(?:fields|fieldPath)"')
_FIELD_STEP = re.compile(r"`((?:[^`\\]|\\.)*)`|([^.`]+)")
_DOCUMENTS = re.compile(r"^/?(?:v1(?:beta1)?/)?projects/[^/]+/databases/[^/]+/documents/?")


def is_wrapped(data: bytes) -> bool:
    """Whether JSON speaks of Firestore's documents or values."""
    sample = data[: 1 << 20]
    if _WRAPPED.search(sample):
        return _CONTEXT.search(sample) is not None
    return b'"writes"' in sample and b"/documents/" in sample


class FirestoreNaming(Naming):
    """JSON in which `{"stringValue": x}` is x. Integers, which JSON carries as text, become numbers."""

    step = "firestore"
    empty = True

    def begun(self, holder: Holder, within: Holder | None) -> None:
        """Recognises what wraps a value by the name it stands under."""
        name = within.name if within is not None and within.close == "}" else ""
        if name in ("mapValue", "arrayValue"):
            holder.kind = "wrapper"
        elif within is not None and within.kind == "wrapper":
            holder.kind = "held"
        else:
            holder.kind = "object"

    def member(self, holder: Holder, name: str) -> tuple[str, str, str]:
        """The place of the wrapping itself for what wraps."""
        wraps = name in VALUES or (holder.kind == "wrapper" and name in ("fields", "values"))
        if wraps:
            return holder.place, holder.key, holder.parent
        return holder.place + segment(name), name, holder.place

    def value(self, holder: Holder, value: Scalar) -> Scalar:
        """Integers as numbers."""
        if holder.name == "integerValue" and isinstance(value, str) and len(value) < 25:
            try:
                return int(value)
            except ValueError:
                return value  # no number after all: as it was sent
        return value


NAMING = FirestoreNaming()


def writes(leaves: Sequence[Leaf], *, method: str = "", path: str = "") -> list[Write]:
    """Every write in what was decoded of a request.

    `method` and `path` with its query tell of requests that concern one document.
    """
    found: list[Write] = []
    held = messages(leaves, "firestore")
    for place, message in held.items():
        for write in listing(mapping(message).get("writes")):
            found += [one._replace(place=place) for one in _write(mapping(write))]
    if not found and _DOCUMENTS.match(path.partition("?")[0]):
        found += _document(next(iter(held.items()), ("", {})), method, path)
    return found


def _document(held: tuple[str, Value], method: str, path: str) -> Iterator[Write]:
    """PATCH, POST and DELETE of one document (REST reference, projects.databases.documents)."""
    place, message = held
    route, _, query = path.partition("?")
    asked = parse_qsl(query, max_num_fields=1000) if query.count("&") < 1000 else []
    name = unquote(route)
    if method == "DELETE":
        yield Write(_short(name), "", "delete", None)
    elif method == "PATCH":
        mask = [value for key, value in asked if key == "updateMask.fieldPaths"]
        for one in _update({**mapping(message), "name": name}, mask or None):
            yield one._replace(place=place)
    elif method == "POST" and ":" not in name.rpartition("/")[2]:  # behind it stands what else is asked for
        given = next((value for key, value in asked if key == "documentId"), "?")
        for one in _update({**mapping(message), "name": f"{name.rstrip('/')}/{given}"}, None):
            yield one._replace(place=place)


def _write(parts: Mapping[str, Value]) -> Iterator[Write]:
    """google.firestore.v1.Write, in the names of JSON."""
    if isinstance(name := parts.get("delete"), str):
        yield Write(_short(name), "", "delete", None)
    update = mapping(parts.get("update"))
    if update:
        mask = mapping(parts.get("updateMask"))
        paths = [path for path in listing(mask.get("fieldPaths")) if isinstance(path, str)]
        yield from _update(update, paths if "updateMask" in parts else None)
        yield from _transforms(_short(str(update.get("name", ""))), parts.get("updateTransforms"))
    transform = mapping(parts.get("transform"))
    if transform:
        yield from _transforms(_short(str(transform.get("document", ""))), transform.get("fieldTransforms"))


def _update(document: Mapping[str, Value], mask: list[str] | None) -> Iterator[Write]:
    """Fields of a document; those that the mask names and the document has not are deleted."""
    name, fields = _short(str(document.get("name", ""))), mapping(document.get("fields"))
    if mask is None:
        if not fields:
            yield Write(name, "", "set", None)
        for field, value in fields.items():
            yield Write(name, field, "set", value)
        return
    for path in mask:
        there, value = _at(fields, path)
        yield Write(name, path, "set" if there else "delete", value)


def _at(fields: object, path: str) -> tuple[bool, Value]:
    value: Value = fields if isinstance(fields, dict) else {}
    for quoted, plain in _FIELD_STEP.findall(path):
        name = re.sub(r"\\(.)", r"\1", quoted) if quoted else plain
        if not isinstance(value, dict) or name not in value:
            return False, None
        value = value[name]
    return True, value


_TRANSFORMS = {
    "increment": "increment",
    "maximum": "maximum",
    "minimum": "minimum",
    "setToServerValue": "server-time",
    "appendMissingElements": "union",
    "removeAllFromArray": "remove",
}


def _transforms(path: str, transforms: Value) -> Iterator[Write]:
    for transform in listing(transforms):
        parts = mapping(transform)
        for name, op in _TRANSFORMS.items():
            if name in parts:
                yield Write(path, str(parts.get("fieldPath", "")), op, _operand(op, parts[name]))


def _operand(op: str, value: Value) -> Value:
    if op == "server-time":
        return None
    if op in ("union", "remove"):
        return listing(mapping(value).get("values", value))
    return value


def _short(name: str) -> str:
    """The path of a document without its database."""
    return _DOCUMENTS.sub("", name)
