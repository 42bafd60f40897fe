"""Public objects of another server, made rows of this one (see `mirror`).

Everything here runs inside the mirror's transaction, under `Lock.PIPELINE`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import transaction

from channels import sql as channels_sql
from channels import standings
from channels.cache import channel_cache_keys
from channels.models import Channel
from channels.names import arrays
from channels.present import MEMBERS as CHANNEL_MEMBERS
from channels.present import channel_object
from channels.scoring import RULES
from common import cache, ids
from common.db import execute, rows
from common.errors import ApiError
from common.members import unknown
from sync import compact, sql
from sync.delta import parse_since
from sync.passing import passed_on
from sync.pipeline import log_changes
from videos.cache import video_cache_key
from videos.present import MEMBERS as VIDEO_MEMBERS
from videos.present import video_object
from videos.rows import Categories, Change, Row, Stored
from videos.scoring import DISPUTE, LIST, MODERATOR
from videos.store import read, write
from votes.models import AI_CATEGORIES
from votes.observations.rule import Stage

# As many changes as a client that follows by time can take in one answer, and some to spare.
REVISION_MAX = 5000
_COUNT_MAX = 2**31 - 1
# Beyond what a channel was ever called.
_HANDLES_MAX = 1000
_ZERO = Decimal(0)
_WORD = re.compile(r"[a-z][a-z0-9_]{0,15}")


class Malformed(ValueError):
    """An object of the source is not what docs/contract.md says."""


def take_over(entries: Sequence[Mapping[str, Any]]) -> int:
    """Apply objects, or entries of a delta, in their order; how many changed anything.

    At most `REVISION_MAX` of them. Raises `Malformed` before anything is written.
    """
    videos: dict[str, Stored | None] = {}
    channels: dict[str, Channel | None] = {}
    for entry in entries:
        taken = passed_on(entry) if entry.get("action", "update") != "remove" else None
        if "videoId" in entry:
            key = _text(entry, "videoId", ids.is_video_id)
            videos[key] = _video(taken) if taken else None
        else:
            key = _channel_key(entry)
            channels.pop(key, None)  # the last word also comes last
            channels[key] = _channel(taken) if taken else None
    ((_, number),) = rows(sql.BEGIN)
    changed, gone = _videos(videos, number)
    written, removed_keys, turned = _channels(channels, number)
    total = len(changed) + len(gone) + len(written) + len(removed_keys)
    if total:
        log_changes(changed, gone, written, removed_keys)
        _log_small_of(turned)
        named = {key for channel in written for key in channel.names.keys}
        keys = [*map(video_cache_key, [*(it.row.video_id for it in changed), *gone])]
        keys += channel_cache_keys({*channels, *removed_keys, *named})
        transaction.on_commit(partial(cache.forget, keys))
    return total


def _videos(wanted: Mapping[str, Stored | None], revision: int) -> tuple[list[Stored], list[str]]:
    """Write what differs; what was written, and the ids removed."""
    old = read(wanted.keys())
    changes = [
        Change(old.get(key), state)
        for key, state in wanted.items()
        if _shown(old.get(key)) != _shown(state)
    ]
    write(changes, revision=revision)
    return (
        [it.after for it in changes if it.after],
        [it.before.row.video_id for it in changes if it.before and not it.after],
    )


def _log_small_of(channel_keys: Collection[str]) -> None:
    """Log videos that clients hold hashes of only while their channel is flagged, or locked.

    The source did, with the channel; but we may have got them before it, in a revision of its own.
    """
    found = [row[0] for row in rows(channels_sql.VIDEOS_NAMED, arrays(channel_keys))]
    for start in range(0, len(found), REVISION_MAX):
        stored = read(found[start : start + REVISION_MAX]).values()
        small = [it for it in stored if compact.is_small(video_object(*it))]
        if small:
            log_changes(small, (), (), ())


def _shown(stored: Stored | None) -> dict[str, Any] | None:
    return video_object(*stored) if stored else None


def _channels(
    wanted: Mapping[str, Channel | None], revision: int
) -> tuple[list[Channel], list[str], list[str]]:
    """Write what differs; the channels written, the keys that lead nowhere now, and those whose
    videos start flagged now, or no longer."""
    given = [channel for channel in wanted.values() if channel]
    # A handle is the channel's that was the last to have it; its old holder's own entry says the
    # rest.
    taken = {handle: channel.key for channel in given for handle in channel.names.handles}
    updates = [channel for channel in given if _keeps_a_name(channel, taken)]
    named = {key for channel in updates for key in channel.names.keys}
    known = {channel.key: channel for channel in Channel.objects.named(named | wanted.keys())}
    before = {key for channel in known.values() for key in channel.names.keys}
    standings_before = standings.by_key(known.values())
    new = [
        channel
        for channel in updates
        if channel.key not in known or channel_object(known[channel.key]) != channel_object(channel)
    ]
    removed = {key for key, channel in wanted.items() if channel is None and key in known}
    for channel in known.values():
        names = channel.names
        if not _keeps_a_name(channel, taken):
            removed.add(names.key)
        elif channel.names != names:
            channel.save(update_fields=["handle", "former_handles"])
    stale = removed | {channel.key for channel in new}
    Channel.objects.filter(pk__in=[known[key].pk for key in stale if key in known]).delete()
    for channel in new:
        channel.revision = revision
    Channel.objects.bulk_create(new, batch_size=REVISION_MAX)
    left = [channel for key, channel in known.items() if key not in stale]
    after = {key for channel in [*left, *new] for key in channel.names.keys}
    turned = standings.turned(standings_before, standings.by_key([*left, *new]))
    return new, sorted(removed | (before - after)), turned


def _keeps_a_name(channel: Channel, taken: Mapping[str, str]) -> bool:
    """Take away the handles that are another's by now; whether any name is left."""
    handles = [h for h in channel.names.handles if taken.get(h, channel.key) == channel.key]
    if channel.channel_id is None and not handles:
        return False
    channel.handle = handles.pop() if handles else None
    channel.former_handles = handles
    return True


class Remembered:
    """Which objects a copy has had, in a table of the transaction."""

    def __init__(self) -> None:
        execute(sql.REMEMBER_TABLE)

    def add(self, entries: Sequence[Mapping[str, Any]]) -> None:
        """These were in it."""
        videos = [entry["videoId"] for entry in entries if "videoId" in entry]
        channels = [_channel_key(entry) for entry in entries if "videoId" not in entry]
        execute(sql.REMEMBER, {"videos": videos, "channels": channels})

    def missing(self) -> list[dict[str, Any]]:
        """Removals of everything here that was not in it."""
        return [
            {name: row[0], "action": "remove"}
            for name, statement in (
                ("videoId", sql.VIDEOS_NOT_COPIED),
                ("channelId", sql.CHANNELS_NOT_COPIED),
            )
            for row in rows(statement)
        ]


def _video(entry: Mapping[str, Any]) -> Stored:
    video_id = _text(entry, "videoId", ids.is_video_id)
    score, total = _score(entry, "score"), _count(entry, "totalVotes")
    disputes = _count(entry["disputes"], "votes") if "disputes" in entry else 0
    verdict = entry.get("verdict")
    if verdict not in (None, "ai", "human") or (verdict is not None) != _flag(entry, "locked"):
        raise Malformed(f"{video_id}: a lock needs a verdict")
    categories = _categories(entry)
    updated = _moment(entry, "lastUpdated")
    handle = _handle(entry.get("channelHandle"))
    row = Row(
        video_id=video_id,
        hash=ids.video_hash(video_id),
        channel_id=_text(entry, "channelId", ids.is_channel_id) if "channelId" in entry else None,
        channel_handle=handle,
        prior=False,
        restricted="",
        channel_by=_channel_by(entry),
        decided_by=_decided_by(entry),
        score=score,
        evidence_score=score,
        passed_score=None,
        primary_category=max(categories, key=lambda c: categories[c][1], default=None),
        weight_ai=_ZERO,
        weight_disputes=_ZERO,
        total_votes=total,
        disputes=disputes,
        voters=max(0, total - disputes),
        independent_voters=0,
        independent_disputers=0,
        locked=verdict is not None,
        verdict=verdict,
        jury=None,
        hidden=False,
        shadow_hidden=False,
        held=False,
        claims_contested=False,
        preliminary="preliminary" in entry and _flag(entry, "preliminary"),
        is_short=None,
        first_reported=updated,
        last_updated=updated,
        more=unknown(entry, VIDEO_MEMBERS),
    )
    return Stored(row, categories)


def _channel_by(entry: Mapping[str, Any]) -> str:
    """Whose word it is; a newer source may know others, which count as votes here."""
    by = entry.get("channelBy")
    return str(by) if by in (LIST, MODERATOR) else ""


def _decided_by(entry: Mapping[str, Any]) -> str:
    """Whose word it is, also one that only a newer source knows; an older source says nothing."""
    by = entry.get("decidedBy")
    return by if isinstance(by, str) and _WORD.fullmatch(by) and by != "votes" else ""


def _categories(entry: Mapping[str, Any]) -> Categories:
    given = entry.get("categories")
    if not isinstance(given, dict) or not all(map(_is_category, given)):
        raise Malformed("malformed categories")
    # Of equal ones the first is a video's category: known ones go before others, in their order.
    known = [category for category in AI_CATEGORIES if category in given]
    return {
        category: (_count(given[category], "votes"), _score(given[category], "weightedScore"))
        for category in [*known, *sorted(given.keys() - set(known))]
    }


def _is_category(name: Any) -> bool:
    """Whether it is called as categories are: a newer source may have some that we do not know."""
    return isinstance(name, str) and _WORD.fullmatch(name) is not None and name != DISPUTE


def _channel(entry: Mapping[str, Any]) -> Channel:
    key = _channel_key(entry)
    top = entry.get("topCategories")
    if not isinstance(top, list) or not all(map(_is_category, top)):
        raise Malformed(f"{key}: malformed topCategories")
    measured = entry.get("measured")
    if not isinstance(measured, dict | None):
        raise Malformed(f"{key}: measured is no object")
    handle, *others = _handles(entry)
    if key.startswith("@") and key != f"@{handle}":
        raise Malformed(f"{key}: a channel without an id is called what it is known by")
    return Channel(
        channel_id=None if key.startswith("@") else key,
        handle=handle,
        former_handles=[*reversed(others)],
        score=_score(entry, "score"),
        total_videos=_count(entry, "totalVideos"),
        flagged_videos=_count(entry, "flaggedVideos"),
        top_categories=top,
        locked=_flag(entry, "locked"),
        auto_flag_new=_flag(entry, "autoFlag"),
        listed="listed" in entry and _flag(entry, "listed"),
        decided_by=_decided_by(entry),
        last_updated=_moment(entry, "lastUpdated"),
        measured=_stage(measured) if measured else None,
        measured_since=_moment(measured, "since") if measured else None,
        more=unknown(entry, CHANNEL_MEMBERS),
        rules=RULES,
    )


def _stage(measured: Mapping[str, Any]) -> Stage:
    return Stage.COUNTS if _flag(measured, "counts") else Stage.NOTICE


def _handles(entry: Mapping[str, Any]) -> list[str | None]:
    """The handle that is shown, if there is one, and the others."""
    others = entry.get("otherHandles", [])
    if not isinstance(others, list) or len(others) > _HANDLES_MAX:
        raise Malformed("otherHandles is no list, or a very long one")
    found = [_handle(handle) for handle in (entry.get("handle"), *others)]
    if others and (None in found or len(set(found)) < len(found)):
        raise Malformed("a channel has a handle twice, or others and none to show")
    return found


def _channel_key(entry: Mapping[str, Any]) -> str:
    key = entry.get("channelId")
    if isinstance(key, str) and key.startswith("@"):
        return f"@{_handle(key)}"
    return _text(entry, "channelId", ids.is_channel_id)


def _handle(given: Any) -> str | None:
    """The normal form, but with the accents that an older release of the source leaves on it.

    Which spellings are one channel is the source's to say: it names the same ones when it removes
    them.
    """
    if given is None:
        return None
    handle = ids.normalise_handle(given) if isinstance(given, str) else None
    if handle is None:
        raise Malformed("a handle is malformed")
    spelled: str = given.removeprefix("@")
    return spelled if ids.without_accents(spelled) == handle else handle


def _text(entry: Mapping[str, Any], name: str, valid: Any) -> str:
    value = entry.get(name)
    if not isinstance(value, str) or not valid(value):
        raise Malformed(f"{name} is malformed")
    return value


def _score(entry: Mapping[str, Any], name: str) -> Decimal:
    value = entry.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100:
        raise Malformed(f"{name} is no score")
    return Decimal(str(value)).quantize(Decimal("0.01"))


def _count(entry: Any, name: str) -> int:
    value = entry.get(name) if isinstance(entry, dict) else None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _COUNT_MAX:
        raise Malformed(f"{name} is no count")
    return value


def _flag(entry: Mapping[str, Any], name: str) -> bool:
    value = entry.get(name)
    if not isinstance(value, bool):
        raise Malformed(f"{name} is neither true nor false")
    return value


def _moment(entry: Mapping[str, Any], name: str) -> datetime:
    value = entry.get(name)
    try:
        return parse_since(value if isinstance(value, str) else "")
    except ApiError as error:
        raise Malformed(f"{name} is no time") from error
