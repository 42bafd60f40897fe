"""What the export tells of how a video's score came about (docs/export.md#inputs).

All that the rule takes, and no digit more than it needs: the weight of a single vote is its voter's
trust, which grows with the seconds since the first visit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import orjson

from videos import scoring
from videos.scoring import Evidence

EXACT = 6
"""Decimals of a weight as votes have it."""

_Outcome = list[Any]


def told(
    evidence: Evidence, *, prior: bool, prior_weight: Decimal, min_independent: int, juries: bool
) -> str:
    """The inputs of a video's scores, as JSON: `weights` by category, and those of `held`, `jury`,
    `lock_kind`, `jury_kind` and `without_burst` (`weight_ai`, `voices`) that there are.

    Weights have the fewest decimals, 1 to 6, with which every published score of the video, and
    what it adds to its channel's, comes out as it is.
    """
    rules = {"prior_weight": prior_weight, "min_independent": min_independent}
    coarse = _coarse(evidence, prior=prior, juries=juries, rules=rules)
    found: dict[str, Any] = {
        "weights": {name: str(weight) for name, weight in sorted(coarse.weights.items())}
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
            "weight_ai": str(scoring.weight_ai(coarse.without_burst.weights)),
            "voices": coarse.without_burst.independent_voters,
        }
    return orjson.dumps(found).decode()


def _coarse(evidence: Evidence, *, prior: bool, juries: bool, rules: Mapping[str, Any]) -> Evidence:
    """The evidence in the fewest decimals that give the same scores."""
    exact: _Outcome = []
    for decimals in range(1, EXACT):
        coarse = _rounded(evidence, decimals)
        if coarse == evidence:
            return coarse
        exact = exact or _outcome(evidence, prior=prior, juries=juries, rules=rules)
        if _outcome(coarse, prior=prior, juries=juries, rules=rules) == exact:
            return coarse
    return _rounded(evidence, EXACT)


def _rounded(evidence: Evidence, decimals: int) -> Evidence:
    unit = Decimal(1).scaleb(-decimals)
    weights = {
        name: weight.quantize(unit, ROUND_HALF_UP) for name, weight in evidence.weights.items()
    }
    inner = evidence.without_burst
    return replace(
        evidence, weights=weights, without_burst=_rounded(inner, decimals) if inner else None
    )


def _outcome(
    evidence: Evidence, *, prior: bool, juries: bool, rules: Mapping[str, Any]
) -> _Outcome:
    """Everything that is published of these inputs: scores with and without the channel's prior
    and the bound of votes, and those of categories."""
    bounds = {(prior, juries), (False, juries), (False, False)}
    return [
        *(
            scoring.score(evidence, prior=with_prior, juries=bound, **rules)
            for with_prior, bound in sorted(bounds)
        ),
        scoring.category_scores(
            evidence.weights,
            prior_weight=rules["prior_weight"],
            jury_kind=evidence.jury_kind,
            lock_kind=evidence.lock_kind,
        ),
    ]
