"""gunicorn as deploy/gunicorn.conf.py sets it up: it ends without dropping a request."""

from __future__ import annotations

import json
import secrets
import socket
from http.client import HTTPConnection, HTTPResponse

import pytest

from common.http import MAX_BODY_BYTES
from tests.dev.processes import child_with, running, wait_until
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


@pytest.mark.parametrize(
    ("request_line", "header", "status"),
    [
        (b"GET /" + b"a" * 8000 + b" HTTP/1.1", b"", 414),
        (b"GET / HTTP/1.1", b"X-Long: " + b"a" * 30_000 + b"\r\n", 431),
    ],
)
def test_what_is_too_long_is_refused_in_the_form_of_all_errors(port, request_line, header, status):
    with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
        client.sendall(request_line + b"\r\nHost: localhost\r\n" + header + b"\r\n")
        answer = HTTPResponse(client)
        answer.begin()
        body = json.loads(answer.read())
        answer.close()
    assert (answer.status, answer.headers["Content-Type"]) == (status, "application/json")
    assert body["error"]["code"] == "INVALID_BODY"


@pytest.fixture(scope="module")
def port():
    """Of a service for all tests that leave it as it is."""
    with services() as make:
        made = make()
        made.start_and_wait(WEB_CONCURRENCY="1")
        yield made.port


def test_bodies_in_chunks_are_read_like_any_others(port):
    there = HTTPConnection("127.0.0.1", port, timeout=20)
    body = vote("chunked").encode()

    def ask_in_chunks(method, path, *parts):
        headers = {"Content-Type": "application/json", "Transfer-Encoding": "chunked"}
        there.request(method, path, iter(parts), headers, encode_chunked=True)
        answer = there.getresponse()
        return answer.status, json.loads(answer.read())

    # One after the other over the same connection: each is read to its end.
    status, answer = ask_in_chunks("POST", "/api/votes", body[:1], body[1:40], body[40:])
    assert (status, answer["success"]) == (200, True)
    as_large_as_allowed = body.ljust(MAX_BODY_BYTES)
    assert ask_in_chunks("DELETE", "/api/votes", as_large_as_allowed) == (200, {"success": True})
    lookup = ask_in_chunks("POST", "/api/videos/lookup", b'{"prefixes": ', b'["5f6b"]}')
    assert lookup == (200, {"results": {"5f6b": []}})
    status, answer = ask_in_chunks("POST", "/api/appeals", b'{"targetType": "video"}')
    assert (status, answer["error"]["code"]) == (400, "INVALID_FIELD")
    there.close()


def chunk(part):
    return b"%x\r\n%b\r\n" % (len(part), part)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (chunk(b" " * MAX_BODY_BYTES) + chunk(b" ") + b"0\r\n\r\n", 413, "PAYLOAD_TOO_LARGE"),
        # This one has no end, and none is waited for.
        (chunk(b" " * 4096) * 5, 413, "PAYLOAD_TOO_LARGE"),
        (b"0\r\n\r\n", 400, "INVALID_BODY"),
        (chunk(b"{") + b"zz\r\n\r\n", 400, "INVALID_BODY"),
        (chunk(b"{") + b"2\r\n}}??", 400, "INVALID_BODY"),
        (chunk(b"{}") + b"0\r\nno trailer\r\n\r\n", 400, "INVALID_BODY"),
    ],
    ids=["too large", "endless", "empty", "no size", "no end", "no trailer"],
)
def test_a_body_in_chunks_that_is_wrong_is_refused(port, body, status, code):
    head = b"POST /api/votes HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(head + body)
        answer = HTTPResponse(client)
        answer.begin()
        assert (answer.status, json.loads(answer.read())["error"]["code"]) == (status, code)


@pytest.mark.parametrize("length", [b"Content-Length: 9", b"Transfer-Encoding: chunked"])
def test_a_body_that_breaks_off_is_no_failure_of_ours(port, length):
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(b"POST /api/votes HTTP/1.1\r\nHost: localhost\r\n%b\r\n\r\n9\r\n{" % length)
        client.shutdown(socket.SHUT_WR)
        answer = HTTPResponse(client)
        answer.begin()
        assert (answer.status, json.loads(answer.read())["error"]["code"]) == (400, "INVALID_BODY")
