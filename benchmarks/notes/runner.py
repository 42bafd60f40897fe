"""`python -m benchmarks.notes`: the figures of docs/quality/notes.md.

QUICK=1 lives two seeds of everything, and leaves the documentation alone.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.notes import cells, rules
from benchmarks.notes.world import GOOD, POOR, SLANTED, Setup, build
from benchmarks.quality.figures import ratio
from benchmarks.quality.report import percent, rounded, table

ROOT = Path(__file__).resolve().parents[2]
Found = dict[str, dict[str, Any]]
WORLDS = {**cells.HONEST, **cells.ATTACKS, **cells.DOWN}
_RULES = {**rules.RULES, **rules.OTHERS}


def main() -> None:
    """Live all worlds; write results and page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", default=os.environ.get("QUICK") == "1")
    parser.add_argument("--seeds", type=int, default=int(os.environ.get("SEEDS", "10")))
    parser.add_argument("--output", type=Path, help="Folder instead of the repository.")
    options = parser.parse_args()
    seeds = 2 if options.quick else options.seeds
    found = lived(WORLDS, seeds)
    if options.output or not options.quick:
        write(found, seeds, options.output or ROOT)
    for name, text in parts(found).items():
        print(f"\n{name}\n{text}")


def lived(worlds: Mapping[str, Setup], seeds: int) -> Found:
    """Of each world and rule the shares of what is shown, by kind of note."""
    todo = [
        (name, replace(setup, seed=cells.FIRST_SEED + n))
        for name, setup in worlds.items()
        for n in range(seeds)
    ]
    with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
        counted = pool.map(_counted, todo, chunksize=1)
    found: Found = {name: {} for name in worlds}
    for name in worlds:
        of_world = [
            counts for (other, _), counts in zip(todo, counted, strict=True) if other == name
        ]
        for rule in _RULES:
            found[name][rule] = {
                kind: ratio([of_seed[rule].get(kind, (0, 0)) for of_seed in of_world])
                for kind in (GOOD, SLANTED, POOR, "targeted")
            } | {"right": ratio([_right(of_seed[rule]) for of_seed in of_world])}
    return found


def _counted(task: tuple[str, Setup]) -> dict[str, dict[str, tuple[int, int]]]:
    """By rule and kind of note: how many are shown, of how many."""
    world = build(task[1])
    kinds = ["targeted" if note.targeted else note.kind for note in world.notes]
    found = {}
    for name, rule in _RULES.items():
        shown = Counter(kind for kind, it in zip(kinds, rule(world), strict=True) if it)
        found[name] = {kind: (shown[kind], of) for kind, of in Counter(kinds).items()}
    return found


def _right(counts: Mapping[str, tuple[int, int]]) -> tuple[int, int]:
    """Good ones among what is shown; but for an attack's targets, which may be good, too."""
    shown = {kind: it[0] for kind, it in counts.items() if kind != "targeted"}
    return shown.get(GOOD, 0), sum(shown.values())


def write(found: Found, seeds: int, root: Path) -> None:
    """`results.json` and `docs/quality/notes.md`, below `root`."""
    for folder in ("docs/quality", "benchmarks/notes"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    text = json.dumps(rounded(found), indent=1, sort_keys=True) + "\n"
    (root / "benchmarks/notes/results.json").write_text(text)
    page = (Path(__file__).parent / "notes.md.in").read_text(encoding="utf-8")
    for name, part in (parts(found) | {"seeds": str(seeds)}).items():
        page = page.replace(f"<!-- {name} -->", part)
    (root / "docs/quality/notes.md").write_text(page, encoding="utf-8")


def parts(found: Found) -> dict[str, str]:
    """The tables of the page, by name."""
    return {
        "honest": _table(found, cells.HONEST, (GOOD, SLANTED, "right")),
        "attacks": _table(found, cells.ATTACKS, ("targeted", GOOD)),
        "down": _table(found, cells.DOWN, ("targeted", GOOD)),
        "parameters": _parameters(found),
    }


def _table(found: Found, worlds: Mapping[str, Any], kinds: tuple[str, ...]) -> str:
    head = ("", *(f"{rule}: {kind}" for kind in kinds for rule in rules.RULES))
    lines = [
        (name, *(_short(found[name][rule][kind]) for kind in kinds for rule in rules.RULES))
        for name in worlds
    ]
    return table(head, lines)


def _short(figure: Any) -> str:
    return percent(figure, short=True)


_COMPARED = (
    ("30 % partisans", GOOD),
    ("30 % partisans", SLANTED),
    ("12 jurors", GOOD),
    ("poor notes rated up, 20 %", "targeted"),
    ("spam links, 3 of 12 jurors", "targeted"),
    ("good notes rated down, 20 %", "targeted"),
)


def _parameters(found: Found) -> str:
    head = ("", *(f"{kind}: {name}" for name, kind in _COMPARED))
    lines = [
        (rule, *(percent(found[name][rule][kind]) for name, kind in _COMPARED))
        for rule in rules.OTHERS
    ]
    return table(head, lines)
