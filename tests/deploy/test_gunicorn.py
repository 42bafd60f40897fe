"""gunicorn as deploy/gunicorn.conf.py sets it up: it ends without dropping a request."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

from common.http import MAX_BODY_BYTES
from tests.dev.processes import child_with, descendants, running, wait_until
from tests.dev.service import REPOSITORY, free_port, services


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
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1", b"", 414),
        (b"GET / HTTP/1.1", b"X-Long: " + b"a" * 70_000 + b"\r\n", 431),
        (b"GET / HTTP/1.1", b"No Colon\r\n", 400),
    ],
)
def test_what_cannot_be_read_is_refused_in_the_contracts_form(
    service, request_line, header, status
):
    service.start_and_wait()
    with socket.create_connection(("127.0.0.1", service.port), timeout=30) as client:
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


def opened(pid):
    """What a process has open, as the system names it."""
    found = []
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            found.append(os.readlink(link))
    return found


def sockets(pid):
    """How many a process has open."""
    return sum(name.startswith("socket:") for name in opened(pid))


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


PATIENT = """
__file__ = {file!r}
exec(compile(open(__file__).read(), __file__, "exec"))
_STAY_MS = 60_000
"""
WHICH_THREAD = """
def application(environ, start_response):
    import threading
    body = str(threading.get_ident()).encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]
"""


@contextmanager
def patient(folder, threads, workers=1):
    """gunicorn whose threads stay a minute with their connections, and its port.

    It answers with the number of the thread.
    """
    conf, port = folder / "patient.py", free_port()
    conf.write_text(PATIENT.format(file=str(REPOSITORY / "deploy" / "gunicorn.conf.py")))
    (folder / "which_thread.py").write_text(WHICH_THREAD)
    env = {"PORT": str(port), "WEB_CONCURRENCY": str(workers), "WEB_THREADS": str(threads)}
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-c", conf, "which_thread:application"],
        cwd=folder,
        env=os.environ | env,
    )
    try:
        wait_until(lambda: ask(port, "GET", "/") == 200, timeout_s=20, what="it answers")
        yield process, port
    finally:
        process.terminate()
        process.wait(timeout=20)


@contextmanager
def kept_connections(port, number):
    """This many connections that stay open."""
    made = [HTTPConnection("127.0.0.1", port, timeout=20) for _ in range(number)]
    try:
        yield made
    finally:
        for there in made:
            there.close()


def thread_of(there):
    """The thread that answers a request on this connection."""
    there.request("GET", "/")
    return there.getresponse().read()


def test_a_thread_stays_with_its_connection(tmp_path):
    with patient(tmp_path, threads=4) as (_, port), kept_connections(port, 3) as kept:
        found = [[thread_of(there) for there in kept] for _ in range(5)]
    assert len(set(found[0])) == 3
    assert found == [found[0]] * 5


def test_threads_leave_connections_that_ask_for_nothing_when_others_need_them(tmp_path):
    with patient(tmp_path, threads=2) as (_, port), kept_connections(port, 9) as kept:
        for _ in range(3):
            for there in kept:
                assert thread_of(there)


def test_requests_sent_at_once_are_all_answered_by_a_thread_that_stays(tmp_path):
    with patient(tmp_path, threads=2) as (_, port):
        with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
            for _ in range(2):
                client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" * 3)
                answers = b""
                while answers.count(b"HTTP/1.1 200 OK") < 3:
                    answers += client.recv(4096)


def test_the_end_waits_for_no_connection_that_asks_for_nothing(tmp_path):
    with patient(tmp_path, threads=4) as (process, port), kept_connections(port, 4) as kept:
        for there in kept:
            thread_of(there)
        process.terminate()
        assert process.wait(timeout=20) == 0


def test_head_and_body_arrive_together(tmp_path):
    with patient(tmp_path, threads=2) as (_, port):
        with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
            for _ in range(5):
                client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                head, _, body = client.recv(4096).partition(b"\r\n\r\n")
                assert head.startswith(b"HTTP/1.1 200 OK")
                assert body.isdigit()


def cpus_of(workers):
    """The CPUs on which each of them may run."""
    found = []
    for pid in workers:
        with suppress(ProcessLookupError):
            found.append(tuple(os.sched_getaffinity(pid)))
    return sorted(found)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps processes on a CPU")
def test_each_worker_has_a_cpu_of_its_own_also_after_another_was_killed(tmp_path):
    cpus = sorted(os.sched_getaffinity(0))
    with patient(tmp_path, threads=2, workers=len(cpus)) as (process, _):
        each_has_one = [(cpu,) for cpu in cpus]
        for killed in (0, -1):
            wait_until(
                lambda: cpus_of(descendants(process.pid)) == each_has_one,
                timeout_s=20,
                what="each worker has a CPU",
            )
            os.kill(sorted(descendants(process.pid))[killed], signal.SIGKILL)
        wait_until(
            lambda: cpus_of(descendants(process.pid)) == each_has_one,
            timeout_s=20,
            what="each worker has a CPU again",
        )


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps processes on a CPU")
def test_workers_may_run_anywhere_where_there_are_more_cpus(tmp_path):
    cpus = os.sched_getaffinity(0)
    if len(cpus) == 1:
        pytest.skip("there is one CPU")
    with patient(tmp_path, threads=2) as (process, _):
        assert cpus_of(descendants(process.pid)) == [tuple(cpus)]


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
def test_replacing_workers_leaves_nothing_open(tmp_path):
    with patient(tmp_path, threads=2) as (process, port):
        numbers = set()
        for _ in range(3):
            numbers.add(len(opened(process.pid)))
            (killed,) = descendants(process.pid)
            os.kill(killed, signal.SIGKILL)
            wait_until(
                lambda: descendants(process.pid) - {killed},  # noqa: B023 - called at once
                timeout_s=20,
                what="another takes its place",
            )
            assert ask(port, "GET", "/") == 200
    assert len(numbers) == 1
