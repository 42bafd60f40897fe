"""`python -m benchmarks.soak --minutes 15`: the whole site under load while its parts fail.

Starts the services of docker-compose.yml as deploy/run-as-processes does, with two web servers,
and lets visitors look things up, vote, withdraw and appeal. At random moments (`--seed`) a part is
stopped, killed or frozen. Afterwards every vote that was acknowledged must be stored, the scores
must be those of a rebuild, the published files those of the database, memory flat, and no log may
name an address, a wire id, a hash or a user agent. Writes benchmarks/results/soak.json.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
from rich.console import Console
from rich.table import Table

from benchmarks.load import AGENT, NO_LIMITS, Client, Load, Sent, failures, percentile
from benchmarks.processes import family, megabytes
from benchmarks.stack import run_as_processes
from local.options import REPOSITORY

RESULTS = REPOSITORY / "benchmarks" / "results" / "soak.json"
# 95 % lookups, of which most are the application's, for their log lines; 3 % copies; 2 % writes.
MIX: dict[str, float] = {"lookup": 15, "search": 70, "direct": 10, "delta": 2, "snapshot": 1}
MIX |= {"vote": 1.6, "unvote": 0.3, "appeal": 0.1}
LINES = 100_000  # in 15 minutes
FULL_MINUTES = 15
SAMPLE_S = 5.0
PAUSE_S = (4.0, 10.0)
AWAY_S = (0.5, 4.0)
START_AGAIN_S = 0.5
HEALTHY_TIMEOUT_S = 90.0
OURS = "127.0.0.1"  # where services listen; visitors come from other loopback addresses
SECRETS = {
    "address": re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])"),
    "address (IPv6)": re.compile(r"(?<![\w:])(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}(?![\w:])", re.I),
    "wire id or hash": re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])", re.I),
    "user agent": re.compile("|".join(map(re.escape, [*AGENT.split(), "Mozilla"]))),
}
# What nobody outside may notice.
GENTLE = ("replace", "renew", "reload")
UNNOTICED = ("redis", "redis-cache", "worker", "beat", "publisher", "db-exporter")
# How much more memory at the end is still flat: caches fill, and samples meet restarts.
GROWTH, SLACK_MB = 1.25, 30
console = Console()


_compose = run_as_processes()


class Site(_compose.Site):  # type: ignore[misc, name-defined]
    """The site with a second web server and without limits, whose parts are started again."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, {"WORKER_CONCURRENCY": "2"})
        self.services["web2"] = self.services["web"]
        (self.ports["web2"],) = _compose.free_ports(1)
        self.meant_to_be_away: set[str] = set()
        self.deaths: Counter[str] = Counter()

    def environment(self, service: str) -> dict[str, str]:
        """Limits of a busy day, and where the second web server is."""
        environment: dict[str, str] = super().environment(service) | NO_LIMITS
        if service in ("web", "web2"):
            environment["PORT"] = str(self.ports[service])
        if service == "nginx":
            servers = (f"127.0.0.1:{self.ports[name]}" for name in ("web", "web2"))
            environment["REALTUBE_UPSTREAM"] = ", ".join(servers)
        return environment

    def bring_up(self) -> None:
        """Start everything in order."""
        self.prepare()
        for service in _compose.SERVERS:
            self.start(service)
        self.wait(list(_compose.SERVERS))
        self.manage("migrate", "--noinput")
        rest = [name for name in self.services if name not in _compose.FIRST]
        for service in rest:
            self.start(service)
        self.wait(rest)

    def manage(self, *command: str) -> str:
        """What `manage.py` says."""
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "manage.py", *command],
            cwd=REPOSITORY,
            env=self.environment("worker"),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"manage.py {command[0]} failed: {done.stderr}")
        return done.stdout

    def tend(self) -> None:
        """Start again what has ended and was not meant to be away, as an engine does."""
        for name, process in list(self.processes.items()):
            if name not in self.meant_to_be_away and process.poll() is not None:
                self.deaths[name] += 1
                self.start(name)

    def signal(self, service: str, number: signal.Signals) -> None:
        """Send a signal to all processes of a service."""
        for pid in family(self.processes[service].pid):
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    @contextmanager
    def away(self, service: str) -> Iterator[None]:
        """Nobody starts it again for as long as the block takes."""
        self.meant_to_be_away.add(service)
        try:
            yield
        finally:
            if self.processes[service].poll() is None:
                self.signal(service, signal.SIGKILL)
            self.processes[service].wait()
            self.start(service)
            self.meant_to_be_away.discard(service)

    def ready(self, port: str = "https") -> bool:
        """Whether it says that all is well."""
        client = Client(self.ports[port], tls=port == "https", timeout_s=5)
        status, body = client.ask("GET", "/health/ready")
        client.close()
        return status == 200 and json.loads(body)["status"] == "healthy"

    def wait_until_ready(self, port: str = "https") -> float:
        """Seconds until then. Raises `SystemExit`."""
        started = time.monotonic()
        while not self.ready(port):
            self.tend()
            if time.monotonic() > started + HEALTHY_TIMEOUT_S:
                raise SystemExit("The site did not become healthy again.")
            time.sleep(0.1)
        return time.monotonic() - started

    def wait_for_snapshot(self) -> None:
        """Until the first one is there, which the worker makes."""
        client = Client(self.ports["https"])
        while client.ask("GET", "/api/sync/full")[0] != http.client.OK:
            self.tend()
            time.sleep(0.1)
        client.close()

    @property
    def database_url(self) -> str:
        """Where the votes are."""
        return self.secret("database_url")

    @property
    def voter_key(self) -> str:
        """By which a wire id becomes a public one."""
        return self.secret("voter_key")

    def secret(self, name: str) -> str:
        """One of those that deploy/make-secrets makes."""
        return Path(self.folder, "secrets", name).read_text(encoding="utf-8")


class Faults:
    """What goes wrong, one thing after the other."""

    def __init__(self, site: Site, seed: int) -> None:
        self.site = site
        self.rng = random.Random(seed)
        self.done: list[dict[str, Any]] = []
        stores = ("postgres", "redis", "redis-cache")
        workers = ("worker", "beat", "publisher", "db-exporter")
        self.kinds = [
            *(("stop", name) for name in (*stores, *workers)),
            *(("kill", name) for name in (*stores, *workers, "web", "web2")),
            *(("freeze", name) for name in (*stores, "worker", "publisher", "web")),
            *(("replace", "web"), ("renew", "web"), ("renew", "web2"), ("reload", "nginx")),
        ]
        self.waiting: list[tuple[str, str]] = []

    def one(self) -> None:
        """Do the next: each once in a random order, then again."""
        if not self.waiting:
            self.waiting = self.rng.sample(self.kinds, len(self.kinds))
        kind, service = self.waiting.pop()
        began = time.monotonic()
        for_s = self.rng.uniform(*AWAY_S)
        getattr(self, kind)(service, for_s)
        ended = time.monotonic()
        self.site.wait_until_ready()
        wait_until_scored(self.site)
        recovered_s = time.monotonic() - ended
        self.done.append(
            {
                "fault": kind,
                "service": service,
                "began": began,
                "over": ended + recovered_s,
                "recovered_s": round(recovered_s, 2),
            }
        )
        console.print(f"{kind} {service}: votes count again after {recovered_s:.1f} s")

    def stop(self, service: str, for_s: float) -> None:
        """As an operator does."""
        number = signal.SIGINT if service == "postgres" else signal.SIGTERM
        with self.site.away(service):
            process = self.site.processes[service]
            process.send_signal(number)
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=40)
            time.sleep(for_s)

    def kill(self, service: str, for_s: float) -> None:
        """As when memory runs out."""
        with self.site.away(service):
            self.site.signal(service, signal.SIGKILL)
            time.sleep(for_s)

    def freeze(self, service: str, for_s: float) -> None:
        """As when a disk does not answer."""
        self.site.signal(service, signal.SIGSTOP)
        time.sleep(for_s)
        self.site.signal(service, signal.SIGCONT)

    def renew(self, service: str, _for_s: float) -> None:
        """New processes in the place of the old."""
        self.site.processes[service].send_signal(signal.SIGHUP)

    def reload(self, service: str, _for_s: float) -> None:
        """The same with the configuration read anew."""
        self.site.processes[service].send_signal(signal.SIGHUP)

    def replace(self, _service: str, _for_s: float) -> None:
        """Both web servers, one after the other, as in an upgrade."""
        for service in ("web", "web2"):
            self.stop(service, 0)
            self.site.wait_until_ready(service)


class Memory:
    """Samples of each service's memory, one every `SAMPLE_S` seconds."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.samples: dict[str, list[tuple[float, float]]] = {name: [] for name in site.processes}

    def sample(self) -> None:
        """Take one of each."""
        now = time.monotonic()
        for name, process in self._site.processes.items():
            if process.poll() is None:
                self.samples[name].append((now, megabytes(process.pid)))

    @contextmanager
    def sampling(self) -> Iterator[None]:
        """Take samples as long as the block takes."""
        over = threading.Event()

        def watch() -> None:
            while not over.wait(SAMPLE_S):
                self.sample()

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()

    def report(self) -> dict[str, dict[str, float | bool]]:
        """Per service: MB in the second and in the last quarter, and the slope in MB an hour."""
        found: dict[str, dict[str, float | bool]] = {}
        for name, samples in self.samples.items():
            settled = samples[len(samples) // 4 :]
            if len(settled) < 4:
                continue
            third = max(1, len(settled) // 3)
            first = statistics.median(mb for _, mb in settled[:third])
            last = statistics.median(mb for _, mb in settled[-third:])
            slope, _ = statistics.linear_regression(*zip(*settled, strict=True))
            found[name] = {
                "first_mb": round(first, 1),
                "last_mb": round(last, 1),
                "slope_mb_per_hour": round(slope * 3600, 1),
                "flat": last <= first * GROWTH + SLACK_MB,
            }
        return found


def scan(folder: Path) -> tuple[Counter[str], dict[str, list[str]]]:
    """Lines of each log, and those that tell what no log may, by what it is."""
    lines: Counter[str] = Counter()
    told: dict[str, list[str]] = {}
    for path in sorted(folder.glob("*.log")):
        with path.open(encoding="utf-8", errors="replace") as log:
            for line in log:
                lines[path.stem] += 1
                for what, pattern in SECRETS.items():
                    if set(pattern.findall(line)) - {OURS}:
                        told.setdefault(what, []).append(f"{path.stem}: {line.strip()[:300]}")
    return lines, told


def attribute(faults: list[dict[str, Any]], sent: list[Sent]) -> int:
    """Give each fault the requests that failed while it lasted; how many belong to none."""
    failed = [s.at + s.seconds for s in sent if s.failed]
    missed = len(failed)
    for entry in faults:
        began, over = entry.pop("began"), entry.pop("over")
        entry["failed"] = sum(began <= at <= over + START_AGAIN_S for at in failed)
        missed -= entry["failed"]
    return missed


def revision(database_url: str) -> int:
    """The newest; a rebuild that finds anything different makes a newer one."""
    with psycopg.connect(database_url) as connection:
        row = connection.execute("SELECT max(number) FROM sync_revision").fetchone()
    return int(row[0] or 0) if row else 0


def wait_until_scored(site: Site) -> None:
    """Until no vote waits to be counted. Raises `SystemExit`."""
    deadline = time.monotonic() + HEALTHY_TIMEOUT_S
    while time.monotonic() < deadline:
        site.tend()
        with psycopg.connect(site.database_url) as connection:
            row = connection.execute("SELECT count(*) FROM votes_dirtyvideo").fetchone()
        if row == (0,):
            return
        time.sleep(0.2)
    raise SystemExit("Votes still wait to be counted.")


def soak(site: Site, *, minutes: float, seed: int, clients: int) -> dict[str, Any]:
    """Load and faults, then everything that must hold."""
    site.bring_up()
    site.wait_until_ready()
    site.wait_for_snapshot()
    memory, faults = Memory(site), Faults(site, seed)
    load = Load(site.ports["https"], clients=clients, mix=MIX, seed=seed)
    started = time.monotonic()
    with memory.sampling(), load.running():
        while time.monotonic() < started + minutes * 60:
            until = time.monotonic() + faults.rng.uniform(*PAUSE_S)
            while time.monotonic() < until:
                site.tend()
                time.sleep(START_AGAIN_S)
            faults.one()
    seconds = time.monotonic() - started
    load.settle()
    wait_until_scored(site)
    for service in ("beat", "worker", "db-exporter", "publisher"):
        site.processes[service].terminate()
    for service in ("beat", "worker", "db-exporter", "publisher"):
        site.processes[service].wait(timeout=60)
    site.manage("advance")
    differences = load.differences(site.database_url, site.voter_key)
    before = revision(site.database_url)
    site.manage("publish")
    files = int(site.manage("publish", "--rebuild").split()[0])
    site.manage("rebuild")
    rebuilt = revision(site.database_url) - before
    lines, told = scan(site.folder / "logs")
    sent = load.sent
    missed = attribute(faults.done, sent)
    return {
        "minutes": round(seconds / 60, 2),
        "seed": seed,
        "requests": len(sent),
        "requests_a_second": round(len(sent) / seconds, 1),
        "kinds": dict(Counter(s.kind for s in sent)),
        "p50_ms": round(percentile(sent, 0.5) * 1000, 1),
        "p99_ms": round(percentile(sent, 0.99) * 1000, 1),
        "failed": {f"{kind} {status}": n for (kind, status), n in failures(sent).items()},
        "failed_outside_faults": missed,
        "failed_share": round(sum(failures(sent).values()) / len(sent), 5),
        "votes_acknowledged": len(load.stands),
        "votes_unsure": len(load.unsure),
        "votes": differences,
        "revisions": before,
        "rebuild_changed": rebuilt,
        "buckets_different": files,
        "memory": memory.report(),
        "faults": faults.done,
        "ended_by_themselves": dict(site.deaths),
        "log_lines": dict(lines),
        "log_lines_total": lines.total(),
        "told": {what: found[:20] for what, found in told.items()},
    }


def verdicts(result: dict[str, Any]) -> dict[str, bool]:
    """What must hold, and whether it does."""
    enough = LINES * min(1.0, result["minutes"] / FULL_MINUTES)
    return {
        "every acknowledged vote is stored, once, as it was told": not any(result["votes"].values())
        and not result["votes_unsure"],
        "no score differs from a rebuild": result["rebuild_changed"] == 0,
        "the published buckets are those of the database": result["buckets_different"] == 0,
        "nothing failed but during a fault": not result["failed_outside_faults"],
        "no restart in turn, or of workers and caches, failed a request": not [
            entry
            for entry in result["faults"]
            if entry["failed"] and (entry["fault"] in GENTLE or entry["service"] in UNNOTICED)
        ],
        "lookups by four characters never failed": not [
            kind for kind in result["failed"] if kind.startswith("lookup ")
        ],
        "memory is flat": all(entry["flat"] for entry in result["memory"].values()),
        f"at least {enough:.0f} log lines": result["log_lines_total"] >= enough,
        "no log names an address, wire id, hash or user agent": not result["told"],
    }


def show(result: dict[str, Any]) -> None:
    """Print tables."""
    summary = Table("what", "figure", title=f"{result['minutes']} minutes, seed {result['seed']}")
    for name in ("requests", "requests_a_second", "p50_ms", "p99_ms", "failed", "failed_share"):
        summary.add_row(name, str(result[name]))
    for name in ("votes_acknowledged", "votes", "revisions", "log_lines_total", "told"):
        summary.add_row(name, str(result[name]))
    console.print(summary)
    faults = Table("fault", "times", "failed", "recovered after, median", "longest")
    by_name: dict[str, list[dict[str, Any]]] = {}
    for entry in result["faults"]:
        by_name.setdefault(f"{entry['fault']} {entry['service']}", []).append(entry)
    for name, entries in sorted(by_name.items()):
        recovered = [entry["recovered_s"] for entry in entries]
        failed = sum(entry["failed"] for entry in entries)
        median, longest = statistics.median(recovered), max(recovered)
        faults.add_row(name, str(len(entries)), str(failed), f"{median:.1f} s", f"{longest:.1f} s")
    console.print(faults)
    show_memory_and_verdicts(result)


def show_memory_and_verdicts(result: dict[str, Any]) -> None:
    """Print each service's memory, and what holds."""
    memory = Table("service", "MB at first", "MB at last", "MB an hour", "flat")
    for name, entry in result["memory"].items():
        memory.add_row(name, *(str(value) for value in entry.values()))
    console.print(memory)
    for what, holds in result["holds"].items():
        console.print(f"{'yes' if holds else 'NO '}  {what}")


def main() -> None:
    """Run, print, write; exit status 1 if something did not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=FULL_MINUTES)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clients", type=int, default=6)
    parser.add_argument("--folder", type=Path, help="Where to run; kept afterwards.")
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="realtube-soak-"))
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)  # PostgreSQL and nginx do not run as root and have to get to their data
    site = Site(folder.resolve() / "site")
    try:
        result = soak(site, minutes=options.minutes, seed=options.seed, clients=options.clients)
    finally:
        site.stop()
        if not options.folder:
            shutil.rmtree(folder, ignore_errors=True)
    result["holds"] = verdicts(result)
    show(result)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(result, indent=1) + "\n")
    sys.exit(0 if all(result["holds"].values()) else 1)


if __name__ == "__main__":
    main()
