"""Mixed load as extensions make it, with a ledger of what the service has acknowledged.

Used by `benchmarks.soak` and by tests that make parts fail meanwhile.
"""

from __future__ import annotations

import http.client
import json
import random
import secrets
import ssl
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import psycopg

from common import ids

VIDEOS = 400
VOTERS = 25  # of each client
CLIENTS_MAX = 1000
CATEGORIES = ("fully_ai", "ai_voiceover", "ai_visuals", "ai_thumbnails", "ai_assisted", "ai_music")
AGENT = "RealTube/9.9.9 Mozilla/5.0 (X11; LoadOS x86_64)"
NO_ANSWER = 0
RETRY_S = 0.25
# What a request may be answered with when nothing is wrong.
RIGHT = {
    "lookup": {200, 404},  # a file
    "search": {200, 404},  # the application's: five characters
    "direct": {200, 404},
    "delta": {200},
    "snapshot": {200},
    "vote": {200},
    "unvote": {200, 404},
    "appeal": {202, 404},
}
# Weights. `lookup` and `search` are what a viewer's page asks for.
MIX = {"lookup": 40, "search": 40, "direct": 15, "delta": 2, "snapshot": 1, "vote": 1.8}
MIX |= {"unvote": 0.2}
LIMITS = (
    *("LOOKUP", "PREFIXES", "VOTE_USER", "UNVOTE_USER", "VOTE_ADDRESS", "VOTE_PREFIX", "SYNC"),
    *("STATS", "APPEAL", "APPEAL_TRIES", "APPEAL_TARGET", "APPEALS"),
)
NO_LIMITS = {f"REALTUBE_LIMIT_{name}": "1000000" for name in LIMITS}
STORED = """
    SELECT voter_id, video_id, category FROM votes_vote
    WHERE retracted_at IS NULL AND video_id LIKE %(like)s"""
_UNVERIFIED = ssl._create_unverified_context()  # noqa: S323 - a certificate of this machine's own

Key = tuple[str, str]
"""Wire user id and video id."""


@dataclass(frozen=True)
class Sent:
    """One request: when it was sent (monotonic), how long the answer took, and its status."""

    kind: str
    status: int
    at: float
    seconds: float

    @property
    def failed(self) -> bool:
        """Whether this is not what a client hopes for."""
        return self.status not in RIGHT[self.kind]


class Client:
    """One connection that is kept, as a browser keeps it, and made again when it broke."""

    def __init__(
        self, port: int, *, tls: bool = True, timeout_s: float = 40, address: str = "127.0.0.1"
    ) -> None:
        source = (address, 0)
        if tls:
            self._there: http.client.HTTPConnection = http.client.HTTPSConnection(
                "127.0.0.1", port, timeout=timeout_s, context=_UNVERIFIED, source_address=source
            )
        else:
            self._there = http.client.HTTPConnection(
                "127.0.0.1", port, timeout=timeout_s, source_address=source
            )

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, bytes]:
        """Status and body; `NO_ANSWER` when there is none."""
        headers = {"User-Agent": AGENT}
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        try:
            if self._there.sock is not None:
                with suppress(http.client.RemoteDisconnected, ConnectionError):
                    return self._answer(method, path, data, headers)
                # A kept connection may be closed just as it is used: browsers make another.
                self.close()
            return self._answer(method, path, data, headers)
        except (OSError, http.client.HTTPException):
            self.close()
            return NO_ANSWER, b""

    def _answer(
        self, method: str, path: str, data: bytes | None, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        self._there.request(method, path, data, headers)
        answer = self._there.getresponse()
        return answer.status, answer.read()

    def close(self) -> None:
        """Drop the connection; the next request makes a new one."""
        self._there.close()


@dataclass
class Ledger:
    """What voters were told: the category that stands, None if withdrawn; and what is unsure."""

    stands: dict[Key, str | None] = field(default_factory=dict)
    unsure: dict[Key, str | None] = field(default_factory=dict)

    def note(self, key: Key, category: str | None, status: int) -> None:
        """Take down the answer to a vote, or to a withdrawal (`category` None)."""
        if status == http.client.OK or (category is None and status == http.client.NOT_FOUND):
            self.stands[key] = category
            self.unsure.pop(key, None)
        else:
            # It may have been stored all the same: whoever got no answer asks again.
            self.unsure[key] = category


class Visitor:
    """One client with voters of its own, who asks one thing after the other."""

    def __init__(self, port: int, seed: int, *, tls: bool, mix: Mapping[str, float]) -> None:
        address = f"127.{seed // CLIENTS_MAX % 250 + 1}.{seed % CLIENTS_MAX % 250}.9"
        self.client = Client(port, tls=tls, address=address)
        self.rng = random.Random(seed)
        self._videos = f"load{seed // CLIENTS_MAX}-"
        self.users = [secrets.token_hex(32) for _ in range(VOTERS)]
        self.ledger = Ledger()
        self.sent: list[Sent] = []
        self._kinds, self._weights = list(mix), list(mix.values())

    def step(self) -> None:
        """Send one request and note what came of it."""
        (kind,) = self.rng.choices(self._kinds, self._weights)
        video = f"{self._videos}{self.rng.randrange(VIDEOS)}"
        user = self.rng.choice(self.users)
        at = time.monotonic()
        if kind == "vote":
            status = self._vote((user, video), self.rng.choice(CATEGORIES))
        elif kind == "unvote":
            status = self._vote((user, video), None)
        elif kind == "appeal":
            body = {"targetType": "video", "targetId": video, "reason": "I drew this myself."}
            status, _ = self.client.ask("POST", "/api/appeals", body)
        else:
            status, _ = self.client.ask("GET", self._path(kind, video))
        self.sent.append(Sent(kind, status, at, time.monotonic() - at))

    def settle(self, *, timeout_s: float) -> None:
        """Send again whatever got no clear answer, until it gets one or the time is over."""
        deadline = time.monotonic() + timeout_s
        while self.ledger.unsure and time.monotonic() < deadline:
            for key, category in list(self.ledger.unsure.items()):
                self._send(key, category)
            if self.ledger.unsure:
                time.sleep(RETRY_S)
        self.client.close()

    def _vote(self, key: Key, category: str | None) -> int:
        # First what is still unsure: the order of a voter's wishes is the order they arrive in.
        if key in self.ledger.unsure:
            category = self.ledger.unsure[key]
        return self._send(key, category)

    def _send(self, key: Key, category: str | None) -> int:
        user, video = key
        body = {"videoId": video, "userId": user, "userAgent": AGENT}
        if category is None:
            status, _ = self.client.ask("DELETE", "/api/votes", body)
        else:
            status, _ = self.client.ask("POST", "/api/votes", body | {"category": category})
        self.ledger.note(key, category, status)
        return status

    def _path(self, kind: str, video: str) -> str:
        prefix = f"{self.rng.randrange(16**4):04x}"
        return {
            "lookup": f"/api/videos/{prefix}",
            "search": f"/api/videos/{prefix}0",
            "direct": f"/api/videos?videoId={video}",
            "delta": "/api/sync/delta?since=2020-01-01T00:00:00Z",
            "snapshot": "/api/sync/full",
        }[kind]


class Load:
    """Visitors, each in a thread."""

    def __init__(
        self,
        port: int,
        *,
        clients: int = 4,
        tls: bool = True,
        mix: Mapping[str, float] = MIX,
        seed: int = 1,
        pause_s: float = 0.0,
    ) -> None:
        """Every client has a loopback address of its own; other seeds ask about other videos."""
        self.visitors = [
            Visitor(port, seed * CLIENTS_MAX + n, tls=tls, mix=mix) for n in range(clients)
        ]
        self._seed = seed
        self._pause_s = pause_s
        self._enough = threading.Event()

    @contextmanager
    def running(self) -> Iterator[Load]:
        """Under load for as long as the block takes."""
        with ThreadPoolExecutor(len(self.visitors)) as pool:
            running = [pool.submit(self._run, visitor) for visitor in self.visitors]
            try:
                yield self
            finally:
                self._enough.set()
        for visitor in running:
            visitor.result()

    def _run(self, visitor: Visitor) -> None:
        while not self._enough.is_set():
            visitor.step()
            self._enough.wait(self._pause_s)
        visitor.client.close()

    def settle(self, *, timeout_s: float = 60) -> None:
        """See `Visitor.settle`."""
        for visitor in self.visitors:
            visitor.settle(timeout_s=timeout_s)

    @property
    def sent(self) -> list[Sent]:
        """All requests, in the order in which they were sent."""
        return sorted((s for v in self.visitors for s in list(v.sent)), key=lambda s: s.at)

    @property
    def stands(self) -> dict[Key, str | None]:
        """What voters were told last."""
        return {key: said for v in self.visitors for key, said in v.ledger.stands.items()}

    def differences(self, database_url: str, voter_key: str) -> dict[str, int]:
        """How the votes that are stored differ from what voters were told.

        `lost` were acknowledged and are not there, `wrong` have another category, `revived` were
        withdrawn, `twice` are there more than once.
        """
        with psycopg.connect(database_url) as connection:
            rows = connection.execute(STORED, {"like": f"load{self._seed}-%"}).fetchall()
        stored = {(voter, video): category for voter, video, category in rows}
        told = {
            (ids.public_id(user, key=voter_key), video): category
            for (user, video), category in self.stands.items()
        }
        standing = {key: category for key, category in told.items() if category is not None}
        return {
            "lost": len(standing.keys() - stored.keys()),
            "wrong": sum(stored[key] != standing[key] for key in standing.keys() & stored.keys()),
            "revived": len(stored.keys() - standing.keys()),
            "twice": len(rows) - len(stored),
        }

    @property
    def unsure(self) -> dict[Key, str | None]:
        """Votes and withdrawals nobody has acknowledged yet."""
        return {key: said for v in self.visitors for key, said in v.ledger.unsure.items()}


def failures(sent: Sequence[Sent]) -> Counter[tuple[str, int]]:
    """How often which kind failed with which status."""
    return Counter((s.kind, s.status) for s in sent if s.failed)


def percentile(sent: Sequence[Sent], share: float) -> float:
    """Seconds within which this share (0-1) of the requests was answered; 0 for none."""
    ordered = sorted(s.seconds for s in sent)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
