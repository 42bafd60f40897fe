"""Revisions as the pipeline makes them."""

from __future__ import annotations

import pytest

from channels.models import Channel, DirtyChannel, Listing
from sync import pipeline
from sync.models import Change, Revision
from videos.models import Video
from votes import erasures
from votes.models import Case, DirtyVideo, Vote


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
