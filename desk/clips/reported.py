"""What reporters took of the player, as moderators see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings

from desk.clips.shown import PLAYED_S, matches_of
from evidence import store
from evidence.models import Clip, Frame, Kind, State

MOST = 60
"""Pictures of a page."""


def of(target_type: str, keys: Sequence[str]) -> dict[str, Any]:
    """The pictures about a target in the order of their times, and what else has them.

    Nothing where there are none. `waiting` reports have some that are not redrawn yet: nobody sees
    what was sent itself.
    """
    if not settings.EVIDENCE:
        return {}
    about = Clip.objects.of_target_keys(target_type, keys).filter(
        kind=Kind.SHOTS, vote__retracted_at=None
    )
    states = dict(about.values_list("pk", "state"))
    ready = [pk for pk, state in states.items() if state == State.READY]
    waiting = sum(state not in (State.READY, State.FAILED) for state in states.values())
    if not ready and not waiting:
        return {}
    frames = Frame.objects.filter(clip__in=ready).order_by("at", "pk")[:MOST]
    return {
        "reporters": len(ready),
        "waiting": waiting,
        "pictures": [
            {
                "frame": frame,
                "picture": store.link(frame.picture, content_type="image/jpeg", lasts_s=PLAYED_S),
            }
            for frame in frames
        ],
        "matches": [match for found in matches_of(ready).values() for match in found],
    }
