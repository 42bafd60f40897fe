"""`make bench`: every row of the speed table beside its yardstick, on the real services.

Fills a database with SCALE x 200,000 flagged videos, 20,000 channels, 600,000 votes and 50,000
voters, starts nginx, gunicorn, worker, beat, publisher, PostgreSQL and Valkey as docker-compose.yml
does, and measures each row and its yardstick in turns, A B A B, so that whatever else the machine
does hits both. Prints a table, writes benchmarks/results/latest.json and adds a line to
benchmarks/results/history.jsonl; a ratio that fell by a fifth since the last line is pointed out.

Needs wrk and nginx (`apt-get install wrk nginx-light gettext-base openssl`).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from benchmarks.speed.lookups import lookup_nginx, lookup_web
from benchmarks.speed.pipeline import change_entries, recompute, whole_run
from benchmarks.speed.report import RESULTS, growth, show, write
from benchmarks.speed.rest import delta, desk, snapshots
from benchmarks.speed.rows import Row
from benchmarks.speed.site import SETTINGS, Bench, fill, find, step
from benchmarks.speed.votes import publication, vote
from benchmarks.stack import Stack, stack
from local.options import REPOSITORY

ROWS: Mapping[str, Callable[[Bench], Row]] = {
    "entries-even": partial(change_entries, shape="even"),
    "entries-zipf": partial(change_entries, shape="zipf"),
    "run-even": partial(whole_run, shape="even"),
    "run-zipf": partial(whole_run, shape="zipf"),
    "lookup-nginx": lookup_nginx,
    "lookup-web": lookup_web,
    "vote": vote,
    "publication": publication,
    "snapshot": snapshots,
    "delta": delta,
    # Scores without rolling up channels: later votes would move whole channels to mend that.
    "recompute": recompute,
    "desk": desk,
}
SMOKE_SCALE = 0.01
TOOLS = {"wrk": "wrk", "nginx": "nginx-light", "envsubst": "gettext-base", "openssl": "openssl"}


def main() -> None:
    """Measure everything, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, nargs="+", default=[1.0])
    parser.add_argument("--only", nargs="+", default=sorted(ROWS), choices=sorted(ROWS))
    parser.add_argument(
        "--smoke", action="store_true", help="Every row on little data: whether it works at all."
    )
    options = parser.parse_args()
    if options.smoke:
        smoke(options.only)
        return
    missing = [package for tool, package in TOOLS.items() if not find(tool)]
    if missing:
        raise SystemExit(f"Missing: apt-get install {' '.join(missing)}")
    if len(options.scale) > 1:
        grown = {scale: alone(scale, options.only) for scale in options.scale}
        growth(grown)
    else:
        grown = {scale: here(scale, options.only) for scale in options.scale}
    if not all(row.met for rows in grown.values() for row in rows):
        raise SystemExit("A row is below its bar.")


def smoke(only: list[str]) -> None:
    """Print rows of a short run; figures mean nothing, so none is written and no bar is asked."""
    started = time.monotonic()
    rows = on_a_site(SMOKE_SCALE, only, smoke=True)
    show(rows, SMOKE_SCALE, time.monotonic() - started)


def on_a_site(scale: float, only: list[str], *, smoke: bool = False) -> list[Row]:
    """The rows on a site of their own."""
    with tempfile.TemporaryDirectory(prefix="realtube-bench-", dir="/var/tmp") as name:
        folder = Path(name)
        folder.chmod(0o711)  # PostgreSQL does not run as root and has to get to its data
        with stack(folder / "site", SETTINGS) as site:
            return measure(site, folder, scale, only, smoke=smoke)


def here(scale: float, only: list[str]) -> list[Row]:
    """The rows at this scale, shown and written."""
    started = time.monotonic()
    rows = on_a_site(scale, only)
    show(rows, scale, time.monotonic() - started)
    write(rows, scale, time.monotonic() - started)
    return rows


def alone(scale: float, only: list[str]) -> list[Row]:
    """The same in a process of its own, since Django knows one database."""
    latest = RESULTS / "latest.json"
    latest.unlink(missing_ok=True)
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.speed", "--scale", str(scale)]
    subprocess.run([*command, "--only", *only], cwd=REPOSITORY, check=False)
    if not latest.exists():
        raise SystemExit(f"The run at scale {scale:g} has failed.")
    return [Row(**row) for row in json.loads(latest.read_text())["rows"]]


def measure(site: Stack, folder: Path, scale: float, only: list[str], *, smoke: bool) -> list[Row]:
    """All rows asked for, on data of this scale."""
    bench = fill(site, folder, scale, smoke=smoke)
    found = []
    for name in ROWS:
        if name in only:
            with step(name):
                found.append(ROWS[name](bench))
    return found


if __name__ == "__main__":
    main()
