"""What gives videos away: read, and forgotten with its voter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from common.db import rows
from votes.juries import panels
from votes.models import Sign
from votes.signs import sql


def counted(video_ids: Collection[str]) -> dict[str, list[dict[str, Any]]]:
    """Of each of these videos what enough independent voices name, the most voices first.

    `{sign, voices, at?}`, with seconds; videos of which nothing is published are missing. One
    statement.
    """
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for video_id, sign, voices, at in rows(sql.COUNTED, {"videos": sorted(set(video_ids))}):
        when = {} if at is None else {"at": at}
        found[video_id].append({"sign": sign, "voices": voices, **when})
    return dict(found)


def shown(video_id: str) -> list[dict[str, Any]]:
    """What everybody is shown of them; nothing while a jury is asked, which looks for itself.

    Two statements at most.
    """
    noticed = counted([video_id]).get(video_id, [])
    return [] if noticed and panels.asks_about(video_id) else noticed


def clock(at: int) -> str:
    """Seconds as players show them: `0:12`, `1:02:03`."""
    minutes, seconds = divmod(at, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def forget_voter(voter_id: str) -> None:
    """Delete all that a voter named."""
    Sign.objects.filter(voter_id=voter_id).delete()
