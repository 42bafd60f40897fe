"""A web server of our own, that lists are subscribed from."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from channels.models import Subscription
from channels.subscriptions import service


class Web:
    """What the server answers, and what it was asked."""

    def __init__(self, port: int) -> None:
        self.origin = f"http://127.0.0.1:{port}"
        self.url = f"{self.origin}/list.txt"
        self.answers: dict[str, Callable[[Any], None]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []

    def gives(self, body: bytes, path: str = "/list.txt", etag: str = "") -> None:
        """Serve this, with 304 for those who have it."""

        def answer(request: Any) -> None:
            if etag and request.headers["If-None-Match"] == etag:
                request.send_response(304)
                request.end_headers()
                return
            request.send_response(200)
            request.send_header("Content-Length", str(len(body)))
            if etag:
                request.send_header("ETag", etag)
            request.end_headers()
            request.wfile.write(body)

        self.answers[path] = answer

    def says(self, status: int, path: str = "/list.txt", **headers: str) -> None:
        """Answer with nothing but this status and these headers."""

        def answer(request: Any) -> None:
            request.send_response(status)
            for name, value in headers.items():
                request.send_header(name.replace("_", "-"), value)
            request.send_header("Content-Length", "0")
            request.end_headers()

        self.answers[path] = answer


@pytest.fixture
def web(settings: Any) -> Iterator[Web]:
    """The server, which the operator has allowed though it is inside."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked.append((self.path, dict(self.headers)))
            try:
                found.answers[self.path](self)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found = Web(server.server_port)
    settings.LIST_HOSTS = [found.origin]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def subscribed(web: Web) -> Subscription:
    """A subscription to the server's list."""
    return service.subscribe(url=web.url, source="list", level="block", every_s=21_600)


@pytest.fixture
def fetch() -> Callable[..., Subscription]:
    """Fetch the list as a worker would, now; the subscription then."""

    def now(source: str = "list", **how: bool) -> Subscription:
        assert service.fetch_soon(source, **how)
        assert service.fetch_due() == 1
        return Subscription.objects.get(source=source)

    return now
