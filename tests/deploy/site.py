"""The services of docker-compose.yml as processes, for tests that need a whole site."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from prometheus_client.parser import text_string_to_metric_families

from tests.dev.processes import wait_until
from tests.dev.service import REPOSITORY

_UNVERIFIED = ssl._create_unverified_context()
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


@dataclass
class Site:
    """A running one."""

    folder: Path
    process: subprocess.Popen[bytes]
    ports: dict[str, int]

    def ask(self, path: str, *, source: str = "127.0.0.1", **body: Any) -> httpx.Response:
        """What nginx answers to a GET, or to a POST of `body`, from an address of this machine."""
        url = f"https://127.0.0.1:{self.ports['https']}{path}"
        transport = httpx.HTTPTransport(verify=_UNVERIFIED, local_address=source)
        with httpx.Client(transport=transport, timeout=20) as client:
            return client.post(url, json=body) if body else client.get(url)

    def vote(self, video_id: str, user: str = "", category: str = "fully_ai") -> int:
        """The status of a vote."""
        body = {"videoId": video_id, "userId": user or secrets.token_hex(32), "category": category}
        return self.ask("/api/votes", **body).status_code

    def metrics(self, service: str) -> Metrics:
        """What a service answers to a scrape."""
        url = f"http://127.0.0.1:{self.ports[service]}/metrics"
        with urllib.request.urlopen(url, timeout=10) as answer:
            return Metrics(answer.read().decode())

    def log(self, service: str) -> str:
        """The lines that a service has written to their end."""
        text = (self.folder / "logs" / f"{service}.log").read_text()
        return text[: text.rfind("\n") + 1]


class Metrics:
    """The samples of one scrape."""

    def __init__(self, text: str) -> None:
        self.names = set()
        self._samples: Samples = {}
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                self.names.add(sample.name)
                self._samples[sample.name, frozenset(sample.labels.items())] = sample.value

    def __call__(self, name: str, **labels: str) -> float:
        """The sum of the samples that have these labels; 0 for none."""
        wanted = labels.items()
        return sum(v for (n, known), v in self._samples.items() if n == name and wanted <= known)


@contextmanager
def sites(before: Callable[[dict[str, int]], None] = lambda _: None, **env: str) -> Iterator[Site]:
    """A site in a folder of its own, healthy; stopped and removed at the end.

    `before` is called with its ports once they are known; `env` is what `.env` would say.
    """
    folder = Path(tempfile.mkdtemp(prefix="realtube-site-", dir="/tmp"))
    folder.chmod(0o755)
    output = folder / "output"
    with output.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "deploy/run-as-processes", str(folder / "site")],
            cwd=REPOSITORY,
            env=os.environ | env,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    ports_file = folder / "site" / "ports.json"
    try:
        wait_until(ports_file.exists, timeout_s=60, what="the ports are known")
        ports = json.loads(ports_file.read_text())
        before(ports)
        while "All services are healthy" not in output.read_text():
            assert process.poll() is None, output.read_text()
            time.sleep(0.2)
        yield Site(folder / "site", process, ports)
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(timeout=60)
        shutil.rmtree(folder)
