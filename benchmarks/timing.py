"""How long pages take, beside one that asks the database nothing: cores may be shared."""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ROUNDS = 5
YARDSTICK = "/health/live"
"""Nothing but routes and middleware."""


@dataclass(frozen=True)
class Timed:
    """A page's first and median time in milliseconds, and its most statements."""

    name: str
    first_ms: float
    median_ms: float
    statements: int

    @property
    def worst_ms(self) -> float:
        """The longer of both times."""
        return max(self.first_ms, self.median_ms)


def timed(client: Any, pages: Mapping[str, str]) -> list[Timed]:
    """Each of these pages (name -> path) in order; Django and data are there.

    The process has answered before: what it loads once is no page's.
    """
    client.get(YARDSTICK)
    return [_timed(client, name, path) for name, path in pages.items()]


def show(pages: list[Timed], *, bar_ms: int, bar_statements: int) -> None:
    """Print them, how many times the yardstick each takes, and which are over the bar."""
    from django.test import Client  # noqa: PLC0415

    (yardstick,) = timed(Client(), {"yardstick": YARDSTICK})
    unit = yardstick.median_ms
    print(f"an empty view takes {unit:.1f} ms\n")
    print(f"{'page':30} {'first':>10} {'median':>10} {'x empty':>8} statements")
    for it in pages:
        print(
            f"{it.name:30} {it.first_ms:7.1f} ms {it.median_ms:7.1f} ms"
            f" {it.median_ms / unit:8.0f} {it.statements:6}"
        )
    over = [it.name for it in pages if it.worst_ms > bar_ms or it.statements > bar_statements]
    print("over the bar:", ", ".join(over) or "none")


def _timed(client: Any, name: str, path: str) -> Timed:
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    times, counts = [], []
    for _ in range(ROUNDS):
        with CaptureQueriesContext(connection) as seen:
            started = time.perf_counter()
            assert client.get(path).status_code == 200, path
            times.append((time.perf_counter() - started) * 1000)
        counts.append(len(seen))
    return Timed(name, times[0], statistics.median(times), max(counts))
