"""Trust: worked examples and bounds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from votes.trust import accuracy, trust


def test_worked_examples():
    assert accuracy(correct=0, resolved=0) == 0.5
    assert accuracy(correct=8, resolved=8) == pytest.approx(10 / 12)
    assert trust(age_days=6, correct=50, resolved=50, votes=99) == 0.3
    assert trust(age_days=90, correct=9, resolved=9, votes=99) == 0.3
    assert trust(age_days=60, correct=96, resolved=96, votes=100) == pytest.approx(0.99)


@given(st.floats(-10, 5000), st.integers(0, 500), st.integers(0, 500), st.integers(0, 100_000))
def test_trust_is_a_share_and_grows_with_being_right(age, correct, wrong, votes):
    here = trust(age_days=age, correct=correct, resolved=correct + wrong, votes=votes)
    assert 0 <= here <= 1
    if correct + wrong >= 10 and wrong:
        better = trust(age_days=age, correct=correct + 1, resolved=correct + wrong, votes=votes)
        assert better >= here
