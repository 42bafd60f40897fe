"""The channel's score and standing."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.scoring import rolled_up, standing


def test_worked_examples():
    assert rolled_up(tracked=2, flagged=2, flagged_sum=Decimal(180)) == 0
    assert rolled_up(tracked=4, flagged=2, flagged_sum=Decimal(150)) == Decimal("37.50")
    assert rolled_up(tracked=20, flagged=20, flagged_sum=Decimal(2000)) == 100


@given(st.integers(0, 500), st.integers(0, 500), st.decimals(50, 100, places=2))
def test_a_channels_score_stays_from_0_to_100(flagged, clean, mean):
    score = rolled_up(tracked=flagged + clean, flagged=flagged, flagged_sum=flagged * mean)
    assert 0 <= score <= 100


def of(**more):
    given_ = {"score": Decimal(10), "listing": None, "decision": None}
    return standing(**(given_ | more))


VOTED = {"score": Decimal(97)}


def test_where_juries_confirm_votes_suspect_a_channel_at_most():
    found = of(**VOTED, juries=True)
    assert (found.score, found.auto_flag, found.decided_by) == (Decimal("79.9"), False, "")
    listed = of(**VOTED, listing="block", juries=True)
    assert (listed.score, listed.decided_by) == (80, "list")
    assert of(**VOTED, measured=True, juries=True).decided_by == "measured"


def test_where_votes_confirm_the_bound_goes_and_nothing_else():
    found = of(**VOTED)
    assert (found.score, found.auto_flag, found.decided_by) == (97, False, "")
    listed = of(**VOTED, listing="block")
    assert (listed.score, listed.auto_flag, listed.decided_by) == (97, True, "list")


def test_a_jury_beats_lists_and_votes_and_a_moderator_beats_a_jury():
    freed = of(**VOTED, listing="block", jury="human", juries=True)
    assert (freed.score, freed.auto_flag, freed.locked, freed.decided_by) == (
        0,
        False,
        False,
        "jury",
    )
    confirmed = of(jury="ai", juries=True)
    assert (confirmed.score, confirmed.auto_flag, confirmed.decided_by) == (90, True, "jury")
    locked = of(jury="ai", decision="clear_channel", juries=True)
    assert (locked.score, locked.auto_flag, locked.decided_by) == (0, False, "moderator")


@pytest.mark.parametrize(
    ("given_", "by"),
    [
        ({"listing": "block"}, "list"),
        ({"listing": "warn"}, "list"),
        ({"listing": "warn", "score": Decimal(70)}, ""),
        ({"measured": True}, "measured"),
        ({"listing": "block", "measured": True}, "list"),
        ({}, ""),
    ],
)
def test_whose_word_a_channels_score_is(given_, by):
    assert of(**given_, juries=True).decided_by == of(**given_).decided_by == by


def test_a_moderators_word_beats_the_lists():
    assert (of(listing="block").score, of(listing="block").auto_flag) == (80, True)
    assert (of(listing="warn").score, of(listing="warn").auto_flag) == (60, False)
    cleared = of(listing="block", decision="clear_channel")
    assert (cleared.score, cleared.auto_flag, cleared.locked) == (0, False, True)
    assert of(decision="flag_channel").score == 95
    assert of(listing="block", decision="unlock_channel").score == 80
