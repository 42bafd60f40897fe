"""Many at once, against a real server process pool and real threads."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from sync.pipeline import advance, advance_until_idle
from tests.conftest import Api, new_user
from videos.models import Video
from votes.models import DirtyVideo, Vote, Voter

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 16


def together(jobs):
    def run(job):
        try:
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, jobs))


@pytest.fixture(autouse=True)
def _no_limits(settings):
    settings.LIMITS = dict.fromkeys(settings.LIMITS, 10**9)


def test_fifty_voters_on_one_video_all_count(video_id):
    answers = together([lambda: Api().vote(video_id)] * 50)
    assert {answer.status_code for answer in answers} == {200}
    advance_until_idle()
    video = Video.objects.get(pk=video_id)
    assert video.total_votes == video.independent_voters == Vote.objects.count() == 50


def test_one_voter_fifty_times_at_once_is_one_vote(video_id):
    user, api = new_user(), Api()
    answers = together([lambda: api.vote(video_id, user=user)] * 50)
    assert {answer.status_code for answer in answers} == {200}
    advance_until_idle()
    assert Video.objects.get(pk=video_id).total_votes == Vote.objects.count() == 1
    assert Voter.objects.get().vote_count == 1


def test_votes_and_withdrawals_interleaved_with_the_pipeline_lose_nothing():
    users = [new_user() for _ in range(10)]
    videos = [f"mixed{n}" for n in range(5)]
    rng = random.Random(7)
    apis = {user: Api() for user in users}

    def step():
        user, video = rng.choice(users), rng.choice(videos)
        what = rng.random()
        if what < 0.1:
            advance(limit=3)
            return 0
        if what < 0.35:
            return apis[user].delete("/api/votes", {"videoId": video, "userId": user}).status_code
        category = rng.choice(["fully_ai", "ai_visuals", "ai_assisted"])
        return apis[user].vote(video, category, user).status_code

    statuses = Counter(together([step] * 400))
    assert set(statuses) <= {0, 200, 404}, statuses
    advance_until_idle()
    for video in videos:
        active = Vote.objects.filter(video_id=video, retracted_at=None).count()
        assert Video.objects.get(pk=video).total_votes == active
    for voter in Voter.objects.all():
        assert voter.vote_count == voter.votes.filter(retracted_at=None).count()
    assert not DirtyVideo.objects.exists()


def test_two_pipelines_at_once_take_turns(crowd):
    for n in range(10):
        crowd(1, f"turn{n}")
    results = together([lambda: advance(limit=2) for _ in range(12)])
    advance_until_idle()
    revisions = [done.revision for done in results if done.revision]
    assert len(revisions) == len(set(revisions))
    assert Video.objects.count() == 10


def test_voting_goes_on_without_redis_under_stricter_limits(settings, video_id):
    settings.LIMITS = {**settings.LIMITS, "vote_user": 9}
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    api, user = Api(), new_user()
    statuses = [api.vote(f"{video_id}{n}"[:16], user=user).status_code for n in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
