"""Open-loop load: requests leave on a fixed schedule, whether or not the last ones are answered.

Latency is counted from the moment a request was due, so one that had to wait behind a slow one
counts its wait ("coordinated omission" is excluded). The load runs in processes of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import secrets
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from local.options import REPOSITORY

# As the extension sends it from Chrome and from Firefox.
ORIGINS = (
    "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
    "moz-extension://2c3a1f0e-6b1d-4c55-9a53-0d6b8f0f7a11",
)
CONNECTIONS = 32
TOLERANCE = 0.05
LEAST_SAMPLES = 1000
GIVE_UP_S = 20
NEW_VIDEOS = 0.1


@dataclass
class Sent:
    """`asked` and `achieved` requests a second, each latency in ms, and answers that were wrong."""

    asked: float
    achieved: float
    latencies_ms: list[float] = field(default_factory=list)
    failed: int = 0

    @property
    def reached(self) -> bool:
        """Whether the load was what was asked for, within 5 %."""
        return abs(self.achieved - self.asked) <= TOLERANCE * self.asked

    def quantile(self, share: float) -> float:
        """A latency in ms that this share of requests did not exceed."""
        ordered = sorted(self.latencies_ms)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    def says(self, share: float = 0.99) -> str:
        """The quantile in words, or why there is no figure."""
        load = f"{self.achieved:,.0f} of {self.asked:,.0f}/s"
        if not self.reached:
            return f"not reached ({load})"
        if len(self.latencies_ms) < LEAST_SAMPLES:
            return f"too few samples ({len(self.latencies_ms)}; {load})"
        return f"p{share * 100:g} {self.quantile(share):.1f} ms at {load}"

    def holds(self, most_ms: float) -> bool:
        """Whether the rate was reached, nothing failed, and p99 of enough samples is below this."""
        enough = len(self.latencies_ms) >= LEAST_SAMPLES
        return self.reached and enough and not self.failed and self.quantile(0.99) < most_ms


def load(
    url: str, kind: str, rate: float, seconds: float, *, known: Path, processes: int = 1
) -> Sent:
    """Send `kind` ("lookup" or "vote") at `rate` a second from this many processes."""
    command = [sys.executable, "-m", "benchmarks.openloop", url, kind, str(rate / processes)]
    command += [str(seconds), str(known)]
    running = [
        subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE) for _ in range(processes)
    ]
    parts = [Sent(**json.loads(process.communicate()[0])) for process in running]
    if any(process.returncode for process in running):
        raise RuntimeError("The load generator failed.")
    return Sent(
        rate,
        sum(part.achieved for part in parts),
        [ms for part in parts for ms in part.latencies_ms],
        sum(part.failed for part in parts),
    )


def lookups(host: str) -> Iterator[bytes]:
    """Requests for random buckets."""
    while True:
        path = f"/api/videos/{random.randrange(65536):04x}"
        head = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: {random.choice(ORIGINS)}\r\n\r\n"
        yield head.encode()


def votes(host: str, known: Sequence[str]) -> Iterator[bytes]:
    """Votes of new voters on known videos, one in ten on a new one, each from its own address."""
    while True:
        video, channel = random.choice(known).split()
        if random.random() < NEW_VIDEOS:
            video = secrets.token_urlsafe(8)[:11]
        ballot = {"userId": secrets.token_hex(32), "videoId": video, "category": "fully_ai"}
        body = json.dumps(ballot | {"channelId": channel})
        address = ".".join(str(random.randrange(1, 224)) for _ in range(4))
        yield (
            f"POST /api/votes HTTP/1.1\r\nHost: {host}\r\nOrigin: {random.choice(ORIGINS)}\r\n"
            f"X-Forwarded-For: {address}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()


async def _status(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    if b"transfer-encoding: chunked" in head:
        while size := int(await reader.readline(), 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    elif found := head.partition(b"\r\ncontent-length:")[2]:
        await reader.readexactly(int(found.split(b"\r\n", 1)[0]))
    return int(head.split(b" ", 2)[1])


class _Connections:
    """Kept connections that take requests from one queue; those that broke are opened again."""

    def __init__(self, url: str, right: Callable[[int], bool], sent: Sent) -> None:
        self.place = urlsplit(url)
        self.right, self.sent = right, sent
        self.due: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        self.ended = 0.0

    async def open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        secure = self.place.scheme == "https"
        context = ssl._create_unverified_context() if secure else None  # noqa: S323 - our own
        return await asyncio.open_connection(self.place.hostname, self.place.port, ssl=context)

    async def serve(self) -> None:
        reader, writer = await self.open()
        try:
            while True:
                moment, request = await self.due.get()
                try:
                    writer.write(request)
                    good = self.right(await _status(reader))
                except (OSError, EOFError):
                    good = False
                    writer.close()
                    reader, writer = await self.open()
                self.ended = time.perf_counter()
                self.sent.latencies_ms.append((self.ended - moment) * 1000)
                self.sent.failed += not good
                self.due.task_done()
        finally:
            writer.close()


async def send(
    url: str, requests: Iterator[bytes], right: Callable[[int], bool], rate: float, seconds: float
) -> Sent:
    """Send `rate` requests a second for `seconds`, due at even distances."""
    number = max(1, int(rate * seconds))
    sent = Sent(rate, 0.0)
    connections = _Connections(url, right, sent)
    serving = [asyncio.create_task(connections.serve()) for _ in range(CONNECTIONS)]
    await asyncio.sleep(0.5)  # connections are made before the first request is due
    start = time.perf_counter()
    for n in range(number):
        moment = start + n / rate
        if (wait := moment - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        connections.due.put_nowait((moment, next(requests)))
    answered = asyncio.create_task(connections.due.join())
    await asyncio.wait([answered], timeout=GIVE_UP_S)
    for task in [*serving, answered]:
        task.cancel()
    await asyncio.gather(*serving, answered, return_exceptions=True)
    sent.failed += number - len(sent.latencies_ms)
    # A backlog at the end of the schedule makes it longer than it was meant to be.
    sent.achieved = len(sent.latencies_ms) / max(connections.ended - start, number / rate)
    return sent


def main() -> None:
    """Send what the arguments say; prints JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("kind", choices=("lookup", "vote"))
    parser.add_argument("rate", type=float)
    parser.add_argument("seconds", type=float)
    parser.add_argument("known", type=Path, help="Lines of video and channel.")
    given = parser.parse_args()
    host = urlsplit(given.url).netloc
    if given.kind == "lookup":
        requests, right = lookups(host), {200, 404}.__contains__
    else:
        requests = votes(host, given.known.read_text().splitlines())
        right = {200}.__contains__
    sent = asyncio.run(send(given.url, requests, right, given.rate, given.seconds))
    json.dump(vars(sent), sys.stdout)


if __name__ == "__main__":
    main()
