"""Both kits against whole servers: this one, a mirror of it, and one of the last release."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from common import ids
from tests.conftest import new_user
from tests.dev.processes import wait_until
from tests.dev.service import services

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "clients/conformance/run.py"
GENEROUS = {f"REALTUBE_LIMIT_{name}": "100000" for name in ("SYNC", "STATS", "LOOKUP")}
CHECKS = 10
KITS = 2 if (ROOT / "build/typescript/node_modules/realtube-client/dist").exists() else 1


def conform(service, *more):
    """What each check of each kit saw; the whole table if one is wrong."""
    url = f"http://127.0.0.1:{service.port}"
    done = subprocess.run(
        [sys.executable, PROGRAM, url, *more],
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    rows = [line for line in lines if line[2:3] == ["ok"]]
    assert len(rows) == KITS * CHECKS, done.stdout
    return {(kit, check): seen for kit, check, _, seen in rows}


def fill(service):
    """Have a video and a channel flagged, and both in what is published."""
    for n in range(9):
        sent = service.vote(
            "flagged", new_user(), address=f"127.{10 + n}.1.1", channelHandle="@maker"
        )
        assert sent == 200
    publish(service)


def publish(service):
    """Have what is flagged in the service's snapshot, once it is there."""
    bucket = ids.bucket_of("flagged")
    wait_until(
        lambda: bool(service.json(f"/api/videos/{bucket}")), timeout_s=60, what="it is flagged"
    )
    service.manage("snapshot")


def seen(rows, check):
    """What the kits saw of a check, which has to be the same."""
    (found,) = {what for (_, name), what in rows.items() if name == check}
    return found


@pytest.mark.timeout(400)
def test_both_kits_conform_to_a_server_and_its_mirror():
    with services() as make:
        origin, copy = make(), make()
        origin.start_and_wait(**GENEROUS)
        fill(origin)
        rows = conform(origin, "--key", origin.manage("signing_key").strip())
        assert [seen(rows, name) for name in ("look_up", "statement", "votes")] == [
            "found",
            "signed",
            "taken-with-pictures",
        ]
        follow = {"REALTUBE_MIRROR_OF": f"http://127.0.0.1:{origin.port}"}
        copy.start_and_wait(**GENEROUS, **follow, REALTUBE_MIRROR_INTERVAL_S="1")
        publish(copy)
        rows = conform(copy)
        assert [seen(rows, name) for name in ("look_up", "statement", "votes")] == [
            "found",
            "signed",
            "read-only",
        ]


def last_tag():
    """The newest tag that this commit comes after; none in a clone without tags."""
    command = ["git", "describe", "--tags", "--abbrev=0", "HEAD^"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()


@pytest.fixture
def last_release(tmp_path):
    """A checkout of the last release."""
    tag = last_tag()
    if not tag:
        pytest.skip("this clone has no tag of an earlier release")
    folder = tmp_path / "last"
    git = ["git", "-C", str(ROOT), "worktree"]
    subprocess.run([*git, "add", "--detach", str(folder), tag], check=True, capture_output=True)
    yield folder
    subprocess.run([*git, "remove", "--force", str(folder)], check=True, capture_output=True)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.timeout(400)
def test_both_kits_conform_to_the_last_release(last_release):
    """Started with the packages of today, of which it needs no others."""
    with services() as make:
        old = make()
        old.repository = last_release
        old.start_and_wait(**GENEROUS)
        fill(old)
        conform(old)
