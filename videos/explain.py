"""How a score comes about, vote by vote: for moderators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from common.db import rows
from videos import scoring, sql
from videos.models import Video
from videos.recompute import Live, live
from votes.models import Category

VOTES_SHOWN = 500
ZERO = Decimal(0)


class Standing(StrEnum):
    """Whether a vote counts, and if not, why."""

    COUNTS = "counts"
    MERGED = "merged"
    CROWDED = "crowded"
    HELD = "held"
    WITHDRAWN = "withdrawn"
    BANNED = "banned"
    DELAYED = "delayed"


@dataclass(frozen=True)
class CountedVote:
    """One vote: `weight` is what it adds to its category, 0 unless it counts.

    `standing` is one of `Standing`. `speaker` is the id of the vote that speaks for the same
    voice, this one's or another's; a `crowded` one would, were there not heavier voices of its
    /48. `held` votes count, but a burst's cap is over them. `cast_at` is when the voter first
    said so. `network` is a pseudonym, None after 30 days. `voter_since` is None of an erased voter.
    """

    id: int
    voter_id: str | None
    category: str
    cast_at: datetime
    trust: Decimal
    is_vip: bool
    cluster: str | None
    network: str | None
    standing: str
    speaker: int | None
    weight: Decimal
    voter_since: datetime | None


@dataclass(frozen=True)
class Explanation:
    """A score and all it is made of; the weights of `votes` and `rest` sum up to `weights`."""

    live: Live
    votes: Sequence[CountedVote]
    rest: dict[str, Decimal]

    @property
    def weights(self) -> dict[str, Decimal]:
        """The weight of each category, in the order of `Category`."""
        given = self.live.evidence.weights
        return {category: given[category] for category in Category.values if category in given}


def explain(video_id: str, stored: Video | None, *, limit: int = VOTES_SHOWN) -> Explanation | None:
    """The score of a video as of now, vote by vote; None if nobody spoke of it.

    `stored` is its row, if there is one. The heaviest `limit` votes are listed, `rest` is what
    the others add by category. Two statements.
    """
    found = live(video_id, stored)
    if found is None:
        return None
    votes = [
        CountedVote(*row) for row in rows(sql.VOTES_OF, {"videos": [video_id], "limit": limit})
    ]
    listed: dict[str, Decimal] = {}
    for vote in votes:
        listed[vote.category] = listed.get(vote.category, ZERO) + vote.weight
    rest = {
        category: weight - listed.get(category, ZERO)
        for category, weight in found.evidence.weights.items()
        if weight != listed.get(category, ZERO)
    }
    return Explanation(found, votes, rest)


def formula(explanation: Explanation) -> str:
    """The share with its numbers, such as `100 x 2.4 / (2.4 + 0.3 + 1.5) = 57.14`."""
    row, first = explanation.live.row, explanation.live.steps[0]
    if first.rule in (scoring.Rule.LOCK, scoring.Rule.JURY):
        who = "A moderator has locked it as" if row.locked else "A jury has found it to be"
        side = "AI" if first.score else "human"
        return f"{who} {side}: {first.score:f}"
    ai, disputes = (f"{value.normalize():f}" for value in (row.weight_ai, row.weight_disputes))
    k = explanation.live.prior_weight
    top = ai
    if row.prior:
        _, of_channel = scoring.reserve(prior=True, prior_weight=k)
        top = f"({ai} + {of_channel.normalize():f})"
    share = scoring.rounded(first.score)
    return f"100 x {top} / ({ai} + {disputes} + {k.normalize():f}) = {share}"


TEXTS: dict[scoring.Rule, str] = {
    scoring.Rule.LOCK: "a moderator's lock decides alone",
    scoring.Rule.JURY: "a jury decides where no moderator has",
    scoring.Rule.SHARE: "the share of the trust that says AI",
    scoring.Rule.VOICES: "{voices} independent voters for AI; a flag takes {needed}",
    scoring.Rule.BURST: "newcomers burst upon it: what the others say, or at most 49.9",
    scoring.Rule.HOLD: "held by a moderator: at most 49.9",
    scoring.Rule.SUSPECTED: "votes suspect, juries confirm: at most 79.9",
}


def context(explanation: Explanation) -> dict[str, Any]:
    """What the desk shows of an explanation."""
    found = explanation.live
    numbers = {
        "voices": found.evidence.independent_voters,
        "needed": found.voices_needed,
    }
    return {
        "explanation": explanation,
        "formula": formula(explanation),
        "steps": [
            {"text": TEXTS[step.rule].format(**numbers), "score": step.score}
            for step in found.steps
        ],
        "categories": [
            (category, found.votes.get(category, 0), weight.normalize())
            for category, weight in explanation.weights.items()
        ],
        "rest": sorted(explanation.rest.items()),
    }
