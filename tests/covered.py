"""`make coverage`, at its end: whether the tests still run what they ran of each part.

Reads coverage's report as JSON. What only processes of their own run (`make test-all`) is not
measured here, and named below.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path

LEAST_OF_MODULE = 90
LEAST_OF_PACKAGE = {
    "channels": 95,
    "following": 90,
    "pages": 95,
    "sync": 95,
    "videos": 95,
    "votes": 95,
}
# Started as processes: `make run` and its servers, commands, what beat, workers and scrapes begin.
ELSEWHERE = (
    "local/",
    "common/cache.py",
    "common/telemetry/",
    "desk/management/",
    "realtube/",
    "sync/management/",
    "sync/tasks.py",
)


def main(report: str) -> int:
    """Print what is below its bar; 1 if anything is."""
    parts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    low = []
    for name, found in json.loads(Path(report).read_text())["files"].items():
        summary = found["summary"]
        total = summary["num_statements"] + summary["num_branches"]
        covered = summary["covered_lines"] + summary["covered_branches"]
        for kept, more in enumerate((covered, total)):
            parts[name.partition("/")[0]][kept] += more
        if covered * 100 < total * LEAST_OF_MODULE and not name.startswith(ELSEWHERE):
            low.append(f"{name}: {covered * 100 / total:.1f} %, at least {LEAST_OF_MODULE}")
    for part, least in LEAST_OF_PACKAGE.items():
        covered, total = parts[part]
        sys.stdout.write(f"{part}: {covered * 100 / total:.1f} %\n")
        if covered * 100 < total * least:
            low.append(f"{part}: below {least} %")
    sys.stdout.write("\n".join(low or ["Every bar is met."]) + "\n")
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
