"""How far long work on this node is: small files that stats and metrics read."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings

from common.processes.bars import Progress
from sync.folders import write_atomically

EVERY_S = 1.0
# A run that has reported nothing for so long was killed.
SILENT_S = 300


@contextmanager
def tracked(name: str, also: Progress | None = None) -> Iterator[Progress]:
    """Publishes what the block reports as the progress of `name`, at most once a second."""
    path = _folder() / f"{name}.json"
    said = 0.0

    def report(stage: str, done: int, total: int) -> None:
        nonlocal said
        if also:
            also(stage, done, total)
        if time.monotonic() - said < EVERY_S:
            return
        said = time.monotonic()
        entry = {"stage": stage, "done": done, "total": total, "at": time.time()}
        # A full disk stops the work itself, not this.
        with suppress(OSError):
            write_atomically(path, orjson.dumps(entry))

    try:
        yield report
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def running() -> dict[str, dict[str, Any]]:
    """What runs now: stage, done and total by name."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(_folder().glob("*.json")):
        with suppress(OSError, orjson.JSONDecodeError, KeyError):
            entry = orjson.loads(path.read_bytes())
            if time.time() - entry.pop("at") < SILENT_S:
                found[path.stem] = entry
    return found


def _folder() -> Path:
    folder: Path = settings.PUBLISH_ROOT / "progress"
    return folder
