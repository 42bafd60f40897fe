"""The services of docker-compose.yml as plain processes, for measurements under load."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.processes import cpu_s

RUNNER = Path(__file__).resolve().parent.parent / "deploy" / "run-as-processes"


def run_as_processes() -> Any:
    """The module `deploy/run-as-processes`, which is a script."""
    loader = SourceFileLoader("run_as_processes", str(RUNNER))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


class Stack:
    """A site in `folder`; `extra` goes into every service's environment."""

    def __init__(self, folder: Path, extra: Mapping[str, str]) -> None:
        module = run_as_processes()

        class Site(module.Site):  # type: ignore[misc, name-defined]
            def environment(self, service: str) -> dict[str, str]:
                return {**super().environment(service), **extra}

            def command(self, service: str, words: list[str]) -> list[str]:
                made = list(super().command(service, words))
                if service == "postgres" and words[0] == "postgres":
                    # Over TCP, as in containers: a Unix socket is cheaper than what sites have.
                    made += ["-c", "listen_addresses=127.0.0.1", "-c", f"port={database_port}"]
                elif words[0] == "pg_isready":
                    made = [words[0], "--host=127.0.0.1", f"--port={database_port}"]
                return made

        (database_port,) = module.free_ports(1)
        self.database_port = database_port
        self.site = Site(folder, os.environ)
        self.servers: tuple[str, ...] = module.SERVERS
        self._free_ports = module.free_ports

    def start_servers(self) -> None:
        """PostgreSQL and Valkey, migrated; what a Django of this process needs to reach them."""
        self.site.prepare()
        keys = self.site.folder / "secrets"
        by_socket = f"{(keys / 'database_url').read_text()}&port={self.database_port}"
        password = (keys / "postgres_password").read_text().strip()
        url = f"postgresql://postgres:{password}@127.0.0.1:{self.database_port}/realtube"
        (keys / "database_url").write_text(url)
        for service in self.servers:
            self.site.start(service)
        self.site.wait(list(self.servers))
        with psycopg.connect(by_socket) as connection:
            connection.execute(f"ALTER ROLE postgres PASSWORD '{password}'")  # type: ignore[call-overload]
        os.environ.update(self.application_environment())

    def application_environment(self) -> dict[str, str]:
        """The environment of the application's services, for a process of one's own."""
        names = self.site.environment("worker")
        return {
            name: value
            for name, value in names.items()
            if name not in ("PATH", "HOME", "HOSTNAME", "HOST", "PORT")
        }

    def start(self, *services: str) -> None:
        """Start services and wait until they are healthy."""
        for service in services:
            self.site.start(service)
        self.site.wait(list(services))

    def free_port(self) -> int:
        """A port of loopback that nobody has."""
        (port,) = self._free_ports(1)
        return int(port)

    def cpu_s(self) -> dict[str, float]:
        """Seconds of CPU so far, by service."""
        return {name: cpu_s(it.pid) for name, it in self.site.processes.items()}

    @property
    def https(self) -> str:
        """Where nginx listens, without a slash."""
        return f"https://127.0.0.1:{self.site.ports['https']}"

    @property
    def web(self) -> str:
        """Where gunicorn listens."""
        return f"http://127.0.0.1:{self.site.ports['web']}"


@contextmanager
def stack(folder: Path, extra: Mapping[str, str]) -> Iterator[Stack]:
    """A stack whose processes end with the block."""
    running = Stack(folder, extra)
    try:
        yield running
    finally:
        running.site.stop()
