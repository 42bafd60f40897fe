"""What the importer makes of a list, in the words that the extension has for it too."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from channels import blocklists

VECTORS = json.loads((Path(__file__).parents[2] / "clients/vectors/lists.json").read_text())


def answer(data: bytes) -> dict[str, Any]:
    """Entries and counts of a list, or `noList`: why it is none (clients/vectors/lists.json)."""
    try:
        found = blocklists.parse(data)
    except blocklists.UnreadableList as unreadable:
        return {"noList": _kind(unreadable.reason, VECTORS["noList"])}
    tally = found.tally
    return {
        "entries": [
            [one.channel_id, None if one.handle is None else f"@{one.handle}", one.level]
            for one in found.entries
        ],
        **{name: getattr(tally, name) for name in ("taken", "rejected", "comments", "blank")},
        "reasons": _by_kind(tally.reasons),
        "parts": _by_kind(tally.parts),
    }


def _by_kind(reasons: Mapping[str, int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for reason, count in reasons.items():
        kind = _kind(reason, VECTORS["reasons"])
        found[kind] = found.get(kind, 0) + count
    return found


def _kind(reason: str, kinds: Mapping[str, list[str]]) -> str:
    """The one kind that a reason is of; a reason of none, or of two, fails the test."""
    (kind,) = (k for k, forms in kinds.items() if any(re.match(form, reason) for form in forms))
    return kind
