"""From facts to rows: many videos in one statement, one video by the pure functions."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection

from common import ids
from common.db import prepared_rows
from videos import scoring, sql
from videos.models import Video
from votes import tallies
from votes.models import AI_CATEGORIES, Category
from votes.tallies import Tally

ZERO = Decimal(0)

# Scoring a video with its votes takes longer the more there are.
LIVE_VOTES_MAX = 500


@dataclass(frozen=True)
class Row:
    """One video as the facts have it; the names are the model's."""

    video_id: str
    hash: str
    channel_id: str | None
    channel_handle: str | None
    channel_score: Decimal | None
    prior: bool
    score: Decimal
    evidence_score: Decimal
    primary_category: str | None
    weight_ai: Decimal
    weight_disputes: Decimal
    total_votes: int
    disputes: int
    voters: int
    independent_voters: int
    independent_disputers: int
    locked: bool
    verdict: str | None
    hidden: bool
    shadow_hidden: bool
    held: bool
    preliminary: bool
    claims_contested: bool
    is_short: bool | None
    first_reported: datetime
    last_updated: datetime


@dataclass(frozen=True)
class Recomputed:
    """What a recomputation changed.

    Videos written, videos gone, channel keys concerned, videos whose verdict is another than
    before, the rival claims of videos that no channel gets because of them, the voices of videos
    that are seriously disputed, and videos that are not disputed (any more).
    """

    changed: frozenset[str]
    deleted: frozenset[str]
    channel_keys: frozenset[str]
    settled: frozenset[str]
    conflicts: dict[str, list[str]]
    disputes: dict[str, dict[str, int]]
    undisputed: frozenset[str]


def recompute(video_ids: Iterable[str], *, revision: int) -> Recomputed:
    """Bring these videos up to their facts; runs inside the pipeline's transaction.

    What the channel gives a video (its score, its prior) stays as it stands; a video that
    changes channel starts without until `channels.recompute` has looked at it. One statement,
    and a few more for what seldom happens.
    """
    changed: set[str] = set()
    gone: set[str] = set()
    keys: set[str] = set()
    settled: dict[str, tuple[str | None, bool]] = {}
    contested: list[str] = []
    disputes: dict[str, dict[str, int]] = {}
    undisputed: set[str] = set()
    parameters = {"videos": sorted(set(video_ids)), "revision": revision, **_rules()}
    for video_id, is_changed, is_gone, standing, is_conflict, now, before, sides in (
        (*row[:3], row[3:6], row[6], row[7:9], row[9:11], row[11:])
        for row in prepared_rows(sql.RECOMPUTE, parameters)
    ):
        verdict, is_settled, stands = standing
        found = _dispute(*sides)
        if found == scoring.Dispute.SERIOUS:
            _, ai_voices, disputers, proven = sides
            disputes[video_id] = {
                "sayAi": ai_voices,
                "dispute": disputers + proven,
                "proven": proven,
            }
        elif found == scoring.Dispute.NONE:
            undisputed.add(video_id)
        if is_gone:
            gone.add(video_id)
            keys |= channel_keys(*before)
            continue
        if is_changed:
            changed.add(video_id)
            keys |= channel_keys(*now) | channel_keys(*before)
        if is_settled:
            settled[video_id] = (verdict, stands)
        if is_conflict:
            contested.append(video_id)
    tallies.settle(settled)
    if gone:
        Video.objects.filter(pk__in=gone).delete()
    return Recomputed(
        changed=frozenset(changed),
        deleted=frozenset(gone),
        channel_keys=frozenset(keys),
        settled=frozenset(settled),
        conflicts=tallies.claims(contested) if contested else {},
        disputes=disputes,
        undisputed=frozenset(undisputed),
    )


@dataclass(frozen=True)
class Live:
    """A video as its facts have it right now, and how its score comes about.

    `prior_weight` is the K in force: the setting, or that of a flagged channel.
    """

    row: Row
    prior_weight: Decimal
    categories: dict[str, tuple[int, Decimal]]
    votes: dict[str, int]
    evidence: scoring.Evidence
    steps: list[scoring.Step]

    @property
    def voices_needed(self) -> int:
        """How many independent voters for AI a flag takes."""
        return scoring.voices_needed(
            disputers=self.evidence.disputers,
            proven_disputers=self.evidence.proven_disputers,
            stood=self.evidence.stood,
            min_independent=settings.MIN_INDEPENDENT_VOTERS,
        )


def live(video_id: str, old: Video | None) -> Live | None:
    """One video scored now from its facts, nothing written; None if nobody spoke of it.

    `old` is the stored row, whose channel still holds. One statement.
    """
    tally = tallies.tally(video_id)
    if tally is None:
        return None
    row = _row(
        video_id,
        tally,
        channel_id=old.channel_id if old else None,
        handle=old.channel_handle if old else None,
        contested=bool(old and old.claims_contested),
        old=old,
    )
    evidence = _evidence(tally)
    steps = scoring.steps(evidence, prior=row.prior, **_rules())
    k = scoring.CHANNEL_PRIOR_WEIGHT if row.prior else _prior_weight()
    return Live(row, k, category_rows(tally), tally.votes, evidence, steps)


def is_large(video: Video) -> bool:
    """Whether it has too many votes to score it in a request."""
    return video.total_votes > LIVE_VOTES_MAX


def scores_now(video_ids: Collection[str]) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """Scores of those of the videos that somebody spoke of, from every vote; no writes.

    Of those with more than `LIVE_VOTES_MAX` votes the stored scores instead, in the second dict.
    One prepared statement.
    """
    exact: dict[str, Decimal] = {}
    stored: dict[str, Decimal] = {}
    parameters = {"videos": list(video_ids), "votes": LIVE_VOTES_MAX, **_rules()}
    for video_id, score, is_stored in prepared_rows(sql.SCORES_NOW, parameters):
        (stored if is_stored else exact)[video_id] = score
    return exact, stored


def channel_keys(channel_id: str | None, handle: str | None) -> set[str]:
    """The keys under which a video's channel may be known."""
    return {key for key in (channel_id, handle and f"@{handle}") if key}


def category_rows(tally: Tally) -> dict[str, tuple[int, Decimal]]:
    """Active votes and weighted score of each AI category that has votes."""
    scores = scoring.category_scores(tally.weights, prior_weight=_prior_weight())
    return {category: (tally.votes[category], scores[category]) for category in sorted(scores)}


def _row(
    video_id: str,
    tally: Tally,
    *,
    channel_id: str | None,
    handle: str | None,
    contested: bool,
    old: Video | None,
) -> Row:
    same_channel = old is not None and (old.channel_id, old.channel_handle) == (channel_id, handle)
    prior = bool(same_channel and old and old.prior)
    evidence = _evidence(tally)
    total = sum(tally.votes.values())
    disputes = tally.votes.get(Category.NOT_AI, 0)
    voted = [c for c in AI_CATEGORIES if c in tally.weights]
    return Row(
        video_id=video_id,
        hash=ids.video_hash(video_id),
        channel_id=channel_id,
        channel_handle=handle,
        channel_score=old.channel_score if same_channel and old else None,
        prior=prior,
        score=_score(evidence, prior=prior),
        evidence_score=_score(evidence, prior=False),
        primary_category=max(voted, key=lambda c: tally.weights[c], default=None),
        weight_ai=scoring.weight_ai(tally.weights),
        weight_disputes=tally.weights.get(Category.NOT_AI, ZERO),
        total_votes=total,
        disputes=disputes,
        voters=total - disputes,
        independent_voters=tally.ai_voices,
        independent_disputers=tally.proven_disputers + tally.disputers,
        locked=tally.lock is not None,
        verdict=tally.lock,
        hidden=tally.hidden,
        shadow_hidden=tally.shadow_hidden,
        held=tally.held or tally.burst,
        preliminary=prior and not total and not tally.lock,
        claims_contested=contested,
        is_short=tally.is_short,
        first_reported=tally.first_reported,
        last_updated=tally.last_changed,
    )


def _evidence(tally: Tally) -> scoring.Evidence:
    evidence = scoring.Evidence(
        weights=tally.weights,
        independent_voters=tally.ai_voices,
        disputers=tally.disputers,
        proven_disputers=tally.proven_disputers,
        resolved_disputes=tally.resolved_disputes,
        lock=tally.lock,
        held=tally.held,
        stood=tally.stood,
    )
    if not tally.burst:
        return evidence
    calm = replace(evidence, weights=tally.calm_weights, independent_voters=tally.calm_voices)
    return replace(evidence, calm=calm)


def _dispute(decided: bool, ai_voices: int, disputers: int, proven: int) -> scoring.Dispute:
    """Whether voters disagree; not where a moderator has `decided`, or a burst is held."""
    if decided:
        return scoring.Dispute.NONE
    return scoring.dispute(
        ai_voices=ai_voices,
        disputers=disputers,
        proven_disputers=proven,
        min_independent=settings.MIN_INDEPENDENT_VOTERS,
    )


def _score(evidence: scoring.Evidence, *, prior: bool) -> Decimal:
    return scoring.score(evidence, prior=prior, **_rules())


def _rules() -> dict[str, Any]:
    return {
        "prior_weight": _prior_weight(),
        "min_independent": settings.MIN_INDEPENDENT_VOTERS,
    }


def _prior_weight() -> Decimal:
    return Decimal(str(settings.PRIOR_WEIGHT))


def write(
    videos: list[Row], categories: dict[str, dict[str, tuple[int, Decimal]]], *, revision: int
) -> None:
    """Store rows, and votes and weighted scores by category of each; three statements."""
    if not videos:
        return
    flat = [
        (video_id, category, count, score)
        for video_id, of_video in categories.items()
        for category, (count, score) in of_video.items()
    ]
    with connection.cursor() as cursor:
        columns = [[getattr(row, name) for row in videos] for name in sql.COLUMNS]
        cursor.execute(sql.UPSERT, [revision, *columns])
        cursor.execute(sql.DELETE_CATEGORIES, [list(categories)])
        if flat:
            cursor.execute(
                sql.INSERT_CATEGORIES, [list(column) for column in zip(*flat, strict=True)]
            )
