"""What may be passed on under the site's licence, and what this site alone may serve.

What is served here names in `restricted` the lists that may not be passed on, and what is left
without them. Text lists, exports and mirrors take what is left, by this module alone; what may be
published at all is decided before, when channels are rolled up (`channels.recompute`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from videos.scoring import LIST, MODERATOR


def passed_on(entry: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """A public video or channel as it may be passed on; None if nothing of it may."""
    restricted = entry.get("restricted")
    if restricted is None:
        return entry
    if not isinstance(restricted, Mapping) or "score" not in restricted:
        return None
    left = {name: value for name, value in entry.items() if name != "restricted"}
    left["score"] = restricted["score"]
    left.pop("channelBy", None)
    if "autoFlag" in entry:
        left["autoFlag"] = restricted.get("autoFlag")
        if not left["autoFlag"]:
            left.pop("listed", None)
    # That other lists say the same is not known, but of a flag.
    if entry.get("decidedBy") == LIST and not left.get("listed"):
        del left["decidedBy"]
    return left


# The same of rows, `v` of videos and `h` of channels.
VIDEO_MAY = "NOT (v.preliminary AND v.restricted <> '')"
VIDEO_PUBLISHED = f"""
  NOT v.hidden AND NOT v.shadow_hidden AND (v.total_votes > 0 OR v.locked OR v.preliminary)
  AND {VIDEO_MAY}"""
VIDEO_SCORE = """CASE WHEN v.restricted = '' THEN v.score
    ELSE coalesce(v.passed_score, v.evidence_score) END"""
_VIDEO_BY = f"""coalesce(nullif(v.decided_by, ''),
    CASE WHEN v.locked THEN '{MODERATOR}' ELSE nullif(v.channel_by, '') END)"""
VIDEO_DECIDED_BY = f"CASE WHEN v.restricted = '' OR {_VIDEO_BY} <> '{LIST}' THEN {_VIDEO_BY} END"
CHANNEL_MAY = "(h.restricted = '' OR h.passed_score IS NOT NULL)"
CHANNEL_SCORE = "CASE WHEN h.restricted = '' THEN h.score ELSE h.passed_score END"
CHANNEL_AUTO_FLAG = "CASE WHEN h.restricted = '' THEN h.auto_flag_new ELSE h.passed_auto_flag END"
_CHANNEL_BY = f"""coalesce(nullif(h.decided_by, ''),
    CASE WHEN h.locked THEN '{MODERATOR}' WHEN h.listed THEN '{LIST}' END)"""
CHANNEL_DECIDED_BY = f"""CASE WHEN h.restricted = '' OR (h.listed AND h.passed_auto_flag)
    OR {_CHANNEL_BY} <> '{LIST}' THEN {_CHANNEL_BY} END"""
