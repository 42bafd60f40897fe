"""A score is explained vote by vote, and it adds up."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.db.models.functions import Now

from channels.services import decide_channel
from sync.tasks import run_pipeline
from tests.conftest import Api, published
from tests.flow.test_attacks import trusted
from tests.flow.test_attacks import vote as vote_as
from videos import recompute, views
from videos.explain import explain, formula
from videos.models import Video
from votes.casting import retract_vote
from votes.models import Vote, Voter
from votes.moderation.decisions import decide_video, decide_voter

pytestmark = pytest.mark.django_db(transaction=True)


def explanation_of(video_id, **options):
    return explain(video_id, Video.objects.filter(pk=video_id).first(), **options)


def total(explanation, category):
    return sum(
        (vote.weight for vote in explanation.votes if vote.category == category),
        explanation.rest.get(category, Decimal(0)),
    )


def standings(explanation):
    return sorted((vote.standing, vote.category) for vote in explanation.votes)


@pytest.fixture
def mixed(crowd, video_id):
    """A video whose votes count, or not, for every reason there is."""
    crowd(9, video_id)
    vote_as(trusted(4), video_id, "ai_visuals")
    for n in range(3):
        Api(f"203.0.113.{n + 1}").vote(video_id)
    vote_as(trusted(1), video_id, "not_ai")
    crowd(3, video_id, "ai_assisted")
    withdrawn, banned, vip, delayed = Vote.objects.order_by("id").values_list(
        "voter_id", flat=True
    )[:4]
    retract_vote(voter_id=withdrawn, video_id=video_id)
    decide_voter(actor="m", action="shadowban", voter_id=banned, reason="r")
    decide_voter(actor="m", action="make_vip", voter_id=vip, reason="r")
    Vote.objects.filter(voter_id=delayed).update(waits_until=Now() + timedelta(hours=1))
    return video_id


def test_the_weights_of_the_votes_sum_up_to_the_score(mixed):
    score = published(mixed)["score"]
    explanation = explanation_of(mixed)
    assert standings(explanation) == sorted(
        [("withdrawn", "fully_ai"), ("banned", "fully_ai"), ("delayed", "fully_ai")]
        + [("counts", "fully_ai")] * 7
        + [("merged", "fully_ai")] * 2
        + [("counts", "ai_visuals")] * 4
        + [("counts", "ai_assisted")] * 3
        + [("counts", "not_ai")]
    )
    assert explanation.rest == {}
    for category, weight in explanation.weights.items():
        assert total(explanation, category) == weight
    # 0.9 of the VIP, 5 x 0.3, 0.3 of one network, 4 x 0.8; the dispute weighs 0.8.
    assert explanation.live.row.weight_ai == Decimal("5.9")
    assert formula(explanation) == "100 x 5.9 / (5.9 + 0.8 + 1.5) = 71.95"
    assert score == 71.95 == float(explanation.live.row.score)


def test_a_merged_vote_names_the_one_that_speaks_for_it(mixed):
    by_id = {vote.id: vote for vote in explanation_of(mixed).votes}
    merged = [vote for vote in by_id.values() if vote.standing == "merged"]
    assert {by_id[vote.speaker].standing for vote in merged} == {"counts"}
    assert {by_id[vote.speaker].network for vote in merged} == {vote.network for vote in merged}


def test_what_is_not_listed_is_summed_up(mixed):
    explanation = explanation_of(mixed, limit=5)
    assert [len(explanation.votes), explanation.rest["fully_ai"]] == [5, Decimal("1.8")]
    for category, weight in explanation.weights.items():
        assert total(explanation, category) == weight


def test_the_api_tells_weights_and_steps_of_the_score_it_shows(mixed, crowd):
    answer = Api().get(f"/api/videos?videoId={mixed}&explain=1").json()
    assert answer["explain"] == {
        "weightAi": 5.9,
        "weightDisputes": 0.8,
        "priorWeight": 1.5,
        "channelWeight": 0,
        "weights": {"ai_assisted": 0.9, "ai_visuals": 3.2, "fully_ai": 2.7, "not_ai": 0.8},
        "voters": 16,
        "independentVoters": 14,
        "votersNeeded": 10,
        "steps": [{"rule": "share", "score": 71.95}],
        "signs": [],
    }
    assert answer["score"] == 71.95  # though the pipeline has not run yet
    crowd(7, mixed, "not_ai")
    answer = Api().get(f"/api/videos?videoId={mixed}&explain=1").json()
    assert answer["explain"]["votersNeeded"] == 24
    assert answer["explain"]["steps"] == [
        {"rule": "share", "score": 57.28},
        {"rule": "voices", "score": 49.9},
    ]
    assert answer["score"] == 49.9


def test_locks_and_channels_are_explained(crowd, video_id):
    crowd(3, video_id, channelHandle="@farm")
    published(video_id)
    decide_channel(actor="m", action="flag_channel", key="@farm", reason="r")
    assert published(video_id)["score"] > 60
    explained = Api().get(f"/api/videos?videoId={video_id}&explain=1").json()["explain"]
    assert (explained["channelWeight"], explained["priorWeight"]) == (3.6, 6)
    assert formula(explanation_of(video_id)) == "100 x (0.9 + 3.6) / (0.9 + 0 + 6) = 65.22"
    decide_video(actor="m", action="lock_human", video_id=video_id, reason="r")
    assert formula(explanation_of(video_id)) == "A moderator has locked it as human: 0"


def test_nobody_spoke_of_it():
    assert explanation_of("unheard-of") is None
    assert not Voter.objects.exists()


def test_the_desk_shows_it_vote_by_vote(mixed, desk, django_assert_max_num_queries):
    browser = desk()
    published(mixed)
    with django_assert_max_num_queries(20):
        page = browser.get(f"/admin/videos/video/{mixed}/change/").content.decode()
    assert "100 x 5.9 / (5.9 + 0.8 + 1.5) = 71.95" in page
    assert page.count('<tr id="vote-') == 20
    assert page.count("one voice with another") == 2
    for standing in ("withdrawn", "banned", "delayed"):
        assert f"no, {standing}" in page


def test_a_guest_of_the_desk_sees_none_of_it(mixed, client, desk):
    url = f"/admin/videos/video/{mixed}/change/"
    assert client.get(url).status_code == 302
    guest = desk("viewer")
    User.objects.get().groups.clear()
    assert guest.get(url).status_code == 403


def test_many_votes_are_explained_once_a_minute(crowd, video_id, monkeypatch):
    monkeypatch.setattr(recompute, "LIVE_VOTES_MAX", 3)
    crowd(4, video_id)
    run_pipeline()
    query = f"/api/videos?videoId={video_id}&explain=1"
    first = Api().get(query).json()
    crowd(1, video_id)
    again = Api().get(query).json()
    assert again == first
    assert again["totalVotes"] == again["explain"]["voters"] == 4
    decide_video(actor="m", action="hide", video_id=video_id, reason="r")
    run_pipeline()
    assert Api().get(query).status_code == 404


def test_whether_a_video_with_many_votes_can_be_disputed_is_known_without_counting(
    crowd, video_id, monkeypatch
):
    crowd(4, video_id)
    run_pipeline()
    monkeypatch.setattr(recompute, "LIVE_VOTES_MAX", 3)
    monkeypatch.setattr(views, "live", None)
    assert Api().vote(video_id, "not_ai").status_code == 200
    Video.objects.update(score=19.9)
    assert Api().vote(video_id, "not_ai").json()["error"]["code"] == "INVALID_CATEGORY"
