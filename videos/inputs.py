"""What the export tells of how a video's score came about (docs/export.md#inputs).

All that the rule takes, and no digit more than it needs: the weight of a single vote is its voter's
trust, which grows with the seconds since the first visit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import orjson

from videos import scoring
from videos.scoring import Evidence

EXACT = 6
"""Decimals of a weight as votes have it."""
FEWEST = 3
"""With two a score comes out the same only where it adds up to hundreds."""
TENTHS = 1
"""Decimals of newcomers' weights."""


def told(evidence: Evidence, *, prior: bool, rules: Mapping[str, Any]) -> str:
    """The inputs of a video's scores, as JSON: `weights` by category, and those of `held`, `jury`,
    `lock_kind`, `jury_kind` and `without_burst` (`weight_ai`, `voices`) that there are.

    Weights have the fewest decimals, 3 to 6, with which every published score of the video, and
    what it adds to its channel's, comes out as it is by these `rules` (`videos.rows.rules`); those
    that are tenths stay so.
    """
    coarse = _coarse(
        evidence,
        prior=prior,
        prior_weight=rules["prior_weight"],
        min_independent=rules["min_independent"],
    )
    found: dict[str, Any] = {
        "weights": {name: _shown(weight) for name, weight in sorted(coarse.weights.items())}
    }
    if evidence.held:
        found["held"] = True
    if evidence.jury and not evidence.lock:
        found["jury"] = evidence.jury
    if evidence.lock_kind:
        found["lock_kind"] = evidence.lock_kind
    elif evidence.jury_kind:
        found["jury_kind"] = evidence.jury_kind
    # Where a moderator holds the video, too, that bounds the score by itself.
    if coarse.without_burst and not evidence.held:
        found["without_burst"] = {
            "weight_ai": _shown(scoring.weight_ai(coarse.without_burst.weights)),
            "voices": coarse.without_burst.independent_voters,
        }
    return orjson.dumps(found).decode()


def weights_in(inputs: str) -> dict[str, Decimal]:
    """The weights by category in what `told` gave, as it has rounded them."""
    weights = orjson.loads(inputs)["weights"]
    return {category: Decimal(weight) for category, weight in weights.items()}


def _shown(weight: Decimal) -> str:
    return f"{weight.normalize():f}"


def _coarse(evidence: Evidence, **rules: Any) -> Evidence:
    """The evidence in the fewest decimals that give the same scores."""
    if _rounded(evidence, TENTHS) == evidence:
        return evidence
    exact = list(_scores(evidence, **rules))
    for decimals in range(FEWEST, EXACT):
        coarse = _rounded(evidence, decimals)
        # Most differ in a kind already, and the rest is not worked out.
        if all(one == other for one, other in zip(_scores(coarse, **rules), exact, strict=True)):
            return coarse
    return evidence


def _rounded(evidence: Evidence, decimals: int) -> Evidence:
    unit = Decimal(1).scaleb(-decimals)
    weights = {
        name: weight.quantize(unit, ROUND_HALF_UP) for name, weight in evidence.weights.items()
    }
    inner = evidence.without_burst
    return replace(
        evidence, weights=weights, without_burst=_rounded(inner, decimals) if inner else None
    )


def _scores(
    evidence: Evidence, *, prior: bool, prior_weight: Decimal, min_independent: int
) -> Iterator[Decimal]:
    """Everything that is published of these inputs: the scores of kinds, and the video's with and
    without its channel's start. Where these are the same, they are so below the bound of votes."""
    yield from scoring.category_scores(evidence.weights, prior_weight=prior_weight).values()
    for with_prior in {prior, False}:
        yield scoring.score(
            evidence, prior=with_prior, prior_weight=prior_weight, min_independent=min_independent
        )
