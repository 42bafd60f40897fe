"""From the release before to this one and back, side by side under load, on one database.

Both run with the packages of this release: what a change of these breaks, images would have shown.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest

from benchmarks.load import MIX, NO_LIMITS, Load, failures
from local.postgres import Postgres
from local.system import make_data_root
from local.valkey import Valkey
from tests.deploy import releases
from tests.deploy.proxy import nginx
from tests.deploy.test_rolling import wait_for_answers
from tests.dev.service import REPOSITORY, Service, free_port
from tests.tools import needs

BEFORE = releases.previous()
pytestmark = [
    needs("nginx", "envsubst", "openssl"),
    pytest.mark.skipif(not BEFORE, reason="no earlier release in this clone"),
    pytest.mark.timeout(900),
]
LOAD = MIX | {"lookup": 10, "vote": 20, "unvote": 4, "delta": 6}
ANSWERS = 120
SCORES = "SELECT video_id, score, total_votes, locked FROM videos_video ORDER BY video_id"


@contextmanager
def servers(folder):
    """PostgreSQL and Valkey that both releases use: their addresses."""
    with ExitStack() as stack:
        urls = {}
        for kind in (Postgres, Valkey):
            server = kind(folder)
            server.start()
            stack.callback(server.stop)
            urls[kind.variable] = server.url
        yield urls


@pytest.fixture
def site():
    """The release before and this one, with the same keys, servers and published files."""
    folder = Path(tempfile.mkdtemp(prefix="realtube-upgrade-", dir="/tmp"))
    folder.chmod(0o755)
    made = {}
    try:
        for name in ("before", "now", "servers", "publish", "code"):
            (folder / name).mkdir()
        releases.unpack(BEFORE, folder / "code")
        make_data_root(folder / "servers")
        with servers(folder / "servers") as urls:
            shared = {
                **urls,
                **NO_LIMITS,
                "REALTUBE_TRUSTED_PROXIES": "127.0.0.1",
                "REALTUBE_PUBLISH_ROOT": str(folder / "publish"),
                "REALTUBE_EVIDENCE": "off",
                "WEB_CONCURRENCY": "1",
                "WORKER_CONCURRENCY": "1",
            }
            for name, code in (("before", folder / "code"), ("now", REPOSITORY)):
                made[name] = Service(folder / name / "var", free_port(), repository=code)
            yield made, shared, folder / "publish"
    finally:
        for service in made.values():
            if service.process and service.process.poll() is None:
                service.stop(signal.SIGTERM)
        shutil.rmtree(folder, ignore_errors=True)


def start(service, shared):
    service.start_and_wait(**shared)


def rebuild(service, shared):
    """Everything scored again by the code of this release."""
    keys = dict(
        line.split("=", 1) for line in (service.var_dir / "secrets.env").read_text().splitlines()
    )
    environment = os.environ | shared | keys
    environment |= {"VAR_DIR": str(service.var_dir), "REALTUBE_ENVIRONMENT": "development"}
    subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", "rebuild"],
        cwd=service.repository,
        env=environment,
        check=True,
        capture_output=True,
    )


def scores(url):
    with psycopg.connect(url) as there:
        return there.execute(SCORES).fetchall()


def test_forwards_and_back_nobody_notices_and_no_vote_is_lost(site, figures):
    (before, now), shared, publish = site[0].values(), *site[1:]
    start(before, shared)
    before.wait_for_snapshot()
    now.var_dir.mkdir(exist_ok=True)
    shutil.copy(before.var_dir / "secrets.env", now.var_dir / "secrets.env")
    upstream = f"127.0.0.1:{before.port}, 127.0.0.1:{now.port}"
    with (
        nginx(publish, 1, REALTUBE_UPSTREAM=upstream, **NO_LIMITS) as proxy,
        Load(proxy.port, mix=LOAD, seed=3).running() as load,
    ):
        wait_for_answers(load, ANSWERS)
        start(now, shared)  # it migrates forward first, while the one before serves
        wait_for_answers(load, ANSWERS)  # web and workers of both
        assert before.stop(signal.SIGTERM) == 0
        wait_for_answers(load, ANSWERS)
        start(before, shared)  # back, on the newer tables
        wait_for_answers(load, ANSWERS)
        assert now.stop(signal.SIGTERM) == 0
        wait_for_answers(load, ANSWERS)
    figures(sent=len(load.sent), failed=sum(failures(load.sent).values()), before=BEFORE)
    assert not failures(load.sent)
    url = shared["DATABASE_URL"]
    differences = load.differences(url, before.settings["REALTUBE_VOTER_KEY"])
    assert not any(differences.values()), differences
    assert before.stop(signal.SIGTERM) == 0
    # Each scores the same votes to the same scores, whoever did so last.
    rebuild(now, shared)
    found = scores(url)
    rebuild(before, shared)
    rebuild(now, shared)
    assert scores(url) == found
    assert len(found) > 20
