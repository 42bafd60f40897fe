"""What the tests of this folder ask the system about processes."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path


def wait_until(
    condition: Callable[[], bool], *, timeout_s: float, what: str, every_s: float = 0.02
) -> None:
    """Fails the test when the condition does not come true in time."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, f"waited {timeout_s} s in vain: {what}"
        time.sleep(every_s)


@dataclass(frozen=True)
class Process:
    """A process that runs; zombies, which only wait for their parent, do not count."""

    parent: int
    command: str


def running(pids: Iterable[int]) -> set[int]:
    """Those of the processes that run."""
    return set(pids) & _processes().keys()


def descendants(pid: int) -> set[int]:
    """Children of a process, their children, and so on."""
    processes = _processes()
    found = {pid}
    while more := {child for child, it in processes.items() if it.parent in found} - found:
        found |= more
    return found - {pid}


def child_with(pid: int, text: str) -> int:
    """The child of a process that has `text` in its command line."""
    (child,) = (
        child for child, it in _processes().items() if it.parent == pid and text in it.command
    )
    return child


def _processes() -> dict[int, Process]:
    if sys.platform != "linux":
        listing = subprocess.run(
            ["ps", "-A", "-ww", "-o", "pid=,ppid=,stat=,command="],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        rows = [line.split(maxsplit=3) for line in listing.splitlines()]
        return {
            int(pid): Process(int(up), what) for pid, up, state, what in rows if state[0] != "Z"
        }
    processes = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            # Behind the name, which is in parentheses and may have any character.
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            command = (
                (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            )
        except OSError:
            continue
        if state != "Z":
            processes[int(folder.name)] = Process(int(parent), command)
    return processes
