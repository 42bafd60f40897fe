"""Small plots as SVG, drawn on the server: no script, and readable without seeing. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 120


@dataclass(frozen=True)
class Dot:
    """A voter in a plot: age of the account in days, trust 0-1, and which side they took."""

    age_days: float
    trust: float
    side: str
    counts: bool


def bars(values: Sequence[int], *, label: str, unit: str) -> str:
    """One bar for each value, the latest at the right; `label` is read aloud with the numbers."""
    top = max([*values, 1])
    step = WIDTH / max(len(values), 1)
    drawn = "".join(
        f'<rect x="{n * step + 1:.1f}" y="{HEIGHT - value / top * (HEIGHT - 4):.1f}" '
        f'width="{step - 2:.1f}" height="{value / top * (HEIGHT - 4):.1f}">'
        f"<title>{_ago(len(values) - 1 - n)}: {value} {unit}</title></rect>"
        for n, value in enumerate(values)
    )
    spoken = (
        f"{label}: {sum(values)} {unit} in {len(values)} hours, at most {max(values, default=0)}"
    )
    return (
        f'<svg class="plot bars" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{spoken}" preserveAspectRatio="none">{drawn}</svg>'
    )


def scatter(dots: Sequence[Dot]) -> str:
    """Voters by age (to the right, by its logarithm) and trust (upwards)."""
    left, bottom, width, height = 34, HEIGHT + 60, WIDTH - 44, HEIGHT + 50
    drawn = "".join(
        f'<circle class="{dot.side}{"" if dot.counts else " mute"}" '
        f'cx="{left + _age_share(dot.age_days) * width:.1f}" '
        f'cy="{bottom - min(max(dot.trust, 0.0), 1.0) * height:.1f}" r="5">'
        f"<title>{dot.side}, {dot.age_days:.0f} days, trust {dot.trust:.2f}</title></circle>"
        for dot in dots
    )
    lines = "".join(
        f'<line x1="{left}" x2="{left + width}" y1="{y}" y2="{y}"/>'
        f'<text x="{left - 6}" y="{y + 4}" text-anchor="end">{share:g}</text>'
        for share in (0, 0.5, 1)
        for y in [bottom - share * height]
    )
    ages = "".join(
        f'<text x="{left + _age_share(days) * width:.1f}" y="{bottom + 18}" '
        f'text-anchor="{anchor}">{name}</text>'
        for days, name, anchor in (
            (0, "new", "start"),
            (1, "1 day", "middle"),
            (7, "7", "middle"),
            (30, "30", "middle"),
            (365, "a year and more", "end"),
        )
    )
    sides = {side: sum(dot.side == side for dot in dots) for side in ("ai", "human")}
    spoken = f"Trust of {sides['ai']} voters for AI and {sides['human']} against, by age"
    return (
        f'<svg class="plot scatter" viewBox="0 0 {WIDTH} {bottom + 26}" role="img" '
        f'aria-label="{spoken}">{lines}{ages}{drawn}</svg>'
    )


def _age_share(days: float) -> float:
    return min(math.log1p(max(days, 0.0)) / math.log1p(365), 1.0)


def _ago(hours: int) -> str:
    return "this hour" if not hours else f"{hours} h ago"
