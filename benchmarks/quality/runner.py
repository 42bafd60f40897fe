"""`python -m benchmarks.quality`: the figures of docs/quality.md.

Environment: SEEDS (20) worlds of each kind; QUICK=1 for a few small ones, which leaves the
documentation alone.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import time
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.quality import database, figures, lab, report, world
from benchmarks.quality.defences import BASE, OTHERS, WITHOUT, Defences
from common.processes import bars

ROOT = Path(__file__).resolve().parents[2]
Task = tuple[str, world.Setup, Defences]
# Rules were tuned on seeds below this one.
FIRST_SEED = 100
# Accuracy and dispute rate of honest worlds. Those of the bars are lived in so many times more
# seeds, the closer to a bar the more.
BARS = {(0.9, 0.05): 1, (0.9, 0.15): 15, (0.9, 0.3): 6}
BEYOND = ((0.7, 0.15), (0.8, 0.15), (0.95, 0.15))


def main() -> None:
    """Live all worlds, write results, tables and plots."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=int(os.environ.get("SEEDS", "20")))
    parser.add_argument("--quick", action="store_true", default=os.environ.get("QUICK") == "1")
    parser.add_argument("--processes", type=int, default=min(os.cpu_count() or 1, 8))
    parser.add_argument("--output", type=Path, help="Folder instead of the repository.")
    parser.add_argument("--only", default="", help="Kinds of worlds whose name begins like this.")
    parser.add_argument("--raw", type=Path, help="Keep every world's figures there; go on from it.")
    parser.add_argument("--minutes", type=float, default=600, help="Report what is done by then.")
    options = parser.parse_args()
    if options.quick:
        options.seeds = min(options.seeds, 2)
    todo = [
        task
        for task in tasks(options.seeds, quick=options.quick)
        if task[0].startswith(options.only)
    ]
    found = run(todo, processes=options.processes, minutes=options.minutes, raw=options.raw)
    results = figures.summary(found)
    results["made"] = {"seeds": options.seeds, "worlds": sum(map(len, found.values()))}
    if options.output or not options.quick:
        report.write(results, options.output or ROOT)
    print(report.verdicts(results))


def tasks(seeds: int, *, quick: bool = False) -> list[Task]:
    """What to live: name, world and defences; all kinds are as far whenever time is up."""
    size: dict[str, Any] = {"videos": 40, "voters": 120} if quick else {}

    def honest(accuracy: float, dispute: float, seed: int) -> world.Setup:
        return world.Setup(seed, accuracy, dispute, attacks=False, **size)

    def small(seed: int) -> world.Setup:
        return world.Setup(seed, **(size or {"videos": 60}))

    all_seeds = range(FIRST_SEED, FIRST_SEED + seeds)
    todo: list[Task] = [("base", world.Setup(seed, **size), BASE) for seed in all_seeds]
    todo += [
        (f"honest {accuracy} {dispute}", honest(accuracy, dispute, seed), BASE)
        for (accuracy, dispute), times in BARS.items()
        for seed in range(FIRST_SEED, FIRST_SEED + times * seeds)
    ]
    for seed in all_seeds:
        for kind, switches in (("without", {"": BASE} | WITHOUT), ("other", OTHERS)):
            todo += [(f"{kind}: {name}", small(seed), rules) for name, rules in switches.items()]
    todo += [
        (f"honest {accuracy} {dispute}", honest(accuracy, dispute, seed), BASE)
        for seed in all_seeds
        for accuracy, dispute in BEYOND
    ]
    todo += [
        (f"honest {accuracy} {dispute} {name}", honest(accuracy, dispute, seed), rules)
        for seed in all_seeds
        for name, rules in OTHERS.items()
        for accuracy, dispute in BARS
    ]
    of_kind, taken = Counter(name for name, *_ in todo), Counter[str]()

    def progress(task: Task) -> float:
        taken[task[0]] += 1
        return taken[task[0]] / of_kind[task[0]]

    return sorted(todo, key=progress)


def run(
    todo: list[Task], *, processes: int, minutes: float = 600, raw: Path | None = None
) -> dict[str, list[dict[str, Any]]]:
    """The figures of all worlds, by name; those that `raw` has are not lived again."""
    found: dict[str, list[dict[str, Any]]] = {}
    if raw and raw.exists():
        found = json.loads(raw.read_text())
    done = {(name, result["seed"]) for name, worlds in found.items() for result in worlds}
    todo = [task for task in todo if (task[0], task[1].seed) not in done]
    until = time.monotonic() + 60 * minutes
    context = multiprocessing.get_context("spawn")
    numbers = context.Queue()
    for n in range(processes):
        numbers.put(n)
    with (
        database.own_server() as url,
        context.Pool(processes, _prepare, (url, numbers)) as pool,
        bars.shown() as progress,
    ):
        for n, (name, seed, result) in enumerate(pool.imap_unordered(_live, todo), 1):
            found.setdefault(name, []).append({"seed": seed} | result)
            progress("worlds", n, len(todo))
            if raw:
                _replace(raw, json.dumps(found))
            if time.monotonic() > until:
                break
    for worlds in found.values():
        worlds.sort(key=lambda result: result["seed"])
    return found


def _replace(path: Path, text: str) -> None:
    """Whoever is killed meanwhile leaves the old text."""
    new = path.with_suffix(".new")
    new.write_text(text)
    new.replace(path)


def _prepare(url: str, numbers: Any) -> None:
    database.prepare(url, f"lab{numbers.get()}")


def _live(task: Task) -> tuple[str, int, dict[str, Any]]:
    name, setup, defences = task
    return name, setup.seed, lab.live(world.build(setup), defences)
