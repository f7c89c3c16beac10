"""Bytes -> leaves: every value in a body, with its place, the steps that opened it, and its byte range.

Imports nothing of auditor but itself. A step that fails is a problem with its place, never silence.
"""

from __future__ import annotations

from auditor.decode.fieldmap import FieldMap, Named
from auditor.decode.leaf import LIMITS, Leaf, Limits, Scalar, Tree
from auditor.decode.opening import tree
from auditor.decode.wire import DecodeError
from auditor.decode.write import Write

__all__ = ["LIMITS", "DecodeError", "FieldMap", "Leaf", "Limits", "Named", "Scalar", "Tree", "Write", "tree"]
