"""A row of the table, and the bars that are ratios to a yardstick."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

# The least ratio to its yardstick that a row may have, where its bar is one.
BARS = {
    "recompute": 1.0,
    "4-hex lookup through nginx": 0.5,
    "lookup through gunicorn alone": 0.5,
    "vote, durable, with the pipeline running": 0.2,
}


@dataclass
class Row:
    """One row of the table: what was measured, beside what, and whether it meets its bar.

    `ratio` is to the yardstick; `cost`, in ms or s, is what may grow with the data.
    """

    name: str
    bar: str
    value: str
    met: bool
    ratio: float | None = None
    cost: float | None = None
    details: dict[str, Any] = field(default_factory=dict)
