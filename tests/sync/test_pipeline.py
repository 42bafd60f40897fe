"""Revisions as the pipeline makes them."""

from __future__ import annotations

import secrets

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from channels.models import Channel, DirtyChannel, Listing
from sync import pipeline
from sync.models import Change, Revision
from videos.models import Video
from votes import erasures
from votes.casting import Ballot, Cast, cast_votes
from votes.models import Case, DirtyVideo, Vote
from votes.moderation.decisions import decide_video


@pytest.mark.django_db(transaction=True)
def test_rows_carry_their_revision_and_a_run_without_a_change_takes_no_number(crowd, video_id):
    crowd(3, video_id, channelHandle="@maker")
    pipeline.advance_until_idle()
    first = Revision.objects.latest("number").number
    assert Video.objects.get().revision == Channel.objects.get().revision == first
    DirtyVideo.objects.append([video_id])
    assert pipeline.advance().revision is None
    crowd(1, video_id)
    assert pipeline.advance().revision == Video.objects.get().revision == first + 1
    assert Revision.objects.latest("number").number == first + 1


def flag_before(channel: str, *waiting: str) -> None:
    """A run in which the channel is flagged; only then come the marks of these videos."""
    DirtyVideo.objects.all().delete()
    Listing.objects.create(source="s", handle=channel, level="block")
    DirtyChannel.objects.append([f"@{channel}"])
    pipeline.advance()
    DirtyVideo.objects.append(list(waiting))
    pipeline.advance_until_idle()


@pytest.mark.django_db(transaction=True)
def test_what_is_gone_when_its_channel_is_flagged_is_told_to_be(crowd):
    for video in ("gone", "stays"):
        crowd(3, video, channelHandle="@farm")
    pipeline.advance_until_idle()
    for voter in Vote.objects.filter(video_id="gone").values_list("voter_id", flat=True):
        erasures.erase_voter(voter)
    flag_before("farm", "gone")
    assert list(Video.objects.values_list("pk", flat=True)) == ["stays"]
    assert Change.objects.filter(key="gone").latest("pk").payload["action"] == "remove"


@pytest.mark.django_db(transaction=True)
def test_a_dispute_that_comes_up_while_the_channel_is_flagged_is_asked_about(
    crowd, settings, video_id
):
    settings.BURST_DISPUTERS = 100  # so quickly only here
    crowd(9, video_id, channelHandle="@farm")
    pipeline.advance_until_idle()
    crowd(8, video_id, "not_ai")
    flag_before("farm", video_id)
    assert Case.objects.get(kind=Case.Kind.DISPUTE).target_id == video_id


def statements() -> int:
    """Of one run."""
    with CaptureQueriesContext(connection) as run:
        pipeline.advance()
    return len(run)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_as_many_statements_for_many_suspected_channels_as_for_one(settings):
    settings.BURST_VOTERS = 10**6
    taken = []
    for channels in (1, 4):
        videos = {f"{channels}{n}-{of}": of for n in range(channels) for of in range(20)}
        cast_votes(
            Cast(Ballot(secrets.token_hex(16), video, "fully_ai", handle=f"farm{video[:2]}"), ip)
            for ip in (f"10.{n}.0.1" for n in range(21))
            for video in videos
        )
        begun = statements()
        assert Channel.objects.filter(score__gte=80).count() == channels
        for video in videos:
            decide_video(actor="m", video_id=video, action="lock_human", reason="r")
        taken.append((begun, statements()))
        assert not Channel.objects.filter(score__gt=0).exists()
    assert taken[0] == taken[1]
