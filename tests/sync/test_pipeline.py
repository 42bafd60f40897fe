"""Revisions as the pipeline makes them."""

from __future__ import annotations

import pytest

from channels.models import Channel
from sync import pipeline
from sync.models import Revision
from videos.models import Video
from votes.models import DirtyVideo


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
