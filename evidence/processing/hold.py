"""A clip in the hands of one worker, as long as it keeps saying so."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models.functions import Now

from evidence import states
from evidence.models import Clip, State

LEASE_S = 90.0
"""Seconds after its last word that a worker is taken for lost."""
BEAT_S = 5.0
# A byte of a file takes this long to be kept, on a slow line to another server.
_SECONDS_PER_BYTE = 1 / 500_000


class Lost(Exception):
    """Another worker has the clip, or it was removed: stop, and change nothing."""


@dataclass
class Hold:
    """One attempt at a clip. Whatever it does raises `Lost` once the clip is no longer its own."""

    clip: UUID
    attempt: int
    _progress: int = 0
    _said_s: float = field(default_factory=time.monotonic)

    def beat(self, progress: float | None = None) -> None:
        """Say that it goes on, and how far it is (0-100), at most every few seconds."""
        if progress is not None:
            self._progress = max(self._progress, min(int(progress), 99))
        if time.monotonic() - self._said_s >= BEAT_S:
            self.keep(LEASE_S)

    def keep(self, lease_s: float) -> None:
        """Have the clip for so long without another word."""
        lease = timedelta(seconds=lease_s)
        if not states.keep(self.clip, attempt=self.attempt, lease=lease, progress=self._progress):
            raise Lost
        self._said_s = time.monotonic()

    def keep_for_bytes(self, size: int) -> None:
        """Have the clip for as long as it takes to copy so many bytes, which nobody can watch."""
        self.keep(LEASE_S + size * _SECONDS_PER_BYTE)

    def store(self, **values: Any) -> None:
        """Write down what a step has made."""
        mine = Clip.objects.filter(
            pk=self.clip, attempts=self.attempt, state__in=[State.CHECKING, State.PROCESSING]
        )
        if not mine.update(changed_at=Now(), **values):
            raise Lost

    def move(self, before: State, after: State, **values: Any) -> None:
        """Go from one state to the next."""
        if not states.move(self.clip, before, after, attempt=self.attempt, **values):
            raise Lost
