"""What a run has found: the table, the files of benchmarks/results, growth."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import time
from collections.abc import Mapping
from dataclasses import asdict

from rich.console import Console
from rich.table import Table

from benchmarks import plots
from benchmarks.speed.rows import BARS, Row
from local.options import REPOSITORY

RESULTS = REPOSITORY / "benchmarks" / "results"
PLOTS = REPOSITORY / "docs" / "performance"
REGRESSION = 0.8
VIDEOS = 200_000  # at scale 1
console = Console()


def show(rows: list[Row], scale: float, seconds: float) -> None:
    """The table."""
    table = Table("what", "bar", "found", "", "ratio", "CPU ms a request")
    for row in rows:
        cpu = row.details.get("cpu_ms_per_request", {})
        text = ", ".join(f"{name} {ms:.3f}" for name, ms in cpu.items())
        ratio = "" if row.ratio is None else f"{row.ratio:.3f}"
        table.add_row(row.name, row.bar, row.value, "met" if row.met else "NOT MET", ratio, text)
    console.print(table)
    load = os.getloadavg()[0]
    console.print(f"scale {scale:g}, {seconds:.0f} s, {os.cpu_count()} cores, load {load:.1f}")


def growth(grown: Mapping[float, list[Row]]) -> None:
    """How each row's cost grows with the data: the exponent of a fit on log-log scales.

    0 is flat, 1 linear. Writes `growth.json`.
    """
    import numpy as np  # noqa: PLC0415

    costs: dict[str, dict[float, float]] = {}
    for scale, rows in grown.items():
        for row in rows:
            if row.cost:
                costs.setdefault(row.name, {})[scale] = row.cost
    table = Table("cost", *(f"{VIDEOS * scale:,.0f} videos" for scale in grown), "exponent")
    found = {}
    for name, by_scale in costs.items():
        slope = float(np.polyfit(np.log(list(by_scale)), np.log(list(by_scale.values())), 1)[0])
        found[name] = {"cost": {VIDEOS * s: c for s, c in by_scale.items()}, "exponent": slope}
        table.add_row(name, *(f"{cost:.4g}" for cost in by_scale.values()), f"{slope:.2f}")
    console.print(table)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "growth.json").write_text(json.dumps(found, indent=1) + "\n")
    by_videos = {
        name: {VIDEOS * scale: cost for scale, cost in by_scale.items()}
        for name, by_scale in costs.items()
    }
    plots.growth(by_videos, PLOTS / "growth.svg")


def write(rows: list[Row], scale: float, seconds: float) -> None:
    """`latest.json`, and one more line of history; says what has become worse."""
    RESULTS.mkdir(exist_ok=True)
    history = RESULTS / "history.jsonl"
    before: dict[str, float] = {}
    if history.exists():
        for line in history.read_text().splitlines():
            entry = json.loads(line)
            if entry["scale"] == scale:
                before |= entry["ratios"]
    ratios = {row.name: round(row.ratio, 4) for row in rows if row.ratio is not None}
    for name, ratio in ratios.items():
        if name in before and ratio < REGRESSION * before[name]:
            console.print(f"[bold]worse:[/bold] {name}: {before[name]:.2f} before, {ratio:.2f} now")
    when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    machine = {"cores": os.cpu_count(), "python": platform.python_version()}
    latest = {
        "time": when,
        "commit": commit,
        "scale": scale,
        "seconds": round(seconds),
        "machine": machine,
        "rows": [asdict(row) for row in rows],
    }
    (RESULTS / "latest.json").write_text(json.dumps(latest, indent=1) + "\n")
    beside = {
        row.name: (row.ratio, BARS[row.name]) for row in rows if row.ratio and row.name in BARS
    }
    if beside:
        plots.ratios(beside, PLOTS / "ratios.svg")
    entry = {"time": when, "commit": commit, "scale": scale, "ratios": ratios}
    with history.open("a") as file:
        file.write(json.dumps(entry) + "\n")
