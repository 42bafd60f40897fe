"""Three machines at rest: sessions through the pooler, and what is read from a copy."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import psycopg
import pytest

from realtube.databases import DURABLE, SESSION
from tests.cluster.machines import PROGRAMS, clusters
from tests.dev.service import REPOSITORY
from tests.tools import needs

pytestmark = [needs(*PROGRAMS), pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def cluster():
    with clusters() as made:
        yield made


def test_a_session_through_the_pooler_has_what_it_has_without(cluster):
    with psycopg.connect(cluster.url("realtube", port=6432)) as connection:
        for name, value in (SESSION | DURABLE).items():
            assert connection.execute(f"SHOW {name}").fetchone() == (value,)
        assert connection.execute("SHOW timezone").fetchone() == ("UTC",)


def test_what_is_acknowledged_is_on_two_machines(cluster):
    with psycopg.connect(cluster.url("postgres", at=cluster.primary.address)) as connection:
        (names,) = connection.execute("SHOW synchronous_standby_names").fetchone()
    assert names in cluster.machines


def said(cluster, what, tmp_path, **env):
    copies = [it for it in cluster.machines.values() if it is not cluster.primary]
    done = subprocess.run(
        [sys.executable, "-m", "tests.cluster.reader", what],
        cwd=REPOSITORY,
        env=os.environ
        | {
            "DATABASE_URL": cluster.url("realtube", port=5000),
            "DATABASE_REPLICA_URL": cluster.url("realtube", port=5001),
            "COPIES": " ".join(cluster.url("postgres", at=it.address) for it in copies),
            "VAR_DIR": str(tmp_path),
            "LOG_LEVEL": "ERROR",
            **env,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), cluster.primary.address, {it.address for it in copies}


def test_what_may_be_some_seconds_old_comes_from_a_copy_that_is_not_older(cluster, tmp_path):
    found, primary, copies = said(cluster, "raw", tmp_path, REALTUBE_REPLICA_LAG_S="2")
    assert found["as ever"] == found["after a write"] == found["behind"] == primary
    assert {found["fresh"], found["fresh again"]} <= copies
    assert found["export"]["votes"] == 0


def test_a_moderator_who_has_just_written_reads_it_whatever_the_copy_knows(cluster, tmp_path):
    found, _, _ = said(cluster, "desk", tmp_path, REALTUBE_REPLICA_LAG_S="600")
    assert found == {"others": False, "who wrote": True}
