"""Field maps of Firestore's gRPC messages , named as in REST (firebase-android-sdk, google/firestore/v1)."""

from __future__ import annotations

from auditor.decode.fieldmap import FieldMap, Named


def _text(name: str) -> Named:
    return Named(name, "string")


def _list(name: str, message: str) -> Named:
    return Named(name, message=message, repeated=True)


def _held(name: str, message: str) -> Named:
    return Named(name, message=message)


_VALUE = {
    1: Named("booleanValue", "bool"),
    2: Named("integerValue", "int"),
    3: Named("doubleValue", "double"),
    5: _text("referenceValue"),
    6: _held("mapValue", "map"),
    8: _held("geoPointValue", "point"),
    9: _held("arrayValue", "array"),
    10: _held("timestampValue", "time"),
    11: Named("nullValue", "int"),
    17: _text("stringValue"),
    18: Named("bytesValue", "bytes"),
}
_TRANSFORM = {
    1: _text("fieldPath"),
    2: Named("setToServerValue", "int"),
    3: _held("increment", "value"),
    4: _held("maximum", "value"),
    5: _held("minimum", "value"),
    6: _held("appendMissingElements", "items"),
    7: _held("removeAllFromArray", "items"),
}
_WRITE = {
    1: _held("update", "document"),
    2: _text("delete"),
    3: _held("updateMask", "mask"),
    4: _held("currentDocument", "precondition"),
    5: _text("verify"),
    6: _held("transform", "document_transform"),
    7: _list("updateTransforms", "field_transform"),
}
MESSAGES = {
    "value": _VALUE,
    "map": {1: _list("fields", "entry")},
    "array": {1: _list("values", "value")},
    "items": {1: _list("values", "value")},
    "entry": {1: _text("key"), 2: _held("value", "value")},
    "point": {1: Named("latitude", "double"), 2: Named("longitude", "double")},
    "time": {1: Named("seconds", "int"), 2: Named("nanos", "int")},
    "document": {
        1: _text("name"),
        2: _list("fields", "entry"),
        3: _held("createTime", "time"),
        4: _held("updateTime", "time"),
    },
    "mask": {1: Named("fieldPaths", "string", repeated=True)},
    "precondition": {1: Named("exists", "bool"), 2: _held("updateTime", "time")},
    "field_transform": _TRANSFORM,
    "document_transform": {1: _text("document"), 2: _list("fieldTransforms", "field_transform")},
    "write": _WRITE,
    "write_request": {
        1: _text("database"),
        2: _text("streamId"),
        3: _list("writes", "write"),
        4: Named("streamToken", "bytes"),
        5: _list("labels", "label"),
    },
    "commit_request": {1: _text("database"), 2: _list("writes", "write"), 3: Named("transaction", "bytes")},
    "label": {1: _text("key"), 2: _text("value")},
    "listen_request": {
        1: _text("database"),
        2: _held("addTarget", "target"),
        3: Named("removeTarget", "int"),
        4: _list("labels", "label"),
    },
    "target": {
        2: _held("query", "query_target"),
        3: _held("documents", "documents_target"),
        4: Named("resumeToken", "bytes"),
        5: Named("targetId", "int"),
        6: Named("once", "bool"),
    },
    "documents_target": {2: Named("documents", "string", repeated=True)},
    "query_target": {1: _text("parent"), 2: _held("structuredQuery", "query")},
    "query": {
        2: _list("from", "collection"),
        3: _held("where", "filter"),
        4: _list("orderBy", "order"),
        5: _held("limit", "number"),
    },
    "collection": {2: _text("collectionId"), 3: Named("allDescendants", "bool")},
    "filter": {1: _held("compositeFilter", "filters"), 2: _held("fieldFilter", "field_filter")},
    "filters": {1: Named("op", "int"), 2: _list("filters", "filter")},
    "field_filter": {1: _held("field", "field"), 2: Named("op", "int"), 3: _held("value", "value")},
    "field": {2: _text("fieldPath")},
    "order": {1: _held("field", "field"), 2: Named("direction", "int")},
    "number": {1: Named("value", "int")},
    "listen_response": {
        2: _held("targetChange", "target_change"),
        3: _held("documentChange", "document_change"),
        4: _held("documentDelete", "document_delete"),
        5: _held("filter", "existence"),
        6: _held("documentRemove", "document_remove"),
    },
    "target_change": {
        1: Named("targetChangeType", "int"),
        2: Named("targetIds", "int", repeated=True),
        4: Named("resumeToken", "bytes"),
        6: _held("readTime", "time"),
    },
    "document_change": {
        1: _held("document", "document"),
        5: Named("targetIds", "int", repeated=True),
        6: Named("removedTargetIds", "int", repeated=True),
    },
    "document_delete": {1: _text("document"), 4: _held("readTime", "time")},
    "document_remove": {1: _text("document"), 4: _held("readTime", "time")},
    "existence": {1: Named("targetId", "int"), 2: Named("count", "int")},
    "batch_get_request": {1: _text("database"), 2: Named("documents", "string", repeated=True)},
    "batch_get_response": {1: _held("found", "document"), 2: _text("missing"), 4: _held("readTime", "time")},
    "run_query_request": {1: _text("parent"), 2: _held("structuredQuery", "query")},
    "run_query_response": {1: _held("document", "document"), 3: _held("readTime", "time")},
    "batch_write_request": {1: _text("database"), 2: _list("writes", "write")},
}
_METHODS = {
    "Write": "write",
    "Commit": "commit",
    "Listen": "listen",
    "BatchGetDocuments": "batch_get",
    "RunQuery": "run_query",
    "BatchWrite": "batch_write",
}


def _map(root: str) -> FieldMap:
    return FieldMap("firestore-" + root.replace("_", "-"), root, MESSAGES)


MAPS = {root: _map(root) for root in MESSAGES if root.endswith(("_request", "_response"))}


def by_path(path: str, *, response: bool = False) -> FieldMap | None:
    """The map for a gRPC path such as `/google.firestore.v1.Firestore/Write`; None for other paths."""
    service, _, method = path.rpartition("/")
    if not service.startswith("/google.firestore.v1"):
        return None
    return MAPS.get(f"{_METHODS.get(method, '')}_{'response' if response else 'request'}")
