"""Nobody gets a channel flagged by naming it falsely, or without notice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db.models import F
from django.db.models.functions import Now

from channels.models import Channel, Notice
from channels.services import decide_channel
from sync import pipeline
from tests.conftest import Api
from tests.flow.test_attacks import rebuilt_as_it_stands
from videos.models import Video
from votes.casting import Ballot, cast_vote
from votes.covoting import set_cluster
from votes.models import Case, Cluster, Voter
from votes.moderation.cases import dismiss_case
from votes.moderation.decisions import decide_video

pytestmark = pytest.mark.django_db(transaction=True)
VICTIM = "UC" + "v" * 22
OTHER = "UC" + "o" * 22


def vote(voters, videos, *, claim=None, category="fully_ai", trust="0.9"):
    """Votes of these voters, by number, on all these videos, by number."""
    for n in voters:
        voter, _ = Voter.objects.get_or_create(pk=f"{n:032x}", defaults={"trust": trust})
        for video in videos:
            cast_vote(
                Ballot(voter.pk, f"slop{video}", category, channel_id=claim),
                address=f"10.{n // 250}.{n % 250}.1",
            )
    pipeline.advance_until_idle()


def channel(key=VICTIM):
    cache.clear()
    return Api().get(f"/api/channels/{key}").json()


def let_the_notice_pass():
    Notice.objects.update(since=F("since") - timedelta(hours=24, minutes=1))
    pipeline.advance_until_idle()


def test_a_channel_is_flagged_after_a_day_of_public_notice():
    vote(range(10), range(20), claim=VICTIM)
    noticed = channel()
    assert (noticed["autoFlag"], noticed["flaggedVideos"]) == (False, 20)
    assert noticed["notice"]["since"] < noticed["notice"]["until"]
    assert rebuilt_as_it_stands()
    let_the_notice_pass()
    flagged = channel()
    assert flagged["autoFlag"]
    assert "notice" not in flagged
    assert rebuilt_as_it_stands()


def test_the_notice_ends_when_the_rule_is_no_longer_met():
    vote(range(10), range(20), claim=VICTIM)
    assert "notice" in channel()
    decide_video(actor="mod", action="lock_human", video_id="slop0", reason="filmed")
    pipeline.advance_until_idle()
    assert "notice" not in channel()
    let_the_notice_pass()
    assert not channel()["autoFlag"]


def test_the_notice_ends_with_the_channel():
    vote(range(10), range(20), claim=VICTIM)
    assert "notice" in channel()
    ring = Cluster.objects.create(key="ring")
    set_cluster(Voter.objects.values_list("pk", flat=True), ring.key)
    pipeline.advance_until_idle()  # one voice names the channel, which takes three
    assert not Channel.objects.exists()
    assert not Notice.objects.exists()  # or the pipeline would come back to it for ever


def test_a_notice_without_a_channel_goes_when_it_is_over():
    Notice.objects.create(key=VICTIM, since=Now() - timedelta(hours=25))
    assert pipeline.advance().popped == 1
    assert pipeline.advance().idle


def test_a_moderator_who_clears_a_channel_ends_its_notice():
    vote(range(10), range(20), claim=VICTIM)
    decide_channel(actor="mod", action="clear_channel", key=VICTIM, reason="a real person")
    pipeline.advance_until_idle()
    assert "notice" not in channel()
    let_the_notice_pass()
    assert channel()["autoFlag"] is False


def test_nine_attackers_cannot_pin_twenty_ai_videos_on_a_channel():
    """Those who flag without naming a channel do not carry the claim of those who do."""
    vote(range(20), range(20))
    vote(range(100, 109), range(20), claim=VICTIM)
    assert channel()["flaggedVideos"] == 20
    assert "notice" not in channel()
    let_the_notice_pass()
    assert not channel()["autoFlag"]


def test_a_claim_that_a_third_of_the_trust_denies_gives_the_video_to_nobody_and_opens_a_case():
    vote(range(6), [0], claim=VICTIM)
    assert Video.objects.get(pk="slop0").channel_id == VICTIM
    vote(range(10, 14), [0], claim=OTHER)
    video = Video.objects.get(pk="slop0")
    assert (video.channel_id, video.claims_contested) == (None, True)
    case = Case.objects.get()
    assert (case.kind, case.target_type, case.target_id) == ("claim_conflict", "video", "slop0")
    assert case.evidence == {"claims": [OTHER, VICTIM]}
    dismiss_case(actor="moderator", case_id=case.pk, reason="Two channels share it.")
    vote([30], [0])
    assert Case.objects.count() == 1  # somebody has looked at this
    assert rebuilt_as_it_stands()
    assert Case.objects.count() == 1


def test_a_channel_whose_videos_are_contested_is_flagged_only_after_a_moderator_confirms():
    vote(range(12), range(20), claim=VICTIM)
    vote(range(50, 52), range(3), claim=OTHER)
    assert channel()["flaggedVideos"] == 20
    assert "notice" not in channel()
    let_the_notice_pass()
    assert not channel()["autoFlag"]
    case = Case.objects.get(target_type="channel")
    assert (case.target_id, case.kind) == (VICTIM, "claim_conflict")
    assert case.evidence == {"flaggedVideos": 20, "contested": 3}
    decide_channel(actor="mod", action="confirm_claims", key=VICTIM, reason="all theirs")
    pipeline.advance_until_idle()
    assert Case.objects.get(pk=case.pk).state == "closed"
    assert "notice" in channel()
    let_the_notice_pass()
    assert channel()["autoFlag"]
    assert Channel.objects.get(channel_id=VICTIM).notice_since is None
