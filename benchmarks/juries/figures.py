"""From counts of worlds to figures with 95 % intervals, by bootstrap over seeds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from statistics import median
from typing import Any

from benchmarks.juries import cells
from benchmarks.juries.measures import DAYS
from benchmarks.quality.figures import BAND_NAMES, Figure, mean, ratio

Counts = Mapping[str, Any]
SHARES: dict[str, tuple[str, str]] = {
    "precision": ("video ai ai", "video ai ai + video human ai"),
    "false": ("video human ai", "video human all"),
    "recall": ("video ai ai", "video ai admitted"),
    "recall of all": ("video ai ai", "video ai all"),
    "in a week": ("video ai in a week", "video ai admitted"),
    "hidden": ("video ai human", "video ai admitted"),
    "undecided": ("questions undecided", "questions"),
    "drawn": ("drawn", "questions"),
    "a day": ("asked", "juror days"),
    "wrong hours": ("wrong hours", "wrongly confirmed"),
    "labels": ("labels right", "labels"),
    "target flagged": ("target human ai", "target human all"),
    "target hidden": ("target ai human", "target ai all"),
    "target found": ("target ai ai", "target ai all"),
    "target undecided": (
        "target human undecided + target ai undecided",
        "target human all + target ai all",
    ),
    "target suspected": (
        "target human suspected + target ai suspected",
        "target human all + target ai all",
    ),
    "attackers rooted": ("attackers rooted", "attackers"),
    "jurors rooted": ("jurors rooted", "jurors"),
    "suspected precision": (
        "video ai suspected",
        "video ai suspected + video human suspected",
    ),
    "suspected recall": ("video ai suspected", "video ai all"),
    "suspected false": ("video human suspected", "video human all"),
    "before precision": (
        "video ai flagged before",
        "video ai flagged before + video human flagged before",
    ),
    "before recall": ("video ai flagged before", "video ai all"),
    "before false": ("video human flagged before", "video human all"),
    "false of asked": ("video human ai", "video human admitted"),
} | {
    f"{what} {band}": (f"{kind} {band} {state}", f"{kind} {band} {of}")
    for band in BAND_NAMES
    for what, kind, state, of in (
        ("false", "human", "ai", "all"),
        ("recall", "ai", "ai", "admitted"),
        ("suspected false", "human", "suspected", "all"),
        ("suspected recall", "ai", "suspected", "all"),
        ("before false", "human", "flagged before", "all"),
    )
}
PANELS = {
    "flagged": ("human wrong", "questions"),
    "hidden": ("ai wrong", "questions"),
    "undecided": ("ai undecided + human undecided", "questions + questions"),
    "drawn": ("drawn", "questions + questions"),
    "hours": ("hours", "questions + questions"),
}


def total(counts: Counts, names: str) -> float:
    """The sum of some counts; what never happened is 0."""
    return float(sum(counts.get(name, 0) for name in names.split(" + ")))


def share(worlds: Iterable[Counts], names: tuple[str, str]) -> Figure:
    """One sum over another, over all seeds."""
    top, bottom = names
    return ratio([(total(it, top), total(it, bottom)) for it in worlds])


def of_worlds(worlds: list[Counts]) -> dict[str, Any]:
    """All figures of a cell under one rule; those of nothing are left out."""
    found: dict[str, Any] = {name: share(worlds, names) for name, names in SHARES.items()}
    found["hours"] = mean([it["hours"] for it in worlds if "hours" in it])
    if "days" in worlds[0]:
        names = worlds[0]["days"]
        found["days"] = {
            name: [
                sum(it["days"][name][n] for it in worlds) / len(worlds) for n in range(len(DAYS))
            ]
            for name in names
        }
    return {"seeds": len(worlds)} | {name: it for name, it in found.items() if it is not None}


def summary(found: Mapping[str, Mapping[str, Mapping[str, Any]]], seeds: int) -> dict[str, Any]:
    """All figures, by kind and cell."""
    worlds = {name: list(by.values()) for name, by in found.get("world", {}).items()}
    results: dict[str, Any] = {
        "made": {"seeds": seeds, "worlds": sum(map(len, worlds.values()))},
        "worlds": {name: of_worlds(it) for name, it in worlds.items()},
        "networks": {
            name: {
                key: it for key, it in of_worlds(list(by.values())).items() if "suspected" in key
            }
            for name, by in found.get("networks", {}).items()
        },
        "panels": {
            name: {key: share(list(by.values()), names) for key, names in PANELS.items()}
            for name, by in found.get("panels", {}).items()
        },
        "gold": {
            name: share(list(by.values()), ("passed", "tried"))
            for name, by in found.get("gold", {}).items()
        },
        "fading": {
            name: {
                "falls": share(list(by.values()), ("rooted", "below")),
                "steady": share(list(by.values()), ("steady rooted", "steady")),
            }
            for name, by in found.get("fading", {}).items()
        },
    }
    if draws := list(found.get("draw", {}).get(" | ", {}).values()):
        results["made"] |= {
            f"draw {name}": median(it[name] for it in draws) for name in ("seconds", "processor")
        }
    results["service"] = {
        name.removesuffix(" | "): {
            "laboratory": of_worlds([found["world"][name][seed] for seed in by]),
            "service": of_worlds(list(by.values())),
        }
        for name, by in found.get("service", {}).items()
        if set(by) <= set(found["world"].get(name, {}))
    }
    by_world = {name: [name, *cells.popular(name)] for name in cells.HONEST}
    disputes = [it for name in cells.HONEST if name.startswith("disputes") for it in by_world[name]]
    results["pooled"] = {
        "disputes": of_worlds(_pool(worlds, disputes)),
        "honest": of_worlds(_pool(worlds, [it for names in by_world.values() for it in names])),
        "accounts": of_worlds(_pool(worlds, list(cells.OF_ACCOUNTS))),
    } | {name: of_worlds(_pool(worlds, names)) for name, names in by_world.items()}
    return results


def _pool(worlds: Mapping[str, list[Counts]], names: list[str]) -> list[Counts]:
    return [it for name in names for it in worlds.get(f"{name} | ", [])] or [{}]
