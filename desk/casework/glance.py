"""What a target is, beside the numbers: its name, its panels, its label, what its owner asks."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from channels.models import Channel
from channels.names import Names
from common.db import rows
from desk import sql
from videos.models import Video
from videos.rows import Row
from videos.scoring import CLAIM_VOICES
from votes.models import Case, Panel, SignKind, TargetType
from votes.observations import facts as observations
from votes.observations.rule import strongest
from votes.signs.facts import clock, counted

_ORDER = {
    "panels": ("id", True),
    "other_cases": ("id", True),
    "signs": ("voices", True),
    "thread": ("created_at", False),
}


def of(
    target_type: str,
    keys: Sequence[str],
    video: Video | Row | None,
    channel: Channel | None,
    *,
    with_signs: bool = True,
) -> dict[str, Any]:
    """What the page shows of it, in two statements at most.

    `called` has the `title` of a video and the name of its `channel`, those on which as many voices
    agree as it takes for a channel: nobody has verified either. `signs` are what voters noticed,
    most voices first; of a video with very many votes a worker counts them (`desk.voters`).
    `thread` is what is asked about other things of the same channel, the oldest first.
    """
    names = _names(target_type, keys, video, channel)
    found = _found(target_type, keys, names, with_signs=with_signs)
    if names:
        found["measured"] = strongest(observations.measured(names).values())
    return found


def signs(video_id: str) -> list[dict[str, Any]]:
    """What voters noticed in a video, most voices first, in words."""
    return [_in_words(it) for it in counted([video_id]).get(video_id, [])]


def _found(
    target_type: str, keys: Sequence[str], names: Sequence[str], *, with_signs: bool
) -> dict[str, Any]:
    lists: dict[str, list[dict[str, Any]]] = defaultdict(list)
    parameters = {
        "video": keys[0] if target_type == TargetType.VIDEO else "",
        "videos": list(keys[:1]) if with_signs and target_type == TargetType.VIDEO else [],
        "voices": CLAIM_VOICES,
        "target_type": target_type,
        "keys": list(keys),
        "names": list(names),
    }
    for which, columns in rows(sql.GLANCE, parameters):
        lists[which].append(_in_words(json.loads(columns)))
    for which, (name, newest_first) in _ORDER.items():
        lists[which].sort(key=itemgetter(name), reverse=newest_first)
    return {**lists, "called": {it["kind"]: it for it in lists["called"]}}


def _in_words(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Columns with times as times, and the words for what was chosen of few."""
    it: dict[str, Any] = {
        name: datetime.fromisoformat(value) if value and name.endswith("_at") else value
        for name, value in columns.items()
    }
    if "cause" in it:
        it["why"] = Panel.Cause(it["cause"]).label
    elif "sign" in it:
        it["noticed"] = SignKind(it["sign"]).label
        it["when"] = "" if it.get("at") is None else clock(it["at"])
    elif "state" in it:
        it["standing"] = Case.State(it["state"]).label
        it["of"] = Case.Kind(it["kind"]).label if "kind" in it else it["target_type"].capitalize()
    return it


def _names(
    target_type: str, keys: Sequence[str], video: Video | Row | None, channel: Channel | None
) -> list[str]:
    """All names of the channel that it is, or is of; empty where none is known."""
    if channel:
        return list(channel.names.keys)
    if target_type == TargetType.CHANNEL:
        return list(keys)
    if video is None or not (video.channel_id or video.channel_handle):
        return []
    handles = (video.channel_handle,) if video.channel_handle else ()
    return list(Names(video.channel_id, handles).keys)
