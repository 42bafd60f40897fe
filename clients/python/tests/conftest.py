"""A server that answers as a test says, on a real connection."""

from __future__ import annotations

import gzip
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

VECTORS = Path(__file__).resolve().parents[2] / "vectors"


def vectors(name):
    return json.loads((VECTORS / f"{name}.json").read_text())


class Server:
    """`answers[path]` are (status, headers, body), given in turn, the last one again and again."""

    def __init__(self):
        self.answers, self.asked, self.pause = {}, [], None
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.0"

            def do_GET(self):
                server.answer(self)

            do_POST = do_DELETE = do_GET

            def log_message(self, *_):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.http.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    def says(self, path, *answers):
        """Each a body, or (status, body), or (status, headers, body)."""
        self.answers[path] = [as_answer(answer) for answer in answers]

    def answer(self, request):
        path = request.path.partition("?")[0]
        length = int(request.headers.get("Content-Length", 0))
        self.asked.append((request.command, request.path, request.rfile.read(length)))
        given = self.answers.get(path)
        if given is None:
            given = [as_answer((404, {"error": {"code": "NOT_FOUND", "message": "Nothing."}}))]
        status, headers, body = given.pop(0) if len(given) > 1 else given[0]
        if self.pause is not None:
            self.pause.wait(20)
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name, value)
        request.end_headers()
        try:
            request.wfile.write(body)
        except OSError:
            pass

    def paths(self):
        return [path for _, path, _ in self.asked]

    def close(self):
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()


def as_answer(given):
    status, headers, body = 200, {}, given
    if isinstance(given, tuple):
        status, *rest = given
        headers, body = rest if len(rest) == 2 else ({}, rest[0])
    if isinstance(body, str):
        body = body.encode()
    return status, headers, body if isinstance(body, bytes) else json.dumps(body).encode()


def packed(body):
    return 200, {"Content-Encoding": "gzip"}, gzip.compress(body)


@pytest.fixture
def make_server():
    made = []

    def make():
        made.append(Server())
        return made[-1]

    yield make
    for server in made:
        server.close()


@pytest.fixture
def server(make_server):
    return make_server()
