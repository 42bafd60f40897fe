"""`make failover`: what becomes of votes while the primary dies again and again, as a table."""

from __future__ import annotations

import argparse
import sys

from tests.cluster.faults import BOUND_S, FAULTS, Row, reckon, sites, strike
from tests.cluster.machines import PROGRAMS, TTL_S
from tests.tools import missing

OTHERS = [name for name in FAULTS if name != "killed"]
NONE = ("unsure", "lost", "wrong", "revived", "twice", "look-ups failed", "copies differ")
"""What has to be 0 at the end."""


def run(faults: list[str]) -> tuple[list[Row], dict[str, object]]:
    """Let the primary have these faults, one after the other, under one load."""
    rows = []
    with sites() as site:
        with site.load.running():
            for fault in faults:
                if fault == "disk full" and not site.cluster.primary.has_disk:
                    say("disk full: not tried, since only root can make disks")
                    continue
                rows.append(strike(site, fault))
                say(line(rows[-1]))
        return rows, reckon(site)


def say(line: str) -> None:
    """A line of the report, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def line(row: Row) -> str:
    """A row of the table."""
    return (
        f"{row.fault:<18} {row.primary} -> {row.then}   {row.without_writes_s:5.1f} s without "
        f"writes   whole {row.whole_s:5.1f} s after its return"
    )


def lost(figures: dict[str, object]) -> list[str]:
    """What was lost, twice or refused, in words."""
    return [f"{name}: {figures[name]}" for name in NONE if figures[name]]


def late(rows: list[Row]) -> list[str]:
    """What took longer than it may, in words; on a machine that does nothing else."""
    # How long a disk is full is for whoever looks after it.
    return [
        f"{it.without_writes_s} s without writes"
        for it in rows
        if it.fault != "disk full" and it.without_writes_s > BOUND_S
    ]


def main() -> int:
    """Run; 1 if anything did not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    given = parser.parse_args()
    if lacking := missing(*PROGRAMS, "nginx", "openssl"):
        sys.stderr.write(f"Not installed: {', '.join(lacking)}.\n")
        return 1
    rows, figures = run(["killed"] * given.kills + OTHERS)
    say(f"ttl {TTL_S} s; the most that a failover may take: {BOUND_S} s")
    for name, value in figures.items():
        say(f"{name:<22} {value}")
    for said in (wrong := late(rows) + lost(figures)):
        say(f"NOT HELD: {said}")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
