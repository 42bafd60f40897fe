"""The file of what was found: written beside the bucket files of a node, read by requests."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import structlog
from django.conf import settings
from django.utils import timezone

from common.fields import timestamp
from pages.models import Month
from pages.recent import gathering
from pages.words import of_entry
from sync.folders import only_one, write_atomically

EVERY_S = 60
NUMBERS_EVERY = timedelta(minutes=10)
log = structlog.get_logger()


@dataclass(frozen=True)
class Found:
    """The file's content; empty as long as there is none."""

    at: str = ""
    newest: list[dict[str, Any]] = field(default_factory=list)
    rising: list[dict[str, Any]] = field(default_factory=list)
    disputed: list[dict[str, Any]] = field(default_factory=list)
    cleared: list[dict[str, Any]] = field(default_factory=list)
    numbers: dict[str, Any] = field(default_factory=dict)
    lists: list[dict[str, Any]] = field(default_factory=list)
    months: list[dict[str, Any]] = field(default_factory=list)

    def sorted_by(self, order: str) -> list[dict[str, Any]]:
        """One of the four lists, by its name."""
        return {
            "newest": self.newest,
            "rising": self.rising,
            "disputed": self.disputed,
            "cleared": self.cleared,
        }[order]


NOTHING = Found()
_lock = threading.Lock()
_known: tuple[tuple[str, int, int], Found] | None = None


def path() -> Path:
    """The published file."""
    return Path(settings.PUBLISH_ROOT) / "pages" / "found.json"


def write_if_due() -> bool:
    """Write the file unless it is new or another process is at it; whether it was written.

    Raises on a database that is away, and on a full disk.
    """
    try:
        age_s = time.time() - path().stat().st_mtime
        # A time in the future is of a clock that was corrected since.
        if -EVERY_S < age_s < EVERY_S:
            return False
    except OSError:
        pass
    with only_one(path().with_name(".lock")) as mine:
        if mine:
            write()
        return mine


def write() -> None:
    """Gather and publish; at most ten statements, one of which reads all videos, if it is time."""
    before = read().numbers
    is_due = not before or (
        timezone.now() - datetime.fromisoformat(before["countedAt"]) > NUMBERS_EVERY
    )
    content = {
        "at": timestamp(timezone.now()),
        **gathering.gather(),
        "numbers": gathering.numbers() if is_due else before,
        "lists": gathering.lists(),
        "months": Month.objects.shown(),
    }
    write_atomically(path(), orjson.dumps(content))


def read() -> Found:
    """What the file has; the last that was read as long as that is what it has."""
    global _known  # noqa: PLW0603 - one file, read by every request
    try:
        stat = path().stat()
        name = (str(path()), stat.st_mtime_ns, stat.st_size)
        with _lock:
            if _known and _known[0] == name:
                return _known[1]
        found = Found(**orjson.loads(path().read_bytes()))
    except FileNotFoundError:
        return NOTHING
    except (OSError, ValueError, TypeError) as error:
        # Of another version, or cut short: the next run writes it anew.
        log.warning("file of pages not read", error=type(error).__name__)
        return NOTHING
    with _lock:
        _known = (name, found)
    return found


def shown(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Entries with what is `said` of them, in the visitor's language."""
    return [{**it, "said": of_entry(it)} for it in entries]
