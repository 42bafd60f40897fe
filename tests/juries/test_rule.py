"""Panels decide by a lead of answers; jurors count by what they showed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from votes.juries.rule import (
    PARAMETERS,
    Outcome,
    Record,
    Side,
    is_rooted,
    label,
    lead,
    outcome,
    skill,
    weight,
)

AI, HUMAN, UNSURE = Side.AI, Side.HUMAN, Side.UNSURE
ANSWERS = st.lists(st.sampled_from(Side), max_size=60)
GOOD = Record(ai=20, ai_right=18, human=20, human_right=18, secret=20)


@pytest.mark.parametrize(
    ("answers", "drawn", "found"),
    [
        ([AI] * 4, 6, Outcome.AI),
        ([AI] * 3, 6, Outcome.OPEN),
        ([AI] * 5 + [HUMAN], 12, Outcome.AI),
        ([HUMAN] * 3, 6, Outcome.HUMAN),
        ([HUMAN] * 3 + [UNSURE] * 9, 12, Outcome.HUMAN),
        ([AI] * 4 + [HUMAN] * 2, 12, Outcome.OPEN),
        ([AI] * 4 + [HUMAN] * 2, 42, Outcome.UNDECIDED),
        ([], 6, Outcome.OPEN),
        ([], 42, Outcome.UNDECIDED),
    ],
)
def test_a_side_wins_by_a_lead_and_is_undecided_when_all_are_drawn(answers, drawn, found):
    assert outcome(answers, drawn=drawn) is found


@settings(deadline=None)
@given(ANSWERS, st.integers(0, 60))
def test_one_more_answer_never_helps_the_other_side(answers, drawn):
    order = [Outcome.HUMAN, Outcome.OPEN, Outcome.UNDECIDED, Outcome.AI]
    before = order.index(outcome(answers, drawn=drawn))
    assert order.index(outcome([*answers, AI], drawn=drawn)) >= before
    assert order.index(outcome([*answers, HUMAN], drawn=drawn)) <= before
    assert order.index(outcome([*answers, UNSURE], drawn=drawn)) == before


@settings(deadline=None)
@given(ANSWERS, st.integers(0, 60), st.randoms())
def test_the_order_of_answers_does_not_matter(answers, drawn, random):
    other = random.sample(answers, len(answers))
    assert outcome(other, drawn=drawn) is outcome(answers, drawn=drawn)
    assert lead(other) == answers.count(AI) - answers.count(HUMAN)


@settings(deadline=None)
@given(ANSWERS, st.integers(0, 60))
def test_a_flag_takes_at_least_as_many_as_the_lead(answers, drawn):
    if outcome(answers, drawn=drawn) is Outcome.AI:
        assert answers.count(AI) >= PARAMETERS.ahead_ai >= PARAMETERS.ahead_human


def test_who_is_good_at_both_sides_is_rooted():
    assert is_rooted(GOOD)
    assert not is_rooted(replace(GOOD, secret=19))
    assert not is_rooted(replace(GOOD, ai=19))
    assert not is_rooted(replace(GOOD, human_right=14))
    assert not is_rooted(Record())


@pytest.mark.parametrize("sides", [(20, 0), (0, 20)])
def test_who_always_says_the_same_is_not_rooted(sides):
    ai_right, human_right = sides
    assert not is_rooted(Record(20, ai_right, 20, human_right, 20))


@settings(deadline=None)
@given(
    st.integers(0, 100), st.integers(0, 100), st.floats(0, 1), st.floats(0, 1), st.integers(0, 100)
)
def test_skill_lies_between_what_was_shown_and_what_is_taken_for_granted(ai, human, a, h, secret):
    found = skill(Record(ai, a * ai, human, h * human, secret))
    granted = PARAMETERS.right / (PARAMETERS.right + PARAMETERS.wrong)
    for mean, share, n in ((found.sensitivity, a, ai), (found.specificity, h, human)):
        low, high = sorted((granted, share if n else granted))
        assert low - 1e-9 <= mean <= high + 1e-9


def test_an_answer_loses_half_of_its_weight_in_a_half_life():
    assert weight(0) == 1
    assert weight(PARAMETERS.half_life) == pytest.approx(0.5)
    assert weight(2 * PARAMETERS.half_life) == pytest.approx(0.25)


@settings(deadline=None)
@given(st.dictionaries(st.text(max_size=3), st.integers(1, 5)))
def test_the_label_is_what_most_named(kinds):
    found = label(kinds)
    if not kinds:
        assert found is None
    else:
        assert kinds[found] == max(kinds.values())
        assert found == min(kind for kind, n in kinds.items() if n == kinds[found])
