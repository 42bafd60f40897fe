"""Broker and limits on three machines: the primary Redis dies, or freezes and returns."""

from __future__ import annotations

import secrets
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import redis
from kombu import Connection

from common import throttling
from tests.cluster.machines import configure
from tests.dev.processes import wait_until
from tests.dev.service import REPOSITORY
from tests.tools import needs

pytestmark = [
    needs("redis-server", "redis-sentinel", "haproxy", "envsubst"),
    pytest.mark.timeout(300),
]
NAMES = ("a", "b", "c")


class Stores:
    """Redis and Sentinel of three machines, and the first machine's HAProxy before them."""

    def __init__(self, folder: Path) -> None:
        net = f"127.{secrets.randbelow(200) + 20}.{secrets.randbelow(250) + 1}"
        self.addresses = {name: f"{net}.{n}" for n, name in enumerate(NAMES, start=1)}
        self.folder = folder
        self.processes: dict[str, list[subprocess.Popen[bytes]]] = {}
        self._ways: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start all, and return once writes go through HAProxy."""
        subprocess.run([REPOSITORY / "deploy/make-secrets", self.folder / "secrets"], check=True)
        self.password = (self.folder / "secrets" / "cluster_redis_password").read_text()
        for name, address in self.addresses.items():
            (self.folder / name).mkdir()
            configure(
                self.folder / name / "etc",
                CLUSTER_NODE=name,
                CLUSTER_NODES=" ".join(f"{it}={at}" for it, at in self.addresses.items()),
                CLUSTER_SECRETS=str(self.folder / "secrets"),
                CLUSTER_REDIS_DATA=str(self.folder / name),
                CLUSTER_REDIS_MEMORY="32mb",
                CLUSTER_LOCAL=address,
            )
            self.start_machine(name)
        self._ways = self._run("haproxy", "-db", "-f", self.folder / "a" / "etc" / "haproxy.cfg")
        wait_until(self.takes_writes, timeout_s=30, what="the first primary takes writes")
        wait_until(self._is_known, timeout_s=30, what="each Sentinel knows the two others")

    def start_machine(self, name: str) -> None:
        """Start a machine's Redis and Sentinel, as it starts them itself when it comes back."""
        etc = self.folder / name / "etc"
        programs = (("redis-server", etc / "redis.conf"), ("redis-sentinel", etc / "sentinel.conf"))
        self.processes[name] = [self._run(*program) for program in programs]

    def stop(self) -> None:
        """End everything."""
        for name in self.processes:
            self.signal(name, signal.SIGKILL)
        if self._ways:
            self._ways.kill()
            self._ways.wait()

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send a signal to both programs of a machine."""
        for process in self.processes[name]:
            process.send_signal(number)
            if number == signal.SIGKILL:
                process.wait()

    def url(self) -> str:
        """Where our services on the first machine find Redis."""
        return f"redis://:{self.password}@{self.addresses['a']}:6380/0"

    def at(self, name: str, port: int = 6379) -> redis.Redis:
        """A machine's own Redis or, by its port, Sentinel."""
        return redis.Redis(
            self.addresses[name],
            port,
            password=self.password,
            socket_timeout=2,
            decode_responses=True,
        )

    def takes_writes(self) -> bool:
        """Whether the way through HAProxy leads to a Redis that stores."""
        with suppress(redis.RedisError), redis.Redis.from_url(self.url(), socket_timeout=2) as way:
            return bool(way.set("probe", "1", ex=60))
        return False

    def primary(self) -> str:
        """Which machine the majority takes for the primary."""
        for name in NAMES:
            with suppress(redis.RedisError):
                address, _ = self.at(name, 26379).sentinel_get_master_addr_by_name("realtube")
                return next(it for it, at in self.addresses.items() if at == address)
        raise AssertionError("no Sentinel answers")

    def is_copy(self, name: str) -> bool:
        """Whether a machine's Redis follows another."""
        with suppress(redis.RedisError):
            return bool(self.at(name).info("replication")["role"] == "slave")
        return False

    def _is_known(self) -> bool:
        with suppress(redis.RedisError):
            return all(
                self.at(name, 26379).sentinel_master("realtube")["num-other-sentinels"] == 2
                and self.at(name, 26379).sentinel_master("realtube")["num-slaves"] == 2
                for name in NAMES
            )
        return False

    def _run(self, *command: str | Path) -> subprocess.Popen[bytes]:
        with (self.folder / "log").open("ab") as log:
            path = "/usr/local/sbin:/usr/sbin:/usr/bin:/bin"
            return subprocess.Popen(
                command, env={"PATH": path}, stdout=log, stderr=log, cwd=self.folder
            )


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    made = Stores(tmp_path)
    try:
        made.start()
        yield made
    finally:
        made.stop()


def counted(times: int) -> int:
    """Count so many requests of one address; how many are left of its limit."""
    limit = throttling.Limit("vote", "203.0.113.77", allowed=100)
    return [throttling.count([limit], route="test") for _ in range(times)][-1].remaining


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "frozen"])
def test_another_takes_over_with_what_was_counted_and_queued(stores, settings, how):
    settings.REDIS_URL = stores.url()
    assert counted(3) == 97
    with Connection(stores.url()) as broker, broker.SimpleQueue("kept") as queue:
        queue.put({"task": "score"})
    before = stores.primary()
    assert stores.at(before).wait(2, 5000) == 2  # both copies have it

    stores.signal(before, how)
    wait_until(
        lambda: stores.primary() != before and stores.takes_writes(),
        timeout_s=60,
        what="another takes writes",
    )
    after = stores.primary()
    wait_until(lambda: counted(1) <= 96, timeout_s=10, what="limits are counted there again")
    with Connection(stores.url()) as broker, broker.SimpleQueue("kept") as queue:
        message = queue.get(timeout=10)
        message.ack()
        assert message.payload == {"task": "score"}

    if how == signal.SIGSTOP:
        stores.signal(before, signal.SIGCONT)
    else:
        stores.start_machine(before)
    # Until it has heard what happened it may take itself for the primary, but stores nothing.
    with pytest.raises(redis.RedisError):
        while not stores.is_copy(before):
            stores.at(before).set("split", "brain")
        stores.at(before).set("split", "brain")
    wait_until(lambda: stores.is_copy(before), timeout_s=30, what="the old one follows")
    assert stores.primary() == after
    assert stores.at(after).get("split") is None
