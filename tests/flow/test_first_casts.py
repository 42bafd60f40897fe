"""Voting again makes nobody new: bursts go by when a voter first took a side."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.db.models import F
from django.utils import timezone

from common import ids
from sync import pipeline
from tests.conftest import published
from tests.flow.test_attacks import pass_time, rebuilt_as_it_stands
from videos.models import Video
from videos.nightly import run
from votes.casting import Ballot, cast_vote, retract_vote
from votes.models import Hold, Outcome, Vote
from votes.moderation.decisions import decide_video

pytestmark = pytest.mark.django_db(transaction=True)


def known(users):
    """The voters behind these user ids."""
    return [ids.public_id(user, key=settings.VOTER_KEY) for user in users]


def say(voters, video_id, category):
    """Votes in a network each, without the view's limits."""
    for n, voter in enumerate(voters):
        cast_vote(Ballot(voter, video_id, category), address=f"192.0.{n}.1")


def change_category(voters, video_id):
    """They say something else that is as much for AI as before."""
    before = set(Vote.objects.filter(voter__in=voters).values_list("category", flat=True))
    say(voters, video_id, "fully_ai" if "ai_visuals" in before else "ai_visuals")


def withdraw_and_recast(voters, video_id):
    """They take it back and say the same again."""
    for voter in voters:
        retract_vote(voter_id=voter, video_id=video_id)
    say(voters, video_id, "fully_ai")


def change_sides_and_back(voters, video_id):
    """They are against it for a moment."""
    say(voters, video_id, "not_ai")
    pipeline.advance_until_idle()
    say(voters, video_id, "fully_ai")


AGAIN = [change_category, withdraw_and_recast, change_sides_and_back]


@pytest.mark.parametrize("again", AGAIN)
def test_a_brigade_that_votes_again_every_50_minutes_does_not_hold_a_video_for_ever(
    crowd, video_id, again
):
    brigade = known(crowd(25, video_id))
    assert published(video_id)["score"] == 49.9
    for _ in range(3):
        pass_time(minutes=50)
        again(brigade, video_id)
        pipeline.advance_until_idle()
    assert not Hold.objects.filter(side="ai", until=None).exists()
    crowd(8, video_id)
    assert published(video_id)["score"] == 64.29  # (0.3 + 2.4) / (2.7 + 1.5)
    assert rebuilt_as_it_stands()


@pytest.mark.parametrize("again", AGAIN)
def test_the_newcomers_of_a_burst_stay_one_voice_however_slowly_they_vote_again(
    crowd, video_id, again
):
    brigade = known(crowd(25, video_id))
    assert published(video_id)["score"] == 49.9
    pass_time(minutes=61)
    assert published(video_id)["score"] == 16.67
    for n in range(3):
        again(brigade[8 * n : 8 * n + 8], video_id)
        pass_time(hours=2)
    assert published(video_id)["score"] == 16.67
    assert rebuilt_as_it_stands()


def test_votes_that_were_parked_on_one_side_are_a_burst_when_they_change_to_the_other(
    crowd, video_id
):
    crowd(15, video_id)
    parked = []
    for _ in range(3):
        pass_time(hours=2)
        parked += known(crowd(9, video_id))
    pass_time(hours=2)
    assert published(video_id)["score"] > 80
    say(parked, video_id, "not_ai")
    assert published(video_id)["score"] == 71.43  # 4.5 / (4.5 + 0.3 + 1.5): one voice
    assert Hold.objects.get().side == "human"
    # Nor do they hold what they left: whom they were with, they were with hours ago.
    say(parked, video_id, "fully_ai")
    assert published(video_id)["score"] > 80
    assert Hold.objects.get().side == "human"
    assert rebuilt_as_it_stands()


def test_votes_that_were_parked_as_disputes_are_a_burst_when_they_say_ai(crowd, video_id):
    crowd(1, video_id)
    parked = [f"{n:032x}" for n in range(27)]
    for n in range(3):
        say(parked[9 * n : 9 * n + 9], video_id, "not_ai")
        pass_time(hours=2)
    assert not Hold.objects.exists()
    say(parked, video_id, "fully_ai")
    assert published(video_id)["score"] == 49.9
    assert Hold.objects.get().side == "ai"


@pytest.mark.parametrize("again", AGAIN)
def test_a_vote_that_is_renewed_is_not_one_of_the_last_30_days(video_id, again):
    """Accuracy goes by these: old votes that were right must not cover up new ones."""
    say(["voter"], video_id, "fully_ai")
    decide_video(actor="mod", action="lock_ai", video_id=video_id, reason="seen")
    pipeline.advance_until_idle()
    pass_time(days=40)
    again(["voter"], video_id)
    run(restart=True)
    outcome = Outcome.objects.get()
    assert outcome.correct
    assert outcome.cast_at < timezone.now() - timedelta(days=39)


def test_a_video_was_first_reported_when_somebody_first_reported_it(video_id):
    say(["voter"], video_id, "fully_ai")
    pipeline.advance_until_idle()
    Vote.objects.update(cast_at=F("cast_at") - timedelta(days=40))
    for again in AGAIN:
        again(["voter"], video_id)
    pipeline.advance_until_idle()
    assert Video.objects.get().first_reported < timezone.now() - timedelta(days=39)
    assert rebuilt_as_it_stands()
