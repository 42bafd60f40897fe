"""Requests and answers without a connection, so that the blocking and the asynchronous client
share everything but the sending itself.

What a client does is a *flow*: a generator that yields effects (`Send`, `Sleep`, `Run`) to whoever
drives it, and gets back what came of them. It returns what the caller asked for.
"""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from realtube_client.errors import Intercepted, RealTubeError, Unreachable

# Beyond any honest server: a page of a delta has 4 MB, a snapshot of ten million videos 80.
JSON_MAX = 64 * 1024 * 1024
SNAPSHOT_MAX = 512 * 1024 * 1024
_GZIP = 16 + zlib.MAX_WBITS

T = TypeVar("T")


class Sink(Protocol):
    """Where a long body goes instead of into memory."""

    def headers(self) -> Mapping[str, str]:
        """What is asked for this time: the rest of what broke off before."""

    def begin(self, status: int) -> None:
        """A 200 or 206 begins; what follows are its bytes."""

    def write(self, chunk: bytes) -> None:
        """The next bytes, as they are on the wire."""


@dataclass(frozen=True)
class Request:
    """A request to any origin.

    `max_bytes` bounds the body, also unpacked; `within_s` is the longest that all of it may take.
    A body that is sent is JSON. `is_named` if it says who a voter is, which the first server alone
    may learn. The answer is JSON unless it is not `is_json` or goes into a `sink`.
    """

    method: str
    path: str
    query: tuple[tuple[str, str | int], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, object] | None = None
    max_bytes: int = JSON_MAX
    within_s: float = 60.0
    sink: Sink | None = None
    is_named: bool = False
    is_json: bool = True

    @property
    def all_headers(self) -> dict[str, str]:
        """With those that go with every request like it."""
        # Other encodings cannot be unpacked in bounded memory without further packages.
        encoding = "identity" if self.sink else "gzip"
        typed = {"Content-Type": "application/json"} if self.body is not None else {}
        ranged = self.sink.headers() if self.sink else {}
        return {"Accept-Encoding": encoding, **typed, **self.headers, **ranged}

    @property
    def content(self) -> bytes | None:
        """The body as it is sent."""
        return None if self.body is None else json.dumps(self.body).encode()


@dataclass(frozen=True)
class Answer:
    """An answer; names of headers are in lower case, `body` is unpacked."""

    origin: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body. Raises `Intercepted` if it is no JSON."""
        try:
            return json.loads(self.body, parse_constant=_no_json)
        except (ValueError, RecursionError):
            raise self.strange() from None

    def object(self) -> dict[str, Any]:
        """The body, a JSON object. Raises `Intercepted` if it is none."""
        found = self.json()
        if not isinstance(found, dict):
            raise self.strange()
        return found

    @property
    def may_be_json(self) -> bool:
        """Whether it begins as the API's answers do; a sign-in page does not."""
        return self.body[:64].lstrip()[:1] in (b"{", b"[")

    def strange(self) -> Intercepted:
        """What to raise for an answer that no RealTube server gives."""
        return Intercepted(
            f"Something that is no RealTube server answered for {self.origin} ({self.status}).",
            self.status,
        )


def _no_json(word: str) -> None:
    raise ValueError(word)


@dataclass(frozen=True)
class Send:
    """Effect: send it; gives an `Answer`, or `Unreachable` is raised at the `yield`."""

    origin: str
    request: Request


@dataclass(frozen=True)
class Sleep:
    """Effect: do nothing for so many seconds."""

    seconds: float


@dataclass(frozen=True)
class Run:
    """Effect: call a function that takes its time (on a thread, in the asynchronous client)."""

    function: Callable[[], Any]


Effect = Send | Sleep | Run
Flow = Generator[Effect, Any, T]


def run(function: Callable[[], T]) -> Flow[T]:
    """`Run`, with the type of what comes back."""
    result: T = yield Run(function)
    return result


class Reading:
    """Takes in the body of one answer, bounded in bytes and time."""

    def __init__(self, send: Send, status: int, headers: Mapping[str, str]) -> None:
        self._send = send
        self._until = time.monotonic() + send.request.within_s
        self._status = status
        self._headers = {name.lower(): value for name, value in headers.items()}
        self._body = bytearray()
        encoding = self._headers.get("content-encoding", "identity").strip().lower()
        self._unpack = zlib.decompressobj(_GZIP) if encoding in ("gzip", "x-gzip") else None
        self._sink = send.request.sink if status in (200, 206) else None
        if encoding not in ("gzip", "x-gzip", "identity") or (self._sink and self._unpack):
            raise self._strange("is packed in a way that was not asked for")
        if self._sink:
            self._sink.begin(status)

    def feed(self, chunk: bytes) -> None:
        """The next bytes. Raises `Unreachable` if there are more, or later, than can be."""
        if time.monotonic() > self._until:
            raise Unreachable(f"{self._what} takes longer than {self._send.request.within_s:g} s.")
        if self._sink:
            self._sink.write(chunk)
            return
        room = self._send.request.max_bytes - len(self._body)
        if self._unpack:
            try:
                chunk = self._unpack.decompress(chunk, room + 1)
            except zlib.error:
                raise self._strange("is no gzip") from None
        if len(chunk) > room:
            raise self._strange("is longer than anything a RealTube server sends")
        self._body += chunk

    def answer(self) -> Answer:
        """All of it. Raises `Unreachable` if it is not all."""
        if self._unpack and not self._unpack.eof and self._body:
            raise Unreachable(f"{self._what} breaks off.")
        return Answer(self._send.origin, self._status, self._headers, bytes(self._body))

    @property
    def _what(self) -> str:
        return f"{self._send.origin}{self._send.request.path}"

    def _strange(self, why: str) -> Intercepted:
        return Intercepted(f"{self._what} {why}.", self._status)


def failed(send: Send, error: Exception) -> RealTubeError:
    """What to raise when a connection failed."""
    kind = type(error).__name__
    return Unreachable(f"{send.origin}{send.request.path} cannot be reached: {kind}.")
