"""What is true now of what an appeal is about, in words: for its page and for mails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _

from channels.models import Channel
from channels.present import NONE, band, channel_object
from videos.models import Video, VideoQuerySet
from videos.scoring import DISPUTABLE, FLAGGED, JURY
from votes.models import TargetType

PAGE = 50
"""Videos on a page."""


@dataclass(frozen=True)
class VideoStatus:
    """A video as shown to its creator: whether it is flagged, and by whom it was decided."""

    video_id: str
    flagged: bool
    why: str


def now(target_type: str, target_id: str) -> dict[str, Any]:
    """Whether a video or channel is flagged, and how many of the channel's videos are."""
    if target_type == TargetType.VIDEO:
        video = Video.objects.published().filter(pk=target_id).first()
        return {"flagged": video is not None and video.score >= FLAGGED}
    channel = Channel.objects.known_as(target_id)
    if channel is None:
        return {"flagged": False, "videos": 0, "flaggedVideos": 0}
    videos = _videos_of(channel)
    return {
        "flagged": channel.auto_flag_new or channel.score >= FLAGGED,
        "videos": videos.count(),
        "flaggedVideos": videos.filter(score__gte=FLAGGED).count(),
    }


def is_said(target_type: str, target_id: str) -> bool:
    """Whether viewers are shown anything about it that a moderator could take back.

    That is a suspicion, too (a score of 20), and of a channel whatever is so of one of its videos.
    """
    if target_type == TargetType.VIDEO:
        return Video.objects.published().filter(pk=target_id, score__gte=DISPUTABLE).exists()
    channel = Channel.objects.known_as(target_id)
    if channel is None:
        return False
    shown = channel_object(channel)
    if channel.listed or shown.get("measured") or band(shown) not in (NONE, "cleared"):
        return True
    return _videos_of(channel).filter(score__gte=DISPUTABLE).exists()


def videos_of(target_type: str, target_id: str, *, page: int) -> tuple[list[VideoStatus], bool]:
    """What is true now of the video, or of the channel's, those first that are flagged.

    Page by page (1, 2, ...) of `PAGE`; and whether more follow. Hidden videos are left out.
    """
    if target_type == TargetType.VIDEO:
        found = Video.objects.published().filter(pk=target_id)
    else:
        channel = Channel.objects.known_as(target_id)
        if channel is None:
            return [], False
        found = _videos_of(channel)
    first = (page - 1) * PAGE
    videos = list(found.order_by("-score", "pk")[first : first + PAGE + 1])
    shown = [VideoStatus(video.pk, video.score >= FLAGGED, _why(video)) for video in videos[:PAGE]]
    return shown, len(videos) > PAGE


def history_of(kind: str, target: str) -> str:
    """The path of the public history of a video or channel."""
    return f"/api/{kind}s/{quote(target, safe='')}/history"


def lead(appeal: Mapping[str, Any], *, clearing: bool) -> str:
    """What became of an appeal (`channels.appeals.appeal_object`), in a sentence or two."""
    kind, state, outcome = appeal["targetType"], appeal["now"], appeal.get("outcome")
    still = state.get("flaggedVideos", 0)
    if outcome == "granted":
        return _granted(kind, state, still, clearing=clearing)
    if outcome == "rejected" and state["flagged"]:
        return _("A moderator has looked at it, and the flag stays.")
    if outcome == "rejected":
        return _("A moderator has looked at it and rejected the appeal. It is not flagged now.")
    if outcome:
        return _("A moderator has looked at it and decided something else; see its history.")
    if appeal.get("question"):
        return _("A moderator has asked you something, and waits for your answer.")
    if appeal["state"] == "in_review":
        return _("A moderator is looking at it now.")
    return _("It waits for a moderator.")


def _granted(kind: str, state: Mapping[str, Any], still: int, *, clearing: bool) -> str:
    if state["flagged"]:
        return _("A moderator agreed with you, but since then it was decided otherwise.")
    if kind == TargetType.VIDEO:
        return _("You were right: the flag is gone, and more reports do not bring it back.")
    if not still:
        return _("You were right: the channel is cleared, and none of its videos is flagged.")
    said = _("You were right: the channel is cleared. Videos still flagged: %(still)s of %(all)s.")
    shown = said % {"still": still, "all": state["videos"]}
    if not clearing:
        return shown
    return shown + " " + _("Those that the moderator cleared with it follow within minutes.")


def _videos_of(channel: Channel) -> VideoQuerySet:
    """The published videos that name the channel by any of its names, whatever other name they
    have."""
    names = channel.names
    return Video.objects.published().naming_channel(
        channel_id=names.channel_id, handles=names.handles
    )


def _why(video: Video) -> str:
    """The status of a video, and who decided it."""
    if video.verdict == "human":
        return _("cleared by a moderator: votes cannot flag it")
    if video.verdict == "ai":
        return _("locked as AI by a moderator")
    is_flagged = video.score >= FLAGGED
    if video.decided_by == JURY:
        return (
            _("flagged by a jury of viewers") if is_flagged else _("cleared by a jury of viewers")
        )
    if video.held:
        return _("not flagged while moderators look at it, or at a burst of votes")
    if video.preliminary:
        return _("flagged because its channel is")
    if is_flagged:
        said = _("flagged by votes: its score is %(score)s of 100")
    elif video.score >= DISPUTABLE:
        said = _("suspected, not flagged: its score is %(score)s of 100, a flag takes %(flag)s")
    else:
        said = _("not flagged: its score is %(score)s of 100, a flag takes %(flag)s")
    return said % {"score": video.score, "flag": FLAGGED}
