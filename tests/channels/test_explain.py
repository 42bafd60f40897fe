"""A channel's score and a voter's trust are explained, and it adds up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db.models.functions import Now

from channels.services import decide_channel
from sync.tasks import run_pipeline
from tests.conftest import Api, new_user
from votes.models import Voter

pytestmark = pytest.mark.django_db(transaction=True)


def explained(path):
    answer = Api().get(f"{path}?explain=1")
    assert answer.status_code == 200, answer.content
    assert "explain" not in Api().get(path).json()
    return answer.json()


def test_a_channel_is_its_videos_then_a_list_then_a_moderator(crowd, tmp_path):
    for n, voters in enumerate((10, 20, 5, 3)):
        crowd(voters, f"video{n}", channelHandle="@maker")
    crowd(3, "video2", "not_ai")  # with these eight have spoken; three are not enough
    run_pipeline()
    channel = explained("/api/channels/@maker")
    made = channel["explain"]
    assert made == {
        "trackedVideos": 3,
        "flaggedVideos": 2,
        "flaggedScores": 146.67,
        "contestedVideos": 0,
        "listing": None,
        "decision": None,
        "steps": [{"rule": "videos", "score": 48.89}],
    }
    assert channel["score"] == 48.89 == round(made["flaggedScores"] / made["trackedVideos"], 2)
    (tmp_path / "list").write_text("@maker\n")
    call_command("import_blocklist", str(tmp_path / "list"), "--source=s", "--level=warn")
    run_pipeline()
    assert explained("/api/channels/@maker")["explain"]["steps"][-1] == {
        "rule": "list",
        "score": 60,
    }
    decide_channel(actor="m", action="clear_channel", key="@maker", reason="a person")
    run_pipeline()
    channel = explained("/api/channels/@maker")
    assert (channel["score"], channel["explain"]["decision"]) == (0, "clear_channel")
    assert [step["rule"] for step in channel["explain"]["steps"]] == ["videos", "list", "moderator"]
    assert Api().get("/api/channels/@unknown?explain=1").status_code == 404


def test_a_new_voter_is_at_the_start(video_id):
    user = new_user()
    start = explained(f"/api/users/{user}")["explain"]
    assert (start["earned"], start["trustNow"], start["resolvedVotes"]) == (False, 0.3, 0)
    assert explained(f"/api/users/{user}")["trustScore"] == 0.3


def test_an_earned_trust_is_the_sum_of_its_shares(video_id):
    user = new_user()
    Api().vote(video_id, user=user)
    Voter.objects.update(
        resolved_count=20,
        correct_count=17,
        vote_count=30,
        accuracy=19 / 24,
        first_seen=Now() - timedelta(days=60),
    )
    made = explained(f"/api/users/{user}")["explain"]
    assert made["earned"] and (made["resolvedVotes"], made["correctVotes"]) == (20, 17)
    assert made["shares"] == pytest.approx({"age": 0.3, "accuracy": 0.395833, "votes": 0.06}, 1e-5)
    assert made["trustNow"] == pytest.approx(sum(made["shares"].values()), abs=2e-6)
    assert made["trustNow"] == pytest.approx(0.755833, abs=2e-6)
