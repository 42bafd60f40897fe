"""The main path: a vote is stored, weighed, scored, published and seen by a lookup."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from channels.models import Channel
from channels.services import decide_channel
from common import ids
from sync.models import Change
from sync.pipeline import advance, advance_until_idle
from tests.conftest import Api, new_user, published
from videos.models import Video
from votes.models import Vote, Voter
from votes.moderation.decisions import decide_video, decide_voter

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_new_voter_gives_16_67(api, video_id):
    answer = api.vote(video_id).json()
    assert answer == {"success": True, "newScore": 16.67, "userTrust": 0.3}
    assert published(video_id)["score"] == 16.67


def test_eight_new_voters_from_eight_networks_flag_a_video(crowd, video_id):
    crowd(7, video_id)
    assert published(video_id)["score"] == 49.9
    crowd(1, video_id)
    video = published(video_id)
    assert video["score"] == 61.54
    assert video["categories"] == {"fully_ai": {"votes": 8, "weightedScore": 61.54}}
    assert video["totalVotes"] == 8


def test_voters_of_one_network_are_one_voice(video_id):
    for n in range(5):
        Api(f"203.0.113.{n + 1}").vote(video_id)
    video = published(video_id)
    assert (video["score"], video["totalVotes"]) == (16.67, 5)


def test_a_direct_lookup_answers_before_the_pipeline_has_run(api, video_id):
    api.vote(video_id)
    answer = api.get(f"/api/videos?videoId={video_id}&explain=1").json()
    assert (answer["score"], answer["explain"]["independentVoters"]) == (16.67, 1)


def test_withdrawing_takes_a_vote_back_once(api, video_id):
    user = new_user()
    api.vote(video_id, user=user)
    assert published(video_id)
    assert api.delete("/api/votes", {"videoId": video_id, "userId": user}).json() == {
        "success": True
    }
    assert api.delete("/api/votes", {"videoId": video_id, "userId": user}).status_code == 404
    assert published(video_id) is None
    assert api.get(f"/api/videos?videoId={video_id}").status_code == 404


def test_withdrawing_works_without_a_body(api, video_id):
    user = new_user()
    api.vote(video_id, user=user)
    response = api.delete(f"/api/votes?videoId={video_id}", **{"X-User-ID": user})
    assert response.status_code == 200


def test_repeating_a_vote_changes_no_count_and_no_revision(api, video_id):
    user = new_user()
    for _ in range(3):
        api.vote(video_id, user=user)
    before = published(video_id)
    assert before["categories"]["fully_ai"]["votes"] == before["totalVotes"] == 1
    revisions = Change.objects.filter(key=video_id).count()
    api.vote(video_id, user=user)
    assert published(video_id) == before
    assert Change.objects.filter(key=video_id).count() == revisions


def test_changing_the_category_moves_the_vote(api, video_id):
    user = new_user()
    api.vote(video_id, "fully_ai", user)
    api.vote(video_id, "ai_thumbnails", user)
    assert list(published(video_id)["categories"]) == ["ai_thumbnails"]


def test_disputes_need_something_to_dispute_and_lower_the_score(api, crowd, video_id):
    refused = api.vote(video_id, "not_ai")
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "INVALID_CATEGORY")
    crowd(12, video_id)
    assert published(video_id)["score"] == 70.59
    crowd(2, video_id, "not_ai")
    assert published(video_id)["score"] == 63.16
    crowd(1, video_id, "not_ai")  # 8 voices are needed, and two for each disputer
    assert published(video_id)["score"] == 49.9
    crowd(6, video_id, "not_ai")
    video = published(video_id)
    assert (video["score"], video["disputes"]) == (46.15, {"votes": 9})
    assert "not_ai" not in video["categories"]


def test_a_lock_decides_alone_and_unlocking_returns_to_the_votes(crowd, video_id):
    crowd(8, video_id)
    decide_video(actor="mod", action="lock_human", video_id=video_id, reason="seen")
    locked = published(video_id)
    assert (locked["score"], locked["locked"], locked["verdict"]) == (0, True, "human")
    decide_video(actor="mod", action="lock_ai", video_id=video_id, reason="seen again")
    assert published(video_id)["score"] == 95
    decide_video(actor="mod", action="unlock", video_id=video_id, reason="open")
    assert published(video_id)["score"] == 61.54


def test_a_hidden_video_is_not_published(crowd, video_id):
    crowd(5, video_id)
    decide_video(actor="mod", action="hide", video_id=video_id, reason="illegal")
    assert published(video_id) is None


def test_a_banned_voter_counts_for_nothing_and_an_unbanned_one_again(crowd, video_id):
    user = crowd(8, video_id)[0]
    assert published(video_id)["score"] == 61.54
    voter = Voter.objects.get(pk=ids.public_id(user, key="test-voter-key-" + "1" * 32))
    decide_voter(actor="mod", action="shadowban", voter_id=voter.pk, reason="brigade")
    banned = published(video_id)
    assert (banned["score"], banned["totalVotes"]) == (49.9, 7)
    decide_voter(actor="mod", action="unban", voter_id=voter.pk, reason="mistake")
    assert published(video_id)["score"] == 61.54


def test_three_voters_tie_a_video_to_its_channel(crowd, video_id):
    crowd(3, video_id, channelHandle="@LangweiligeW%C3%A4hrung")
    video = published(video_id)
    assert video["channelHandle"] == "@langweiligewahrung"
    shown = [
        Api().get(f"/api/channels/{key}").json()
        for key in ("@LangweiligeWährung", "@langweiligewahrung")
    ]
    assert shown[0] == shown[1]
    assert (shown[0]["channelId"], shown[0]["totalVideos"]) == ("@langweiligewahrung", 0)
    crowd(5, video_id, channelHandle="@langweiligeWährung")
    published(video_id)
    cache.clear()
    assert Api().get("/api/channels/@langweiligewährung").json()["totalVideos"] == 1


def test_a_video_with_an_id_and_a_handle_is_the_ids(crowd, video_id):
    crowd(8, video_id, channelHandle="@maker", channelId="UC" + "x" * 22)
    video = published(video_id)
    assert (video["channelId"], video["channelHandle"]) == ("UC" + "x" * 22, "@maker")
    assert Api().get("/api/channels/UC" + "x" * 22).json()["totalVideos"] == 1
    assert Api().get("/api/channels/@maker").status_code == 404


def test_two_voters_do_not(crowd, video_id):
    crowd(2, video_id, channelHandle="@somebody")
    assert "channelHandle" not in published(video_id)
    assert Api().get("/api/channels/@somebody").status_code == 404


def test_a_flagged_channel_gives_its_videos_a_prior_that_ends_when_it_is_cleared(crowd, video_id):
    decide_channel(actor="mod", action="flag_channel", key="@slopfarm", reason="all of it")
    crowd(3, video_id, channelHandle="@SlopFarm")
    assert published(video_id)["score"] == 65.22  # 100 (0.9 + 3.6) / (0.9 + 6)
    decide_channel(actor="mod", action="clear_channel", key="@slopfarm", reason="mistaken")
    assert published(video_id)["score"] == 37.5
    channel = Channel.objects.get(handle="slopfarm")
    assert (channel.score, channel.auto_flag_new, channel.locked) == (0, False, True)


def test_a_prefix_lookup_asks_the_database_nothing(api, video_id):
    user = new_user()
    api.vote(video_id, user=user)
    published(video_id)
    with CaptureQueriesContext(connection) as queries:
        assert api.get(f"/api/videos/{ids.video_hash(video_id)[:4]}").status_code == 200
        assert api.get(f"/api/videos/{ids.video_hash(video_id)}"[:20]).status_code == 200
    assert len(queries) == 0


def test_erasing_a_voter_takes_the_votes_along(api, crowd, video_id):
    user = crowd(5, video_id)[0]
    assert api.get("/api/users/me/data", **{"X-User-ID": user}).json()["votes"]
    assert api.delete("/api/users/me", **{"X-User-ID": user}).status_code == 200
    assert published(video_id)["totalVotes"] == 4
    assert api.get("/api/users/me/data", **{"X-User-ID": user}).status_code == 404
    assert api.get(f"/api/users/{user}").json()["totalVotes"] == 0


def test_erasing_keeps_a_vote_on_a_locked_video_without_its_voter(api, crowd, video_id):
    crowd(2, video_id)
    user = new_user()
    Api("2001:db8:1:aa01::1").vote(video_id, user=user)
    (stored,) = api.get("/api/users/me/data", **{"X-User-ID": user}).json()["votes"]
    labels = ("prefix_pseudonym", "site_pseudonym", "voice", "site", "provider")
    assert all(stored[name] for name in labels)
    decide_video(actor="mod", action="lock_ai", video_id=video_id, reason="seen")
    api.delete("/api/users/me", **{"X-User-ID": user})
    assert published(video_id)["totalVotes"] == 3
    kept = Vote.objects.get(voter=None)
    assert (kept.ip_pseudonym, kept.prefix_pseudonym, kept.site_pseudonym) == (None, None, None)


def test_counters_equal_the_facts(crowd, video_id):
    crowd(4, video_id)
    advance_until_idle()
    assert set(Voter.objects.values_list("vote_count", flat=True)) == {1}
    assert Video.objects.get(pk=video_id).total_votes == 4


@pytest.mark.parametrize(("category", "most"), [("fully_ai", 3), ("not_ai", 5)])
def test_a_vote_takes_few_round_trips(crowd, api, category, most, video_id):
    crowd(5, video_id)
    api.vote("another")  # each process reads the brakes once in a while
    with CaptureQueriesContext(connection) as queries:
        assert api.vote(video_id, category).status_code == 200
    assert len(queries) == most


def test_an_idle_run_of_the_pipeline_costs_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert advance().idle
