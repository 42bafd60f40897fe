"""From tallies to rows: loads the facts of many videos, scores them, writes in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection

from realtube.common import ids
from videos import scoring, sql
from videos.models import Video, VideoCategory
from votes import tallies
from votes.models import AI_CATEGORIES, Category
from votes.tallies import Tally

ZERO = Decimal(0)


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


def recompute(video_ids: Iterable[str]) -> Recomputed:
    """Bring these videos up to their facts; runs inside the pipeline's transaction.

    What the channel gives a video (its score, its prior) stays as it stands; a video that
    changes channel starts without until `channels.recompute` has looked at it.
    """
    wanted = sorted(set(video_ids))
    facts = tallies.tally(wanted)
    claimed_ids, claimed_handles = tallies.claims(wanted)
    before = {video.video_id: video for video in Video.objects.filter(pk__in=wanted)}
    shown_before = _categories(list(before))
    rows: list[Row] = []
    categories: dict[str, dict[str, tuple[int, Decimal]]] = {}
    touched_keys: set[str] = set()
    settled: dict[str, tuple[str | None, bool]] = {}
    conflicts: dict[str, list[str]] = {}
    disputes: dict[str, dict[str, int]] = {}
    undisputed: set[str] = set()
    for video_id in wanted:
        tally, old = facts[video_id], before.get(video_id)
        found = _dispute(tally)
        if found == scoring.Dispute.SERIOUS:
            disputes[video_id] = {
                "sayAi": tally.independent_voters,
                "dispute": tally.disputers + tally.proven_disputers,
                "proven": tally.proven_disputers,
            }
        elif found == scoring.Dispute.NONE:
            undisputed.add(video_id)
        if not tally.exists:
            if old:
                touched_keys |= channel_keys(old.channel_id, old.channel_handle)
            continue
        named = [claimed_ids.get(video_id, {}), claimed_handles.get(video_id, {})]
        row = _row(
            video_id,
            tally,
            channel_id=scoring.agreed_claim(named[0]),
            handle=scoring.agreed_claim(named[1]),
            contested=any(map(scoring.contested_claim, named)),
            old=old,
        )
        if row.claims_contested and not (row.channel_id or row.channel_handle):
            conflicts[video_id] = sorted([*named[0], *(f"@{handle}" for handle in named[1])])
        verdict = scoring.verdict(
            row.evidence_score,
            ai_voices=row.independent_voters,
            voices=tally.voices,
            lock=row.verdict,
            held=row.held,
        )
        stands = verdict == "ai" and not row.locked and not tally.stood
        if verdict != tally.verdict or stands:
            settled[video_id] = (verdict, stands)
        shown = category_rows(tally)
        if old is None or _differs(row, old) or shown_before.get(video_id, {}) != shown:
            rows.append(row)
            categories[video_id] = shown
            touched_keys |= channel_keys(row.channel_id, row.channel_handle)
            if old:
                touched_keys |= channel_keys(old.channel_id, old.channel_handle)
    write(rows, categories)
    tallies.settle(settled)
    gone = frozenset(v for v in before if not facts[v].exists)
    if gone:
        Video.objects.filter(pk__in=gone).delete()
    return Recomputed(
        changed=frozenset(row.video_id for row in rows),
        deleted=gone,
        channel_keys=frozenset(touched_keys),
        settled=frozenset(settled),
        conflicts=conflicts,
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
    return live_all([video_id], {video_id: old} if old else {}).get(video_id)


def live_all(video_ids: Sequence[str], stored: Mapping[str, Video]) -> dict[str, Live]:
    """Those of the videos that somebody spoke of, as `live` has each; one statement for all."""
    return {
        video_id: _live(video_id, tally, stored.get(video_id))
        for video_id, tally in tallies.tally(video_ids).items()
        if tally.exists
    }


def _live(video_id: str, tally: Tally, old: Video | None) -> Live:
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
    assert tally.first_reported is not None  # noqa: S101 - exists
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
        independent_voters=tally.independent_voters,
        locked=tally.lock is not None,
        verdict=tally.lock,
        hidden=tally.hidden,
        shadow_hidden=tally.shadow_hidden,
        held=tally.held or tally.burst,
        preliminary=prior and not total and not tally.lock,
        claims_contested=contested,
        is_short=tally.is_short,
        first_reported=tally.first_reported,
        last_updated=tally.last_changed or tally.first_reported,
    )


def _evidence(tally: Tally) -> scoring.Evidence:
    evidence = scoring.Evidence(
        weights=tally.weights,
        independent_voters=tally.independent_voters,
        disputers=tally.disputers,
        proven_disputers=tally.proven_disputers,
        resolved_disputes=tally.resolved_disputes,
        lock=tally.lock,
        held=tally.held,
        stood=tally.stood,
    )
    if not tally.burst:
        return evidence
    calm = replace(evidence, weights=tally.calm_weights, independent_voters=tally.calm_voters)
    return replace(evidence, calm=calm)


def _dispute(tally: Tally) -> scoring.Dispute:
    """Whether voters disagree; not where a moderator has decided, or a burst is held."""
    if tally.lock or tally.held or tally.burst:
        return scoring.Dispute.NONE
    return scoring.dispute(
        ai_voices=tally.independent_voters,
        disputers=tally.disputers,
        proven_disputers=tally.proven_disputers,
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


def _differs(row: Row, old: Video) -> bool:
    return any(getattr(old, name) != value for name, value in asdict(row).items())


def _categories(video_ids: Sequence[str]) -> dict[str, dict[str, tuple[int, Decimal]]]:
    found: dict[str, dict[str, tuple[int, Decimal]]] = {}
    for video_id, category, count, score in VideoCategory.objects.filter(
        video_id__in=video_ids
    ).values_list("video_id", "category", "vote_count", "weighted_score"):
        found.setdefault(video_id, {})[category] = (count, score)
    return found


def write(rows: list[Row], categories: dict[str, dict[str, tuple[int, Decimal]]]) -> None:
    """Store rows, and votes and weighted scores by category of each; three statements."""
    if not rows:
        return
    flat = [
        (video_id, category, count, score)
        for video_id, of_video in categories.items()
        for category, (count, score) in of_video.items()
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql.UPSERT, [[getattr(row, name) for row in rows] for name in sql.COLUMNS])
        cursor.execute(sql.DELETE_CATEGORIES, [list(categories)])
        if flat:
            cursor.execute(
                sql.INSERT_CATEGORIES, [list(column) for column in zip(*flat, strict=True)]
            )
