"""What a channel's videos add up to stays right whatever was changed around it."""

from __future__ import annotations

import pytest

from channels.models import Channel, Sums
from sync import pipeline
from videos.models import Video
from votes.moderation.decisions import decide_video

pytestmark = pytest.mark.django_db(transaction=True)


def totals() -> dict[str, tuple[int, int]]:
    """Videos and tracked videos of each key."""
    return {it.key: (it.videos, it.tracked) for it in Sums.objects.all()}


@pytest.fixture
def three(crowd):
    """Three videos of a channel, with four voters each."""
    for n in range(3):
        crowd(4, f"video{n}", channelHandle="@farm")
    pipeline.advance_until_idle()
    assert totals() == {"@farm": (3, 0)}


def test_a_video_leaves_a_channel_that_was_added_up_by_another_setting(three, settings):
    settings.MIN_INDEPENDENT_VOTERS = 3
    decide_video(actor="m", video_id="video0", action="hide", reason="r")
    pipeline.advance_until_idle()
    assert totals() == {"@farm": (2, 2)}
    assert Channel.objects.get().total_videos == 2


def test_sums_that_were_lost_are_added_up_with_the_next_vote(three, crowd):
    Sums.objects.all().delete()
    crowd(1, "video0")
    pipeline.advance_until_idle()
    assert totals() == {"@farm": (3, 0)}


def test_a_rebuild_drops_sums_of_which_no_video_is_left(crowd, video_id):
    crowd(3, video_id, channelHandle="@farm")
    pipeline.advance_until_idle()
    for model in (Video, Channel):
        model.objects.all().delete()
    Sums.objects.update(key="@lost")
    pipeline.rebuild(lambda _: None)
    assert totals() == {"@farm": (1, 0)}
