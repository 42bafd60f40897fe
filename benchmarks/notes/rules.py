"""The rules that are compared: each takes a world and says which of its notes are shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from statistics import median

from benchmarks.notes.world import World
from votes.notes.rule import PARAMETERS, Parameters, Rating, is_shown

Rule = Callable[[World], list[bool]]


def sides(parameters: Parameters = PARAMETERS) -> Rule:
    """The service's own, with these parameters."""

    def shown(world: World) -> list[bool]:
        leans = [juror.lean for juror in world.jurors]
        middle = median(leans)
        return [
            is_shown(
                (Rating(leans[n], helpful) for n, helpful in ratings.items()),
                middle=middle,
                parameters=parameters,
            )
            for ratings in world.ratings
        ]

    return shown


def majority(world: World) -> list[bool]:
    """As many ratings and as large a share as the service's rule asks of both sides together."""
    return [
        sum(said.values()) >= 2 * PARAMETERS.least
        and (sum(said.values()) + 1) / (len(said) + 2) >= PARAMETERS.share
        for said in world.ratings
    ]


@dataclass
class _Fit:
    """Intercept and factor of each rater, or of each note."""

    intercept: dict[int, float] = field(default_factory=dict)
    factor: dict[int, float] = field(default_factory=dict)


ROUNDS = 30
LAMBDA_INTERCEPT, LAMBDA_FACTOR = 0.15, 0.03
LEAST_OF_NOTE, LEAST_OF_RATER = 5, 10
HELPFUL, POLARISED = 0.40, 0.50


def factorised(world: World) -> list[bool]:
    """As Community Notes: each rating is `mu + i_u + i_n + f_u f_n`, and a note with `i_n >= 0.40`
    and `|f_n| < 0.50` is shown.

    Fitted by alternating least squares with their weights (0.15 for intercepts, 0.03 for factors)
    and least numbers of ratings. Source: "Note ranking algorithm", communitynotes.x.com, the core
    model, without its later additions.
    """
    rated = {n: said for n, said in enumerate(world.ratings) if len(said) >= LEAST_OF_NOTE}
    of_rater: dict[int, dict[int, float]] = {}
    for note, said in rated.items():
        for rater, helpful in said.items():
            of_rater.setdefault(rater, {})[note] = float(helpful)
    of_rater = {u: those for u, those in of_rater.items() if len(those) >= LEAST_OF_RATER}
    of_note: dict[int, dict[int, float]] = {}
    for rater, those in of_rater.items():
        for note, value in those.items():
            of_note.setdefault(note, {})[rater] = value
    notes = _fit(of_rater, of_note)
    return [
        notes.intercept.get(n, 0.0) >= HELPFUL and abs(notes.factor[n]) < POLARISED
        for n in range(len(world.ratings))
    ]


def _fit(of_rater: dict[int, dict[int, float]], of_note: dict[int, dict[int, float]]) -> _Fit:
    count = sum(map(len, of_rater.values())) or 1
    mu = sum(sum(those.values()) for those in of_rater.values()) / count
    # Any start that is not all the same will do.
    raters = _Fit(
        dict.fromkeys(of_rater, 0.0), {u: (-1) ** k * 0.5 for k, u in enumerate(of_rater)}
    )
    notes = _Fit(dict.fromkeys(of_note, 0.0), dict.fromkeys(of_note, 0.0))
    for _ in range(ROUNDS):
        _solve(of_note, notes, raters, mu)
        _solve(of_rater, raters, notes, mu)
        left = sum(
            helpful - raters.intercept[u] - notes.intercept[n] - raters.factor[u] * notes.factor[n]
            for u, those in of_rater.items()
            for n, helpful in those.items()
        )
        mu = left / count / (1 + LAMBDA_INTERCEPT)
    return notes


def _solve(of: Mapping[int, Mapping[int, float]], these: _Fit, others: _Fit, mu: float) -> None:
    """Least squares of two unknowns for each of these, the others held."""
    for key, said in of.items():
        count = len(said)
        f = [others.factor[other] for other in said]
        r = [value - mu - others.intercept[other] for other, value in said.items()]
        a, b = count * (1 + LAMBDA_INTERCEPT), sum(f)
        d = sum(it * it for it in f) + count * LAMBDA_FACTOR
        p, q = sum(r), sum(x * y for x, y in zip(f, r, strict=True))
        determinant = a * d - b * b
        these.intercept[key] = (p * d - q * b) / determinant
        these.factor[key] = (a * q - b * p) / determinant


RULES: Mapping[str, Rule] = {
    "two sides": sides(),
    "Community Notes": factorised,
    "majority": majority,
}
OTHERS: Mapping[str, Rule] = {
    "share 0.5": sides(replace(PARAMETERS, share=0.5)),
    "share 0.6": sides(),
    "share 0.65": sides(replace(PARAMETERS, share=0.65)),
    "three of each side": sides(replace(PARAMETERS, least=3)),
}
"""Other parameters of the service's rule, beside its own."""
