"""The plots of docs/quality/juries.md."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.juries import cells
from benchmarks.juries.measures import DAYS
from benchmarks.plots import pyplot, save

Results = dict[str, Any]


def draw(results: Results, folder: Path) -> None:
    """All of them."""
    by_jurors(results, folder / "juries-jurors.svg")
    rings(results, folder / "juries-rings.svg")
    floods(results, folder / "juries-floods.svg")
    sites(results, folder / "juries-sites.svg")


def _found(results: Results, name: str, rule: str = "") -> dict[str, Any]:
    return dict(results["worlds"].get(f"{name} | {rule}", {}))


def _spots(axis: Any, spots: Sequence[tuple[float, Any]], scale: float, **style: Any) -> None:
    """A line of figures with their intervals; what is unknown is left out."""
    known = [(x, it) for x, it in spots if it]
    low = [scale * max(0.0, it["value"] - it["low"]) for _, it in known]
    high = [scale * max(0.0, it["high"] - it["value"]) for _, it in known]
    values = [scale * it["value"] for _, it in known]
    axis.errorbar([x for x, _ in known], values, [low, high], capsize=2, markersize=4, **style)


def by_jurors(results: Results, path: Path) -> None:
    """Recall of what was admitted, and hours to a decision."""
    figure, axes = pyplot().subplots(1, 2, figsize=(9, 3.4))
    for response in cells.RESPONSES:
        for axis, key, scale in zip(axes, ("recall", "hours"), (100, 1), strict=True):
            spots = [
                (jurors, _found(results, f"grid {jurors} {response}").get(key))
                for jurors in (*cells.JURORS, 1000)
            ]
            _spots(axis, spots, scale, fmt="o-", label=f"{response:.0%} answer")
    for axis, label in zip(axes, ("confirmed, % of admitted", "hours to decide"), strict=True):
        axis.set_xscale("log")
        axis.set_xticks((*cells.JURORS, 1000), [str(n) for n in (*cells.JURORS, 1000)])
        axis.minorticks_off()
        axis.set_xlabel("rooted jurors")
        axis.set_ylabel(label)
        axis.set_ylim(bottom=0)
        axis.grid(alpha=0.3)
    axes[0].axhline(95, color="black", linewidth=0.8, linestyle=":")
    axes[0].legend(frameon=False, fontsize=7)
    save(figure, path)


def rings(results: Results, path: Path) -> None:
    """What rings of jurors achieve, by their share."""
    figure, axes = pyplot().subplots(1, 3, figsize=(10, 3.2))
    titles = ("human targets flagged", "AI targets hidden", "attackers still rooted")
    keys = ("target flagged", "target hidden", "attackers rooted")
    for axis, title, key in zip(axes, titles, keys, strict=True):
        what = "hides" if "hidden" in key else "flags"
        for rule, label in (("", "outcomes count"), ("outcomes not counted", "they do not")):
            spots = [
                (share, _found(results, f"ring {what}, {share} %", rule).get(key))
                for share in (5, 10, 20, 30)
            ]
            _spots(axis, spots, 100, fmt="o-", label=label)
        axis.set_title(title, fontsize=9)
        axis.set_xlabel("ring, % of rooted jurors")
        axis.set_ylim(-2, 102)
        axis.grid(alpha=0.3)
    axes[0].set_ylabel("%")
    axes[0].legend(frameon=False, fontsize=7)
    save(figure, path)


def floods(results: Results, path: Path) -> None:
    """Recall of honest nominations by the queue's order."""
    names = [name for name, it in cells.FLOODS.items() if len(it.courts) > 1]
    figure, axis = pyplot().subplots(figsize=(9, 3.6))
    wide = 0.8 / len(cells.ORDERS)
    for n, rule in enumerate(cells.ORDERS):
        values = [
            (_found(results, it, rule).get("recall") or {"value": 0})["value"] for it in names
        ]
        places = [i + (n - (len(cells.ORDERS) - 1) / 2) * wide for i in range(len(names))]
        label = rule or "turns, with memory and places kept"
        axis.bar(places, [100 * it for it in values], wide, label=label)
    axis.set_xticks(range(len(names)), [it.replace(", ", ",\n") for it in names], fontsize=7)
    axis.set_ylabel("honest AI confirmed, % of admitted")
    axis.legend(frameon=False, fontsize=7, ncols=3, loc="upper center", bbox_to_anchor=(0.5, 1.25))
    axis.grid(axis="y", alpha=0.3)
    save(figure, path)


def sites(results: Results, path: Path) -> None:
    """What of the AI videos a new site suspects, confirms and hides, day by day."""
    users = list(dict.fromkeys(name.rsplit(", ", 1)[0] for name in cells.SITES))
    figure, (axes,) = pyplot().subplots(
        1, len(users), figsize=(10, 3.2), sharey=True, squeeze=False
    )
    for axis, name in zip(axes, users, strict=True):
        for begins, rule, what, style in (
            ("no list", "kit", "suspected", ":"),
            ("no list", "kit", "confirmed", "-"),
            ("no list", "no kit", "confirmed", "-."),
            ("a list", "kit", "hidden, balanced", "--"),
        ):
            days = _found(results, f"{name}, {begins}", rule).get("days")
            if days:
                shares = [
                    100 * n / max(all_, 1)
                    for n, all_ in zip(days[f"ai {what}"], days["ai all"], strict=True)
                ]
                axis.plot(DAYS, shares, style, label=f"{what}; {rule}, {begins}")
        axis.set_title(name, fontsize=9)
        axis.set_xlabel("day")
        axis.set_ylim(-2, 102)
        axis.grid(alpha=0.3)
    axes[0].set_ylabel("of the AI videos so far, %")
    axes[0].legend(frameon=False, fontsize=7)
    save(figure, path)
