"""`python -m benchmarks.juries`: the figures of docs/quality/juries.md.

QUICK=1 lives one seed of everything, two worlds by the service, and leaves the documentation alone.
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import os
import resource
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.juries import (
    bars,
    cells,
    court,
    crowd,
    figures,
    measures,
    networks,
    panels,
    report,
    service,
    world,
)
from benchmarks.juries.cells import first_seed
from benchmarks.quality import database
from common.processes.bars import shown

ROOT = Path(__file__).resolve().parents[2]
Task = tuple[str, str, int]  # Kind, name, seed.
SERVICE_SHARE = 0.1
"""So many of a cell's seeds are lived by the service, too, which takes a minute each."""
Found = dict[str, dict[str, dict[str, Any]]]
"""Kind, `name` or `name | rule`, seed: counts."""


def main() -> None:
    """Live all worlds, write results, page and plots."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", default=os.environ.get("QUICK") == "1")
    parser.add_argument("--seeds", type=int, default=int(os.environ.get("SEEDS", "10")))
    parser.add_argument("--processes", type=int, default=min(os.cpu_count() or 1, 8))
    parser.add_argument("--output", type=Path, help="Folder instead of the repository.")
    parser.add_argument("--minutes", type=float, default=600, help="Report what is done by then.")
    parser.add_argument("--raw", type=Path, help="Keep all counts there; go on from them.")
    parser.add_argument("--quick-took", type=float, help="Minutes of a quick run, for the page.")
    parser.add_argument("--note", default="", help="What else to say of how it was made.")
    parser.add_argument("--only", default="", help="Cells whose name begins like this.")
    options = parser.parse_args()
    seeds = 1 if options.quick else options.seeds
    begun = time.monotonic()
    found: Found = (
        json.loads(options.raw.read_text()) if options.raw and options.raw.exists() else {}
    )
    todo = [it for it in tasks(seeds, quick=options.quick) if it[1].startswith(options.only)]
    run(todo, found, options.processes, options.minutes, options.raw)
    results = figures.summary(found, seeds)
    results["made"] |= _cost(begun)
    results["made"]["note"] = options.note
    if options.quick_took:
        results["made"]["quick minutes"] = options.quick_took
    if options.output or not options.quick:
        report.write(results, options.output or ROOT)
    print(bars.verdicts(results))
    print(f"{report.took(results['made'])}.")


def tasks(seeds: int, *, quick: bool = False) -> list[Task]:
    """What to live; all kinds are as far whenever time is up. Quick: each once."""
    todo: list[tuple[float, Task]] = []

    def add(kind: str, name: str, times: float) -> None:
        count = 1 if quick else math.ceil(seeds * times)
        todo.extend((n / count, (kind, name, first_seed(name) + n)) for n in range(count))

    for name, cell in cells.ALL.items():
        add("world", name, cell.times)
    for name in cells.SERVICE_QUICK if quick else cells.SERVICE:
        add("service", name, SERVICE_SHARE)
    for name in cells.RULES:
        add("panels", name, 0.5)
    for name in networks.WORLDS:
        add("networks", name, 1)
    add("draw", "", 0.5)
    add("gold", "", 1)
    add("fading", "", 1)
    return [task for _, task in sorted(todo)]


def live(task: Task) -> tuple[Task, dict[str, Any]]:
    """The counts of a task, by rule or bench."""
    kind, name, seed = task
    if kind == "panels":
        rule = cells.RULES[name]
        return task, {
            bench: panels.tried(it, rule, seed, 150) for bench, it in cells.BENCHES.items()
        }
    if kind == "networks":
        return task, networks.tried(name, seed)
    if kind == "gold":
        return task, {
            f"{rule} {skill}": {"passed": panels.passing(skill, it, seed, 100), "tried": 100}
            for rule, it in cells.GOLD.items()
            for skill in cells.SKILLS
        }
    if kind == "fading":
        return task, {name: panels.fading(it, seed) for name, it in cells.HALF_LIVES.items()}
    if kind == "draw":
        return task, {"": service.drawn()}
    if kind == "service":
        return task, {"": service.lived(world.build(replace(cells.ALL[name].setup, seed=seed)))}
    return task, lived(cells.ALL[name], seed)


def lived(cell: cells.Cell, seed: int) -> dict[str, Any]:
    """One world under all the rules that are tried in it."""
    a_world = world.build(replace(cell.setup, seed=seed))
    seen = crowd.look(a_world)
    before = None if cell.setup.attack else crowd.before_juries(a_world)
    found = {}
    for name, rule in cell.courts.items():
        life = court.hear(a_world, seen, rule)
        found[name] = measures.counted(a_world, seen, life, before=before)
        if cell.setup.joining:
            found[name]["days"] = measures.by_day(a_world, seen, life)  # type: ignore[assignment]
    return found


def run(todo: list[Task], found: Found, processes: int, minutes: float, raw: Path | None) -> None:
    """Live what `found` has not, and add it there, until the time is up."""
    todo = [it for it in todo if not _has(found, it)]
    until = time.monotonic() + 60 * minutes
    with (
        database.own_server() as url,
        multiprocessing.get_context("spawn").Pool(processes, _prepare, (url,)) as pool,
        shown() as progress,
    ):
        for n, ((kind, name, seed), by_rule) in enumerate(pool.imap_unordered(live, todo)):
            for rule, counts in by_rule.items():
                found.setdefault(kind, {}).setdefault(f"{name} | {rule}", {})[str(seed)] = counts
            progress("worlds", n + 1, len(todo))
            if raw and n % 10 == 0:
                keep(raw, found)
            if time.monotonic() > until:
                break
    if raw:
        keep(raw, found)


def _prepare(url: str) -> None:
    database.prepare(url, f"lab{os.getpid()}")


def _cost(begun: float) -> dict[str, float]:
    """Minutes since `begun`, by the clock and of the processors, and how busy the machine was."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return {
        "minutes": (time.monotonic() - begun) / 60,
        "processor minutes": sum(it.ru_utime + it.ru_stime for it in used) / 60,
        "cores": os.cpu_count() or 1,
        "load": os.getloadavg()[0],
    }


def keep(path: Path, found: Found) -> None:
    """Whoever is killed meanwhile leaves the old text."""
    new = path.with_suffix(".new")
    new.write_text(json.dumps(found))
    new.replace(path)


def _has(found: Found, task: Task) -> bool:
    kind, name, seed = task
    return any(str(seed) in seeds for key, seeds in _named(found.get(kind, {}), name))


def _named(of_kind: dict[str, dict[str, Any]], name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    return ((key, seeds) for key, seeds in of_kind.items() if key.startswith(f"{name} | "))
