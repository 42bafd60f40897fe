"""Plots as SVG, drawn on the server: no script, and readable without seeing. Pure.

Colours come from the page's style sheet, words from the caller.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape

WIDTH, HEIGHT = 640, 150
LEFT, TOP, BOTTOM = 8, 10, 22
_DAY_S = 86_400


def steps(
    points: Sequence[tuple[datetime, int, str]], *, end: datetime, top: int, label: str
) -> str:
    """A line that changes at each point and holds until the next: when, level 0 to `top`, words.

    Points are in the order of their times. `label` is read aloud.
    """
    if not points:
        return ""
    first = points[0][0]
    span = max((end - first).total_seconds(), _DAY_S)
    width, height = WIDTH - 2 * LEFT, HEIGHT - TOP - BOTTOM

    def x(at: datetime) -> float:
        return LEFT + max(0.0, min((at - first).total_seconds() / span, 1.0)) * width

    def y(level: int) -> float:
        return TOP + height - level / top * height

    path, before = f"M{LEFT} {y(0):.1f}", 0
    dots = []
    for at, level, words in points:
        path += f"H{x(at):.1f}V{y(level):.1f}"
        dots.append(
            f'<circle cx="{x(at):.1f}" cy="{y(level):.1f}" r="5"'
            f' class="{"up" if level > before else "down"}"><title>{escape(words)}</title></circle>'
        )
        before = level
    path += f"H{LEFT + width}"
    return (
        f'<svg class="plot steps" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        f' aria-label="{escape(label)}"><line x1="{LEFT}" x2="{LEFT + width}" y1="{y(0):.1f}"'
        f' y2="{y(0):.1f}"/><path d="{path}"/>{"".join(dots)}'
        f'<text x="{LEFT}" y="{HEIGHT - 4}">{first:%Y-%m-%d}</text>'
        f'<text x="{LEFT + width}" y="{HEIGHT - 4}" text-anchor="end">{end:%Y-%m-%d}</text></svg>'
    )


def bars(values: Sequence[tuple[str, float, str]], *, label: str) -> str:
    """A bar for each name, value and spoken value; `label` is read aloud."""
    if not values:
        return ""
    top = max([value for _, value, _ in values] + [1])
    step = min((WIDTH - 2 * LEFT) / len(values), 80)
    height = HEIGHT - TOP - BOTTOM
    drawn = "".join(
        f'<rect x="{LEFT + n * step + 2:.1f}" width="{step - 4:.1f}"'
        f' y="{TOP + height - value / top * height:.1f}" height="{value / top * height:.1f}">'
        f"<title>{escape(name)}: {escape(spoken)}</title></rect>"
        f'<text x="{LEFT + (n + 0.5) * step:.1f}" y="{HEIGHT - 4}" text-anchor="middle">'
        f"{escape(name)}</text>"
        for n, (name, value, spoken) in enumerate(values)
    )
    return (
        f'<svg class="plot bars" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        f' aria-label="{escape(label)}">{drawn}</svg>'
    )
