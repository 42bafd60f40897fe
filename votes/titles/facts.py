"""What videos are called: forgotten with its voter, and in time."""

from __future__ import annotations

from common.db import execute
from votes.models import Title
from votes.titles import sql

AT_ONCE = 10_000


def forget_voter(voter_id: str) -> None:
    """Delete all that a voter's pages said."""
    Title.objects.filter(voter_id=voter_id).delete()


def forget_old() -> int:
    """Delete what was said last 90 days ago, up to `AT_ONCE`; how many."""
    return execute(sql.FORGET_OLD, {"limit": AT_ONCE})
