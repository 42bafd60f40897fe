"""Which state of a clip may follow which, and the one way to move a clip between them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Q
from django.db.models.functions import Now

from evidence.models import Clip, State

NEXT: dict[State, frozenset[State]] = {
    State.RECEIVING: frozenset({State.RECEIVED, State.FAILED, State.EXPIRED}),
    State.RECEIVED: frozenset({State.CHECKING, State.FAILED, State.EXPIRED}),
    # Back to `received` is another try, at once or later (`due_at`).
    State.CHECKING: frozenset({State.PROCESSING, State.RECEIVED, State.FAILED, State.EXPIRED}),
    State.PROCESSING: frozenset({State.READY, State.RECEIVED, State.FAILED, State.EXPIRED}),
    # Back to `received` is an operator who wants it processed again.
    State.READY: frozenset({State.RECEIVED, State.EXPIRED}),
    State.FAILED: frozenset({State.RECEIVED, State.EXPIRED}),
    State.EXPIRED: frozenset(),
}
"""What may follow each state."""


def move(
    clip: UUID, before: State, after: State, *, attempt: int | None = None, **values: Any
) -> bool:
    """Move a clip from one state to the next, and set `values` with it; whether it was in `before`.

    Of several that try at once one succeeds. With `attempt` only the worker whose attempt that is
    may do it: one that lost the clip to another (`take`) changes nothing any more.

    Raises `ValueError` for a step that `NEXT` does not have.
    """
    if after not in NEXT[before]:
        raise ValueError(f"{before} is not followed by {after}.")
    clips = Clip.objects.filter(pk=clip, state=before)
    if attempt is not None:
        clips = clips.filter(attempts=attempt)
    return bool(clips.update(state=after, **{"changed_at": Now(), **values}))


def take(clip: UUID, *, lease: timedelta) -> int | None:
    """Take a received clip, or one whose worker was lost, for `lease`; the number of the attempt.

    None if it is not due, is another's, or is gone. The clip is then in `checking`.
    """
    lost = Q(state__in=[State.CHECKING, State.PROCESSING], taken_until__lt=Now())
    waiting = Q(state=State.RECEIVED, due_at__lte=Now())
    taken = Clip.objects.filter(waiting | lost, pk=clip).update(
        state=State.CHECKING,
        attempts=F("attempts") + 1,
        taken_until=Now() + lease,
        progress=0,
        changed_at=Now(),
    )
    if not taken:
        return None
    return Clip.objects.values_list("attempts", flat=True).get(pk=clip)


def keep(clip: UUID, *, attempt: int, lease: timedelta, progress: int | None = None) -> bool:
    """Go on having a clip, and say how far it is (0-100); False if another has it or it is gone."""
    more = {} if progress is None else {"progress": progress}
    mine = Clip.objects.filter(
        pk=clip, attempts=attempt, state__in=[State.CHECKING, State.PROCESSING]
    )
    return bool(mine.update(taken_until=Now() + lease, changed_at=Now(), **more))


def end(clip: UUID) -> None:
    """Move a clip to `expired`, wherever it was: it is shown to nobody and worked at by nobody."""
    Clip.objects.filter(pk=clip).exclude(state=State.EXPIRED).update(
        state=State.EXPIRED, changed_at=Now()
    )
