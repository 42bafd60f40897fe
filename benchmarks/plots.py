"""How every benchmark draws: SVG, the same bytes for the same figures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any


def pyplot() -> Any:
    """matplotlib, set up for documents."""
    import matplotlib as mpl  # noqa: PLC0415

    mpl.use("svg")
    mpl.rcParams |= {"svg.hashsalt": "realtube", "font.size": 9, "svg.fonttype": "none"}
    import matplotlib.pyplot as plt  # noqa: PLC0415

    return plt


def save(figure: Any, path: Path) -> None:
    """Write a figure, without the time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def ratios(found: Mapping[str, tuple[float, float]], path: Path) -> None:
    """Bars of ratios to a yardstick, by row: (ratio, bar); the line at 1 is the bar."""
    plt = pyplot()
    figure, axis = plt.subplots(figsize=(7, 0.5 + 0.4 * len(found)))
    names = list(found)[::-1]
    reached = [found[name][0] / found[name][1] for name in names]
    colours = ["tab:green" if share >= 1 else "tab:red" for share in reached]
    axis.barh(names, reached, color=colours, height=0.6)
    for n, (name, share) in enumerate(zip(names, reached, strict=True)):
        axis.text(share + 0.02, n, f"{found[name][0]:.2f} of {found[name][1]:g}", va="center")
    axis.axvline(1, color="black", linewidth=0.8, linestyle=":")
    axis.set_xlim(0, max(1, *reached) * 1.3)
    axis.set_xlabel("found / bar")
    save(figure, path)


def growth(found: Mapping[str, Mapping[float, float]], path: Path) -> None:
    """Cost by number of videos, in multiples of that with the fewest, on log-log scales."""
    plt = pyplot()
    figure, axis = plt.subplots(figsize=(7, 4))
    for name, by_videos in found.items():
        least = by_videos[min(by_videos)]
        axis.plot(
            list(by_videos), [cost / least for cost in by_videos.values()], "o-", label=name, ms=4
        )
    sizes = sorted({videos for by_videos in found.values() for videos in by_videos})
    linear = [videos / sizes[0] for videos in sizes]
    axis.plot(sizes, linear, color="black", linewidth=0.8, linestyle=":", label="linear")
    axis.set_xscale("log")
    axis.set_yscale("log")
    axis.set_xlabel("videos")
    axis.set_ylabel("cost, of that with the fewest")
    axis.legend(frameon=False, fontsize=8)
    axis.grid(alpha=0.3)
    save(figure, path)
