"""What older clients rely on, one test each (docs/contract.md#what-older-clients-rely-on)."""

from __future__ import annotations

import orjson
import pytest

from channels.services import decide_channel
from common import ids
from sync.snapshot import snapshot
from sync.tasks import run_pipeline
from tests.conftest import Api, new_user, whole

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _short_ids(settings):
    settings.USER_ID_MIN_LENGTH = 1


def code(response):
    return response.status_code, response.json()["error"]["code"]


def test_1_health(api):
    assert api.get("/health/live").json() == {"status": "ok"}
    ready = api.get("/health/ready")
    assert ready.status_code == 200
    assert {"status", "checks", "uptime_seconds", "version"} <= set(ready.json())
    assert ready.json()["checks"]["database"]["status"] == "up"


def test_2_lookup_errors(api):
    assert code(api.get("/api/videos/ab")) == (400, "INVALID_PREFIX")
    assert code(api.get("/api/videos/ffffffff")) == (404, "NOT_FOUND")
    assert code(api.get("/api/videos")) == (400, "INVALID_FIELD")
    assert code(api.get("/api/videos?videoId=nonexistent1")) == (404, "NOT_FOUND")


def test_3_voting(api):
    assert api.post("/api/votes", {"videoId": "", "userId": "", "category": ""}).status_code == 400
    user, video = "deadbeef12345678", "dQw4w9WgXcQ"
    assert code(api.vote(video, "nonsense", user)) == (400, "INVALID_CATEGORY")
    first = api.vote(video, "fully_ai", user)
    assert first.status_code == 200
    assert first.json()["success"] is True
    assert first.json()["newScore"] is not None
    assert first.json()["userTrust"] is not None
    assert api.vote(video, "ai_visuals", user).status_code == 200
    found = api.get(f"/api/videos?videoId={video}").json()
    assert {"videoId", "score", "categories"} <= set(found)


def test_4_withdrawing(api):
    assert api.delete("/api/votes", {"videoId": "", "userId": ""}).status_code == 400
    user = "deadbeef12345678"
    api.vote("abcdefg", user=user)
    body = {"videoId": "abcdefg", "userId": user}
    assert api.delete("/api/votes", body).json() == {"success": True}
    assert api.delete("/api/votes", body).status_code == 404


def test_5_channels(api):
    assert api.get("/api/channels/UCnonexistent12345").status_code == 404
    assert api.get("/api/channels/nonexistent").status_code == 404
    decide_channel(actor="mod", action="flag_channel", key="UCseeded", reason="seed")
    run_pipeline()
    found = api.get("/api/channels/UCseeded").json()
    assert (found["channelId"], found["score"]) == ("UCseeded", 95)


def test_6_users(api):
    answer = api.get("/api/users/deadbeef12345678").json()
    assert (answer["userId"], answer["trustScore"]) == ("deadbeef12345678", 0.3)
    api.vote("abcdefg", user="deadbeef12345678")
    known = api.get("/api/users/deadbeef12345678").json()
    assert (known["totalVotes"], known["accuracyRate"], known["accountAge"]) == (1, 0.5, 0)


def test_7_stats(api):
    response = api.get("/api/stats")
    assert {"totalVideos", "totalVotes", "totalUsers", "topCategories"} <= set(response.json())
    assert {"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"} <= set(
        response.headers
    )


def test_8_sync(api):
    delta = api.get("/api/sync/delta?since=2020-01-01T00:00:00Z").json()
    assert delta["videos"] == delta["channels"] == []
    assert delta["fullSyncRequired"] is True
    assert "syncTimestamp" in delta
    full = orjson.loads(whole(api.get("/api/sync/full")))
    assert isinstance(full["videos"], list)
    assert isinstance(full["channels"], list)
    assert "generatedAt" in full
    assert code(api.get("/api/sync/delta")) == (400, "MISSING_PARAM")
    assert code(api.get("/api/sync/delta?since=not-a-date")) == (400, "INVALID_PARAM")


def test_9_rapid_votes_meet_a_limit(api):
    user = new_user()
    answers = [api.vote(f"video{n:06}", user=user) for n in range(12)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429] * 2
    refused = answers[-1]
    assert int(refused["Retry-After"]) == refused.json()["error"]["retryAfter"] >= 1
    assert refused["X-RateLimit-Remaining"] == "0"


def test_10_end_to_end(api):
    api.vote("seeded12345")
    run_pipeline()
    snapshot.build()
    assert api.get("/api/videos?videoId=seeded12345").json()["score"] == 16.67
    eight = api.get(f"/api/videos/{ids.video_hash('seeded12345')[:8]}").json()
    assert [video["videoId"] for video in eight] == ["seeded12345"]
    full = orjson.loads(whole(api.get("/api/sync/full")))
    assert "seeded12345" in [video["videoId"] for video in full["videos"]]
    text = Api("127.0.0.1").get("/metrics").content.decode()
    for name in (
        "realtube_api_request_duration_seconds_bucket",
        "realtube_db_connection_pool_active",
        "realtube_requests_in_flight",
    ):
        assert name in text
    assert api.get("/metrics").status_code == 404
