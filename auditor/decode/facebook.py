"""What Facebook's SDK packs into single fields: batches of requests, and `extinfo`, a list without names."""

from __future__ import annotations

from auditor.decode.jsontext import Holder, Naming
from auditor.decode.piece import segment

EXTINFO = (
    "format package version_code version_name os_version model locale time_zone_short carrier width height "
    "density cores storage_total storage_free time_zone"
).split()
"""Positions in `extinfo` (facebook-android-sdk, Utility.setAppEventExtendedDeviceInfoParameters)."""


class PlainNaming(Naming):
    """JSON as it stands, with names for the positions of `extinfo`."""

    def begun(self, holder: Holder, within: Holder | None) -> None:
        """Recognises `extinfo` by its name."""
        del within
        if holder.key == "extinfo" and holder.close == "]":
            holder.kind = "extinfo"

    def item(self, holder: Holder) -> tuple[str, str, str]:
        """Known positions by name."""
        if holder.kind and holder.count < len(EXTINFO):
            name = EXTINFO[holder.count]
            return holder.place + segment(name), name, holder.place
        return f"{holder.place}[{holder.count}]", holder.key, holder.place


class ExtinfoNaming(PlainNaming):
    """The text of a field `extinfo`."""

    step = "extinfo"


class BatchNaming(PlainNaming):
    """The text of a field `batch`: requests with `method`, `relative_url` and `body`."""

    step = "facebook-batch"


PLAIN = PlainNaming()
_EXTINFO, _BATCH = ExtinfoNaming(), BatchNaming()


def naming(key: str, data: bytes) -> Naming | None:
    """Naming for JSON in a field of that name; None when it is not Facebook's."""
    if key == "extinfo" and data[:1] == b"[":
        return _EXTINFO
    if key == "batch" and data[:1] == b"[" and b'"relative_url"' in data:
        return _BATCH
    return None
