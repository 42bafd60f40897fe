"""The one writer of projections: `advance()` turns dirty marks into a new revision.

Runs under an advisory lock, so revisions follow commit order; all of a run is one transaction,
so that killing it anywhere loses nothing and leaves nothing half done.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import orjson
import structlog
from django.conf import settings
from django.db import transaction

from channels import names, scoring, standings, ties
from channels import recompute as channels_recompute
from channels import sql as channels_sql
from channels.cache import channel_cache_keys
from channels.models import Channel, DirtyChannel
from channels.present import delta_entry as channel_delta
from channels.sums import bring_up, keys_of
from common import cache, ids
from common.db import copy, execute, rows
from common.locks import Lock, try_transaction_lock, wait_for_transaction_lock
from common.telemetry import metrics
from sync import history, sql
from sync.models import Change, Revision
from videos import recompute as videos_recompute
from videos import sql as videos_sql
from videos.cache import video_cache_key
from videos.present import delta_entry as video_delta
from videos.rows import Stored
from votes import brakes, holds, tallies
from votes import recompute as votes_recompute
from votes import sql as votes_sql
from votes.models import Case, DirtyVideo, TargetType
from votes.moderation import cases
from votes.observations import sql as observations_sql
from votes.reports import facts as reports

BATCH = 2000
log = structlog.get_logger()


@dataclass(frozen=True)
class Advance:
    """What one run did; `busy` if another process held the lock."""

    popped: int = 0
    videos: int = 0
    channels: int = 0
    revision: int | None = None
    busy: bool = False

    @property
    def idle(self) -> bool:
        """Nothing was waiting, or somebody else is at it."""
        return self.busy or not self.popped


class MirrorHasNoFacts(Exception):
    """What needs votes and lists was asked of a copy, which has none."""


def advance(limit: int = BATCH) -> Advance:
    """Score what up to `limit` dirty marks name, roll up channels, stamp and log a revision."""
    if not has_work():
        return Advance()
    started = time.perf_counter()
    with transaction.atomic():
        if not try_transaction_lock(Lock.PIPELINE):
            return Advance(busy=True)
        if brakes.turn():
            execute(sql.MARK_VIDEOS_AT_BOUND)
            execute(sql.MARK_CHANNELS_AT_BOUND)
        marks = rows(votes_sql.POP, {"limit": limit})
        channel_keys = {row[0] for row in rows(channels_sql.POP, {"limit": limit})}
        channel_keys |= {row[0] for row in rows(channels_sql.RIPE_MEASUREMENTS)}
        channel_keys |= {row[0] for row in rows(observations_sql.POP, {"limit": limit})}
        channel_keys |= channels_recompute.outdated(limit)
        tallies.count_votes(voter for _, voter in marks if voter)
        holds.detect(video for video, _ in marks)
        result = _apply({video for video, _ in marks}, channel_keys)
    cache.forget(
        [*map(video_cache_key, result.video_ids), *channel_cache_keys(result.channel_keys)]
    )
    metrics.RECALCULATION_SECONDS.observe(time.perf_counter() - started)
    done = Advance(
        popped=len(marks) + len(channel_keys),
        videos=len(result.video_ids),
        channels=len(result.channel_keys),
        revision=result.revision,
    )
    log.info(
        "advanced",
        marks=done.popped,
        videos=done.videos,
        channels=done.channels,
        revision=done.revision,
        duration_ms=round((time.perf_counter() - started) * 1000, 1),
    )
    return done


def has_work() -> bool:
    """Whether anything waits; the one statement of an idle run. On a mirror nothing ever does."""
    if settings.MIRROR_OF:
        return False
    return bool(rows(channels_sql.HAS_WORK, {"rules": scoring.RULES})[0][0])


def advance_until_idle(limit: int = BATCH) -> int:
    """Run until nothing waits; the number of marks taken."""
    total = 0
    while not (done := advance(limit)).idle:
        total += done.popped
    return total


def rebuild(progress: Callable[[int], None], *, batch: int = BATCH) -> int:
    """Recompute every projection from the facts; the number of videos.

    Each batch is a transaction under the pipeline's lock, and only what comes out different is
    written and published. `progress` gets the videos done so far. Raises `MirrorHasNoFacts`.
    """
    if settings.MIRROR_OF:
        raise MirrorHasNoFacts("A mirror has no facts to rebuild from; use mirror --resync.")
    done, after = 0, ""
    while True:
        with transaction.atomic():
            wait_for_transaction_lock(Lock.PIPELINE)
            found = rows(votes_sql.ALL_VIDEOS, {"after": after, "limit": batch})
            if not found:
                break
            _apply({row[0] for row in found}, set())
        after = found[-1][0]
        done += len(found)
        progress(done)
    with transaction.atomic():
        wait_for_transaction_lock(Lock.PIPELINE)
        _apply({row[0] for row in rows(videos_sql.WITHOUT_FACTS)}, set())
    keys = sorted(row[0] for row in rows(channels_sql.ALL_KEYS))
    for start in range(0, len(keys), batch):
        with transaction.atomic():
            wait_for_transaction_lock(Lock.PIPELINE)
            _apply(set(), set(keys[start : start + batch]), afresh=True)
    advance_until_idle()
    return done


@dataclass(frozen=True)
class _Applied:
    video_ids: frozenset[str]
    channel_keys: frozenset[str]
    revision: int | None


class _Channels:
    """What scoring asks of channels (`videos.recompute.Channels`)."""

    same = staticmethod(names.same)
    standings = staticmethod(standings.of_keys)


CHANNELS = _Channels()


def _apply(video_ids: set[str], channel_keys: set[str], *, afresh: bool = False) -> _Applied:
    """Score videos, roll up channels, log what changed; `afresh` adds up channels' videos anew."""
    ((now, number),) = rows(sql.BEGIN)
    # As it is now: what was marked because of a change must not be scored by what was before.
    juries = brakes.juries_confirm(committed=True)
    recompute = partial(
        videos_recompute.recompute, revision=number, channels=CHANNELS, juries=juries
    )
    first = recompute(video_ids)
    rolled = channels_recompute.roll_up(
        channel_keys, first.changes, now=now, revision=number, afresh=afresh, juries=juries
    )
    # A channel that is flagged moves its videos' scores. This batch's own are scored at once, so
    # that they are never seen half way; the rest of a large channel takes its turn.
    turned = set(rolled.turned)
    mine = turned & (video_ids | set(rolled.turned[:BATCH]))
    second = recompute(mine)
    DirtyVideo.objects.append(sorted(turned - mine))
    # There may have been votes on some of the others, for which nobody has asked yet.
    moved = keys_of(second.changes)
    bring_up(moved, second.changes)
    DirtyChannel.objects.append(sorted(moved))
    scored = first.followed_by(second)
    if scored.decided:
        votes_recompute.lock_voters_of(scored.decided)
        votes_recompute.recompute_trust(votes_recompute.judge(sorted(scored.decided)))
    _open_cases(scored.conflicts, rolled)
    written, deleted = scored.written, scored.deleted
    keys = rolled.removed_keys.union(*(channel.names.keys for channel in rolled.changed))
    if not written and not deleted and not keys:
        return _Applied(frozenset(), frozenset(), None)
    log_changes(written.values(), deleted, rolled.changed, rolled.removed_keys)
    _ask_about_disputes(scored)
    return _Applied(frozenset(written) | deleted, keys, number)


def _open_cases(conflicts: dict[str, list[str]], rolled: channels_recompute.RolledUp) -> None:
    """Have somebody look where voters name different channels, or two names as one channel."""
    named = {video_id: {"claims": claims} for video_id, claims in conflicts.items()}
    cases.open_cases(Case.Kind.CLAIM_CONFLICT, TargetType.VIDEO, named)
    cases.open_cases(Case.Kind.MEASUREMENT, TargetType.CHANNEL, rolled.doubted)
    reports.weigh(
        [[it.key, *(key for key in it.keys if key != it.key)] for it in rolled.named],
        # Of these there is nothing left to decide.
        settled={channel.key for channel in rolled.channels if channel.auto_flag_new},
    )
    tied = ties.look_at(rolled)
    cases.open_cases(Case.Kind.TIE, TargetType.TIE, tied.asked, rest=cases.REST)
    cases.close_pointless_cases(Case.Kind.TIE, TargetType.TIE, tied.pointless)


def _ask_about_disputes(scored: videos_recompute.Recomputed) -> None:
    """Have somebody look where voters cannot agree on what is or was flagged, until they do."""
    kind = Case.Kind.DISPUTE
    flagged = history.once_flagged(scored.disputes)
    at_stake = {pk: voices for pk, voices in scored.disputes.items() if pk in flagged}
    cases.open_cases(kind, TargetType.VIDEO, at_stake, rest=cases.REST)
    cases.close_pointless_cases(kind, TargetType.VIDEO, scored.undisputed)


def _clock() -> datetime:
    """The revision's time: after that of every earlier one, whatever the clock does.

    Two with the same time would be one to a client that follows by time.
    """
    latest = Revision.objects.order_by("-number").values_list("created_at", flat=True).first()
    moment: datetime = rows("SELECT clock_timestamp()")[0][0]
    return max(moment, latest + timedelta(microseconds=1)) if latest else moment


def log_changes(
    videos: Iterable[Stored],
    deleted: Iterable[str],
    channels: Sequence[Channel],
    removed_keys: Iterable[str],
) -> None:
    """A new revision with the state of what changed; in the transaction that changed it.

    Only one writer at a time may do this: hold `Lock.PIPELINE`.
    """
    revision = Revision.objects.create(created_at=_clock())
    entries = {it.row.video_id: video_delta(*it) for it in videos}
    entries |= {pk: {"videoId": pk, "action": "remove"} for pk in deleted}
    changes = [(Change.Kind.VIDEO.value, *entry) for entry in sorted(entries.items())]
    # Removals first: a handle that was a channel of its own may now be another's.
    of_channels = [(key, {"channelId": key, "action": "remove"}) for key in sorted(removed_keys)]
    of_channels += sorted((channel.key, channel_delta(channel)) for channel in channels)
    changes += [(Change.Kind.CHANNEL.value, *entry) for entry in of_channels]
    copy(
        sql.LOG_CHANGES,
        (
            (
                revision.number,
                kind,
                key,
                ids.bucket_of(key) if kind == Change.Kind.VIDEO else None,
                orjson.dumps(entry).decode(),
            )
            for kind, key, entry in changes
        ),
    )
    history.record(revision.created_at, changes)
