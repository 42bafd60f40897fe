"""How jurors' answers decide (docs/juries.md). Pure functions on plain numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Side(StrEnum):
    """What an answer says, whatever kind of AI it names. `UNSURE` counts for neither."""

    AI = "ai"
    HUMAN = "human"
    UNSURE = "unsure"


class Outcome(StrEnum):
    """What has become of a panel."""

    OPEN = "open"
    AI = "ai"
    HUMAN = "human"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Parameters:
    """Every number of the rule, each compared with others in docs/quality/juries.md.

    - `batch`: jurors drawn at a time; larger ones draw more for the same errors.
    - `pace`: hours between batches, in which people answer; `a_day`: questions to a juror.
    - `most`: jurors drawn in all; at 30 at least twice as many panels end undecided.
    - `ahead_ai`, `ahead_human`: answers by which a side must lead; more for AI, as a wrong flag
      hides somebody's work. A lead of 3 for both flags more where the sides answer unequally.
    - `gold`: answers on settled videos before a juror counts, of which `secret` on such as are
      never published; half of that turns away every eighth good juror.
    - `mean`: least posterior mean of sensitivity and of specificity, 0-1; `right`, `wrong`: the
      Beta prior of both. 97 % of accuracy 0.9 pass, 1 % of 0.6.
    - `least_jurors`: below that no panels. With 14, one in nine ends for want of them.
    - `half_life`: days in which an answer loses half of its weight in its juror's record; 90
      days take the standing of everybody, as so few settled questions come.
    """

    batch: int = 6
    pace: float = 12
    most: int = 42
    ahead_ai: int = 4
    ahead_human: int = 3
    a_day: int = 3
    gold: int = 40
    secret: int = 20
    mean: float = 0.75
    right: float = 3
    wrong: float = 1
    least_jurors: int = 10
    half_life: float = 365


PARAMETERS = Parameters()


@dataclass(frozen=True, slots=True)
class Record:
    """A juror's answers to what was settled, each weighed by its age, 0-1.

    `ai`, `human`: answers on AI and on human videos; `ai_right`, `human_right`: the right ones
    of them; `secret`: answers on gold that is never published. Unsure ones are in none.
    """

    ai: float = 0
    ai_right: float = 0
    human: float = 0
    human_right: float = 0
    secret: float = 0


@dataclass(frozen=True, slots=True)
class Skill:
    """A juror's posterior means, 0-1: AI said of AI videos, human said of human ones."""

    sensitivity: float
    specificity: float


def weight(age_days: float, parameters: Parameters = PARAMETERS) -> float:
    """What an answer of that age still counts in its juror's record, 0-1."""
    return float(0.5 ** (age_days / parameters.half_life))


def skill(record: Record, parameters: Parameters = PARAMETERS) -> Skill:
    """Posterior means under a Beta prior. Source: the conjugate prior of a binomial share."""
    prior = parameters.right + parameters.wrong
    return Skill(
        (record.ai_right + parameters.right) / (record.ai + prior),
        (record.human_right + parameters.right) / (record.human + prior),
    )


def is_rooted(record: Record, parameters: Parameters = PARAMETERS) -> bool:
    """Whether a juror's answers decide: enough gold, half of it secret, good at both sides."""
    means = skill(record, parameters)
    return (
        record.ai + record.human >= parameters.gold
        and record.secret >= parameters.secret
        and min(means.sensitivity, means.specificity) >= parameters.mean
    )


def lead(answers: Iterable[Side]) -> int:
    """How many more say AI than human; below zero if fewer do."""
    sides = Counter(answers)
    return sides[Side.AI] - sides[Side.HUMAN]


def outcome(answers: Iterable[Side], *, drawn: int, parameters: Parameters = PARAMETERS) -> Outcome:
    """What a panel says at the end of a batch.

    `answers`: of drawn jurors who are rooted now, one a voice; `drawn`: how many were drawn so
    far. Decided as soon as a side leads by as many as it needs; undecided, so a moderator's, once
    `most` are drawn, or nobody is left to draw. Source: Wald's sequential test of two shares, all
    jurors taken for equally good; weights by skill were worth nothing (docs/quality/juries.md).
    """
    ahead = lead(answers)
    if ahead >= parameters.ahead_ai:
        return Outcome.AI
    if -ahead >= parameters.ahead_human:
        return Outcome.HUMAN
    return Outcome.UNDECIDED if drawn >= parameters.most else Outcome.OPEN


def label(kinds: Mapping[str, int]) -> str | None:
    """The kind of AI that most jurors named, of equal ones the first by name; None without."""
    return max(sorted(kinds), key=lambda kind: kinds[kind], default=None)
