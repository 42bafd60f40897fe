"""Three machines of docs/cluster.md as processes: etcd, Patroni, PostgreSQL, HAProxy, PgBouncer.

Each machine is an address of loopback, so that ports are those of a real one, and its configuration
is what deploy/cluster/configure writes.
"""

from __future__ import annotations

import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from local.system import read_pid
from tests.dev.processes import descendants, running, wait_until
from tests.dev.service import REPOSITORY
from tests.tools import POSTGRES_BIN

PROGRAMS = ("etcd", "patroni", "pgbouncer", "haproxy", "envsubst", "initdb")
NAMES = ("a", "b", "c")
TTL_S = 20
"""Patroni's `ttl` in deploy/cluster/patroni.yml.template."""
READY_S = 120
DISK_MB = 1000


class Machine:
    """One of the three."""

    def __init__(self, cluster: Cluster, name: str, address: str) -> None:
        self.cluster, self.name, self.address = cluster, name, address
        self.folder = cluster.folder / name
        self.data = self.folder / "data" / "main"
        self.etcd_by: tuple[str, int] | None = None
        self.has_disk = False
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def prepare(self) -> None:
        """Its configuration, by the same script as on a real one."""
        for folder in (self.folder, self.data.parent, self.folder / "run"):
            folder.mkdir()
        if os.geteuid() == 0:
            # A disk of its own, which can be full.
            size = f"size={DISK_MB}m"
            command = ["mount", "-t", "tmpfs", "-o", size, "none", self.data.parent]
            self.has_disk = not subprocess.run(command, check=False).returncode
        configure(
            self.folder / "etc",
            CLUSTER_NODE=self.name,
            CLUSTER_NODES=self.cluster.nodes,
            CLUSTER_SECRETS=str(self.cluster.secrets),
            CLUSTER_NETWORK="127.0.0.0/8",
            CLUSTER_DATA=str(self.data),
            CLUSTER_RUN=str(self.folder / "run"),
            CLUSTER_LOCAL=self.address,
            CLUSTER_SHARED_BUFFERS="64MB",
        )
        give_away(self.folder)

    def start(self) -> None:
        """Start etcd and Patroni, which starts PostgreSQL; returns at once."""
        lines = (self.folder / "etc" / "etcd.env").read_text().splitlines()
        own = {"ETCD_DATA_DIR": str(self.folder / "etcd")}
        self._run(
            "etcd", "etcd", **dict(line.split("=", 1) for line in lines if line[0] != "#"), **own
        )
        through = {}
        if self.etcd_by:
            through["PATRONI_ETCD_HOSTS"] = "{}:{}".format(*self.etcd_by)
            through["PATRONI_ETCD_USE_PROXIES"] = "on"
        self._run("patroni", "patroni", str(self.folder / "etc" / "patroni.yml"), **through)

    def start_ways(self) -> None:
        """Start HAProxy and PgBouncer, the ways of this machine's services to the primary."""
        self._run("haproxy", "haproxy", "-db", "-f", str(self.folder / "etc" / "haproxy.cfg"))
        self._run("pgbouncer", "pgbouncer", str(self.folder / "etc" / "pgbouncer.ini"))

    def pids(self) -> set[int]:
        """All that runs of etcd, Patroni and PostgreSQL; the server is nobody's child."""
        roots = [self._processes[name].pid for name in ("etcd", "patroni")]
        if server := read_pid(self.data / "postmaster.pid"):
            roots.append(server)
        found = set(roots).union(*(descendants(root) for root in roots))
        return running(found)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to all of them."""
        for pid in self.pids():
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def kill(self) -> None:
        """As when the power fails."""
        self.signal(signal.SIGKILL)
        for name in ("etcd", "patroni"):
            self._processes[name].wait()
        wait_until(lambda: not self.pids(), timeout_s=20, what="all of the machine has ended")

    def stop(self) -> None:
        """End everything of it."""
        with suppress(KeyError):
            self.signal(signal.SIGCONT)
            self.kill()
        for process in self._processes.values():
            if process.poll() is None:
                process.kill()
                process.wait()
        if self.has_disk:
            subprocess.run(["umount", self.data.parent], check=True)

    def role(self) -> str:
        """What Patroni says that PostgreSQL is here, if it is well; empty if nobody answers."""
        try:
            with urllib.request.urlopen(f"http://{self.address}:8008/patroni", timeout=2) as answer:
                said = json.load(answer)
        except (OSError, ValueError):
            return ""
        return str(said["role"]) if said["state"] == "running" else ""

    def _run(self, name: str, *command: str, **environment: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                command,
                cwd=self.folder,
                env={"PATH": "/usr/local/sbin:/usr/sbin:/usr/bin:/bin", **environment},
                user=account(),
                group=account(group=True),
                extra_groups=[] if account() is not None else None,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


class Cluster:
    """Three machines."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.secrets = folder / "secrets"
        # A network of this run's own: others may have a cluster, too.
        net = f"127.{secrets.randbelow(200) + 20}.{secrets.randbelow(250) + 1}"
        addresses = {name: f"{net}.{n}" for n, name in enumerate(NAMES, start=1)}
        self.nodes = " ".join(f"{name}={address}" for name, address in addresses.items())
        self.machines = {name: Machine(self, name, at) for name, at in addresses.items()}

    def start(self) -> None:
        """Start all, and return once one is the primary and another has all that it has."""
        subprocess.run([REPOSITORY / "deploy" / "make-secrets", self.secrets], check=True)
        give_away(self.secrets)
        for machine in self.machines.values():
            machine.prepare()
            machine.start()
        self.machines["a"].start_ways()
        self.wait_until_whole()

    def stop(self) -> None:
        """Stop all."""
        for machine in self.machines.values():
            machine.stop()

    @property
    def primary(self) -> Machine:
        """The machine whose PostgreSQL takes writes. Fails when there is none, or more than one."""
        (found,) = [it for it in self.machines.values() if it.role() in ("master", "primary")]
        return found

    def wait_until_whole(self) -> None:
        """Until there is one primary, and both others follow it, one of them synchronously."""
        wait_until(self._is_whole, timeout_s=READY_S, what="the cluster is whole", every_s=0.5)

    def _is_whole(self) -> bool:
        if sorted(it.role() for it in self.machines.values()) not in (
            ["master", "replica", "replica"],
            ["primary", "replica", "replica"],
        ):
            return False
        with psycopg.connect(self.url("postgres", at=self.primary.address)) as connection:
            rows = connection.execute(
                "SELECT sync_state FROM pg_stat_replication WHERE state = 'streaming'"
            ).fetchall()
        return sorted(rows) == [("async",), ("sync",)]

    def url(self, user: str, *, at: str = "", port: int = 5432) -> str:
        """Where a user finds the database, at a machine's address, the first's if none is given."""
        name = {"postgres": "cluster_superuser_password", "realtube": "postgres_password"}[user]
        password = (self.secrets / name).read_text()
        host = at or self.machines["a"].address
        database = "realtube" if user == "realtube" else "postgres"
        return f"postgresql://{user}:{password}@{host}:{port}/{database}"

    @property
    def environment(self) -> dict[str, str]:
        """What our services on the first machine are told."""
        return {
            "DATABASE_URL": self.url("realtube", port=6432),
            "DATABASE_DIRECT_URL": self.url("realtube", port=5000),
            "REALTUBE_DB_POOLER": "transaction",
        }


class Cut:
    """A way to an etcd that can be cut."""

    def __init__(self, targets: list[tuple[str, int]]) -> None:
        self._targets = targets
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.at: tuple[str, int] = self._listener.getsockname()
        self.is_cut = False
        self._open: set[socket.socket] = set()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                if self.is_cut:
                    client.close()
                    continue
                for target in self._targets:
                    with suppress(OSError):
                        server = socket.create_connection(target, timeout=2)
                        server.settimeout(None)
                        break
                else:
                    client.close()
                    continue
                self._open |= {client, server}
                for ends in ((client, server), (server, client)):
                    threading.Thread(target=self._pump, args=ends, daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def cut(self) -> None:
        """End every connection, and refuse new ones."""
        self.is_cut = True
        for end in list(self._open):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """Let them through again."""
        self.is_cut = False

    def close(self) -> None:
        """For good."""
        self.cut()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@contextmanager
def clusters(before: Callable[[Cluster], None] = lambda _: None) -> Iterator[Cluster]:
    """A whole one, stopped and removed at the end; `before` is called with it before its start."""
    folder = Path(tempfile.mkdtemp(prefix="realtube-cluster-", dir="/tmp"))
    folder.chmod(0o755)
    cluster = Cluster(folder)
    try:
        before(cluster)
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder)


def account(*, group: bool = False) -> int | None:
    """Who these programs run as, since they refuse root; None when we are somebody else."""
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam("postgres")
    return entry.pw_gid if group else entry.pw_uid


def give_away(folder: Path) -> None:
    """Make a folder and all in it theirs."""
    user = account()
    if user is not None:
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, user, account(group=True) or -1)


def configure(target: Path, **variables: str) -> None:
    """Run deploy/cluster/configure."""
    path = "/usr/local/sbin:/usr/sbin:/usr/bin:/bin"
    subprocess.run(
        [REPOSITORY / "deploy" / "cluster" / "configure", target],
        env={"PATH": path, "CLUSTER_POSTGRES_BIN": str(POSTGRES_BIN), **variables},
        check=True,
    )
