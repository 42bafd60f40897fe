"""Trust: worked examples and bounds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from votes.trust import accuracy, judged, trust


def test_worked_examples():
    assert accuracy(correct=0, resolved=0) == 0.5
    assert accuracy(correct=8, resolved=8) == pytest.approx(10 / 12)
    assert trust(age_days=6, accuracy=0.9, resolved=50, votes=99) == 0.3
    assert trust(age_days=90, accuracy=0.9, resolved=9, votes=99) == 0.3
    assert trust(age_days=60, accuracy=0.98, resolved=96, votes=100) == pytest.approx(0.99)
    assert judged(correct=9, resolved=40, recent_correct=9, recent_resolved=9) == (9, 40)
    assert judged(correct=9, resolved=40, recent_correct=8, recent_resolved=10) == (8, 10)


@given(st.floats(-10, 5000), st.integers(0, 500), st.integers(0, 500), st.integers(0, 100_000))
def test_trust_is_a_share_and_grows_with_being_right(age, correct, wrong, votes):
    resolved = correct + wrong

    def weigh(right):
        share = accuracy(correct=right, resolved=resolved)
        return trust(age_days=age, accuracy=share, resolved=resolved, votes=votes)

    assert 0 <= weigh(correct) <= 1
    if wrong:
        assert weigh(correct + 1) >= weigh(correct)
