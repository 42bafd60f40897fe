"""When voters cannot agree a person is asked, once, and not for longer than they disagree."""

from __future__ import annotations

from datetime import timedelta

import pytest

from desk import services as desk
from sync.tasks import run_pipeline
from tests.conftest import Api
from votes.models import Case
from votes.moderation.cases import RESOLVED_ITSELF, claim
from votes.moderation.decisions import decide_video

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def disputed(crowd, settings, video_id):
    """A flagged video that as many dispute; returns the disputers' user ids."""
    settings.BURST_DISPUTERS = 100  # so quickly only here
    crowd(9, video_id)
    run_pipeline()
    return crowd(8, video_id, "not_ai")


def cases():
    run_pipeline()
    return list(Case.objects.filter(kind=Case.Kind.DISPUTE).order_by("pk"))


def test_a_serious_dispute_opens_one_case(disputed, crowd, video_id):
    (case,) = cases()
    assert (case.target_type, case.target_id, case.state) == ("video", video_id, "open")
    assert case.evidence == {"sayAi": 9, "dispute": 8}
    crowd(1, video_id)
    (same,) = cases()
    assert (same.pk, same.evidence["sayAi"]) == (case.pk, 10)


def test_a_few_disputes_open_none(crowd, video_id):
    crowd(12, video_id)
    crowd(5, video_id, "not_ai")
    assert cases() == []


def test_what_never_was_flagged_needs_no_moderator(crowd, settings, video_id):
    settings.BURST_DISPUTERS = 100
    crowd(5, video_id)
    run_pipeline()
    crowd(8, video_id, "not_ai")
    crowd(4, video_id)
    assert cases() == []


def test_newcomers_who_dispute_all_at_once_are_a_burst_and_no_dispute(crowd, video_id):
    crowd(12, video_id)
    crowd(12, video_id, "not_ai")
    assert cases() == []
    assert Case.objects.get().kind == Case.Kind.BURST


def test_it_closes_when_voters_agree_again_and_opens_when_they_do_not(disputed, video_id):
    assert cases()
    for user in disputed[:4]:
        Api().vote(video_id, "fully_ai", user)
    (closed,) = cases()
    assert (closed.state, closed.outcome) == ("closed", RESOLVED_ITSELF)
    for user in disputed[:4]:
        Api().vote(video_id, "not_ai", user)
    assert [case.state for case in cases()] == ["closed", "open"]


def test_it_stays_with_a_moderator_who_is_at_it(disputed, video_id):
    claim(cases()[0].pk, actor="mod")
    for user in disputed:
        Api().delete("/api/votes", {"videoId": video_id, "userId": user})
    assert [case.state for case in cases()] == ["claimed"]


@pytest.mark.parametrize("action", ["dismiss_case", "lock_human", "lock_ai"])
def test_what_was_decided_is_not_asked_again_for_30_days(disputed, crowd, video_id, action):
    (case,) = cases()
    desk.decide_case(actor="mod", action=action, case_id=case.pk, reason="seen")
    crowd(1, video_id)
    assert [case.state for case in cases()] == ["closed"]


def test_after_that_it_is_asked_again(disputed, crowd, video_id, monkeypatch):
    decide_video(actor="mod", action="hide", video_id=video_id, reason="r")
    assert cases() == []
    monkeypatch.setattr("votes.moderation.cases.REST", timedelta(0))
    crowd(1, video_id)
    assert [case.state for case in cases()] == ["open"]


def test_a_lock_settles_it_wherever_it_was_made_and_a_reversal_opens_it_again(disputed, video_id):
    assert cases()
    made = desk.decide(
        actor="mod", action="lock_ai", target_type="video", target_id=video_id, reason="seen"
    )
    (closed,) = cases()
    assert (closed.state, closed.decision) == ("closed", made)
    desk.reverse(actor="mod", decision_id=made.pk, reason="mistake")
    assert [case.state for case in cases()] == ["open"]
