"""The score's worked examples, and what holds for all numbers."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videos.scoring import (
    Dispute,
    Evidence,
    Rule,
    Standing,
    agreed_channel,
    agreed_claim,
    category_scores,
    decided_by,
    dispute,
    has_prior,
    one_channel,
    rounded,
    score,
    steps,
    weight_ai,
    whose,
)

weights = st.dictionaries(
    st.sampled_from(
        ["fully_ai", "ai_voiceover", "ai_visuals", "ai_thumbnails", "ai_assisted", "not_ai"]
    ),
    st.decimals(0, 1000, places=6),
)
evidence = st.builds(
    Evidence,
    weights=weights,
    independent_voters=st.integers(0, 50),
    disputers=st.integers(0, 50),
    lock=st.sampled_from([None, None, "ai", "human"]),
    jury=st.sampled_from([None, None, "ai", "human"]),
    held=st.booleans(),
)


RULES = {"prior_weight": Decimal("1.5"), "min_independent": 8}


def of(given, *, prior=False):
    return score(given, prior=prior, **RULES)


def votes(n, disputes=0, **more):
    return Evidence(
        {"fully_ai": Decimal("0.3") * n, "not_ai": Decimal("0.3") * disputes},
        independent_voters=n,
        **more,
    )


@pytest.mark.parametrize(
    ("n", "expected"), [(0, "0"), (1, "16.67"), (3, "37.50"), (10, "66.67"), (20, "80")]
)
def test_new_voters_reach_the_contracts_values(n, expected):
    assert of(votes(n)) == Decimal(expected)


@pytest.mark.parametrize(("n", "contract"), [(3, "66.67"), (6, "80")])
def test_fully_trusted_voters_reach_the_contracts_values_where_fewer_voices_do(n, contract):
    trusted = Evidence({"fully_ai": Decimal(n)}, independent_voters=n)
    assert of(trusted) == Decimal("49.9")
    assert score(trusted, prior=False, **RULES | {"min_independent": 3}) == Decimal(contract)


@pytest.mark.parametrize(
    ("disputes", "needed"),
    [
        ({}, 8),
        ({"disputers": 4}, 16),
    ],
)
def test_a_flag_takes_two_more_voices_for_each_disputer(disputes, needed):
    heavy = {"fully_ai": Decimal(100)}
    assert of(Evidence(heavy, independent_voters=needed, **disputes)) > 50
    assert of(Evidence(heavy, independent_voters=needed - 1, **disputes)) == Decimal("49.9")


@given(evidence, st.booleans())
def test_the_steps_to_a_score_lead_to_it(given_evidence, prior):
    path = steps(given_evidence, prior=prior, **RULES)
    assert rounded(path[-1].score) == of(given_evidence, prior=prior)
    assert [step.rule for step in path] == sorted(
        {step.rule for step in path}, key=list(Rule).index
    )
    first = "lock" if given_evidence.lock else "jury" if given_evidence.jury else "share"
    assert path[0].rule == first


def test_the_channel_prior_is_60_and_votes_move_it_both_ways():
    assert of(votes(0), prior=True) == 60
    assert of(votes(1), prior=True) > 60 > of(votes(0, disputes=1), prior=True)


def test_locks_decide_alone():
    assert of(votes(9, lock="human")) == 0
    assert of(votes(0, lock="ai")) == 95


def test_a_held_video_is_not_flagged():
    assert of(votes(20, held=True)) == Decimal("49.9")


@given(evidence, st.booleans())
def test_where_juries_confirm_no_number_of_votes_gives_more_than_79_9(given_evidence, prior):
    votes_alone = replace(given_evidence, lock=None, jury=None)
    suspected = score(votes_alone, prior=prior, **RULES, juries=True)
    assert suspected == min(of(votes_alone, prior=prior), Decimal("79.9"))


@given(evidence, st.booleans(), st.booleans())
def test_a_lock_beats_a_jury_and_a_jury_beats_all_else(given_evidence, prior, juries):
    said = {"ai": 90, "human": 0}
    for jury, expected in said.items():
        found = replace(given_evidence, jury=jury, without_burst=Evidence({}))
        by_jury = score(replace(found, lock=None), prior=prior, **RULES, juries=juries)
        assert by_jury == expected
        for lock, locked in (("ai", 95), ("human", 0)):
            assert score(replace(found, lock=lock), prior=prior, **RULES, juries=juries) == locked


def test_whose_word_a_score_is():
    flagged, not_flagged = Decimal(60), Decimal("49.99")
    given_votes = votes(9)
    assert decided_by(replace(given_votes, lock="ai", jury="human"), score=flagged, by="list") == (
        "moderator"
    )
    assert decided_by(replace(given_votes, jury="human"), score=Decimal(0), by="list") == "jury"
    assert decided_by(given_votes, score=flagged, by="list") == "list"
    assert decided_by(given_votes, score=not_flagged, by="list") == ""
    assert decided_by(given_votes, score=flagged, by="") == ""


def test_the_kind_that_a_jury_named_is_the_highest():
    heavy = {"fully_ai": Decimal(90), "not_ai": Decimal(1)}
    found = category_scores(heavy, prior_weight=Decimal("1.5"), jury_kind="ai_music")
    assert found == {"fully_ai": Decimal("79.90"), "ai_music": 90}


@given(evidence, st.booleans())
def test_scores_stay_from_0_to_100_with_two_decimals(given_evidence, prior):
    result = of(given_evidence, prior=prior)
    assert 0 <= result <= 100
    assert -result.as_tuple().exponent <= 2
    assert str(result) != "-0.00"


@given(
    evidence, st.sampled_from(["fully_ai", "ai_thumbnails", "not_ai"]), st.decimals(0, 9, places=6)
)
def test_more_weight_moves_a_score_its_own_way(given_evidence, category, more):
    weight = given_evidence.weights.get(category, Decimal(0)) + more
    heavier = replace(given_evidence, weights={**given_evidence.weights, category: weight})
    if category == "not_ai":
        assert of(heavier) <= of(given_evidence)
    else:
        assert of(heavier) >= of(given_evidence)


@given(weights)
def test_splitting_votes_over_the_core_categories_loses_nothing(given_weights):
    core = ("fully_ai", "ai_voiceover", "ai_visuals")
    together = {c: w for c, w in given_weights.items() if c not in core}
    together["fully_ai"] = sum((given_weights.get(c, Decimal(0)) for c in core), Decimal(0))
    assert weight_ai(together) == weight_ai(given_weights)


@given(weights)
def test_category_scores_leave_disputes_out(given_weights):
    scores = category_scores(given_weights, prior_weight=Decimal("1.5"))
    assert set(scores) == set(given_weights) - {"not_ai"}
    assert all(0 <= value <= 100 for value in scores.values())


def test_three_voices_agree_unless_a_third_of_the_trust_objects():
    assert agreed_claim({"UCa": (3, Decimal("0.9"))}) == "UCa"
    assert agreed_claim({"UCa": (2, Decimal("2"))}) is None
    assert agreed_claim({"UCa": (3, Decimal("0.9")), "UCb": (1, Decimal("0.3"))}) == "UCa"
    assert agreed_claim({"UCa": (3, Decimal("0.9")), "UCb": (2, Decimal("0.6"))}) is None
    assert agreed_claim({}) is None


def test_a_name_with_less_than_half_of_the_others_trust_is_not_agreed_on():
    few, many = {"UCa": (3, Decimal("0.9"))}, {"maker": (7, Decimal("2.1"))}
    assert agreed_channel(few, {"maker": (6, Decimal("1.8"))}) == ("UCa", "maker")
    assert agreed_channel(few, many) == (None, "maker")
    assert agreed_channel(many, few) == ("maker", None)
    assert agreed_channel(few, {}) == ("UCa", None)
    assert agreed_channel({}, {}) == (None, None)
    # Voters who do not agree on a handle have none whose trust could be in the way.
    torn = {"maker": (7, Decimal("2.1")), "other": (7, Decimal("2.1"))}
    assert agreed_channel(few, torn) == ("UCa", None)


@pytest.mark.parametrize(
    ("ai", "against", "expected"),
    [
        (7, 8, Dispute.NONE),
        (8, 7, Dispute.NONE),
        (8, 8, Dispute.SERIOUS),
        (16, 8, Dispute.SERIOUS),
        (17, 8, Dispute.EBBING),
        (24, 8, Dispute.EBBING),
        (25, 8, Dispute.NONE),
        (8, 17, Dispute.EBBING),
        (8, 25, Dispute.NONE),
    ],
)
def test_a_dispute_is_serious_while_neither_side_is_twice_the_other(ai, against, expected):
    assert dispute(ai_voices=ai, disputers=against, min_independent=8) == expected


@given(st.integers(0, 60), st.integers(0, 60))
def test_a_dispute_has_no_favourite(one, other):
    def of_sides(ai, against):
        return dispute(ai_voices=ai, disputers=against, min_independent=8)

    assert of_sides(one, other) == of_sides(other, one)


def test_handles_of_one_channel_are_one_claim_under_the_one_that_weighs_most():
    claims = {
        "old": (3, Decimal("0.9")),
        "new": (4, Decimal("1.2")),
        "other": (1, Decimal("0.3")),
    }
    same = {"old": "UCa", "new": "UCa", "other": "@other"}
    assert one_channel(claims, same) == {"new": (7, Decimal("2.1")), "other": (1, Decimal("0.3"))}
    assert one_channel(claims, {}) == claims
    assert one_channel({}, same) == {}


@pytest.mark.parametrize(
    ("by_id", "by_handle", "expected"),
    [
        (None, None, False),
        (Standing(flagged=True, settled=False), None, True),
        (None, Standing(flagged=True, settled=True), True),
        (Standing(flagged=False, settled=True), Standing(flagged=True, settled=False), False),
        (Standing(flagged=True, settled=True), Standing(flagged=False, settled=True), True),
        (None, Standing(flagged=False, settled=True), False),
    ],
)
def test_a_video_starts_flagged_by_its_id_unless_only_its_handle_is_flagged(
    by_id, by_handle, expected
):
    assert has_prior(by_id, by_handle) is expected


@pytest.mark.parametrize(
    ("ruled", "expected"),
    [
        ("UCb", ("UCb", None, False)),
        ("@b", (None, "b", False)),
        ("", (None, None, False)),
        (None, ("UCa", "a", False)),
    ],
)
def test_a_moderators_word_says_whose_a_video_is_before_voters(ruled, expected):
    claims = {"ids": {"UCa": (3, Decimal(1))}, "handles": {"a": (3, Decimal(1))}}
    assert whose(ruled=ruled, **claims) == expected
