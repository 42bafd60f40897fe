"""The channel's score and standing."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.scoring import may_auto_flag, rolled_up, standing


def test_worked_examples():
    assert rolled_up(tracked=2, flagged=2, flagged_sum=Decimal(180)) == 0
    assert rolled_up(tracked=4, flagged=2, flagged_sum=Decimal(150)) == Decimal("37.50")
    assert rolled_up(tracked=20, flagged=20, flagged_sum=Decimal(2000)) == 100


@given(st.integers(0, 500), st.integers(0, 500), st.decimals(50, 100, places=2))
def test_a_channels_score_stays_from_0_to_100(flagged, clean, mean):
    score = rolled_up(tracked=flagged + clean, flagged=flagged, flagged_sum=flagged * mean)
    assert 0 <= score <= 100


@pytest.mark.parametrize(
    ("score", "flagged", "voters", "expected"),
    [("80", 20, 10, True), ("79.99", 20, 10, False), ("80", 19, 10, False), ("80", 20, 9, False)],
)
def test_auto_flagging_takes_all_three(score, flagged, voters, expected):
    assert may_auto_flag(score=Decimal(score), flagged=flagged, voters=voters) is expected


def test_a_moderators_word_beats_the_lists():
    def of(**more):
        given_ = {"score": Decimal(10), "auto_flag": False, "listing": None, "decision": None}
        return standing(**(given_ | more))

    assert (of(listing="block").score, of(listing="block").auto_flag) == (80, True)
    assert (of(listing="warn").score, of(listing="warn").auto_flag) == (60, False)
    cleared = of(listing="block", decision="clear_channel")
    assert (cleared.score, cleared.auto_flag, cleared.locked) == (0, False, True)
    assert of(decision="flag_channel").score == 95
    assert of(listing="block", decision="unlock_channel").score == 80
