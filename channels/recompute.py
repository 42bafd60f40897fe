"""From videos, lists and decisions to channels: which keys are one channel, and its score."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings

from channels import scoring, sql
from channels.models import Channel, Notice
from channels.names import Names, arrays, resolve
from common.db import execute, rows
from common.ids import normalise_key


@dataclass(frozen=True)
class RolledUp:
    """What changed: channels written, keys that no longer name one, videos to publish anew and
    those of them to score again.

    `channels` are all that were looked at, as they now stand, `keys` all names looked at.
    `unconfirmed` are channels, with their numbers, that would be flagged were all claims about
    them undisputed.
    """

    channels: list[Channel]
    keys: frozenset[str]
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
        nothing: frozenset[str] = frozenset()
        return RolledUp([], nothing, [], nothing, nothing, nothing, {})
    named = resolve(wanted)
    facts = _facts(named)
    known = frozenset(key for names in named for key in names.keys)
    found = {channel.names: channel for channel in Channel.objects.named(known)}
    notices = {notice.key: notice for notice in Notice.objects.filter(key__among=known)}
    alive: dict[Names, Channel] = {}
    changed: list[Channel] = []
    for n, names in enumerate(named):
        channel = _channel(names, facts, n, notices=notices, now=now)
        if channel is None:
            continue
        old = found.get(names)
        if old is None or _public(old) != _public(channel):
            if old:
                channel.pk, channel.name = old.pk, old.name
            channel.revision = revision
            changed.append(channel)
        alive[names] = channel
    gone = [names for names in found if names not in alive]
    Channel.objects.filter(pk__in=[found[names].pk for names in gone]).delete()
    _store(changed)
    pushed = rows(sql.PUSH, {**_parameters(named), "revision": revision})
    return RolledUp(
        channels=list(alive.values()),
        keys=known,
        changed=changed,
        removed_keys=_removed(gone, alive),
        videos=frozenset(video_id for video_id, _ in pushed),
        rescored=frozenset(video_id for video_id, prior_moved in pushed if prior_moved),
        unconfirmed={
            names.key: {"flaggedVideos": flagged, "contested": contested}
            for n, names in enumerate(named)
            for flagged, contested in [_flagged(facts, n)]
            if n not in facts.confirmed
            and facts.decisions.get(n, (None,))[0] not in scoring.LOCKING
            and _may_flag(facts, n, flagged)
            and not _may_flag(facts, n, flagged - contested)
        },
    )


def _removed(gone: Iterable[Names], alive: Iterable[Names]) -> frozenset[str]:
    """Keys under which clients hold what is no more: channels' own, and names nobody has now."""
    named = {key for names in alive for key in names.keys}
    removed = {key for names in gone for key in names.keys if key not in named}
    return frozenset(removed | {names.key for names in gone}) - {names.key for names in alive}


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
    facts = _facts([channel.names])
    tracked, flagged, flagged_sum, _, contested = facts.tallies.get(0, (0, 0, Decimal(0), None, 0))
    listing = facts.listings.get(0, (None,))[0]
    decision = facts.decisions.get(0, (None,))[0]
    score = scoring.rolled_up(tracked=tracked, flagged=flagged, flagged_sum=flagged_sum)
    steps = scoring.steps(score=score, listing=listing, decision=decision)
    return Made(tracked, flagged, flagged_sum, contested, listing, decision, steps)


@dataclass
class _Facts:
    tallies: dict[int, Any]
    categories: dict[int, list[str]]
    voters: dict[int, int]
    confirmed: set[int]
    listings: dict[int, Any]
    decisions: dict[int, Any]


def _facts(named: Sequence[Names]) -> _Facts:
    parameters = _parameters(named)
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
    chosen = _parameters(named, only=candidates)
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
    names: Names, facts: _Facts, n: int, *, notices: dict[str, Notice], now: datetime
) -> Channel | None:
    tracked, flagged, flagged_sum, videos_at, contested = facts.tallies.get(
        n, (0, 0, Decimal(0), None, 0)
    )
    if names.key != normalise_key(names.key):
        return None  # decisions of old may name it so, which are written down anew under its key
    listing, listed_at, listed = facts.listings.get(n, (None, None, False))
    action, decided_at = facts.decisions.get(n, (None, None))
    if n not in facts.tallies and not listed and action is None:
        _withdraw_notice(names, notices)  # or it would ripen for ever
        return None
    score = scoring.rolled_up(tracked=tracked, flagged=flagged, flagged_sum=flagged_sum)
    # Videos about whose channel voters disagree count once a moderator has looked.
    may_flag = _may_flag(facts, n, flagged - (0 if n in facts.confirmed else contested))
    since = _notice(names, notices, now=now) if may_flag else None
    if not may_flag:
        _withdraw_notice(names, notices)
    standing = scoring.standing(
        score=score,
        auto_flag=since is not None and since + timedelta(hours=scoring.NOTICE_HOURS) <= now,
        listing=listing,
        decision=action,
    )
    return Channel(
        channel_id=names.channel_id,
        handle=names.handles[-1] if names.handles else None,
        former_handles=list(names.handles[:-1]),
        score=standing.score,
        total_videos=tracked,
        flagged_videos=flagged,
        top_categories=facts.categories.get(n, []),
        locked=standing.locked,
        auto_flag_new=standing.auto_flag,
        notice_since=None if standing.auto_flag or standing.locked else since,
        last_updated=max(filter(None, [videos_at, listed_at, decided_at]), default=now),
        rules=scoring.RULES,
    )


def _notice(names: Names, notices: dict[str, Notice], *, now: datetime) -> datetime:
    """Since when the channel meets the rule; from now on if it did not before."""
    given = [notices[key].since for key in names.keys if key in notices]
    if not given:
        Notice.objects.create(key=names.key, since=now)
    return min(given, default=now)


def _withdraw_notice(names: Names, notices: dict[str, Notice]) -> None:
    given = [key for key in names.keys if key in notices]
    if given:
        Notice.objects.filter(key__in=given).delete()


def _public(channel: Channel) -> tuple[Any, ...]:
    return (
        channel.names,
        channel.score,
        channel.total_videos,
        channel.flagged_videos,
        channel.top_categories,
        channel.locked,
        channel.auto_flag_new,
        channel.notice_since,
        channel.last_updated,
        channel.rules,
    )


def _store(channels: list[Channel]) -> None:
    """Write all columns of these; two statements, without models' one parameter for each value."""
    known = [channel for channel in channels if channel.pk is not None]
    new = [channel for channel in channels if channel.pk is None]
    for statement, keys, found in (
        (sql.UPDATE, ("pk",), known),
        (sql.INSERT, ("channel_id", "handle", "former_handles"), new),
    ):
        if found:
            columns: dict[str, list[Any]] = {
                name: [getattr(channel, name) for channel in found]
                for name in (*keys, *sql.WRITTEN)
            }
            for name in {"former_handles", "top_categories"} & columns.keys():
                columns[name] = [",".join(texts) for texts in columns[name]]
            execute(statement, columns)


def outdated(limit: int) -> set[str]:
    """Channels that older rules have rolled up, whose disputed videos are marked as well."""
    keys = {row[0] for row in rows(sql.OUTDATED, {"rules": scoring.RULES, "limit": limit})}
    if keys:
        execute(
            sql.MARK_DISPUTED,
            _parameters([channel.names for channel in Channel.objects.named(keys)]),
        )
    return keys


def _parameters(named: Sequence[Names], only: Iterable[int] | None = None) -> dict[str, Any]:
    """What the statements want to know of these channels, or of those with these numbers."""
    chosen = range(len(named)) if only is None else list(only)
    return {
        "numbers": [n for n in chosen for _ in named[n].keys],
        **arrays([key for n in chosen for key in named[n].keys]),
        "voices": settings.MIN_INDEPENDENT_VOTERS,
    }
