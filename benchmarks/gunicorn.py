"""`python -m benchmarks.gunicorn`: numbers of processes and threads side by side.

Each variant of deploy/gunicorn.conf.py gets the same mixed load for a few seconds, in turns, so
that whatever else the machine does hits all of them. Prints a table of ratios to the first.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from benchmarks.load import NO_LIMITS, Client, Load, failures, percentile
from benchmarks.processes import cpu_s, megabytes
from benchmarks.servers import servers
from local.options import REPOSITORY

PORT = 18_470
CLIENTS = 16
MIX = {"search": 60, "direct": 25, "vote": 15}
START_TIMEOUT_S = 60.0


@dataclass
class Variant:
    """What is tried, and per round: requests a second, p99, CPU per request."""

    name: str
    env: dict[str, str]
    rates: list[float] = field(default_factory=list)
    p99s: list[float] = field(default_factory=list)
    cpus: list[float] = field(default_factory=list)
    megabytes: float = 0.0
    failed: int = 0


def variants() -> list[Variant]:
    """The default first."""
    shapes = [(2, 8), (1, 8), (1, 16), (2, 4), (2, 16), (4, 4), (4, 8)]
    found = [
        Variant(f"{w} x {t}", {"WEB_CONCURRENCY": str(w), "WEB_THREADS": str(t)}) for w, t in shapes
    ]
    found.append(Variant("2 x 8, replaced after 500", {"WEB_MAX_REQUESTS": "500"}))
    return found


@contextmanager
def gunicorn(env: dict[str, str]) -> Iterator[int]:
    """One that answers; yields the id of its master."""
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "realtube.wsgi"],
        cwd=REPOSITORY,
        env=os.environ | NO_LIMITS | {"PORT": str(PORT)} | env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        client, deadline = Client(PORT, tls=False), time.monotonic() + START_TIMEOUT_S
        while client.ask("GET", "/health/live")[0] != 200 and time.monotonic() < deadline:
            time.sleep(0.1)
        client.close()
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def measure(variant: Variant, seconds: float, seed: int) -> None:
    """One round."""
    with gunicorn(variant.env) as pid:
        before = cpu_s(pid)
        load = Load(PORT, clients=CLIENTS, tls=False, mix=MIX, seed=seed)
        started = time.monotonic()
        with load.running():
            time.sleep(seconds)
        sent = load.sent
        variant.rates.append(len(sent) / (time.monotonic() - started))
        variant.p99s.append(percentile(sent, 0.99))
        variant.cpus.append((cpu_s(pid) - before) / len(sent))
        variant.megabytes = megabytes(pid)
        variant.failed += sum(failures(sent).values())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=8)
    options = parser.parse_args()
    tried = variants()
    with servers(durable=True), tempfile.TemporaryDirectory() as folder:
        os.environ["REALTUBE_PUBLISH_ROOT"] = folder
        for n in range(options.rounds):
            for variant in tried:
                measure(variant, options.seconds, seed=n + 1)
                print(f"round {n + 1}: {variant.name}", file=sys.stderr, flush=True)
    base = tried[0]
    print("| processes x threads | requests/s | p99 | CPU a request | memory | failed |")
    print("| --- | --- | --- | --- | --- | --- |")
    for variant in tried:
        rate, p99, cpu = (
            statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
            for ours, theirs in (
                (variant.rates, base.rates),
                (variant.p99s, base.p99s),
                (variant.cpus, base.cpus),
            )
        )
        print(
            f"| {variant.name} | {rate:.2f} | {p99:.2f} | {cpu:.2f} "
            f"| {variant.megabytes / base.megabytes:.2f} | {variant.failed} |"
        )
    print(
        f"\nThe first: {statistics.median(base.rates):.0f} requests/s, p99 "
        f"{statistics.median(base.p99s) * 1000:.0f} ms, {statistics.median(base.cpus) * 1000:.1f} "
        f"ms of CPU a request, {base.megabytes:.0f} MB; {CLIENTS} clients."
    )


if __name__ == "__main__":
    main()
