"""What brigades can and cannot do, over HTTP and through the real pipeline."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.db.models import F
from django.utils import timezone

from common import ids
from sync import pipeline
from sync.tasks import watch_bursts
from tests.conftest import Api, new_user, published
from tests.flow.test_histories import projections
from videos.models import Video, VideoCategory
from votes.models import Case, Hold, Vote, Voter
from votes.moderation.decisions import decide_video

pytestmark = pytest.mark.django_db(transaction=True)


def pass_time(**much):
    """As if everything so far had happened that much earlier."""
    past = timedelta(**much)
    Vote.objects.update(
        **{
            name: F(name) - past
            for name in ("cast_at", "first_ai_at", "first_human_at", "changed_at", "retracted_at")
        }
    )
    Voter.objects.update(first_seen=F("first_seen") - past)
    Hold.objects.update(
        since=F("since") - past, until=F("until") - past, created_at=F("created_at") - past
    )
    watch_bursts()


def trusted(n, trust="0.8", resolved=20):
    """Voters who have earned their trust; their wire ids."""
    users = [new_user() for _ in range(n)]
    Voter.objects.bulk_create(
        Voter(
            public_id=ids.public_id(user, key=settings.VOTER_KEY),
            trust=trust,
            resolved_count=resolved,
            correct_count=resolved,
            first_seen=timezone.now() - timedelta(days=60),
        )
        for user in users
    )
    return users


def vote(users, video_id, category="fully_ai", **more):
    for user in users:
        response = Api().vote(video_id, category, user, **more)
        assert response.status_code == 200, response.content


def rebuilt_as_it_stands():
    pipeline.advance_until_idle()
    before = projections()
    VideoCategory.objects.all().delete()
    Video.objects.all().delete()
    pipeline.rebuild(lambda _: None)
    return projections() == before


def test_a_brigade_of_50_fresh_accounts_does_not_keep_a_video_flagged(crowd, video_id):
    crowd(24, video_id)
    assert published(video_id)["score"] == 82.76  # too few to be a burst
    crowd(26, video_id)
    assert published(video_id)["score"] == 49.9
    first = Vote.objects.order_by("cast_at").values_list("cast_at", flat=True)[0]
    assert Video.objects.get(pk=video_id).first_reported == first
    case = Case.objects.get()
    assert (case.kind, case.target_id, case.state) == ("burst", video_id, "open")
    assert case.evidence["newcomers"] == 50
    assert rebuilt_as_it_stands()
    pass_time(minutes=61)
    assert published(video_id)["score"] == 16.67  # one voice
    assert not Hold.objects.filter(until=None).exists()
    assert rebuilt_as_it_stands()
    crowd(7, video_id)  # who come later count
    assert published(video_id)["score"] == 61.54


def test_30_fresh_disputers_do_not_clear_what_15_voters_flagged(crowd, video_id):
    crowd(15, video_id)
    assert published(video_id)["score"] == 75
    crowd(30, video_id, "not_ai")
    assert published(video_id)["score"] == 71.43  # 4.5 / (4.5 + 0.3 + 1.5)
    pass_time(minutes=61)
    assert published(video_id)["score"] == 71.43
    assert Case.objects.get().evidence["side"] == "human"


def test_20_farmed_accounts_do_not_survive_30_later_honest_judges(video_id):
    vote(trusted(20, "0.85"), video_id)
    assert published(video_id)["score"] == 91.89
    vote(trusted(30, "0.85"), video_id, "not_ai")
    assert published(video_id)["score"] == 38.64


def test_a_viral_video_with_many_trusted_voters_is_not_held(crowd, video_id):
    vote(trusted(40), video_id)
    crowd(39, video_id)
    assert published(video_id)["score"] > 80
    assert not Hold.objects.exists()


def test_a_busy_video_is_measured_by_its_own_rate(crowd, video_id):
    crowd(29, video_id)
    for n in range(14):  # 3 voters an hour for a week
        Vote.objects.bulk_create(
            Vote(
                voter=Voter.objects.create(public_id=f"{video_id}{n}-{k}"),
                video_id=video_id,
                category="fully_ai",
                trust_weight="0.3",
                cast_at=timezone.now() - timedelta(hours=12 * n + 2),
            )
            for k in range(36)
        )
    assert published(video_id)["score"] > 80
    assert not Hold.objects.exists()


def test_a_brigade_that_flags_cannot_clear_a_flagged_video(crowd, video_id):
    vote(trusted(8), video_id)
    assert published(video_id)["score"] == 81.01
    crowd(30, video_id)
    assert published(video_id)["score"] == 81.01
    assert Hold.objects.get().until is None


def test_a_moderator_says_that_a_burst_was_genuine(crowd, video_id):
    crowd(30, video_id)
    assert published(video_id)["score"] == 49.9
    decide_video(actor="mod", action="release", video_id=video_id, reason="it is on the news")
    assert published(video_id)["score"] == 85.71
    assert Case.objects.get().state == "closed"
    crowd(10, video_id)  # and stays with it
    assert published(video_id)["score"] == 88.89
    assert not Hold.objects.filter(until=None).exists()
    assert rebuilt_as_it_stands()


def test_a_burst_over_the_videos_of_a_channel_is_held(crowd):
    for n in range(6):
        crowd(9, f"chan{n}", channelHandle="@victim")
    assert published("chan0")["score"] == 64.29
    watch_bursts()
    assert {published(f"chan{n}")["score"] for n in range(6)} == {49.9}
    case = Case.objects.get()
    assert (case.target_type, case.target_id) == ("channel", "@victim")
    assert len(case.evidence["videos"]) == 6
    watch_bursts()
    assert Case.objects.count() == 1
    pass_time(hours=2)
    assert published("chan0")["score"] == 16.67
