"""How long pages take, beside one that asks the database nothing.

Where other work shares the cores only the CPU says something: of Python and PostgreSQL together.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.processes import cpu_s

ROUNDS = 5
YARDSTICK = "/health/live"
"""Nothing but routes and middleware."""


@dataclass(frozen=True)
class Timed:
    """A page's first and median time, and what CPU it takes on average, in milliseconds; and its
    most statements."""

    name: str
    first_ms: float
    median_ms: float
    cpu_ms: float
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
    with_yardstick = {"an empty view": YARDSTICK, **pages}
    return [_timed(client, name, path) for name, path in with_yardstick.items()]


def show(pages: list[Timed], *, bar_ms: int, bar_statements: int) -> None:
    """Print them, and which are over the bar."""
    print(f"{'page':30} {'first':>10} {'median':>10} {'CPU':>10} statements")
    for it in pages:
        print(
            f"{it.name:30} {it.first_ms:7.1f} ms {it.median_ms:7.1f} ms"
            f" {it.cpu_ms:7.1f} ms {it.statements:6}"
        )
    over = [it.name for it in pages if it.worst_ms > bar_ms or it.statements > bar_statements]
    print("over the bar:", ", ".join(over) or "none")


def _timed(client: Any, name: str, path: str) -> Timed:
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    times, counts = [], []
    connection.ensure_connection()
    before = _cpu_s(connection.connection.info.backend_pid)
    for _ in range(ROUNDS):
        with CaptureQueriesContext(connection) as seen:
            started = time.perf_counter()
            assert client.get(path).status_code == 200, path
            times.append((time.perf_counter() - started) * 1000)
        counts.append(len(seen))
    used = _cpu_s(connection.connection.info.backend_pid) - before
    return Timed(name, times[0], statistics.median(times), 1000 * used / ROUNDS, max(counts))


def _cpu_s(backend: int) -> float:
    """Of this process and its connection's so far; the latter in hundredths."""
    return time.process_time() + cpu_s(backend)
