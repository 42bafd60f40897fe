"""Slow, huge and malformed requests through the real nginx: refused, and nobody else notices."""

from __future__ import annotations

import gzip
import json
import socket
import ssl
import time
from contextlib import ExitStack

import pytest

from benchmarks.load import NO_LIMITS, Load, failures, percentile
from benchmarks.processes import megabytes
from tests.conftest import new_user
from tests.deploy.proxy import nginx
from tests.dev.processes import child_with, wait_until
from tests.dev.service import services
from tests.faults.servers import answers
from tests.tools import needs

pytestmark = needs("nginx", "envsubst", "openssl")
SLOW = 60
HOSTILE = 20  # of each kind
READS = {"search": 3, "direct": 1}
CONTEXT = ssl._create_unverified_context()


@pytest.fixture(scope="module")
def service():
    with services() as make:
        made = make()
        made.start_and_wait(REALTUBE_TRUSTED_PROXIES="127.0.0.1", **NO_LIMITS)
        yield made


@pytest.fixture(scope="module")
def site(service):
    with nginx(service.var_dir / "publish", service.port, **NO_LIMITS) as server:
        yield server


def vote(**more):
    return {"videoId": "hostile", "userId": new_user(), "category": "fully_ai", **more}


def test_sixty_slow_clients_keep_nobody_waiting(site, figures):
    head = b"POST /api/votes HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
    half = head + b"Content-Length: 100\r\n\r\n{"
    with ExitStack() as stack:
        slow = []
        for n in range(SLOW):
            raw = stack.enter_context(socket.create_connection(("127.0.0.1", site.port)))
            secure = stack.enter_context(CONTEXT.wrap_socket(raw))
            secure.settimeout(30)
            secure.sendall(half if n % 2 else head)
            slow.append(secure)
        with Load(site.port, mix=READS, seed=1).running() as load:
            answers(load)
        closed = [secure.recv(2000) for secure in slow]
    sent = load.sent
    figures(slow=SLOW, sent=len(sent), failed=sum(failures(sent).values()))
    assert not failures(sent)
    assert percentile(sent, 0.99) < 2
    assert all(not said or b" 408 " in said or b" 503 " in said for said in closed)


def deep(depth):
    return b'{"videoId":' + b"[" * depth + b"]" * depth + b"}"


BODIES = {
    "10 MB": (b"x" * 10_000_000, {}, 413),
    "nested 100,000 times": (deep(100_000), {}, 413),
    "nested 8,000 times": (deep(8_000), {}, 400),
    "twice the same member": (
        json.dumps(vote()).encode().replace(b"{", b'{"videoId":"other",', 1),
        {},
        400,
    ),
    "gzip": (gzip.compress(json.dumps(vote()).encode()), {"Content_Encoding": "gzip"}, 400),
    "a bomb": (gzip.compress(b" " * 10_000_000)[:16_000], {"Content_Encoding": "gzip"}, 400),
    "a number of 15,000 digits": (b'{"videoId":' + b"9" * 15_000 + b"}", {}, 400),
    "NUL": (json.dumps(vote(videoId="a\0b")).encode(), {}, 400),
    "lone surrogate": (json.dumps(vote(category="\ud800")).encode(), {}, 400),
    "from right to left": (json.dumps(vote(videoId="\u202eabc")).encode(), {}, 400),
    "homoglyph": (json.dumps(vote(category="fully_\u0430i")).encode(), {}, 400),
    "full-width digits": (json.dumps(vote(videoId="\uff11\uff12\uff13")).encode(), {}, 400),
    "emoji": (json.dumps(vote(userAgent="\U0001f600" * 128)).encode(), {}, 200),
}


def test_what_is_no_vote_is_refused_and_memory_stays_flat(service, site, figures):
    gunicorn = child_with(service.process.pid, "gunicorn")

    def everything():
        for name, (body, headers, status) in BODIES.items():
            answer = site.ask("/api/votes", method="POST", body=body, **headers)
            assert answer.status == status, name
            assert status == 200 or answer.error

    everything()
    before = megabytes(gunicorn)
    for _ in range(HOSTILE):
        everything()
    after = megabytes(gunicorn)
    figures(sent=(HOSTILE + 1) * len(BODIES), grown_mb=round(after - before, 1))
    assert after - before < 20


def test_a_client_that_goes_away_costs_nothing(service, site):
    body = json.dumps(vote()).encode()
    for _ in range(HOSTILE):
        with CONTEXT.wrap_socket(socket.create_connection(("127.0.0.1", site.port))) as secure:
            secure.sendall(
                b"POST /api/votes HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
            )
    started = time.monotonic()
    assert site.ask("/api/videos?videoId=nothing").status == 404
    assert time.monotonic() - started < 5


def test_one_event_is_one_line_whatever_was_sent(service, site):
    """Nobody writes lines of their own into a log."""
    before = len(service_lines(service))
    forged = '"}%0A{"message": "forged"}%0D%0A'
    for path in (f"/api/videos/{forged}", f"/api/channels/@{forged}", f"/api/users/{forged}"):
        site.ask(path.replace(" ", "%20").replace('"', "%22"), User_Agent="x\tforged")
    body = json.dumps(vote(videoId="a\nforged", userAgent="b\r\nforged")).encode()
    site.ask("/api/votes", method="POST", body=body, X_Request_ID="forged%0A")
    wait_until(
        lambda: len(service_lines(service)) >= before + 4, timeout_s=20, what="they are logged"
    )
    lines = service_lines(service)
    assert "forged" not in "\n".join(lines[before:])


def service_lines(service):
    path = service.var_dir / "logs" / "web.log"
    return [line for line in path.read_text().splitlines() if "path=" in line or "forged" in line]
