"""What Linux tells of a process and those it has started."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path


def family(pid: int) -> list[int]:
    """A process, its children, theirs, and so on; without those that have ended."""
    found = [pid]
    for member in found:
        with suppress(OSError):
            text = Path(f"/proc/{member}/task/{member}/children").read_text()
            found += map(int, text.split())
    return [member for member in found if Path(f"/proc/{member}").exists()]


def cpu_s(pid: int) -> float:
    """Seconds of CPU of a process, its children, and those of its children that have ended."""
    ticks = 0
    for member in family(pid):
        with suppress(OSError):
            fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
            ticks += sum(map(int, fields[11 : 15 if member == pid else 13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def megabytes(pid: int) -> float:
    """Memory of a process and its children; what they share counts once."""
    kilobytes = 0
    for member in family(pid):
        with suppress(OSError):
            lines = Path(f"/proc/{member}/smaps_rollup").read_text().splitlines()
            kilobytes += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return kilobytes / 1024


def peak_mb() -> float:
    """The most memory that this process has had, since it began to run its program."""
    # getrusage() would tell that of the process it was started from, if it had more.
    line = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    return int(line[1]) / 1024 if line else 0.0
