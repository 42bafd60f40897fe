"""`make run` as a person starts it, for tests that need whole services."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local import options
from tests.dev.processes import descendants, wait_until

REPOSITORY = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Answer:
    """What a client got."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def json(self) -> Any:
        """The body, which must say that it is JSON."""
        assert self.headers["Content-Type"] == "application/json", self
        return json.loads(self.body)

    @property
    def error(self) -> str:
        """The code of the error."""
        return str(self.json()["error"]["code"])


@dataclass
class Service:
    """`make run` as a person starts it, with a folder and a port of its own.

    `repository` is the checkout that is run, this one unless it is said.
    """

    var_dir: Path
    port: int
    process: subprocess.Popen[bytes] | None = None
    repository: Path = REPOSITORY

    @property
    def settings(self) -> dict[str, str]:
        """Its secrets, and the servers it uses."""
        files = (self.var_dir / name for name in ("secrets.env", "run.env"))
        return dict(line.split("=", 1) for file in files for line in file.read_text().splitlines())

    @property
    def output(self) -> str:
        return (self.var_dir.parent / "output").read_text(errors="replace")

    def start(self, **env: str) -> subprocess.Popen[bytes]:
        with (self.var_dir.parent / "output").open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "local.run"],
                cwd=self.repository,
                env=self.environment | {"PORT": str(self.port)} | env,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        return self.process

    def start_and_wait(self, **env: str) -> set[int]:
        """Its processes, once it says that it is ready."""
        process = self.start(**env)
        wait_until(
            lambda: "RealTube is ready" in self.output or process.poll() is not None,
            timeout_s=60,
            what="the service is ready",
        )
        assert process.poll() is None, self.output
        return descendants(process.pid)

    def wait_for_snapshot(self) -> None:
        """Until the first one is there, which the worker makes."""
        wait_until(
            lambda: self.status("/api/sync/full") == 200, timeout_s=30, what="the first snapshot"
        )

    def manage(self, *command: str, answer: str = "") -> str:
        """What `manage.py` says, as a person runs it in a second terminal who types `answer`."""
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=self.repository,
            env=self.environment,
            input=f"{answer}\n",
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    @property
    def environment(self) -> dict[str, str]:
        """What a command in a second terminal gets."""
        ours = {"DATABASE_URL", "REDIS_URL", "REALTUBE_ENVIRONMENT", *options.SECRETS}
        inherited = {key: value for key, value in os.environ.items() if key not in ours}
        return inherited | {"VAR_DIR": str(self.var_dir)}

    @contextmanager
    def gunicorn(self, port: int = 0, **env: str) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
        """Another gunicorn of the same site, once it answers: its port and process."""
        port = port or free_port()
        env = {"WEB_CONCURRENCY": "1", **env, "PORT": str(port)}
        log = self.var_dir.parent / "gunicorn"
        with log.open("ab") as output:
            process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "gunicorn",
                    "-c",
                    "deploy/gunicorn.conf.py",
                    "realtube.wsgi",
                ],
                cwd=REPOSITORY,
                env=self.environment | env,
                stdout=output,
                stderr=output,
            )
        try:
            other = Service(self.var_dir, port, process)
            wait_until(
                lambda: other.status("/health/live") == 200, timeout_s=60, what="gunicorn answers"
            )
            yield port, process
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(timeout=40)

    def stop(self, number: signal.Signals) -> int:
        """Its exit status."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(timeout=40)

    def status(self, path: str, *, method: str = "GET", **headers: str) -> int:
        """The status of a request; 0 when nobody answers."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", method=method)
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def json(self, path: str) -> Any:
        """The JSON of a GET; None when nobody answers or there is nothing."""
        return json.loads(self.text(path) or "null")

    def text(self, path: str) -> str:
        """The body of a GET; empty when nobody answers or there is nothing."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return str(answer.read(), "utf-8")
        except OSError:
            return ""

    def ask(self, method: str, path: str, body: Any = None) -> Answer:
        """One request on a connection of its own."""
        there = http.client.HTTPConnection("127.0.0.1", self.port, timeout=40)
        data = None if body is None else json.dumps(body)
        there.request(method, path, data, {"Content-Type": "application/json"})
        got = there.getresponse()
        answer = Answer(got.status, got.headers, got.read())
        there.close()
        return answer

    def vote(self, video_id: str, user: str, *, address: str, **more: str) -> int:
        """The status of a vote that comes from one of the loopback addresses."""
        there = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=10, source_address=(address, 0)
        )
        body = {"videoId": video_id, "userId": user, "category": "fully_ai", **more}
        there.request("POST", "/api/votes", json.dumps(body), {"Content-Type": "application/json"})
        status = there.getresponse().status
        there.close()
        return status


@contextmanager
def services() -> Iterator[Callable[[], Service]]:
    """Makes services, each with a folder of its own; all are stopped and removed at the end."""
    made: list[Service] = []

    def make() -> Service:
        folder = Path(tempfile.mkdtemp(prefix="realtube-run-", dir="/tmp"))
        folder.chmod(0o755)  # so that root's PostgreSQL, which runs as nobody, finds its data there
        made.append(Service(folder / "var", free_port()))
        return made[-1]

    try:
        yield make
    finally:
        for service in made:
            if service.process is not None and service.process.poll() is None:
                service.process.terminate()
                service.process.wait()
            # What was killed may still be about to go.
            shutil.rmtree(service.var_dir.parent, ignore_errors=True)
