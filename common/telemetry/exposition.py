"""The metrics of a service in Prometheus' text: of one process, or of all that share a folder.

With `PROMETHEUS_MULTIPROC_DIR` set each process keeps its numbers in files there. Those of a
process that has gone are added to a file of the past, or thrown away if they were only about the
process: otherwise every worker that gunicorn replaces would leave files that each scrape reads
again. The next scrape sees which processes have gone, so `kill -9` needs no other care. The folder
belongs to processes that see each other's ids: one machine, or one container.
"""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

import prometheus_client
from django.conf import settings
from prometheus_client import CollectorRegistry, Metric
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector

_PAST = "past"


class Collector(Protocol):
    """What a registry asks for metrics."""

    def collect(self) -> Iterable[Metric]: ...


def text(*more: Collector) -> bytes:
    """What to answer a scrape, with what `more` collects."""
    return prometheus_client.generate_latest(_registry(*more))


def serve() -> None:
    """Answer scrapes in a thread where settings say so, in a process that serves nothing else."""
    if settings.METRICS_LISTEN:
        address, port = settings.METRICS_LISTEN
        prometheus_client.start_http_server(port, addr=address, registry=_registry())


def _registry(*more: Collector) -> CollectorRegistry:
    registry = CollectorRegistry()
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")
    for collector in (_Shared(Path(folder)) if folder else prometheus_client.REGISTRY, *more):
        registry.register(collector)  # type: ignore[arg-type]
    return registry


class _Shared:
    """All processes of a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def collect(self) -> list[Metric]:
        with _alone(self._folder):
            for path in self._folder.glob("*.db"):
                owner = path.stem.rpartition("_")[2]
                if owner != _PAST and not _is_alive(int(owner)):
                    _put_to_past(path)
            collector = MultiProcessCollector(None, self._folder)  # type: ignore[no-untyped-call]
            return list(collector.collect())  # type: ignore[no-untyped-call]

    def describe(self) -> list[Metric]:
        """Nothing in advance; otherwise the registry would collect to find out."""
        return []


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody reads while numbers are on their way from one file to the other."""
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        # One that was killed keeps its number until its parent has heard of it.
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][:1]
    except OSError:
        return sys.platform != "linux"
    return state not in "ZX"


def _put_to_past(path: Path) -> None:
    kind = path.stem.split("_")[0]
    if kind != "gauge":
        past = MmapedDict(path.with_stem(f"{kind}_{_PAST}"))  # type: ignore[no-untyped-call]
        # A process that was killed while it wrote may have left anything.
        with suppress(RuntimeError, UnicodeDecodeError):
            for key, value, *_ in MmapedDict.read_all_values_from_file(path):  # type: ignore[no-untyped-call]
                past.write_value(key, past.read_value(key)[0] + value, 0.0)  # type: ignore[no-untyped-call]
        past.close()  # type: ignore[no-untyped-call]
    path.unlink(missing_ok=True)
