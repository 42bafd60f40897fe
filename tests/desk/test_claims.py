"""Voters disagree about whose video it is: a moderator says so, and it stays said."""

from __future__ import annotations

import re

import pytest

from channels.models import Channel
from channels.ties import decide_tie
from desk import services as desk_services
from sync import pipeline
from sync.tasks import run_pipeline
from tests.desk.test_pages import offered, page, text
from videos.models import Video
from votes.models import Case, Decision
from votes.moderation.actions import Refused

pytestmark = pytest.mark.django_db(transaction=True)
VIDEO = "/admin/videos/video/v/change/"


@pytest.fixture
def conflict(crowd):
    """Four voters say that a video is @maker's, three that it is @thief's: it is nobody's."""
    crowd(4, "v", channelHandle="@maker")
    crowd(3, "v", channelHandle="@thief")
    crowd(3, "w", channelHandle="@maker")
    run_pipeline()
    assert whose() is None
    return Case.objects.get(kind="claim_conflict", target_type="video")


def whose():
    run_pipeline()
    video = Video.objects.get(pk="v")
    return video.channel_id or video.channel_handle


def named(browser, url):
    return re.findall(r'name="channel" value="([^"]+)"', browser.get(url).content.decode())


def decide(browser, url, **choice):
    return browser.post(url, {"reason": "I looked at YouTube.", **choice})


def test_the_case_asks_whose_video_it_is_and_takes_the_answer(desk, conflict):
    browser = desk()
    shown = text(browser.get(page(conflict)))
    for part in ("Whose video is it?", "@maker</bdi>", "@thief</bdi>", "None of these channels"):
        assert part in shown, part
    assert named(browser, page(conflict)) == ["@maker", "@thief"]
    assert decide(browser, page(conflict), channel="@maker").status_code == 302
    assert whose() == "maker"
    made = Decision.objects.get()
    assert (made.action, made.before, made.after) == (
        "name_channel",
        {"channel": None},
        {"channel": "@maker"},
    )
    conflict.refresh_from_db()
    assert (conflict.state, conflict.decision) == ("closed", made)
    assert "Name its channel" in text(browser.get(page(conflict)))


def test_it_stays_said_whatever_voters_say_and_after_a_rebuild(desk, conflict, crowd):
    decide(desk(), page(conflict), channel="@maker")
    assert whose() == "maker"
    crowd(30, "v", channelHandle="@thief", channelId="UCthief")
    assert whose() == "maker"
    assert not Video.objects.get(pk="v").claims_contested
    assert Channel.objects.get(handle="maker").total_videos == 1  # too few have seen the other
    before = list(Video.objects.order_by("pk").values())
    Video.objects.all().delete()
    pipeline.rebuild(lambda done: None)
    ignored = {"revision": 0}
    assert [row | ignored for row in Video.objects.order_by("pk").values()] == [
        row | ignored for row in before
    ]
    assert not Case.objects.exclude(state="closed").filter(kind="claim_conflict").exists()


def test_none_of_them_is_an_answer_too(desk, conflict, crowd):
    browser = desk()
    assert decide(browser, page(conflict), action="deny_channels").status_code == 302
    crowd(9, "v", channelHandle="@maker")
    assert whose() is None
    video = Video.objects.get(pk="v")
    assert not video.claims_contested
    assert not Case.objects.exclude(state="closed").filter(kind="claim_conflict").exists()
    assert offered(browser, VIDEO)[-1] == "unname_channel"
    assert decide(browser, VIDEO, action="unname_channel").status_code == 302
    assert whose() == "maker"


def test_each_answer_can_be_taken_back(desk, conflict):
    decide(desk(), page(conflict), channel="@maker")
    first = Decision.objects.get()
    decide(desk(name="second"), VIDEO, channel="@thief")
    assert whose() == "thief"
    second = Decision.objects.latest("pk")
    with pytest.raises(Refused, match="Something later"):
        desk_services.reverse(actor="m", decision_id=first.pk, reason="r")
    undone = desk_services.reverse(actor="m", decision_id=second.pk, reason="r")
    assert (undone.action, undone.after) == ("name_channel", {"channel": "@maker"})
    assert whose() == "maker"
    desk_services.reverse(actor="m", decision_id=undone.pk, reason="r")
    assert whose() == "thief"


def test_taking_back_the_only_answer_asks_again(desk, conflict):
    decide(desk(), page(conflict), channel="@maker")
    made = Decision.objects.get()
    desk_services.reverse(actor="m", decision_id=made.pk, reason="r")
    assert whose() is None
    conflict.refresh_from_db()
    assert conflict.state == "open"


@pytest.mark.parametrize("given", ["<b>", "no channel", "@", "UC \x00", "x" * 500])
def test_what_is_no_channel_is_refused(desk, conflict, given):
    assert decide(desk(), page(conflict), channel=given).status_code == 400
    assert not Decision.objects.exists()


def test_viewers_answer_nothing(desk, conflict):
    browser = desk("viewer")
    assert named(browser, page(conflict)) == []
    assert decide(browser, page(conflict), channel="@maker").status_code == 403


def test_two_keys_of_one_channel_are_one_choice(desk, crowd):
    Channel.objects.create(channel_id="UCmaker", handle="maker", score=60)
    crowd(4, "v", channelHandle="@maker", channelId="UCmaker")
    crowd(3, "v", channelHandle="@thief", channelId="UCthief")
    run_pipeline()
    Channel.objects.get_or_create(channel_id="UCmaker", handle="maker")
    conflict = Case.objects.get(target_type="video")
    browser = desk()
    assert named(browser, page(conflict)) == ["UCmaker", "UCthief", "@thief"]
    assert re.search(r"UCmaker</bdi></a>, .{0,200}@maker</bdi>", text(browser.get(page(conflict))))


def test_the_handle_of_before_a_rename_is_the_same_choice(desk, conflict):
    for handle in ("thief", "maker"):
        decide_tie(actor="m", action="confirm_tie", target=f"UCmaker @{handle}", reason="renamed")
        run_pipeline()
    assert named(desk(), page(conflict)) == ["UCmaker"]


def test_who_is_not_disputed_is_not_asked_about(desk, conflict, crowd):
    crowd(3, "sure", channelHandle="@maker")
    run_pipeline()
    url = "/admin/videos/video/sure/change/"
    browser = desk()
    assert named(browser, url) == []
    assert "deny_channels" not in offered(browser, url)
    assert decide(browser, url, channel="@thief").status_code == 409
