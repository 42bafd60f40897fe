"""What a creator reads on the page of an appeal is true at the moment they read it."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.test import Client

from channels.services import decide_channel
from desk import batches, clearing
from sync.tasks import run_pipeline
from votes.models import Appeal, Case
from votes.moderation import appeals, decisions

pytestmark = pytest.mark.django_db(transaction=True)


def read(appeal, query="", status=200):
    run_pipeline()
    answer = Client(REMOTE_ADDR="198.51.100.7").get(f"/appeal/{appeal.pk}{query}")
    assert answer.status_code == status
    text = html.unescape(re.sub(r"<[^>]*>", " ", answer.content.decode()))
    return re.sub(r"\s+", " ", text)


def file(target_type, target_id):
    return appeals.file_appeal(target_type=target_type, target_id=target_id, reason="I paint")


@pytest.fixture
def appeal(farm):
    """A creator's, about a channel of four flagged videos and one that is not."""
    farm(4)
    farm(1, name="quiet", voters=4)
    return file("channel", "@farm")


def test_a_cleared_channel_with_flagged_videos_says_so(appeal):
    assert "The channel is flagged. Flagged of its reported videos: 4 of 5." in read(appeal)
    decide_channel(actor="m", action="clear_channel", key="@farm", reason="r")
    shown = read(appeal)
    assert "the channel is cleared. Videos still flagged: 4 of 5." in shown
    assert "stays away" not in shown and "follow within minutes" not in shown
    assert shown.count("flagged by votes: its score is 64.29 of 100") == 4
    assert "quiet000000 suspected, not flagged: its score is 44.44 of 100, a flag takes 50" in shown
    assert "Appeal about the video" in shown


def test_a_channel_cleared_with_its_videos_says_video_by_video_what_is_true(appeal):
    decisions.decide_video(actor="m", action="lock_ai", video_id="farm000002", reason="r")
    run_pipeline()
    batch = clearing.draft(actor="m", key="@farm", case_id=appeal.case_id)
    clearing.confirm(batch.pk, actor="m", reason="r", also=())
    batches._step()
    shown = read(appeal)
    assert "Videos still flagged: 3 of 5." in shown
    assert "Those that the moderator cleared with it follow within minutes." in shown
    assert re.search(r"farm00000[013] cleared by a moderator: votes cannot flag it", shown)
    batches.run()
    shown = read(appeal)
    assert "Videos still flagged: 1 of 5." in shown
    assert "farm000002 locked as AI by a moderator" in shown
    assert shown.count("cleared by a moderator") == 4
    Case.objects.update(closed_at=Now() - timedelta(hours=2))
    assert "follow within minutes" not in read(appeal)
    decisions.decide_video(actor="m", action="lock_human", video_id="farm000002", reason="r")
    assert "the channel is cleared, and none of its videos is flagged." in read(appeal)


def test_what_is_hidden_is_told_to_nobody(appeal):
    decisions.decide_video(actor="m", action="shadow_hide", video_id="farm000001", reason="r")
    shown = read(appeal)
    assert "farm000001" not in shown
    assert "Flagged of its reported videos: 3 of 4." in shown


def test_a_large_channel_is_told_page_by_page(farm):
    farm(60)
    appeal = file("channel", "@farm")
    first = read(appeal)
    assert first.count("flagged by votes: its score") == 50
    assert "Page 1 After" in first
    second = read(appeal, "?page=2")
    assert second.count("flagged by votes: its score") == 10
    assert "Before Page 2" in second and "After" not in second
    assert "There are no more videos." in read(appeal, "?page=3")
    for odd in ("0", "-1", "x", "9" * 30, "٣"):
        assert "Page 1" in read(appeal, f"?page={odd}")


def test_a_video_that_was_decided_otherwise_since_says_so(farm):
    (video,) = farm(1)
    appeal = file("video", video)
    assert "It waits for a moderator." in read(appeal)
    decisions.decide_video(actor="m", action="lock_human", video_id=video, reason="r")
    shown = read(appeal)
    assert "You were right: the flag is gone, and more reports do not bring it back." in shown
    assert "cleared by a moderator: votes cannot flag it" in shown
    decisions.decide_video(actor="m", action="unlock", video_id=video, reason="r")
    assert "but since then it was decided otherwise" in read(appeal)
    decisions.decide_video(actor="m", action="hide", video_id=video, reason="r")
    assert "Nothing is published about it now: it is not flagged." in read(appeal)


def test_a_rejected_appeal_does_not_say_that_a_flag_stays_which_went(farm):
    (video,) = farm(1)
    appeal = file("video", video)
    appeals.reject_appeal(actor="m", target_type="video", target_id=video, reason="r")
    assert "the flag stays" in read(appeal)
    decisions.decide_video(actor="m", action="hold", video_id=video, reason="r")
    shown = read(appeal)
    assert "rejected the appeal. It is not flagged now." in shown
    assert "not flagged while moderators look at it" in shown


def test_who_asks_too_often_is_told_when_to_come_back(appeal, settings):
    settings.LIMITS = settings.LIMITS | {"lookup": 1}
    read(appeal)
    refused = read(appeal, status=429)
    assert re.search(r"Too many requests\. Try again in \d+ minutes?, after \d\d:\d\d UTC", refused)
    assert Appeal.objects.count() == 1


def test_the_page_counts_the_48_around_an_address_too(appeal, settings):
    settings.LIMITS = settings.LIMITS | {"lookup": 1}
    asked = [
        Client(REMOTE_ADDR=f"2001:db8:1:{n:x}::1").get(f"/appeal/{appeal.pk}").status_code
        for n in range(9)
    ]
    assert asked == [200] * 8 + [429]
