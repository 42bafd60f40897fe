"""`make run` on a PostgreSQL and a Valkey of the test's own, which it may harm."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass

import psycopg
import redis

from benchmarks.load import NO_LIMITS, Load, Sent, failures, percentile
from local.postgres import Postgres
from local.server import Server
from local.valkey import Valkey
from tests.dev.processes import descendants, wait_until
from tests.dev.service import Service, services
from tests.figures import Figures

ENOUGH = 100  # requests that a fault has to stand


@dataclass
class Parts:
    """A whole site whose servers can be stopped, killed and frozen."""

    postgres: Postgres
    valkey: Valkey
    service: Service

    def sql(self, *statements: str) -> None:
        """Run statements, each by itself."""
        with psycopg.connect(self.postgres.url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    @property
    def redis(self) -> redis.Redis:
        """A client of the Valkey; the caller closes it."""
        return redis.Redis.from_url(self.valkey.url)

    def ready(self) -> str:
        """What `/health/ready` says."""
        answer = self.service.json("/health/ready")
        return answer["status"] if answer else "unhealthy"

    def wait_until_healthy(self) -> float:
        """Seconds until the site says so."""
        started = time.monotonic()
        wait_until(lambda: self.ready() == "healthy", timeout_s=60, what="healthy again")
        return round(time.monotonic() - started, 1)

    def check(self, load: Load, figures: Figures, **more: object) -> list[Sent]:
        """Settle what is unsure; then what voters were told is what is stored. All requests."""
        load.settle()
        assert not load.unsure
        settings = self.service.settings
        differences = load.differences(settings["DATABASE_URL"], settings["REALTUBE_VOTER_KEY"])
        sent = load.sent
        figures(
            sent=len(sent),
            votes=len(load.stands),
            failed=sum(failures(sent).values()),
            p99_s=round(percentile(sent, 0.99), 2),
            votes_lost=differences["lost"],
            **more,
        )
        assert not any(differences.values()), differences
        return sent

    def wait_until_scored(self) -> float:
        """Seconds until no dirty mark is left."""
        started = time.monotonic()

        def idle() -> bool:
            with psycopg.connect(self.postgres.url) as connection:
                row = connection.execute("SELECT count(*) FROM votes_dirtyvideo").fetchone()
            return row == (0,)

        wait_until(idle, timeout_s=60, what="everything is scored")
        return round(time.monotonic() - started, 1)


def pids(server: Server) -> set[int]:
    """A server and its processes."""
    assert server.process
    return {server.process.pid} | descendants(server.process.pid)


@contextmanager
def frozen(server: Server) -> Iterator[None]:
    """No process of the server does anything, and none has ended."""
    stopped = pids(server)
    try:
        for pid in stopped:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
        yield
    finally:
        for pid in stopped:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


def kill(server: Server) -> None:
    """As when the power fails, for one server."""
    for pid in pids(server):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    assert server.process
    server.process.wait()


@contextmanager
def parts() -> Iterator[Parts]:
    """A healthy one; all is stopped and removed at the end."""
    with ExitStack() as stack:
        service = stack.enter_context(services())()
        folder = service.var_dir.parent / "servers"
        servers = Postgres(folder, durable=True), Valkey(folder, durable=True)
        for server in servers:
            stack.callback(server.stop)
            server.start()
        urls = {server.variable: server.url for server in servers}
        service.start_and_wait(**urls, **NO_LIMITS)
        service.wait_for_snapshot()
        made = Parts(*servers, service)
        made.wait_until_healthy()
        yield made
        # Before its servers go.
        service.stop(signal.SIGTERM)


def answers(load: Load, number: int = ENOUGH) -> None:
    """Wait until so many requests more have been answered."""
    until = len(load.sent) + number
    wait_until(lambda: len(load.sent) >= until, timeout_s=60, what=f"{number} more answers")


@contextmanager
def slow_proxy(port: int, *, delay_s: float) -> Iterator[tuple[int, list[float]]]:
    """A TCP proxy that holds every byte back for a while: its port, and when it was connected."""
    connections: list[float] = []
    opened: list[socket.socket] = []

    def pump(source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                time.sleep(delay_s)
                target.sendall(data)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    def serve(listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                connections.append(time.monotonic())
                server = socket.create_connection(("127.0.0.1", port))
                opened.extend((client, server))
                for ends in ((client, server), (server, client)):
                    threading.Thread(target=pump, args=ends, daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,), daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1], connections
        finally:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            thread.join()
            for end in opened:
                end.close()
