"""From videos, lists and decisions to channels: which keys are one channel, and its score."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q

from channels import scoring, sql
from channels.models import Channel, Listing, Notice
from realtube.common.db import execute, rows
from realtube.common.ids import normalise_key
from votes.models import Decision, TargetType

# Tying two keys together spreads what a list or a moderator said of one to the other, so that
# takes more than the voters of a single video.
TIE_VIDEOS_WITH_STANDING = 3
_TIE_ROUNDS = 5

Pair = tuple[str | None, str | None]


@dataclass(frozen=True)
class RolledUp:
    """What changed: channels written, keys that no longer name one, videos to publish anew and
    those of them to score again.

    `unconfirmed` are channels, with their numbers, that would be flagged were all claims about
    them undisputed.
    """

    changed: list[Channel]
    removed_keys: frozenset[str]
    videos: frozenset[str]
    rescored: frozenset[str]
    unconfirmed: dict[str, dict[str, int]]


def roll_up(keys: Iterable[str], *, now: datetime, revision: int) -> RolledUp:
    """Bring the channels of these keys (ids or `@handle`s) up to their facts.

    Runs inside the pipeline's transaction, a fixed number of statements for any number of keys.
    """
    wanted = set(keys)
    if not wanted:
        return RolledUp([], frozenset(), frozenset(), frozenset(), {})
    pairs = sorted(_resolve(wanted), key=lambda pair: (pair[0] or "", pair[1] or ""))
    facts = _facts(pairs)
    found = {(channel.channel_id, channel.handle): channel for channel in _existing(pairs)}
    notices = _notices(pairs)
    result: list[Channel] = []
    alive: set[Pair] = set()
    for n, pair in enumerate(pairs):
        channel = _channel(pair, facts, n, notices=notices, now=now)
        if channel is None:
            continue
        alive.add(pair)
        old = found.get(pair)
        if old is None or _public(old) != _public(channel):
            if old:
                channel.pk, channel.name = old.pk, old.name
            channel.revision = revision
            result.append(channel)
    gone = [channel for pair, channel in found.items() if pair not in alive]
    Channel.objects.filter(pk__in=[channel.pk for channel in gone]).delete()
    _store(result)
    # Also a handle that an id has lost, if nobody else has it now: mirrors and hash keys know it.
    removed = {key for pair in found if pair not in alive for key in _keys(pair)} - {
        pair_key(pair) for pair in alive
    }
    pushed = _push(pairs, result, facts=found, alive=alive, revision=revision)
    return RolledUp(
        changed=result,
        removed_keys=frozenset(removed),
        videos=frozenset(video_id for video_id, _ in pushed),
        rescored=frozenset(video_id for video_id, prior_moved in pushed if prior_moved),
        unconfirmed={
            pair_key(pair): {"flaggedVideos": flagged, "contested": contested}
            for n, pair in enumerate(pairs)
            for flagged, contested in [_flagged(facts, n)]
            if n not in facts.confirmed
            and facts.decisions.get(n, (None,))[0] not in scoring.LOCKING
            and _may_flag(facts, n, flagged)
            and not _may_flag(facts, n, flagged - contested)
        },
    )


@dataclass(frozen=True)
class Made:
    """What a channel's score is made of right now: its videos, a list, a moderator's word.

    `flagged_sum` adds up the flagged videos' scores without their channel's prior; `contested`
    of them have voters who disagree about the channel. `steps` are those of `scoring.steps`.
    """

    tracked: int
    flagged: int
    flagged_sum: Decimal
    contested: int
    listing: str | None
    decision: str | None
    steps: list[tuple[str, Decimal]]


def made_of(channel: Channel) -> Made:
    """The facts behind a channel's score, read now; nothing is written."""
    facts = _facts([(channel.channel_id, channel.handle)])
    tracked, flagged, flagged_sum, _, contested = facts.tallies.get(0, (0, 0, Decimal(0), None, 0))
    listing = facts.listings.get(0, (None,))[0]
    decision = facts.decisions.get(0, (None,))[0]
    score = scoring.rolled_up(tracked=tracked, flagged=flagged, flagged_sum=flagged_sum)
    steps = scoring.steps(score=score, listing=listing, decision=decision)
    return Made(tracked, flagged, flagged_sum, contested, listing, decision, steps)


def pair_key(pair: Pair) -> str:
    """The natural key of a channel known by these two."""
    return pair[0] or f"@{pair[1]}"


@dataclass
class _Facts:
    tallies: dict[int, Any]
    categories: dict[int, list[str]]
    voters: dict[int, int]
    confirmed: set[int]
    listings: dict[int, Any]
    decisions: dict[int, Any]


def _resolve(keys: set[str]) -> set[Pair]:
    ids = {key for key in keys if not key.startswith("@")}
    handles = {key[1:] for key in keys if key.startswith("@")}
    for channel_id, handle in Channel.objects.filter(
        Q(channel_id__among=ids) | Q(handle__among=handles)
    ).values_list("channel_id", "handle"):
        ids |= {channel_id} if channel_id else set()
        handles |= {handle} if handle else set()
    ties: list[tuple[str, str, int, bool]] = []
    for _ in range(_TIE_ROUNDS):
        ties = rows(sql.TIES, {"ids": list(ids), "handles": list(handles)})
        new_ids = {tie[0] for tie in ties} - ids
        new_handles = {tie[1] for tie in ties} - handles
        if not new_ids and not new_handles:
            break
        ids |= new_ids
        handles |= new_handles
    tied = _mutual(ties, _with_standing(ties))
    by_id = {channel_id: handle for channel_id, handle in tied}
    taken = set(by_id.values())
    return {(channel_id, by_id.get(channel_id)) for channel_id in ids} | {
        (None, handle) for handle in handles - taken
    }


def _mutual(
    ties: list[tuple[str, str, int, bool]], with_standing: set[str]
) -> set[tuple[str, str]]:
    """The ties that are the best of both their keys: a handle belongs to one channel."""
    support: dict[tuple[str, str], tuple[bool, int]] = {}
    for channel_id, handle, videos, listed in ties:
        needed = TIE_VIDEOS_WITH_STANDING if {channel_id, f"@{handle}"} & with_standing else 1
        if listed or videos >= needed:
            pair = (channel_id, handle)
            support[pair] = max(support.get(pair, (False, 0)), (listed, videos))
    order = sorted(support, key=lambda pair: (support[pair], pair))
    best_of_id = {pair[0]: pair for pair in order}
    best_of_handle = {pair[1]: pair for pair in order}
    return {pair for pair in order if best_of_id[pair[0]] == pair == best_of_handle[pair[1]]}


def _with_standing(ties: list[tuple[str, str, int, bool]]) -> set[str]:
    ids = [tie[0] for tie in ties]
    handles = [tie[1] for tie in ties]
    keys: set[str] = set()
    for channel_id, handle in (
        Listing.objects.filter(removed_at=None)
        .exclude(level=Listing.Level.TIE)
        .filter(Q(channel_id__among=ids) | Q(handle__among=handles))
        .values_list("channel_id", "handle")
    ):
        keys |= {key for key in (channel_id, handle and f"@{handle}") if key}
    keys |= set(
        Decision.objects.filter(
            target_type=TargetType.CHANNEL, target_id__among=[*ids, *(f"@{h}" for h in handles)]
        ).values_list("target_id", flat=True)
    )
    return keys


def _facts(pairs: list[Pair]) -> _Facts:
    parameters = _arrays(pairs)
    tallies = {row[0]: row[1:] for row in rows(sql.TALLY, parameters)}
    categories: dict[int, list[str]] = {}
    for n, category in rows(sql.TOP_CATEGORIES, parameters):
        categories.setdefault(n, []).append(category)
    candidates = [
        n
        for n, (tracked, flagged, total, *_) in tallies.items()
        if flagged >= scoring.AUTO_FLAG_VIDEOS
        and scoring.rolled_up(tracked=tracked, flagged=flagged, flagged_sum=total)
        >= scoring.AUTO_FLAG_SCORE
    ]
    chosen = _arrays(pairs, only=candidates)
    return _Facts(
        tallies=tallies,
        categories=categories,
        voters=dict(rows(sql.VOTERS, chosen)) if candidates else {},
        confirmed={row[0] for row in rows(sql.CONFIRMED, chosen)} if candidates else set(),
        listings={row[0]: row[1:] for row in rows(sql.LISTINGS, parameters)},
        decisions={row[0]: row[1:] for row in rows(sql.DECISIONS, parameters)},
    )


def _flagged(facts: _Facts, n: int) -> tuple[int, int]:
    """A channel's flagged videos, and those of them about whose channel voters disagree."""
    _, flagged, _, _, contested = facts.tallies.get(n, (0, 0, Decimal(0), None, 0))
    return flagged, contested


def _may_flag(facts: _Facts, n: int, flagged: int) -> bool:
    tracked, all_flagged, flagged_sum, *_ = facts.tallies.get(n, (0, 0, Decimal(0), None, 0))
    return scoring.may_auto_flag(
        score=scoring.rolled_up(tracked=tracked, flagged=all_flagged, flagged_sum=flagged_sum),
        flagged=flagged,
        voters=facts.voters.get(n, 0),
    )


def _channel(
    pair: Pair, facts: _Facts, n: int, *, notices: dict[str, Notice], now: datetime
) -> Channel | None:
    tracked, flagged, flagged_sum, videos_at, contested = facts.tallies.get(
        n, (0, 0, Decimal(0), None, 0)
    )
    key = pair_key(pair)
    if key != normalise_key(key):
        return None  # decisions of old may name it so, which are written down anew under its key
    listing, listed_at, listed = facts.listings.get(n, (None, None, False))
    action, decided_at = facts.decisions.get(n, (None, None))
    if not tracked and not listed and action is None:
        _withdraw_notice(pair, notices)  # or it would ripen for ever
        return None
    score = scoring.rolled_up(tracked=tracked, flagged=flagged, flagged_sum=flagged_sum)
    # Videos about whose channel voters disagree count once a moderator has looked.
    may_flag = _may_flag(facts, n, flagged - (0 if n in facts.confirmed else contested))
    since = _notice(pair, notices, now=now) if may_flag else None
    if not may_flag:
        _withdraw_notice(pair, notices)
    standing = scoring.standing(
        score=score,
        auto_flag=since is not None and since + timedelta(hours=scoring.NOTICE_HOURS) <= now,
        listing=listing,
        decision=action,
    )
    return Channel(
        channel_id=pair[0],
        handle=pair[1],
        score=standing.score,
        total_videos=tracked,
        flagged_videos=flagged,
        top_categories=facts.categories.get(n, []),
        locked=standing.locked,
        auto_flag_new=standing.auto_flag,
        notice_since=None if standing.auto_flag or standing.locked else since,
        last_updated=max(filter(None, [videos_at, listed_at, decided_at]), default=now),
    )


def _notices(pairs: list[Pair]) -> dict[str, Notice]:
    keys = [key for pair in pairs for key in _keys(pair)]
    return {notice.key: notice for notice in Notice.objects.filter(key__among=keys)}


def _notice(pair: Pair, notices: dict[str, Notice], *, now: datetime) -> datetime:
    """Since when the channel meets the rule; from now on if it did not before."""
    given = [notices[key].since for key in _keys(pair) if key in notices]
    if not given:
        Notice.objects.create(key=pair_key(pair), since=now)
    return min(given, default=now)


def _withdraw_notice(pair: Pair, notices: dict[str, Notice]) -> None:
    given = [key for key in _keys(pair) if key in notices]
    if given:
        Notice.objects.filter(key__in=given).delete()


def _keys(pair: Pair) -> list[str]:
    return [key for key in (pair[0], pair[1] and f"@{pair[1]}") if key]


def _existing(pairs: list[Pair]) -> list[Channel]:
    return list(
        Channel.objects.filter(
            Q(channel_id__among=[p[0] for p in pairs if p[0]])
            | Q(handle__among=[p[1] for p in pairs if p[1]])
        )
    )


def _public(channel: Channel) -> tuple[Any, ...]:
    return (
        channel.channel_id,
        channel.handle,
        channel.score,
        channel.total_videos,
        channel.flagged_videos,
        channel.top_categories,
        channel.locked,
        channel.auto_flag_new,
        channel.notice_since,
        channel.last_updated,
    )


def _store(channels: list[Channel]) -> None:
    """Write all columns of these; two statements, without models' one parameter for each value."""
    known = [channel for channel in channels if channel.pk is not None]
    new = [channel for channel in channels if channel.pk is None]
    for statement, keys, found in (
        (sql.UPDATE, ("pk",), known),
        (sql.INSERT, ("channel_id", "handle"), new),
    ):
        if found:
            columns: dict[str, list[Any]] = {
                name: [getattr(channel, name) for channel in found]
                for name in (*keys, *sql.WRITTEN)
            }
            columns["top_categories"] = [",".join(top) for top in columns["top_categories"]]
            execute(statement, columns)


def _push(
    pairs: list[Pair],
    changed: list[Channel],
    *,
    facts: dict[Pair, Channel],
    alive: set[Pair],
    revision: int,
) -> list[tuple[str, bool]]:
    """Give scores and priors to the videos; those that this changed, and whether the prior."""
    standing = {pair: channel for pair, channel in facts.items() if pair in alive}
    standing |= {(channel.channel_id, channel.handle): channel for channel in changed}
    given = [standing.get(pair) for pair in pairs]
    return rows(
        sql.PUSH,
        {
            **_arrays(pairs),
            # In whole points: or each vote on a video would publish all videos of its channel anew.
            "scores": [round(channel.score) if channel else None for channel in given],
            "priors": [bool(channel and channel.auto_flag_new) for channel in given],
            "revision": revision,
        },
    )


def _arrays(pairs: list[Pair], only: list[int] | None = None) -> dict[str, Any]:
    numbers = list(range(len(pairs))) if only is None else only
    return {
        "numbers": numbers,
        "ids": [pairs[n][0] for n in numbers],
        "handles": [pairs[n][1] for n in numbers],
    }
