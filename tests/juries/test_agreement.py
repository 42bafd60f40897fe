"""Jurors who always agree: found by what accuracies do not explain, forgotten with them."""

from __future__ import annotations

import random

import pytest
from django.utils import timezone

from tests.conftest import Api
from tests.juries.world import rooted
from votes.erasures import erase_voter
from votes.juries import agreement, facts
from votes.models import Juror, JurorPair, Panel, Question
from votes.tasks import weigh_jurors

pytestmark = pytest.mark.django_db


def panels(count, outcome="ai", *, name="p"):
    """As many decided panels."""
    now = timezone.now()
    return Panel.objects.bulk_create(
        Panel(
            target_type="video",
            target_id=f"{name}{outcome}{n:05d}",
            videos=[f"{name}{outcome}{n:05d}"],
            cause="suspected",
            outcome=outcome,
            decided_at=now,
        )
        for n in range(count)
    )


def said(voter, answers):
    """What a juror said on panels, one a day."""
    at = timezone.now()
    Question.objects.bulk_create(
        Question(
            juror_id=voter,
            panel=panel,
            day=f"{2000 + n // 300}-01-01",
            slot=n + 1,
            answer=answer,
            answered_at=at,
        )
        for n, (panel, answer) in enumerate(answers)
    )


def noisy(panel, luck, *, right=0.9):
    truth, other = ("ai", "human") if panel.outcome == "ai" else ("human", "ai")
    return truth if luck.random() < right else other


def found():
    agreement.find()
    return {frozenset((it.first_id, it.second_id)) for it in JurorPair.objects.all()}


def test_two_who_always_say_the_same_are_found_among_honest_ones(settings):
    luck = random.Random(18)
    voters = [voter for _, voter, _ in rooted(settings, 8)]
    asked = [*panels(50, "ai"), *panels(50, "human")]
    for voter in voters[2:]:
        said(voter, [(panel, noisy(panel, luck)) for panel in asked])
    same = [(panel, noisy(panel, luck)) for panel in asked]
    for voter in voters[:2]:
        said(voter, same)
    assert found() == {frozenset(voters[:2])}
    pair = JurorPair.objects.get()
    assert (pair.together, pair.agreed) == (100, 100)
    assert pair.expected == pytest.approx(82)
    assert pair.excess == pytest.approx((100 - 82) / (100 * 0.82 * 0.18) ** 0.5)
    assert pair.both_wrong == sum(answer != panel.outcome for panel, answer in same)


def test_who_is_nearly_always_right_agrees_with_others_who_are(settings):
    voters = [voter for _, voter, _ in rooted(settings, 3, sensitivity=0.98, specificity=0.98)]
    asked = panels(100)
    for voter in voters:
        said(voter, [(panel, "ai") for panel in asked])
    assert found() == set()


@pytest.mark.parametrize(("together", "pairs"), [(agreement.TOGETHER - 1, 0), (40, 1)])
def test_of_two_who_hardly_met_nothing_is_said(settings, together, pairs):
    voters = [voter for _, voter, _ in rooted(settings, 2, sensitivity=0.75, specificity=0.75)]
    asked = panels(together)
    for voter in voters:
        said(voter, [(panel, "human") for panel in asked])
    assert len(found()) == pairs


def test_unsure_answers_open_panels_and_jurors_who_are_not_rooted_do_not_count(settings):
    voters = [voter for _, voter, _ in rooted(settings, 2)]
    asked = panels(90)
    for voter in voters:
        said(voter, [(panel, "unsure") for panel in asked])
    assert found() == set()
    Question.objects.update(answer="ai")
    assert len(found()) == 1
    Juror.objects.filter(pk=voters[0]).update(is_rooted=False)
    assert found() == set()
    Juror.objects.update(is_rooted=True)
    Panel.objects.update(outcome="open", decided_at=None)
    assert found() == set()


class TestPrivacy:
    @pytest.fixture
    def pair(self, settings):
        made = rooted(settings, 2)
        (_, one, _), (_, other, _) = made
        JurorPair.objects.create(
            first_id=one,
            second_id=other,
            together=60,
            agreed=60,
            both_wrong=7,
            expected=49.2,
            excess=4,
        )
        return made

    def test_a_juror_is_told_what_is_stored_but_not_of_whom_else(self, pair):
        (user, _, _), (_, other, _) = pair
        told = Api().get("/api/users/me/data", **{"X-User-ID": user})
        assert [it["agreed"] for it in told.json()["pairs"]] == [60]
        assert other not in told.content.decode()

    @pytest.mark.parametrize("how", [erase_voter, facts.leave])
    @pytest.mark.parametrize("which", [0, 1])
    def test_it_goes_with_either_of_them(self, pair, how, which):
        how(pair[which][1])
        assert not JurorPair.objects.exists()


def test_what_was_found_is_found_anew_each_night(settings):
    (_, one, _), (_, other, _) = rooted(settings, 2)
    JurorPair.objects.create(
        first_id=one, second_id=other, together=60, agreed=60, both_wrong=7, expected=49.2, excess=4
    )
    weigh_jurors()
    assert not JurorPair.objects.exists()
