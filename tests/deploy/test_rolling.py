"""New processes under load: nobody notices, through the real nginx."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from benchmarks.load import MIX, NO_LIMITS, Client, Load, failures, percentile
from tests.deploy.proxy import nginx
from tests.dev.processes import child_with, descendants, running, wait_until
from tests.dev.service import services
from tests.tools import needs

pytestmark = needs("nginx", "envsubst", "openssl")
OURS = {"REALTUBE_TRUSTED_PROXIES": "127.0.0.1", **NO_LIMITS}
LOAD = MIX | {"lookup": 10, "vote": 20, "unvote": 4, "delta": 6}
RESTARTS = 2
BETWEEN = 150  # requests that are answered before the next restart


@pytest.fixture(scope="module")
def service():
    with services() as make:
        made = make()
        made.start_and_wait(**OURS)
        made.wait_for_snapshot()
        yield made


def live(port):
    client = Client(port, tls=False, timeout_s=5)
    status, _ = client.ask("GET", "/health/live")
    client.close()
    return status == 200


def behind(service, *servers):
    upstream = ", ".join(f"127.0.0.1:{port}" for port, _ in servers)
    return nginx(service.var_dir / "publish", 1, REALTUBE_UPSTREAM=upstream, **NO_LIMITS)


def cpu_seconds(pid):
    ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def vote(video_id):
    user = secrets.token_hex(32)
    return {"videoId": video_id, "userId": user, "category": "fully_ai"}


def wait_for_answers(load, number):
    until = len(load.sent) + number
    wait_until(lambda: len(load.sent) >= until, timeout_s=60, what=f"{number} answers")


def check(load, service, figures, *, at_least):
    """No request failed, and what voters were told is what is stored."""
    sent = load.sent
    figures(
        sent=len(sent),
        votes=sum(s.kind in ("vote", "unvote") for s in sent),
        failed=sum(failures(sent).values()),
        p99_s=round(percentile(sent, 0.99), 3),
        slowest_s=round(max(s.seconds for s in sent), 3),
    )
    assert not failures(sent)
    assert len(sent) >= at_least
    differences = load.differences(
        service.settings["DATABASE_URL"], service.settings["REALTUBE_VOTER_KEY"]
    )
    assert not any(differences.values()), differences


def test_workers_are_replaced_on_sighup(service, figures):
    master = child_with(service.process.pid, "gunicorn")
    with nginx(service.var_dir / "publish", service.port, **NO_LIMITS) as site:
        with Load(site.port, mix=LOAD, seed=1).running() as load:
            wait_for_answers(load, BETWEEN)
            for _ in range(RESTARTS):
                before = descendants(master)
                os.kill(master, signal.SIGHUP)
                wait_until(lambda old=before: not running(old), timeout_s=40, what="all are new")
                wait_for_answers(load, BETWEEN)
    at_least = (RESTARTS + 1) * BETWEEN
    check(load, service, figures, at_least=at_least)


def test_a_new_worker_has_everything_loaded(service, figures):
    master = child_with(service.process.pid, "gunicorn")
    before = descendants(master)
    os.kill(master, signal.SIGHUP)
    wait_until(lambda: not running(before), timeout_s=40, what="all are new")
    assert service.status("/api/videos?videoId=first") == 404
    seconds = max(cpu_seconds(worker) for worker in descendants(master))
    figures(cpu_until_first_answer_s=seconds)
    assert seconds < 0.5


def test_two_servers_are_replaced_one_after_the_other(service, figures):
    with (
        ExitStack() as started,
        service.gunicorn(**OURS) as first,
        service.gunicorn(**OURS) as second,
        behind(service, first, second) as site,
        Load(site.port, mix=LOAD, seed=2).running() as load,
    ):
        wait_for_answers(load, BETWEEN)
        for port, old in (first, second):
            old.terminate()
            assert old.wait(timeout=40) == 0
            wait_for_answers(load, BETWEEN)  # by the other one alone
            started.enter_context(service.gunicorn(port, **OURS))
            wait_for_answers(load, BETWEEN)
    check(load, service, figures, at_least=5 * BETWEEN)


def test_nobody_new_waits_for_a_server_that_is_finishing_a_slow_request(service):
    body = json.dumps(vote("slow")).encode()
    with (
        service.gunicorn(**OURS) as (port, leaving),
        service.gunicorn(**OURS) as staying,
        behind(service, (port, leaving), staying) as site,
        socket.create_connection(("127.0.0.1", port), timeout=30) as slow,
    ):
        slow.sendall(
            b"POST /api/votes HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n%b" % (len(body), body[:20])
        )
        assert live(port)  # so ours has been accepted
        leaving.terminate()
        client, started = Client(site.port), time.monotonic()
        for _ in range(20):
            assert client.ask("POST", "/api/votes", vote("new"))[0] == 200
            assert client.ask("GET", "/api/videos?videoId=slow")[0] == 404
        assert time.monotonic() - started < 5
        client.close()
        assert leaving.poll() is None
        slow.sendall(body[20:])
        assert b" 200 OK\r\n" in slow.recv(1000)
        assert leaving.wait(timeout=40) == 0
