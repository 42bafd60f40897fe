"""Backups: a drill, from votes over a disaster to the state of a moment before it."""

from __future__ import annotations

import os
import pwd
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path

import psycopg
import pytest

from common import ids
from tests.dev.processes import wait_until
from tests.dev.service import REPOSITORY, services
from tests.tools import POSTGRES_BIN, needs

BACKUP = REPOSITORY / "deploy" / "postgres" / "backup"
BEFORE, BETWEEN, AFTER = ("bbbbbbbbbbb", "wwwwwwwwwww", "aaaaaaaaaaa")
pytestmark = needs("initdb")


class Cluster:
    """A PostgreSQL of the distribution, and deploy/postgres/backup beside it."""

    def __init__(self, folder):
        self.owner = pwd.getpwnam("postgres").pw_uid if os.geteuid() == 0 else os.geteuid()
        os.chown(folder, self.owner, -1)
        self.data, self.backups = folder / "data", folder / "backups"
        # Its user may not be let into the folder of the repository.
        self.program = shutil.copy(BACKUP, folder / "backup")
        self.url = f"postgresql:///realtube?host={folder}&user=postgres"
        self.env = {
            "PATH": f"{POSTGRES_BIN}:/usr/bin:/bin",
            "PGHOST": str(folder),
            "PGUSER": "postgres",
            "PGDATABASE": "realtube",
            "BACKUP_ROOT": str(self.backups),
        }
        form = ("--encoding=UTF8", "--locale=C", "--data-checksums")
        self.run("initdb", "--username=postgres", *form, str(self.data))
        self.begin()
        self.run("createdb", "realtube")

    def begin(self):
        options = f"-c listen_addresses= -c unix_socket_directories={self.data.parent}"
        log = self.data.parent / "log"
        self.run("pg_ctl", "-D", str(self.data), "-w", "-l", str(log), "-o", options, "start")

    def end(self, mode="fast"):
        self.run("pg_ctl", "-D", str(self.data), "-w", "-m", mode, "stop")

    def start(self, *words, output=subprocess.PIPE, **env):
        return subprocess.Popen(
            words,
            env=self.env | env,
            cwd="/",
            user=self.owner if os.geteuid() == 0 else None,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *words, status=0, **env):
        # A server that is started keeps what it inherits: no pipe.
        with tempfile.TemporaryFile("w+") as file:
            process = self.start(*words, output=file, **env)
            process.wait(timeout=120)
            file.seek(0)
            output = file.read()
        assert process.returncode == status, output
        return output

    def backup(self, *words, status=0, **env):
        return self.run(self.program, *words, status=status, **env)

    @contextmanager
    def receiving(self):
        receiver = self.start(self.program, "receive")
        try:
            wait_until(
                lambda: self.query("SELECT count(*) FROM pg_stat_replication") == 1,
                timeout_s=20,
                what="the log is received",
            )
            yield
        finally:
            os.killpg(receiver.pid, signal.SIGTERM)
            receiver.communicate()

    def query(self, statement):
        with psycopg.connect(self.url) as connection:
            return connection.execute(statement).fetchone()[0]

    def received(self):
        """Whether all that is committed by now is in the archive."""
        return self.query(
            "SELECT bool_and(flush_lsn >= pg_current_wal_flush_lsn()) FROM pg_stat_replication"
        )


@pytest.fixture
def cluster():
    folder = Path(tempfile.mkdtemp(prefix="realtube-backup-", dir="/tmp"))
    cluster = Cluster(folder)
    try:
        yield cluster
    finally:
        if (cluster.data / "postmaster.pid").exists():
            cluster.end("immediate")
        shutil.rmtree(folder)


@pytest.fixture
def site(cluster):
    """Makes `make run` go, on that PostgreSQL."""
    with services() as make:
        service = make()

        def run():
            service.start_and_wait(DATABASE_URL=cluster.url, REALTUBE_LIMIT_LOOKUP="1000000")
            return service

        yield run


def published(service, video_id):
    """What a lookup says of a video, but for when it changed."""
    found = service.json(f"/api/videos/{ids.bucket_of(video_id)}") or []
    return next((video for video in found if video["videoId"] == video_id), None)


def vote_and_wait(service, video_id, users):
    for n, user in enumerate(users):
        assert service.vote(video_id, user, address=f"127.{n + 1}.1.1") == 200
    wait_until(
        lambda: (published(service, video_id) or {}).get("totalVotes") == len(users),
        timeout_s=30,
        what="the votes are published",
    )
    return published(service, video_id)


def facts(cluster):
    return [cluster.query(f"SELECT count(*) FROM votes_{table}") for table in ("vote", "voter")]


def metric(service):
    name = "realtube_backup_last_success_timestamp_seconds"
    return float(re.search(f"^{name} (.*)$", service.text("/metrics"), re.MULTILINE)[1])


def test_the_state_of_a_moment_before_a_disaster_comes_back(site, cluster):
    users = [secrets.token_hex(32) for _ in range(5)]
    service = site()
    with cluster.receiving():
        scores = [vote_and_wait(service, BEFORE, users[:3])]
        assert metric(service) == 0
        cluster.backup("take")
        assert abs(time.time() - metric(service)) < 60

        scores.append(vote_and_wait(service, BETWEEN, users))
        counts = facts(cluster)
        moment = cluster.query("SELECT clock_timestamp()").astimezone(UTC)

        vote_and_wait(service, AFTER, users)
        since = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
        cursor = service.json(f"/api/sync/delta?since={since}")["nextCursor"]
        assert service.status("/api/users/me", method="DELETE", X_User_ID=users[0]) == 200
        cluster.backup("erasures")
        wait_until(cluster.received, timeout_s=20, what="the log is in the archive")
    assert service.stop(signal.SIGTERM) == 0
    cluster.end("immediate")
    shutil.rmtree(cluster.data)

    cluster.backup("restore", str(cluster.data), str(moment))
    cluster.begin()
    site()
    assert facts(cluster) == counts
    wait_until(
        lambda: [published(service, v) for v in (BEFORE, BETWEEN, AFTER)] == [*scores, None],
        timeout_s=30,
        what="what is published is the moment's",
    )
    assert service.status("/api/users/me/data", X_User_ID=users[0]) == 200

    erasures = cluster.backups / "erasures.csv"
    assert users[0] not in erasures.read_text()
    assert "1 voters erased again" in service.manage("after_restore", str(erasures))
    assert service.status("/api/users/me/data", X_User_ID=users[0]) == 404
    wait_until(
        lambda: published(service, BETWEEN)["totalVotes"] == 4,
        timeout_s=30,
        what="the erased vote is gone",
    )
    # What was published after the moment is unknown to this history: its followers begin again.
    assert service.status(f"/api/sync/delta?cursor={cursor}") == 410
    assert "0 voters erased again" in service.manage("after_restore", str(erasures))


def test_old_backups_go_with_their_log_and_broken_ones_are_not_restored(cluster):
    migrate(cluster)
    with cluster.receiving():
        first, second = (Path(cluster.backup("take").strip()) for _ in range(2))
        old = first.with_name("20200101T000000Z")
        first.rename(old)
        cluster.query("SELECT pg_switch_wal()")
        newest = Path(cluster.backup("take", BACKUP_DAYS="1").strip())
    kept = newest.parent
    assert {base.name for base in kept.iterdir()} == {second.name, newest.name}
    start = (second / "first-segment").read_text().strip()
    assert min(path.name for path in kept.with_name("wal").iterdir()) == start

    there = cluster.data.with_name("copy")
    assert "no backup from before" in cluster.backup("restore", there, "2021-01-01 UTC", status=1)
    assert "is not empty" in cluster.backup("restore", cluster.data, status=1)
    with (newest / "base.tar.gz").open("r+b") as file:
        file.truncate(100_000)
    cluster.backup("restore", there, status=2)


def test_the_service_backs_up_at_once_and_ends_when_asked(cluster):
    migrate(cluster)
    process = cluster.start(cluster.program, "run")
    try:
        wait_until(
            lambda: cluster.query("SELECT count(*) FROM sync_backup") == 1,
            timeout_s=60,
            what="a base backup is there",
        )
        assert list(cluster.backups.glob("*/wal/*.partial"))
        assert (cluster.backups / "erasures.csv").exists()
    finally:
        process.terminate()
        output = process.communicate(timeout=60)[0]
    assert process.returncode == 0, output


def migrate(cluster):
    environment = {**os.environ, "DATABASE_URL": cluster.url}
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(migrate, cwd=REPOSITORY, env=environment, check=True)


def test_a_log_that_was_not_fetched_for_too_long_begins_anew(cluster):
    with cluster.receiving():
        pass
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET max_slot_wal_keep_size = '1MB'")
        connection.execute("SELECT pg_reload_conf()")
        for _ in range(4):
            connection.execute("CREATE TABLE filler AS SELECT 1")
            connection.execute("DROP TABLE filler")
            connection.execute("SELECT pg_switch_wal()")
        connection.execute("CHECKPOINT")
        (state,) = connection.execute("SELECT wal_status FROM pg_replication_slots").fetchone()
        assert state == "lost"
    with cluster.receiving():
        wait_until(
            lambda: len(list(cluster.backups.glob("*/wal/*.partial"))) == 2,
            timeout_s=30,
            what="the log is received again",
        )
    assert len(list(cluster.backups.glob("*-until-*"))) == 1
