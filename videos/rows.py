"""What is stored of a video: made of its tally by the rules of `videos.scoring`."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings

from common import ids
from videos import inputs, scoring
from votes.models import AI_CATEGORIES, Category
from votes.tallies import Tally

ZERO = Decimal(0)

Categories = dict[str, tuple[int, Decimal]]
"""By AI category: active votes, and weighted score."""


class Whose(NamedTuple):
    """The channel of a video as voters or a moderator name it; whether voters disagree."""

    channel_id: str | None = None
    handle: str | None = None
    contested: bool = False


class Row(NamedTuple):
    """One video as the facts have it; the names are the model's."""

    video_id: str
    hash: str
    channel_id: str | None
    channel_handle: str | None
    prior: bool
    restricted: str
    channel_by: str
    decided_by: str
    score: Decimal
    evidence_score: Decimal
    passed_score: Decimal | None
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
    jury: str | None
    hidden: bool
    shadow_hidden: bool
    held: bool
    preliminary: bool
    claims_contested: bool
    is_short: bool | None
    first_reported: datetime
    last_updated: datetime
    more: str
    inputs: str = ""


class Stored(NamedTuple):
    """A row with its categories, as one table each has them."""

    row: Row
    categories: Categories


class Change(NamedTuple):
    """A video before and after; None where it is not there."""

    before: Stored | None
    after: Stored | None


def channel_keys(row: Row) -> set[str]:
    """The keys under which a video's channel may be known."""
    handle = f"@{row.channel_handle}" if row.channel_handle else None
    return {key for key in (row.channel_id, handle) if key}


def rules(*, juries: bool) -> dict[str, Any]:
    """What of the rules an operator can set, as `scoring` takes it; `juries`: they confirm, not
    votes (`votes.brakes`)."""
    return {
        "prior_weight": Decimal(str(settings.PRIOR_WEIGHT)),
        "min_independent": settings.MIN_INDEPENDENT_VOTERS,
        "juries": juries,
    }


def category_rows(tally: Tally, *, prior_weight: Decimal) -> Categories:
    """Active votes and weighted score of each AI category that has votes, or that a moderator or a
    jury named."""
    scores = scoring.category_scores(
        tally.weights,
        prior_weight=prior_weight,
        jury_kind=tally.jury_kind,
        lock_kind=tally.lock_kind,
    )
    return {
        category: (tally.votes.get(category, 0), scores[category]) for category in sorted(scores)
    }


def evidence_of(tally: Tally) -> scoring.Evidence:
    """What a score is made of."""
    evidence = scoring.Evidence(
        weights=tally.weights,
        independent_voters=tally.ai_voices,
        disputers=tally.disputers,
        lock=tally.lock,
        lock_kind=tally.lock_kind,
        jury=tally.jury,
        jury_kind=tally.jury_kind,
        held=tally.held,
    )
    if not tally.burst:
        return evidence
    without_burst = replace(
        evidence,
        weights=tally.weights_without_burst,
        independent_voters=tally.voices_without_burst,
    )
    return replace(evidence, without_burst=without_burst)


def row_of(
    video_id: str,
    tally: Tally,
    *,
    whose: Whose,
    prior: bool,
    restricted: str = "",
    by: str = "",
    rules: dict[str, Any],
) -> Row:
    """The row of a video that somebody spoke of; `prior`: its channel gives it a start, because of
    the `restricted` lists alone if any are named, and by whose word (`scoring.prior_by`).

    What votes say by themselves, also above what they may publish, is the `evidence_score`: by that
    channels are rolled up, whoever confirms."""
    evidence = evidence_of(tally)
    own = scoring.score(evidence, prior=False, **rules | {"juries": False})
    score = scoring.score(evidence, prior=prior, **rules) if prior or rules["juries"] else own
    passed = scoring.score(evidence, prior=False, **rules) if restricted else own
    decided_by = scoring.decided_by(evidence, score=score, by=by)
    total, disputes = sum(tally.votes.values()), tally.votes.get(Category.NOT_AI, 0)
    weights = tally.weights
    voted = [category for category in AI_CATEGORIES if category in weights]
    for_channel = own < scoring.FLAGGED and not evidence.lock and not evidence.jury
    return Row(
        video_id=video_id,
        hash=ids.video_hash(video_id),
        channel_id=whose.channel_id,
        channel_handle=whose.handle,
        prior=prior,
        restricted=restricted,
        channel_by=by if for_channel and by in (scoring.LIST, scoring.MODERATOR) else "",
        decided_by=decided_by,
        score=score,
        evidence_score=own,
        passed_score=passed if passed != own else None,
        primary_category=evidence.lock_kind
        or evidence.jury_kind
        or max(voted, key=weights.__getitem__, default=None),
        weight_ai=scoring.weight_ai(weights),
        weight_disputes=weights.get(Category.NOT_AI, ZERO),
        total_votes=total,
        disputes=disputes,
        voters=total - disputes,
        independent_voters=tally.ai_voices,
        independent_disputers=tally.disputers,
        locked=tally.lock is not None,
        verdict=tally.lock,
        jury=tally.found,
        hidden=tally.hidden,
        shadow_hidden=tally.shadow_hidden,
        held=tally.held or tally.burst,
        preliminary=prior and not (total or evidence.lock or evidence.jury),
        claims_contested=whose.contested,
        is_short=tally.is_short,
        first_reported=tally.first_reported,
        last_updated=tally.last_changed,
        more="",
        inputs=inputs.told(evidence, prior=prior, rules=rules),
    )


def decision_of(row: Row) -> str | None:
    """How the votes on the video are judged: by a moderator's lock, or else a jury's outcome."""
    return row.verdict or row.jury


def dispute_of(row: Row, tally: Tally) -> scoring.Dispute:
    """Whether voters disagree; not where a moderator has decided, or a burst is held."""
    if row.locked or row.held:
        return scoring.Dispute.NONE
    return scoring.dispute(
        ai_voices=tally.ai_voices,
        disputers=tally.disputers,
        min_independent=settings.MIN_INDEPENDENT_VOTERS,
    )
