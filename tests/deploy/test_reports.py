"""Traces and error reports of real processes: nothing unless asked for, nothing about anybody."""

from __future__ import annotations

import gzip
import json
import secrets
import threading
import urllib.request
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from common import ids
from tests.dev.processes import wait_until
from tests.dev.service import services

AGENT = "Mozilla/5.0 (SecretOS 7; rv:1.0)"
USER = secrets.token_hex(32)
ADDRESS = "198.51.100.77"
SPAN_MEMBERS = {
    "http.request.method",
    "http.route",
    "http.response.status_code",
    "db.system.name",
    "db.operation.name",
}


class Collector:
    """Takes whatever is sent to it."""

    def __init__(self):
        self.received: list[tuple[str, bytes]] = []
        received = self.received

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                received.append((self.path, body))
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            do_GET = do_CONNECT = do_POST

            def log_message(self, *args):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()

    def spans(self):
        """By name: attributes, trace and parent."""
        found = {}
        for path, body in list(self.received):
            if path == "/v1/traces":
                for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                    for scope in resource.scope_spans:
                        for span in scope.spans:
                            members = {
                                it.key: it.value.string_value or it.value.int_value
                                for it in span.attributes
                            }
                            found.setdefault(span.name, []).append((members, span))
        return found

    def failures(self):
        """Events of Sentry's protocol."""
        return [
            json.loads(line)
            for path, body in list(self.received)
            if "envelope" in path
            for line in body.splitlines()
            if b'"exception"' in line
        ]


@pytest.fixture
def collector():
    made = Collector()
    yield made
    made.stop()


@contextmanager
def used_and_failing(**env):
    """A service that was asked things, and whose worker cannot write a file."""
    with services() as make:
        service = make()
        service.start_and_wait(**env)
        buckets = service.var_dir / "publish" / "buckets"
        assert service.vote("first", USER, address="127.0.2.1") == 200
        wait_until(buckets.exists, timeout_s=30, what="something is published")
        video = next(
            it
            for it in iter(lambda: secrets.token_urlsafe(8), None)
            if not (buckets / ids.video_hash(it)[:2]).exists()
        )
        # A file where the folder of the bucket belongs.
        (buckets / ids.video_hash(video)[:2]).write_text("")
        assert service.vote(video, USER, address="127.0.2.1") == 200
        request = urllib.request.Request(
            f"http://127.0.0.1:{service.port}/api/users/{USER}?secret={USER}",
            headers={"User-Agent": AGENT, "X-Forwarded-For": ADDRESS, "X-User-ID": USER},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert answer.status == 200
        wait_until(
            lambda: "outcome=failure" in service.output, timeout_s=30, what="a task has failed"
        )
        yield video


def test_spans_and_failures_arrive_without_anything_about_anybody(collector):
    with used_and_failing(
        OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{collector.port}",
        OTEL_BSP_SCHEDULE_DELAY="200",
        SENTRY_DSN=f"http://key@127.0.0.1:{collector.port}/1",
    ) as video:
        wanted = {"POST /api/votes", "GET /api/users/:userId", "sync.tasks.advance", "statement"}
        wait_until(lambda: wanted <= collector.spans().keys(), timeout_s=30, what="spans")
        wait_until(collector.failures, timeout_s=30, what="a failure")
    spans, failures = collector.spans(), collector.failures()
    assert spans["POST /api/votes"][0][0] == {
        "http.request.method": "POST",
        "http.route": "/api/votes",
        "http.response.status_code": 200,
    }
    votes = {span.trace_id for _, span in spans["POST /api/votes"]}
    inserts = [it for it, span in spans["statement"] if span.trace_id in votes]
    assert {it["db.system.name"] for it in inserts} == {"postgresql"}
    assert all(members.keys() <= SPAN_MEMBERS for found in spans.values() for members, _ in found)
    failed = failures[0]["exception"]["values"][-1]
    assert failed["type"] == "NotADirectoryError"
    assert failed["stacktrace"]["frames"][-1]["function"]
    assert all(
        frame.keys() <= {"filename", "function", "module", "lineno", "in_app"}
        for frame in failed["stacktrace"]["frames"]
    )
    everything = b"".join(body for _, body in collector.received)
    for secret in (USER, ADDRESS, "127.0.2.1", "SecretOS", ids.video_hash(video), video):
        assert secret.encode() not in everything


def test_nothing_is_sent_unless_it_is_asked_for(collector):
    there = f"http://127.0.0.1:{collector.port}"
    # Whatever wants to go out has to pass the collector.
    with used_and_failing(HTTP_PROXY=there, HTTPS_PROXY=there, http_proxy=there, https_proxy=there):
        pass
    assert collector.received == []
