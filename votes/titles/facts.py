"""What videos are called: agreed as claims about channels are, and forgotten in time."""

from __future__ import annotations

from dataclasses import dataclass

from common.db import execute, rows
from votes.models import Title
from votes.titles import sql

AT_ONCE = 10_000


@dataclass(frozen=True)
class Called:
    """What enough independent voices call something, and how many they are."""

    text: str
    voices: int


def agreed(video_id: str, *, voices: int) -> dict[str, Called]:
    """The `title` of a video and the name of its `channel`, those of which as many independent
    voices say the same.

    One statement. Nobody has verified either.
    """
    found = rows(sql.AGREED, {"video": video_id, "voices": voices})
    return {kind: Called(text, voices) for kind, text, voices in found}


def forget_voter(voter_id: str) -> None:
    """Delete all that a voter's pages said."""
    Title.objects.filter(voter_id=voter_id).delete()


def forget_old() -> int:
    """Delete what was said last 90 days ago, up to `AT_ONCE`; how many."""
    return execute(sql.FORGET_OLD, {"limit": AT_ONCE})
