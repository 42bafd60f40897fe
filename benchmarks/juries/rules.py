"""The rules that are tried: the product's, and others that are compared with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log

from votes.juries import rule
from votes.juries.rule import Outcome, Parameters, Side, Skill


def ratio(side: Side, juror: Skill) -> float:
    """The likelihood ratio of what a juror said. Source: naive Bayes."""
    if side is Side.AI:
        return log(juror.sensitivity / (1 - juror.specificity))
    return log((1 - juror.sensitivity) / juror.specificity)


def own_side(side: Side, juror: Skill) -> float:
    """The log odds of the juror's mean for the side they took, and nothing of the other."""
    if side is Side.AI:
        return log(juror.sensitivity / (1 - juror.sensitivity))
    return -log(juror.specificity / (1 - juror.specificity))


WEIGHTS: dict[str, Callable[[Side, Skill], float]] = {"ratio": ratio, "own side": own_side}


@dataclass(frozen=True)
class Court:
    """A rule to be tried. The defaults are the product's.

    `weights`: "lead" for that of `rule.outcome`, or a name of `WEIGHTS`: then a panel ends at
    `bound` (log odds, from `prior`) with `voices` answers on that side. `order`: "turns", "turns,
    forgotten" (without load), "viewers", "arrival" or "lot"; `kept`: whether places are kept for
    what waits longest; `channels`: whether channels are asked about before their videos; `count`:
    whether a panel's outcome counts in the records of its jurors; `secret`: gold questions among
    a juror's, 0-1; `openers`: whether rooted jurors who open a confirmed video may contradict it;
    `appeals`: share of AI verdicts on human videos, and half as many of the others, that are
    appealed; `kit`: whether a new site begins with a gold kit.
    """

    parameters: Parameters = rule.PARAMETERS
    weights: str = "lead"
    bound: float = 6
    voices: int = 3
    prior: float = 0.5
    order: str = "turns"
    kept: bool = True
    channels: bool = False
    count: bool = True
    secret: float = 0.1
    openers: bool = False
    appeals: float = 0
    kit: bool = True


def decide(answers: Sequence[tuple[Side, Skill]], drawn: int, court: Court) -> Outcome:
    """What a panel says at the end of a batch, by the rule that is tried."""
    if court.weights == "lead":
        return rule.outcome((side for side, _ in answers), drawn=drawn, parameters=court.parameters)
    weigh = WEIGHTS[court.weights]
    sides = Counter(side for side, _ in answers)
    total = log(court.prior / (1 - court.prior))
    total += sum(weigh(side, juror) for side, juror in answers)
    if total >= court.bound and sides[Side.AI] >= court.voices:
        return Outcome.AI
    if total <= -court.bound and sides[Side.HUMAN] >= court.voices:
        return Outcome.HUMAN
    return Outcome.UNDECIDED if drawn >= court.parameters.most else Outcome.OPEN
