"""`make failover`: what becomes of votes while the primary dies, again and again; prints a table."""

from __future__ import annotations

import argparse
import sys

from benchmarks.load import Load
from tests.cluster.faults import BOUND_S, CLIENTS, FAULTS, MIX, PAUSE_S, Row, reckon, sites, strike
from tests.cluster.machines import PROGRAMS, TTL_S
from tests.tools import missing

OTHERS = [name for name in FAULTS if name != "killed"]
NONE = ("unsure", "lost", "wrong", "revived", "twice", "look-ups failed", "copies differ")
"""What has to be 0 at the end."""


def run(faults: list[str]) -> tuple[list[Row], dict[str, object]]:
    """Let the primary have these faults, one after the other, under one load."""
    rows = []
    with sites() as site:
        load = Load(site.proxy.port, clients=CLIENTS, mix=MIX, pause_s=PAUSE_S)
        with load.running():
            for fault in faults:
                rows.append(strike(site, load, fault))
                print(line(rows[-1]), flush=True)
        return rows, reckon(site, load)


def line(row: Row) -> str:
    """A row of the table."""
    return (
        f"{row.fault:<18} {row.primary} -> {row.then}   {row.without_writes_s:5.1f} s without "
        f"writes   whole {row.whole_s:5.1f} s after its return"
    )


def broken(rows: list[Row], figures: dict[str, object]) -> list[str]:
    """What did not hold, in words."""
    late = [f"{it.without_writes_s} s without writes" for it in rows if it.without_writes_s > BOUND_S]
    return late + [f"{name}: {figures[name]}" for name in NONE if figures[name]]


def main() -> int:
    """Run; 1 if anything did not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    given = parser.parse_args()
    if lacking := missing(*PROGRAMS, "nginx", "openssl"):
        sys.stderr.write(f"Not installed: {', '.join(lacking)}.\n")
        return 1
    rows, figures = run(["killed"] * given.kills + OTHERS)
    print(f"ttl {TTL_S} s; the most that a failover may take: {BOUND_S} s")
    for name, value in figures.items():
        print(f"{name:<22} {value}")
    for said in (wrong := broken(rows, figures)):
        print(f"NOT HELD: {said}")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
