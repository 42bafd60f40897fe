"""The pages on which moderators decide about many targets at once."""

from __future__ import annotations

import pytest

from desk import batches
from desk.models import Batch
from sync.tasks import run_pipeline
from tests.desk.test_pages import text
from videos.models import Video
from votes.models import (
    Decision,
    Hold,
    Voter,
)
from votes.moderation import decisions

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_batch_leaves_alone_what_stands_so_already(desk, crowd):
    crowd(1, "v1")
    crowd(1, "v2")
    run_pipeline()
    decisions.decide_video(actor="m", action="hide", video_id="v1", reason="r")
    run_pipeline()
    batch = batches.draft(actor="m", action="hide", target_type="video", targets=["v1", "v2"])
    assert batches.preview(batch).already == 1
    batches.confirm(batch.pk, actor="m", reason="farm")
    batches.run()
    batch.refresh_from_db()
    assert (batch.done, batch.failed) == (2, {})
    assert Decision.objects.filter(reason="farm").count() == 1


def test_many_are_decided_about_after_a_preview(desk, crowd, lookup):
    for n in range(3):
        crowd(2, f"v{n}")
    run_pipeline()
    browser = desk()
    chosen = {"action": "lock_ai", "_selected_action": ["v0", "v1", "v2"]}
    started = browser.post("/admin/videos/video/", chosen)
    batch = Batch.objects.get()
    shown = text(browser.get(started.url))
    assert "nothing has been changed yet" in shown
    assert shown.count("95.00") == 3
    assert not Decision.objects.exists()
    assert batches.run() == 0
    assert browser.post(started.url, {"reason": ""}).status_code == 400
    assert browser.post(started.url, {"reason": "a farm"}).status_code == 302
    assert browser.post(started.url, {"reason": "a farm"}).status_code == 409
    assert browser.get(started.url)["Refresh"] == "2"
    batches.run()
    batches.run()
    batch.refresh_from_db()
    assert (batch.done, batch.failed) == (3, {})
    assert Decision.objects.filter(action="lock_ai", reason="a farm").count() == 3
    assert "3 of 3" in text(browser.get(started.url))
    assert lookup("v1")["score"] == 95


def test_a_batch_of_voters_shows_what_becomes_of_their_videos(desk, crowd):
    crowd(4, "v1")
    run_pipeline()
    voters = list(Voter.objects.values_list("pk", flat=True))
    browser = desk()
    started = browser.post(
        "/admin/votes/voter/", {"action": "shadowban", "_selected_action": voters[:2]}
    )
    shown = text(browser.get(started.url))
    assert "<dd>2</dd>" in shown
    assert str(Video.objects.get().score) in shown
    assert not Voter.objects.filter(is_shadowbanned=True).exists()


def test_a_batch_goes_on_where_it_was_killed_and_skips_what_is_gone(desk, crowd, monkeypatch):
    crowd(3, "v1")
    voters = sorted(Voter.objects.values_list("pk", flat=True))
    batch = batches.draft(
        actor="m", action="shadowban", target_type="voter", targets=["gone", *voters]
    )
    batches.confirm(batch.pk, actor="m", reason="ring")
    batches._step()
    batches._step()
    batch.refresh_from_db()
    assert (batch.done, list(batch.failed)) == (2, ["gone"])
    batches.run()
    assert Decision.objects.filter(action="shadowban").count() == 3


@pytest.mark.parametrize("action", ["release", "unlock"])
def test_a_preview_says_what_votes_will_make_of_it(desk, crowd, action):
    crowd(9, "v1")
    decisions.decide_video(actor="m", action="hold", video_id="v1", reason="r")
    decisions.decide_video(actor="m", action="lock_human", video_id="v1", reason="r")
    if action == "release":
        decisions.decide_video(actor="m", action="unlock", video_id="v1", reason="r")
    Hold.objects.create(
        video_id="v1", side="ai", since="2026-01-01T00:00Z", scope="v1", threshold=5
    )
    run_pipeline()
    batch = batches.draft(actor="m", action=action, target_type="video", targets=["v1"])
    (effect,) = batches.preview(batch).sample
    before = Decision.objects.count()
    batches.confirm(batch.pk, actor="m", reason="r")
    batches.run()
    run_pipeline()
    assert Decision.objects.count() == before + 1
    assert effect.after == Video.objects.get().score != effect.before


def test_others_neither_see_nor_confirm_a_draft(desk, crowd):
    crowd(1, "v1")
    run_pipeline()
    batch = batches.draft(actor="m", action="hide", target_type="video", targets=["v1"])
    other = desk().post(f"/admin/desk/batch/{batch.pk}/change/", {"reason": "x"})
    assert other.status_code == 302
    assert not Batch.objects.exclude(confirmed_at=None).exists()
