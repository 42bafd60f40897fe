"""The real nginx with the configuration of deploy/nginx, on loopback."""

from __future__ import annotations

import http.client
import json
import secrets
import shutil
import socket
import ssl
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.dev.processes import wait_until
from tests.dev.service import REPOSITORY, Answer, Service, free_port, services

START = REPOSITORY / "deploy" / "nginx" / "start"
VIDEO = "dQw4w9WgXcQ"
MANY = {
    f"REALTUBE_LIMIT_{name}": "100000"
    for name in ("LOOKUP", "SYNC", "STATS", "VOTE_ADDRESS", "VOTE_USER", "VOTE_PREFIX", "EXPORT")
}
_UNVERIFIED = ssl._create_unverified_context()


class Nginx:
    """One nginx in a folder of its own; `env` is what deploy/nginx/start reads."""

    def __init__(self, folder: Path, publish_root: Path, upstream_port: int, **env: str) -> None:
        self.port, self.plain_port = free_port(), free_port()
        self.folder = folder
        self._env = {
            "PATH": "/usr/local/sbin:/usr/sbin:/usr/local/bin:/usr/bin:/bin",
            "REALTUBE_NGINX_RUN": str(folder / "run"),
            "REALTUBE_SERVER_NAME": "realtube.example",
            "REALTUBE_TLS_CERTIFICATE": str(folder / "site.pem"),
            "REALTUBE_TLS_KEY": str(folder / "site.key"),
            "REALTUBE_PUBLISH_ROOT": str(publish_root),
            "REALTUBE_UPSTREAM": f"127.0.0.1:{upstream_port}",
            "REALTUBE_HTTP_LISTEN": f"127.0.0.1:{self.plain_port}",
            "REALTUBE_HTTPS_LISTEN": f"127.0.0.1:{self.port}",
            **env,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when it listens."""
        self_signed(self.folder / "site.pem", self.folder / "site.key")
        self.process = subprocess.Popen([START], env=self._env, stderr=subprocess.PIPE)
        wait_until(self._listens, timeout_s=20, what="nginx listens")

    def _listens(self) -> bool:
        assert self.process and self.process.stderr
        assert self.process.poll() is None, self.process.stderr.read().decode()
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False

    def stop(self) -> str:
        """What it wrote into its log."""
        assert self.process
        self.process.terminate()
        return self.process.communicate(timeout=20)[1].decode()

    def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        body: Any = None,
        plain: bool = False,
        **headers: str,
    ) -> Answer:
        """One request on a connection of its own; `_` in names of headers stands for `-`."""
        there = self._plain() if plain else self._secure()
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None:
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        there.request(method, path, body, sent)
        return _answer(there)

    def ask_in_chunks(self, path: str, *parts: bytes) -> Answer:
        """A POST whose length is not told beforehand."""
        there = self._secure()
        headers = {"Content-Type": "application/json", "Transfer-Encoding": "chunked"}
        there.request("POST", path, iter(parts), headers, encode_chunked=True)
        return _answer(there)

    def _plain(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.plain_port, timeout=40)

    def _secure(self) -> http.client.HTTPConnection:
        return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=40, context=_UNVERIFIED)


def _answer(there: http.client.HTTPConnection) -> Answer:
    got = there.getresponse()
    answer = Answer(got.status, got.headers, got.read())
    there.close()
    return answer


@contextmanager
def nginx(publish_root: Path, upstream_port: int, **env: str) -> Iterator[Nginx]:
    """A running one, stopped and removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="realtube-nginx-", dir="/tmp"))
    folder.chmod(0o755)  # its workers are another user when we are root
    server = Nginx(folder, publish_root, upstream_port, **env)
    try:
        server.start()
        yield server
    finally:
        if server.process and server.process.poll() is None:
            server.stop()
        shutil.rmtree(folder)


def self_signed(certificate: Path, key: Path) -> None:
    """Write a certificate that nobody should trust."""
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "1", "-subj", "/CN=realtube.example"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )


@contextmanager
def published_service() -> Iterator[Service]:
    """`make run` with a vote published, and a proxy it trusts."""
    with services() as make:
        made = make()
        made.start_and_wait(
            REALTUBE_ENVIRONMENT="production",
            REALTUBE_TRUSTED_PROXIES="127.0.0.1",
            REALTUBE_DELTA_EVERY_S="3600",
            **MANY,
        )
        for n in range(3):
            user = secrets.token_hex(32)
            assert made.vote(VIDEO, user, address=f"127.0.1.{n}", channelId="UCmaker") == 200
        bucket = made.var_dir / "publish" / "buckets" / "5f" / "6b.json"
        wait_until(bucket.exists, timeout_s=30, what="the bucket is published")
        assert made.status("/api/sync/full") == made.status("/api/stats") == 200
        manifest = made.var_dir / "publish" / "snapshots" / "current" / "manifest.json"
        # One that is empty, from before the votes, is soon replaced; this one is not.
        wait_until(
            lambda: any(json.loads(manifest.read_bytes())["counts"].values()),
            timeout_s=90,
            what="the copy has the video",
        )
        yield made
