"""Where a follower keeps its copy: in memory, or in a SQLite file; or where you like (`Store`)."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Protocol, Self, TypeVar

from realtube_client import compact
from realtube_client.compact import Compact, Item, Table
from realtube_client.delta import Changes, CompactPage, Packed
from realtube_client.errors import Unreadable
from realtube_client.keys import channel_key_of, key_of

PRESUMED_SCORE = 60
"""Of a video of an auto-flagged channel of which nothing is known (docs/contract.md#r54)."""


@dataclass(frozen=True)
class State:
    """How far a copy is: it is `origin`'s, up to `cursor`. `taken_at` is when it was taken whole
    (Unix seconds), `etag` what it was then called, `size` (bytes) and `sha256` what its file was:
    the server has to go on signing it where it says that it has no newer one."""

    origin: str
    cursor: str
    taken_at: float = 0.0
    etag: str = ""
    size: int = 0
    sha256: str = ""


CopyT_contra = TypeVar("CopyT_contra", contravariant=True)
PageT_contra = TypeVar("PageT_contra", contravariant=True)


class Store(Protocol[CopyT_contra, PageT_contra]):
    """What a follower needs of a place to keep a copy.

    `replace` and `apply` store what they are given and the state that it leads to, both or
    neither: then a follower may be killed at any time. The asynchronous client calls them on other
    threads, one at a time.
    """

    def state(self) -> State | None:
        """That of what is held; None if nothing is."""

    def replace(self, copy: CopyT_contra, state: State) -> None:
        """Hold this copy, and nothing else."""

    def apply(self, page: PageT_contra, state: State) -> None:
        """Work changes in, in any order; one that comes again does no harm."""

    def renew(self, state: State) -> None:
        """The copy is still the newest; only when that was seen has changed."""


@dataclass(frozen=True)
class Flag:
    """What a copy says of a video or channel. `score` is 0-100; `category` the one with the
    highest score, if it is known; `preliminary` if only the channel speaks. `auto_flag`,
    `measured` (YouTube labels its videos), `measured_notice` (in its first day) and `listed` (only
    a list of the server's names it) are channels'. `decided_by` is `jury`, `moderator` or `list`,
    None for viewers' votes: below a score of 80 these only suspect.
    """

    score: int
    category: str | None = None
    locked: bool = False
    preliminary: bool = False
    auto_flag: bool = False
    measured: bool = False
    measured_notice: bool = False
    listed: bool = False
    decided_by: str | None = None


class MemoryStore:
    """Holds a compact copy as it came, and beside it what changed since."""

    def __init__(self) -> None:
        self._state: State | None = None
        self._copy: Compact | None = None
        self._videos: dict[int, Packed | None] = {}
        self._channels: dict[int, Packed | None] = {}
        # Look-ups may come from other threads than what is followed.
        self._lock = threading.Lock()

    def state(self) -> State | None:
        """See `Store`."""
        return self._state

    def replace(self, copy: Compact, state: State) -> None:
        """See `Store`."""
        with self._lock:
            self._copy, self._state = copy, state
            self._videos, self._channels = {}, {}

    def apply(self, page: CompactPage, state: State) -> None:
        """See `Store`."""
        with self._lock:
            self._videos.update(page.videos)
            self._channels.update(page.channels)
            self._state = state

    def renew(self, state: State) -> None:
        """See `Store`."""
        self._state = state

    def video(self, video_id: str, *channels: str) -> Flag | None:
        """What is said of a video; `channels` are ids or `@handles` of whose it is, if known.

        None: it is not flagged. A video of an auto-flagged channel of which nothing else is known
        counts as 60.
        """
        if found := self._find(key_of(video_id), of_videos=True):
            score, flags = found
            return Flag(
                score,
                self._category(flags & compact.NO_CATEGORY),
                locked=bool(flags & compact.VIDEO_LOCKED),
                preliminary=bool(flags & compact.VIDEO_PRELIMINARY),
                decided_by=compact.video_decided_by(flags),
            )
        for name in channels:
            channel = self.channel(name)
            if channel and channel.auto_flag:
                by = channel.decided_by
                return Flag(PRESUMED_SCORE, channel.category, preliminary=True, decided_by=by)
        return None

    def channel(self, name: str) -> Flag | None:
        """What is said of a channel, by its id or an `@handle` in any spelling."""
        key = channel_key_of(name)
        found = None if key is None else self._find(key, of_videos=False)
        if found is None:
            return None
        score, flags = found
        by = compact.channel_decided_by(flags)
        return Flag(
            score,
            self._category(flags >> compact.CHANNEL_CATEGORY_SHIFT & compact.NO_CATEGORY),
            locked=by == "moderator",
            auto_flag=bool(flags & compact.CHANNEL_AUTO_FLAG),
            measured=bool(flags & compact.CHANNEL_MEASURED),
            measured_notice=bool(flags & compact.CHANNEL_MEASURED_NOTICE),
            listed=by == "list",
            decided_by=by,
        )

    def videos(self) -> Iterator[Item]:
        """Everything said of videos, sorted by key."""
        return self._merged(of_videos=True)

    def channels(self) -> Iterator[Item]:
        """Everything said of channels, sorted by key."""
        return self._merged(of_videos=False)

    def _side(self, *, of_videos: bool) -> tuple[Table | None, dict[int, Packed | None]]:
        table = None
        if self._copy is not None:
            table = self._copy.videos if of_videos else self._copy.channels
        return table, self._videos if of_videos else self._channels

    def _find(self, key: int, *, of_videos: bool) -> Packed | None:
        with self._lock:
            table, changed = self._side(of_videos=of_videos)
        if key in changed:
            return changed[key]
        return table.find(key) if table is not None else None

    def _merged(self, *, of_videos: bool) -> Iterator[Item]:
        with self._lock:
            table, changed = self._side(of_videos=of_videos)
            new = [(key, *packed) for key, packed in changed.items() if packed]
            hidden = set(changed)
        kept = [item for item in table or () if item[0] not in hidden]
        return iter(sorted(kept + new))

    def _category(self, index: int) -> str | None:
        names = self._copy.categories if self._copy else ()
        return names[index] if index < len(names) else None


_SCHEMA = """
CREATE TABLE IF NOT EXISTS copy (one INTEGER PRIMARY KEY CHECK (one = 1), state TEXT NOT NULL,
  snapshot BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS change (is_video INTEGER NOT NULL, key BLOB NOT NULL, packed INTEGER,
  PRIMARY KEY (is_video, key)) WITHOUT ROWID;
"""
_CHANGE = "INSERT OR REPLACE INTO change VALUES (?, ?, ?)"


class SqliteStore(MemoryStore):
    """The same, kept in a SQLite file as well, from which it starts again."""

    def __init__(self, path: Path | str) -> None:
        """Raises `sqlite3.Error` for a file that is none; a damaged copy in it is forgotten."""
        super().__init__()
        self._database = sqlite3.connect(path, check_same_thread=False)
        with self._database:
            self._database.executescript(_SCHEMA)
        self._load()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file. What was stored is in it."""
        self._database.close()

    def replace(self, copy: Compact, state: State) -> None:
        """See `Store`."""
        with self._database as database:
            database.execute("DELETE FROM change")
            kept = "INSERT OR REPLACE INTO copy VALUES (1, ?, ?)"
            database.execute(kept, (json.dumps(asdict(state)), copy.data))
        super().replace(copy, state)

    def apply(self, page: CompactPage, state: State) -> None:
        """See `Store`."""
        with self._database as database:
            for is_video, changes in ((1, page.videos), (0, page.channels)):
                database.executemany(_CHANGE, _rows(is_video, changes))
            self._keep(database, state)
        super().apply(page, state)

    def renew(self, state: State) -> None:
        """See `Store`."""
        with self._database as database:
            self._keep(database, state)
        super().renew(state)

    @staticmethod
    def _keep(database: sqlite3.Connection, state: State) -> None:
        database.execute("UPDATE copy SET state = ?", (json.dumps(asdict(state)),))

    def _load(self) -> None:
        with closing(self._database.execute("SELECT state, snapshot FROM copy")) as found:
            row = found.fetchone()
        if row is None:
            return
        try:
            self._copy, self._state = compact.read(row[1]), State(**json.loads(row[0]))
        except (Unreadable, TypeError, ValueError):
            self._copy = None
            return
        for is_video, key, packed in self._database.execute("SELECT * FROM change"):
            changed = self._videos if is_video else self._channels
            changed[int.from_bytes(key, "big")] = None if packed is None else divmod(packed, 256)


def _rows(is_video: int, changes: Changes) -> Iterator[tuple[int, bytes, int | None]]:
    for key, packed in changes.items():
        value = None if packed is None else packed[0] * 256 + packed[1]
        yield is_video, key.to_bytes(8, "big"), value


def moved(state: State, cursor: str) -> State:
    """The state behind a page of the delta."""
    return replace(state, cursor=cursor)
