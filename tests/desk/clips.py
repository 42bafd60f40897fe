"""Clips for pages of the desk, without files."""

from __future__ import annotations

from evidence.models import Clip, Frame, Match
from votes.models import Vote
from votes.moderation import appeals


def bring_clips(case, settings):
    """A film and a report's pictures, which stand in clips about a video and about a channel."""
    settings.EVIDENCE = True
    its = {"target_type": case.target_type, "target_id": case.target_id, "size": 9}
    appeal, vote = case.appeals.get(), Vote.objects.filter(video_id="v1").first()
    about = appeals.file_appeal(target_type="channel", target_id="@maker", reason="r")
    others = [
        Clip.objects.create(appeal=of, target_type=kind, target_id=key, size=9, state="ready")
        for of, kind, key in ((appeal, "video", "w1"), (about, "channel", "@maker"))
    ]
    for mine in (
        Clip.objects.create(appeal=appeal, state="ready", name="mine.mp4", **its),
        Clip.objects.create(vote=vote, kind="shots", state="ready", **its),
    ):
        Frame.objects.create(clip=mine, at=7, why="even", picture="-", width=16, height=9)
        for other in others:
            Match.objects.create(clip=mine, other=other, frames=1, of=1)
