"""gunicorn as deploy/gunicorn.conf.py sets it up: it ends without dropping a request."""

from __future__ import annotations

import json
import os
import secrets
import socket
import sys
from contextlib import suppress
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

from tests.dev.processes import child_with, descendants, running, wait_until
from tests.dev.service import services


@pytest.fixture
def service():
    with services() as make:
        yield make()


def ask(port, method, path, body=None):
    """The status of a request on a connection of its own, which is how nginx asks; 0 for none."""
    there = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        there.request(method, path, body, {"Content-Type": "application/json"})
        return there.getresponse().status
    except OSError:
        return 0
    finally:
        there.close()


def vote(video_id):
    user = secrets.token_hex(32)
    return json.dumps({"videoId": video_id, "userId": user, "category": "fully_ai"})


def test_a_request_that_has_begun_is_answered_before_the_end(service):
    service.start_and_wait()
    master = child_with(service.process.pid, "gunicorn")
    body = vote("drained").encode()
    with socket.create_connection(("127.0.0.1", service.port), timeout=30) as client:
        client.sendall(
            b"POST /api/votes HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n%b" % (len(body), body[:20])
        )
        assert ask(service.port, "GET", "/health/live") == 200  # so ours has been accepted
        service.process.terminate()
        wait_until(
            lambda: ask(service.port, "GET", "/health/live") == 0,
            timeout_s=20,
            what="nobody new is let in",
        )
        assert running({master})
        client.sendall(body[20:])
        answer = HTTPResponse(client)
        answer.begin()
        assert answer.status == 200
        answer.close()
    assert service.process.wait(timeout=40) == 0


def sockets(pid):
    """How many a process has open."""
    found = 0
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            found += os.readlink(link).startswith("socket:")
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
def test_kept_connections_are_spread_over_the_workers(service):
    service.start_and_wait(WEB_CONCURRENCY="2")
    workers = descendants(child_with(service.process.pid, "gunicorn"))
    before = {pid: sockets(pid) for pid in workers}
    kept = [HTTPConnection("127.0.0.1", service.port, timeout=20) for _ in range(24)]
    try:
        for there in kept:
            there.request("GET", "/health/live")
            there.getresponse().read()
        spread = sorted(sockets(pid) - before[pid] for pid in workers)
    finally:
        for there in kept:
            there.close()
    assert sum(spread) == len(kept)
    assert spread[0] >= len(kept) // 8
