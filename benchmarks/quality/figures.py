"""From worlds to figures with 95 % intervals, by bootstrap over seeds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

BANDS = ((1, 9), (10, 29), (30, 89), (90, 10**9))
BAND_NAMES = ("1-9", "10-29", "30-89", "90+")
RULES = ("realtube", "share", "three")
World = dict[str, Any]
Figure = dict[str, float] | None


def ratio(pairs: list[tuple[float, float]]) -> Figure:
    """Sum over sum, its interval, and how much it rests on. None of nothing.

    Resamples worlds 2,000 times. Where nothing, or everything, was counted the bootstrap is
    blind, and the far end is the rule of three (Hanley and Lippman-Hand 1983).
    """
    counts = np.array(pairs, dtype=float).reshape(-1, 2)
    top, bottom = counts.sum(axis=0)
    if not bottom:
        return None
    chosen = np.random.default_rng(1).integers(len(counts), size=(2000, len(counts)))
    sums = counts[chosen].sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        low, high = np.nanpercentile(sums[:, 0] / sums[:, 1], [2.5, 97.5])
    if top == 0:
        high = min(1.0, 3 / bottom)
    elif top == bottom:
        low = max(0.0, 1 - 3 / bottom)
    return {"value": top / bottom, "low": float(low), "high": float(high), "n": bottom}


def mean(values: list[float]) -> Figure:
    """The mean of one value a world."""
    return ratio([(value, 1.0) for value in values]) if values else None


def summary(found: dict[str, list[World]]) -> dict[str, Any]:
    """All figures, by kind of world."""
    result: dict[str, Any] = {"worlds": {}}
    for name, worlds in found.items():
        entry: dict[str, Any] = {
            "seeds": len(worlds),
            "rules": {rule: quality(worlds, rule) for rule in RULES},
            "to_flag": mean([n for world in worlds for n in _to_flag(world)]),
            "cases": mean([world["cases"] for world in worlds]),
            "trust": {
                group: mean([world["trust"][group] for world in worlds])
                for group in worlds[0]["trust"]
            },
        }
        if "attacks" in worlds[0]:
            entry["cases_all"] = mean([world["cases_all"] for world in worlds])
            entry["attacks"] = attacks(worlds)
            entry["survived"] = survived(entry["attacks"])
        result["worlds"][name] = entry
    return result


def quality(worlds: list[World], rule: str) -> dict[str, Any]:
    """Precision, recall and false positives of a rule on all videos that anybody judged."""

    def share(top: Callable[[Any], bool], bottom: Callable[[Any], bool]) -> Figure:
        return ratio(
            [
                (
                    sum(top(v) and bottom(v) for v in world["videos"]),
                    sum(bottom(v) for v in world["videos"]),
                )
                for world in worlds
            ]
        )

    return {
        "precision": share(lambda v: v["ai"], lambda v: v[rule]),
        "recall": share(lambda v: v[rule], lambda v: v["ai"] and v["judges"] >= 10),
        "false_positives": {
            name: share(
                lambda v: v[rule],
                lambda v, low=low, high=high: not v["ai"] and low <= v["judges"] <= high,  # type: ignore[misc]
            )
            for name, (low, high) in zip(BAND_NAMES, BANDS, strict=True)
        },
    }


def attacks(worlds: list[World]) -> list[dict[str, Any]]:
    """How often each brigade had its way, alone and after later judges, and for how long."""
    keys = list(dict.fromkeys((a["family"], a["k"]) for w in worlds for a in w["attacks"]))
    rows = []
    for family, k in keys:
        mine = [a for w in worlds for a in w["attacks"] if (a["family"], a["k"]) == (family, k)]
        hours = [a["recovery"] for a in mine if a["recovery"]]
        rows.append(
            {
                "family": family,
                "k": k,
                **{
                    name: mean([float(a[name]) for a in mine])
                    for name in ("alone", "judged", "share", "three")
                },
                "hours": mean(hours),
                "never": sum(a["recovery"] is None for a in mine),
            }
        )
    return rows


def survived(rows: list[dict[str, Any]]) -> dict[str, dict[str, int | None]]:
    """The largest k of each family up to which at most 5 %, and 50 %, had their way, by when."""
    result: dict[str, dict[str, int | None]] = {}
    for row in rows:
        entry = result.setdefault(row["family"], {})
        for when in ("alone", "judged", "share", "three"):
            for limit in (5, 50):
                key = f"{when} {limit}"
                entry.setdefault(key, 0)
                broken = entry.setdefault(f"{key} broken", 0)
                if row[when]["value"] > limit / 100:
                    entry[f"{key} broken"] = 1
                elif not broken:
                    entry[key] = row["k"]
    return {
        family: {key: value for key, value in entry.items() if not key.endswith("broken")}
        for family, entry in result.items()
    }


def _to_flag(world: World) -> list[float]:
    return [v["to_flag"] for v in world["videos"] if v["ai"] and v["to_flag"]]
