"""The benchmark's own parts: load on a schedule, and what it may say of it."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from contextlib import suppress

from benchmarks import openloop
from benchmarks.openloop import Sent

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"
GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


def _sent_to(rate: float, seconds: float, *, slow: Iterator[float], answer: bytes = OK) -> Sent:
    """What the generator finds of a server that takes so long over each answer."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError):
            while await reader.readuntil(b"\r\n\r\n"):
                await asyncio.sleep(next(slow))
                writer.write(answer)
        writer.close()

    async def run() -> Sent:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        requests = itertools.repeat(GET)
        async with server:
            return await openloop.send(url, requests, {200}.__contains__, rate, seconds)

    return asyncio.run(run())


def test_a_request_that_waits_behind_slow_ones_counts_its_wait():
    # All connections wait for their first answers; what is due meanwhile has to wait as well.
    slow = itertools.chain(itertools.repeat(0.5, openloop.CONNECTIONS), itertools.repeat(0.0))
    sent = _sent_to(200, 1, slow=slow)
    assert len(sent.latencies_ms) == 200
    # Far more than the 32 that the server was slow about are late.
    assert sum(ms > 50 for ms in sent.latencies_ms) > 2 * openloop.CONNECTIONS


def test_a_rate_that_the_server_cannot_do_is_not_reached():
    sent = _sent_to(400, 1, slow=itertools.repeat(0.2))
    assert not sent.reached
    assert sent.says().startswith("not reached")
    assert not sent.holds(1e9)


def test_wrong_answers_are_counted():
    refusal = OK.replace(b"200 OK", b"503 No")
    sent = _sent_to(50, 0.2, slow=itertools.repeat(0.0), answer=refusal)
    assert sent.failed == len(sent.latencies_ms) == 10


def test_a_p99_needs_a_thousand_samples():
    few = Sent(asked=100, achieved=100, latencies_ms=[1.0] * 999)
    enough = Sent(asked=100, achieved=96, latencies_ms=[1.0] * 1000)
    late = Sent(asked=100, achieved=94, latencies_ms=[1.0] * 1000)
    assert few.says().startswith("too few samples")
    assert enough.says() == "p99 1.0 ms at 96 of 100/s"
    assert late.says() == "not reached (94 of 100/s)"


def test_requests_come_as_from_extensions():
    known = ["video123456 UCabcdefghijklmnopqrstuv"]
    for requests in (openloop.lookups("host"), openloop.votes("host", known)):
        origins = {next(requests).partition(b"Origin: ")[2][:16] for _ in range(50)}
        assert origins == {b"chrome-extension", b"moz-extension://"}
