"""Gathers what was found lately from the database; a worker's or publisher's work."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from channels.models import Channel, ListSource
from channels.present import channel_object
from common.db import rows
from common.fields import timestamp
from pages import verdicts
from pages.recent import ranking, sql
from sync import history
from videos.models import Video
from videos.present import is_published, video_object
from videos.store import categories_of
from votes.models import Case

LOOKED_AT = 20_000
"""Of the newest lines of all histories."""
MOST = 500
"""Of each list."""
OF_A_LIST = 50
# Not what is flagged for its channel's sake alone: the channel is shown.
UP = frozenset(history.FLAGGED) - {"preliminary"}


@dataclass(frozen=True)
class _Line:
    kind: str
    key: str
    at: datetime
    before: str
    after: str
    cause: str

    @property
    def flags(self) -> bool:
        return self.after in UP

    @property
    def clears(self) -> bool:
        return self.after in history.CLEARED or (self.after == "none" and self.cause == "jury")


def gather() -> dict[str, Any]:
    """What the file has but its numbers: four lists of entries, each the first first.

    An entry has `kind` (`video`, `channel`), `key`, `name`, `at`, `what` and `by` (a verdict),
    `category`, `score`, `votes`, `disputes`, `voices` and `order`, by which its list is sorted.
    """
    now = timezone.now()
    lines = [_Line(*row[1:]) for row in rows(sql.LATEST, {"looked_at": LOOKED_AT})]
    lines.sort(key=lambda it: it.at, reverse=True)
    flagged = _most([it for it in lines if it.flags])
    cleared = [it for it in lines if it.clears][:MOST]
    disputed = _disputed()
    objects = _objects(
        [*(it.key for it in [*flagged, *cleared] if it.kind == "video"), *disputed],
        [it.key for it in [*flagged, *cleared] if it.kind == "channel"],
    )
    appealed = _appealed(key for _, key in objects)
    up = [_entry(it, objects) for it in flagged if (it.kind, it.key) not in appealed]
    newest = _with_few_listed([it for it in up if it and it["what"] == "ai"])[:MOST]
    down = [_entry(it, objects) for it in cleared]
    return {
        "newest": [{**it, "order": it["at"]} for it in newest],
        "rising": _rising(newest, now),
        "disputed": _most_disputed(disputed, objects, appealed),
        "cleared": [{**it, "order": it["at"]} for it in down if it and it["what"] != "ai"],
    }


def numbers() -> dict[str, Any]:
    """How much is flagged, confirmed and found to be human; reads all videos once."""
    flagged, confirmed, human, channels, now = rows(sql.NUMBERS)[0]
    return {
        "flagged": flagged,
        "confirmed": confirmed,
        "human": human,
        "channels": channels,
        "countedAt": timestamp(now),
    }


def lists() -> list[dict[str, Any]]:
    """The published lists with their sizes, and the newest channels on each."""
    sizes = [] if settings.MIRROR_OF else ListSource.objects.sizes()
    new: dict[str, list[dict[str, str]]] = {it["name"]: [] for it in sizes}
    for source, channel_id, handle, level, since in rows(
        sql.LISTED, {"sources": list(new), "most": OF_A_LIST}
    ):
        key = channel_id or f"@{handle}"
        name = f"@{handle}" if handle else key
        new[source].append({"key": key, "name": name, "level": level, "at": timestamp(since)})
    return [{**it, "new": new[it["name"]]} for it in sizes]


def _most(lines: list[_Line]) -> list[_Line]:
    """As many of videos as of channels, still the newest first."""
    of = {kind: [it for it in lines if it.kind == kind][:MOST] for kind in ("video", "channel")}
    return sorted([*of["video"], *of["channel"]], key=lambda it: it.at, reverse=True)


def _with_few_listed(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of channels that imported lists name the newest alone: lists have a page of their own."""
    listed = [it for it in entries if it["kind"] == "channel" and it["by"] == "list"][OF_A_LIST:]
    dropped = {it["key"] for it in listed}
    return [it for it in entries if it["kind"] == "video" or it["key"] not in dropped]


_Objects = Mapping[tuple[str, str], dict[str, Any]]


def _objects(video_ids: Collection[str], keys: Collection[str]) -> _Objects:
    """Public objects as entries without a time; hidden ones are missing. Three statements."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    videos = [it for it in Video.objects.filter(pk__in=set(video_ids)) if is_published(it)]
    categories = categories_of([it.pk for it in videos])
    for video in videos:
        shown = video_object(video, categories.get(video.pk, {}))
        named = verdicts.kinds(shown)
        found["video", video.pk] = {
            "kind": "video",
            "key": video.pk,
            "name": video.pk,
            **verdicts.of_video(shown)._asdict(),
            "category": named[0][0] if named else "",
            "score": shown["score"],
            "votes": verdicts.ai_votes(shown),
            "disputes": shown.get("disputes", {}).get("votes", 0),
            "voices": video.independent_voters,
            **({"channel": f"@{video.channel_handle}"} if video.channel_handle else {}),
        }
    for channel in Channel.objects.named(sorted(set(keys))):
        shown = channel_object(channel)
        entry = {
            "kind": "channel",
            "key": channel.key,
            "name": shown.get("handle", channel.key),
            **verdicts.of_channel(shown)._asdict(),
            "category": (shown["topCategories"] or [""])[0],
            "score": shown["score"],
            "votes": 0,
            "disputes": 0,
            "voices": 0,
        }
        found |= {("channel", key): entry for key in channel.names.keys}
    return found


def _entry(line: _Line, objects: _Objects) -> dict[str, Any] | None:
    """An object as of now, with the time of its line; None if nothing is published of it."""
    found = objects.get((line.kind, line.key))
    return {**found, "at": timestamp(line.at)} if found else None


def _appealed(keys: Iterable[str]) -> set[tuple[str, str]]:
    """Those with an appeal that waits: nobody who objects is shown around meanwhile."""
    waiting = Case.objects.filter(kind=Case.Kind.APPEAL, target_id__in=set(keys))
    waiting = waiting.exclude(state=Case.State.CLOSED)
    return set(waiting.values_list("target_type", "target_id"))


def _rising(newest: list[dict[str, Any]], now: datetime) -> list[dict[str, Any]]:
    of_a_day = dict(
        rows(sql.VOTES_OF_A_DAY, {"videos": [it["key"] for it in newest if it["kind"] == "video"]})
    )
    ranked = [
        {
            **it,
            "order": ranking.rising(
                age_h=(now - datetime.fromisoformat(it["at"])).total_seconds() / 3600,
                votes_an_hour=of_a_day.get(it["key"], 0) / 24,
                agreement=ranking.agreement(ai=it["votes"], disputes=it["disputes"]),
            ),
        }
        for it in newest
        if it["kind"] == "video"
    ]
    return sorted(ranked, key=_in_order, reverse=True)


def _disputed() -> list[str]:
    """Videos that people disagree about, of those that are or once were flagged."""
    found = [pk for (pk,) in rows(sql.DISPUTED, {"looked_at": 2 * MOST})]
    return sorted(history.once_flagged(found))


def _most_disputed(
    video_ids: Iterable[str], objects: _Objects, appealed: Collection[tuple[str, str]]
) -> list[dict[str, Any]]:
    ranked = []
    for pk in video_ids:
        found = objects.get(("video", pk))
        if found and ("video", pk) not in appealed and found["by"] in ("votes", "channel", ""):
            order = ranking.disputed(ai=found["votes"], disputes=found["disputes"])
            ranked.append({**found, "at": "", "order": order})
    return sorted(ranked, key=_in_order, reverse=True)[:MOST]


def _in_order(entry: Mapping[str, Any]) -> tuple[Any, str, str]:
    return entry["order"], entry["kind"], entry["key"]
