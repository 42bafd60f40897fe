"""The public history of videos and channels: every change of standing, and never a voter."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from channels.services import decide_channel
from sync import pipeline
from sync.models import StatusChange
from sync.tasks import run_pipeline
from votes.moderation import decisions

pytestmark = pytest.mark.django_db(transaction=True)


def lines(api, path):
    answer = api.get(f"/api/{path}/history")
    assert answer.status_code == 200, answer.content
    return [(it["before"], it["after"], it["cause"]) for it in answer.json()["history"]]


def test_a_video_goes_through_bands_by_votes_and_by_moderators(api, crowd):
    crowd(1, "video")
    run_pipeline()
    crowd(2, "video")
    run_pipeline()
    crowd(5, "video")
    run_pipeline()
    decisions.decide_video(actor="m", video_id="video", action="lock_human", reason="r")
    run_pipeline()
    decisions.decide_video(actor="m", video_id="video", action="unlock", reason="r")
    run_pipeline()
    assert lines(api, "videos/video") == [
        ("locked_human", "flagged", "moderator"),
        ("flagged", "locked_human", "moderator"),
        ("suspected", "flagged", "votes"),
        ("none", "suspected", "votes"),
    ]


def test_votes_within_a_band_leave_no_line(api, crowd):
    crowd(8, "video")
    run_pipeline()
    crowd(1, "video")
    run_pipeline()
    assert lines(api, "videos/video") == [("none", "flagged", "votes")]


def test_a_channel_is_listed_cleared_and_forgotten(api, tmp_path):
    (tmp_path / "list").write_text("@maker\n")
    call_command("import_blocklist", str(tmp_path / "list"), "--source=s", "--level=block")
    run_pipeline()
    decide_channel(actor="m", key="@maker", action="clear_channel", reason="r")
    run_pipeline()
    assert lines(api, "channels/@MAKER") == [
        ("auto_flagged", "cleared", "moderator"),
        ("none", "auto_flagged", "list"),
    ]


def test_a_hidden_video_has_no_history_and_an_unknown_one_neither(api, crowd):
    crowd(8, "video")
    run_pipeline()
    decisions.decide_video(actor="m", video_id="video", action="hide", reason="r")
    run_pipeline()
    for path in ("videos/video", "videos/unknown", "channels/UCunknown", "channels/@unknown"):
        answer = api.get(f"/api/{path}/history")
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "NOT_FOUND")
    decisions.decide_video(actor="m", video_id="video", action="unhide", reason="r")
    run_pipeline()
    assert lines(api, "videos/video")[0] == ("none", "flagged", "votes")


@pytest.mark.parametrize("path", ["videos/a b", "videos/" + "x" * 17, "channels/@<b>"])
def test_what_is_no_id_is_refused(api, path):
    answer = api.get(f"/api/{path}/history")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "INVALID_FIELD")


def test_a_line_tells_when_in_whole_seconds_and_nothing_of_voters(api, crowd):
    crowd(8, "video")
    run_pipeline()
    (line,) = api.get("/api/videos/video/history").json()["history"]
    assert set(line) == {"at", "before", "after", "cause"}
    assert len(line["at"]) == len("2026-01-01T00:00:00Z")


def test_a_rebuild_writes_no_history(crowd):
    crowd(8, "video")
    run_pipeline()
    before = StatusChange.objects.count()
    pipeline.rebuild(lambda _: None)
    assert StatusChange.objects.count() == before == 1
