"""Who has shown that they can tell counts for more against a flag, and nobody else."""

from __future__ import annotations

import pytest

from common import ids
from sync import pipeline
from tests.conftest import new_user, published
from tests.flow.test_attacks import rebuilt_as_it_stands, trusted, vote
from votes.casting import Ballot, cast_vote
from votes.models import Voter
from votes.moderation.decisions import decide_video

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("said", ["fully_ai", "not_ai"])
def test_one_resolved_vote_each_does_not_help_to_clear_what_15_trusted_voters_flagged(
    crowd, settings, video_id, said
):
    brigade = [new_user() for _ in range(4)]
    vote(trusted(3), "settles")
    pipeline.advance_until_idle()
    vote(brigade, "settles", said)
    vote(trusted(15), "settles")
    pipeline.advance_until_idle()
    known = [ids.public_id(user, key=settings.VOTER_KEY) for user in brigade]
    right = int(said == "fully_ai")
    records = Voter.objects.filter(pk__in=known).values_list("resolved_count", "correct_count")
    assert list(records) == [(1, right)] * 4

    vote(trusted(15), video_id)
    assert published(video_id)["score"] == 88.89
    vote(brigade, video_id, "not_ai")
    crowd(4, video_id, "not_ai")
    assert published(video_id)["score"] == 75.47  # 12 / (12 + 2.4 + 1.5)
    assert rebuilt_as_it_stands()


def test_what_a_voter_disputes_is_scored_again_when_they_become_proven_and_when_they_cease(
    crowd, video_id
):
    """Both ways, and on a video that never stood high: a proven disputer counts twice there."""
    crowd(9, video_id)
    cast("voter", video_id, "not_ai")
    assert published(video_id)["score"] == 60  # nine voices are enough against one disputer
    for n in range(9):
        settle(f"right{n}", "lock_ai")
    assert published(video_id)["score"] == 60
    settle("right9", "lock_ai")
    assert published(video_id)["score"] == 49.9
    assert rebuilt_as_it_stands()
    for n in range(4):
        settle(f"wrong{n}", "lock_human")
    assert published(video_id)["score"] == 49.9  # 10 right of 14 are 71 %
    settle("wrong4", "lock_human")
    assert published(video_id)["score"] == 60
    assert rebuilt_as_it_stands()
    decide_video(actor="mod", action="unlock", video_id="wrong4", reason="not so sure")
    assert published(video_id)["score"] == 49.9
    assert rebuilt_as_it_stands()


def cast(voter, video_id, category):
    cast_vote(Ballot(voter, video_id, category), address="203.0.113.5")


def settle(video_id, lock):
    """A video on which the voter said AI before a moderator locked it."""
    cast("voter", video_id, "fully_ai")
    decide_video(actor="mod", action=lock, video_id=video_id, reason="seen")
    pipeline.advance_until_idle()
