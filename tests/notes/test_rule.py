"""A note is shown when raters of both sides find it helpful, and never for one side's sake."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from votes.notes.rule import PARAMETERS, Rating, is_shown, part_asked

RATINGS = st.lists(st.builds(Rating, st.floats(-1, 1), st.booleans()), max_size=40)


def rated(ai, human):
    """Ratings of those who say AI more readily, and of those who say human."""
    return [Rating(0.1, it) for it in ai] + [Rating(-0.1, it) for it in human]


@pytest.mark.parametrize(
    ("ai", "human", "shown"),
    [
        ([True] * 2, [True] * 2, True),
        ([True], [True] * 9, False),
        ([True] * 40, [], False),
        ([True] * 40, [True, False, False], False),
        ([True, True, False], [True, True, False], True),
        ([True, True, False, False], [True] * 9, False),
        ([], [], False),
    ],
)
def test_both_sides_have_to_find_it_helpful(ai, human, shown):
    assert is_shown(rated(ai, human), middle=0) is shown


@given(RATINGS, st.floats(-1, 1))
def test_what_is_shown_at_least_two_of_each_side_find_helpful(ratings, middle):
    if is_shown(ratings, middle=middle):
        for side in (True, False):
            of_side = [it for it in ratings if it.lean != middle and (it.lean > middle) is side]
            assert sum(it.helpful for it in of_side) >= PARAMETERS.least
            assert 2 * sum(it.helpful for it in of_side) > len(of_side)


@given(RATINGS, st.floats(-1, 1), st.floats(-1, 1))
def test_one_more_opinion_never_does_the_contrary(ratings, middle, lean):
    before = is_shown(ratings, middle=middle)
    assert is_shown([*ratings, Rating(lean, True)], middle=middle) >= before
    assert is_shown([*ratings, Rating(lean, False)], middle=middle) <= before


@given(RATINGS, st.floats(-1, 1), st.randoms())
def test_the_order_of_ratings_does_not_matter(ratings, middle, random):
    other = random.sample(ratings, len(ratings))
    assert is_shown(other, middle=middle) is is_shown(ratings, middle=middle)


def test_who_is_just_in_the_middle_speaks_for_neither_side():
    assert not is_shown([Rating(0, True)] * 40, middle=0)
    assert not is_shown(rated([True] * 9, []) + [Rating(0, True)] * 40, middle=0)


def test_of_many_jurors_a_part_is_asked_and_of_few_all():
    assert part_asked(0) == part_asked(12) == part_asked(40) == 1
    assert part_asked(400) == 0.1
