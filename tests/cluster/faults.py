"""What may befall a machine of three while people vote, and what comes of it."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from itertools import pairwise

import psycopg

from benchmarks.load import NO_LIMITS, Load, Sent, failures
from tests.cluster.machines import READY_S, TTL_S, Cluster, Cut, Machine, clusters
from tests.deploy.proxy import Nginx, nginx
from tests.dev.processes import wait_until
from tests.dev.service import Service, services

CLIENTS = 48
# So many clients who rest so long send a good 100 votes a second, and half as many look-ups.
PAUSE_S = 0.25
MIX = {"vote": 9, "unvote": 1, "lookup": 5}
BOUND_S = TTL_S + 10
"""Seconds without writes that a failover may take."""
GIVE_UP_S = 90
STEADY_S = 3


@dataclass(frozen=True)
class Row:
    """One fault: seconds without a vote that was acknowledged, and until all was whole again."""

    fault: str
    primary: str
    then: str
    without_writes_s: float
    whole_s: float


@dataclass
class Site:
    """A cluster, our services on its first machine, and nginx."""

    cluster: Cluster
    service: Service
    proxy: Nginx
    cuts: dict[str, Cut]
    load: Load


@contextmanager
def sites() -> Iterator[Site]:
    """A healthy one; stopped and removed at the end."""
    with ExitStack() as stack:
        cuts: dict[str, Cut] = {}

        def before(cluster: Cluster) -> None:
            for machine in cluster.machines.values():
                # Its own etcd first, as with a list of hosts.
                others = [it for it in cluster.machines.values() if it is not machine]
                cuts[machine.name] = cut = Cut([(it.address, 2379) for it in (machine, *others)])
                stack.callback(cut.close)
                machine.etcd_by = cut.at

        cluster = stack.enter_context(clusters(before=before))
        service = stack.enter_context(services())()
        # Every migration waits for two disks.
        process = service.start(**cluster.environment, **NO_LIMITS)
        stack.callback(process.wait)
        stack.callback(process.terminate)
        wait_until(
            lambda: is_healthy(service) or process.poll() is not None,
            timeout_s=2 * READY_S,
            what="the site is healthy",
            every_s=0.5,
        )
        assert process.poll() is None, service.output
        proxy = stack.enter_context(nginx(service.var_dir / "publish", service.port, **NO_LIMITS))
        load = Load(proxy.port, clients=CLIENTS, mix=MIX, pause_s=PAUSE_S)
        yield Site(cluster, service, proxy, cuts, load)


def is_healthy(service: Service) -> bool:
    """Whether readiness says so."""
    answer = service.json("/health/ready")
    return bool(answer and answer["status"] == "healthy")


def acknowledged(load: Load, *, after: float) -> list[float]:
    """When the votes were answered that were sent after a moment and stored."""
    return [
        s.at + s.seconds
        for visitor in load.visitors
        for s in list(visitor.sent)
        if s.kind == "vote" and s.status == 200 and s.at > after
    ]


def killed(site: Site, machine: Machine, gone: Callable[[], None]) -> None:
    """Everything on the machine ends at once, and is started when another has taken over."""
    machine.kill()
    gone()
    machine.start()


def frozen(site: Site, machine: Machine, gone: Callable[[], None]) -> None:
    """Everything on the machine stands still, and goes on as if nothing were when another has
    taken over."""
    machine.signal(signal.SIGSTOP)
    gone()
    time.sleep(STEADY_S)
    machine.signal(signal.SIGCONT)


def cut_off(site: Site, machine: Machine, gone: Callable[[], None]) -> None:
    """The machine's Patroni reaches no etcd; its PostgreSQL could go on."""
    site.cuts[machine.name].cut()
    gone()
    time.sleep(STEADY_S)
    site.cuts[machine.name].mend()


def full(site: Site, machine: Machine, gone: Callable[[], None]) -> None:
    """The disk of the machine's PostgreSQL has no byte left for a while.

    It stays the primary, as it can be asked and followed: votes are refused until there is room.
    """
    ballast = machine.data.parent / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"\0" * 65536):
            pass
    at = time.monotonic()
    try:
        wait_until(
            lambda: any(
                s.kind == "vote" and s.status == 503 and s.at > at
                for visitor in site.load.visitors
                for s in visitor.sent[-3:]
            ),
            timeout_s=GIVE_UP_S,
            what="votes are refused",
            every_s=0.2,
        )
        time.sleep(STEADY_S)
    finally:
        ballast.unlink()


FAULTS = {"killed": killed, "frozen": frozen, "cut off from etcd": cut_off, "disk full": full}


def strike(site: Site, fault: str) -> Row:
    """Let the primary have a fault under load, and wait until all is as before."""
    load, machine, at = site.load, site.cluster.primary, time.monotonic()

    def gone() -> None:
        """Until another machine is the primary and votes are acknowledged again."""
        wait_until(
            lambda: any(
                it.role() in ("master", "primary")
                for it in site.cluster.machines.values()
                if it is not machine
            ),
            timeout_s=GIVE_UP_S,
            what=f"another is the primary, {machine.name} {fault}",
            every_s=0.2,
        )
        promoted = time.monotonic()
        wait_until(
            lambda: bool(acknowledged(load, after=promoted)),
            timeout_s=GIVE_UP_S,
            what="a vote is acknowledged",
            every_s=0.2,
        )

    FAULTS[fault](site, machine, gone)
    mended = time.monotonic()
    site.cluster.wait_until_whole()
    whole = time.monotonic()
    wait_until(
        lambda: len(acknowledged(load, after=whole)) > 20, timeout_s=READY_S, what="votes go on"
    )
    times = sorted(t for t in acknowledged(load, after=at - STEADY_S))
    longest = max(b - a for a, b in pairwise(times))
    return Row(
        fault, machine.name, site.cluster.primary.name, round(longest, 1), round(whole - mended, 1)
    )


def reckon(site: Site) -> dict[str, object]:
    """Compare what voters were told with what is stored, on every machine."""
    load = site.load
    # All at once: each has some hundred votes to send again.
    with ThreadPoolExecutor(len(load.visitors)) as pool:
        list(pool.map(lambda visitor: visitor.settle(timeout_s=GIVE_UP_S), load.visitors))
    key = site.service.settings["REALTUBE_VOTER_KEY"]
    url = site.cluster.url("realtube", at=site.cluster.primary.address)
    sent: list[Sent] = load.sent
    votes = [s for s in sent if s.kind in ("vote", "unvote")]
    seconds = sent[-1].at - sent[0].at
    return {
        "seconds": round(seconds),
        "votes a second": round(len(votes) / seconds),
        "acknowledged": sum(not s.failed for s in votes),
        "refused or unanswered": sum(s.failed for s in votes),
        "statuses": sorted({status for _, status in failures(sent)}),
        "unsure": len(load.unsure),
        **load.differences(url, key),
        "look-ups": sum(s.kind == "lookup" for s in sent),
        "look-ups failed": sum(s.failed for s in sent if s.kind == "lookup"),
        "copies differ": copies_differ(site.cluster),
    }


def copies_differ(cluster: Cluster) -> int:
    """How many machines have other votes than the primary, once they have all of its log."""
    query = "SELECT count(*), coalesce(sum(hashtextextended(v::text, 0)), 0) FROM votes_vote v"

    def said() -> set[tuple[int, int]]:
        found = set()
        for machine in cluster.machines.values():
            with psycopg.connect(cluster.url("realtube", at=machine.address)) as connection:
                found.add(connection.execute(query).fetchone())
        return found

    deadline = time.monotonic() + 30
    while len(said()) > 1 and time.monotonic() < deadline:
        time.sleep(1)
    return len(said()) - 1
