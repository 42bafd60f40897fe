"""Group commit: what many threads want at the same moment is done in one go.

A thread that finds no other at work takes all that is waiting, does it, and passes the work on to
one of those that came meanwhile. One caller alone waits for nothing; many wait a moment for each
other, for less work in all. No thread is needed besides those of the requests. Source: the group
commit of databases, with leader and followers.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")
Result = TypeVar("Result")


class _Entry(Generic[Item, Outcome, Result]):
    """An item of one thread, and what became of it."""

    def __init__(self, item: Item) -> None:
        self.item = item
        self.outcome: Outcome | None = None
        self.result: Result | None = None
        self.error: Exception | None = None
        self.done = False
        # Held until its thread is to go on; an `Event` is several of these, and their bookkeeping.
        self.gate = threading.Lock()
        self.gate.acquire()


class Gatherer(Generic[Item, Outcome, Result]):
    """Calls `work` with the items of several threads at once.

    Args:
        work: items, at most `limit` and of different keys, to what came of them, in order. What it
            raises is raised in every thread concerned.
        then: of the same items and what came of them, the results in order; done while the next
            items are worked on. What it raises is raised in every thread concerned.
        key: of an item; two of the same key never meet in one call.
        split: of an error, whether to try the items again one by one, because one of them may be
            to blame for all.
        pause_s: how long to wait for others once there is company, as there was last time.
    """

    def __init__(
        self,
        work: Callable[[Sequence[Item]], Sequence[Outcome]],
        *,
        then: Callable[[Sequence[Item], Sequence[Outcome]], Sequence[Result]],
        key: Callable[[Item], Hashable],
        split: Callable[[Exception], bool],
        limit: int = 64,
        pause_s: float = 0.0,
    ) -> None:
        self._work = work
        self._then = then
        self._key = key
        self._split = split
        self._limit = limit
        self._pause_s = pause_s
        self._company = False
        self._lock = threading.Lock()
        self._waiting: deque[_Entry[Item, Outcome, Result]] = deque()
        self._led = False

    def __call__(self, item: Item) -> Result:
        """The result of `item`, once it is there."""
        entry: _Entry[Item, Outcome, Result] = _Entry(item)
        with self._lock:
            self._waiting.append(entry)
            follows, self._led = self._led, True
        if follows:
            entry.gate.acquire()
        if not entry.done:
            self._lead()
        if entry.error is not None:
            raise entry.error
        return entry.result  # type: ignore[return-value]

    def _lead(self) -> None:
        """Do what waits, the own item first, and let the next one lead."""
        if self._company:
            time.sleep(self._pause_s)
        batch = self._take()
        self._company = len(batch) > 1
        try:
            try:
                self._do(batch)
            finally:
                with self._lock:
                    heir = self._waiting[0] if self._waiting else None
                    self._led = heir is not None
                if heir is not None:
                    heir.gate.release()
            self._finish([entry for entry in batch if entry.error is None])
        finally:
            for entry in batch[1:]:
                entry.done = True
                entry.gate.release()

    def _take(self) -> list[_Entry[Item, Outcome, Result]]:
        batch: dict[Hashable, _Entry[Item, Outcome, Result]] = {}
        later: list[_Entry[Item, Outcome, Result]] = []
        with self._lock:
            while self._waiting and len(batch) < self._limit:
                entry = self._waiting.popleft()
                if batch.setdefault(self._key(entry.item), entry) is not entry:
                    later.append(entry)
            self._waiting.extendleft(reversed(later))
        return list(batch.values())

    def _do(self, batch: Sequence[_Entry[Item, Outcome, Result]]) -> None:
        try:
            outcomes = self._work([entry.item for entry in batch])
        except Exception as error:
            if len(batch) > 1 and self._split(error):
                for entry in batch:
                    self._do([entry])
                return
            for entry in batch:
                entry.error = error
        else:
            for entry, outcome in zip(batch, outcomes, strict=True):
                entry.outcome = outcome

    def _finish(self, batch: Sequence[_Entry[Item, Outcome, Result]]) -> None:
        if not batch:
            return
        try:
            results = self._then(
                [entry.item for entry in batch],
                [entry.outcome for entry in batch],  # type: ignore[misc]
            )
        except Exception as error:
            for entry in batch:
                entry.error = error
        else:
            for entry, result in zip(batch, results, strict=True):
                entry.result = result
