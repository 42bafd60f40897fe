"""Publishing to S3, killed or frozen at any of its requests: what readers see stays whole."""

from __future__ import annotations

import os
import signal
import time

import pytest
from django.db import connection, connections
from django.db.models.functions import Now

from common import ids
from common.locks import NAMESPACE, Lock
from sync.models import S3Copy
from sync.s3 import run
from sync.s3.store import Store
from sync.snapshot import snapshot
from sync.tasks import run_pipeline
from tests.conftest import Api
from tests.s3 import View, s3_of, s3_server

pytestmark = pytest.mark.django_db(transaction=True)
VIDEOS = [f"video{n}" for n in range(6)]
HOLDERS = """
SELECT l.pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database
WHERE d.datname = current_database() AND l.locktype = 'advisory' AND l.classid = %s AND l.objid = %s
  AND l.pid <> pg_backend_pid()
"""
# Of about 60 requests: bucket by bucket, then file by file.
STEP = 3


@pytest.fixture(scope="module")
def server():
    with s3_server(public=True) as url:
        yield url


@pytest.fixture
def view(server, settings):
    settings.S3 = s3_of(server)
    return View(server)


def publisher(at, what):
    """A process that publishes, and gets a signal before its request number `at`; its id."""
    connections.close_all()
    if pid := os.fork():
        return pid
    for inherited in connections.all(initialized_only=True):
        inherited.connection = None  # nobody else's session may hold what this one takes
    seen = []

    def count(self, **kwargs):
        seen.append(1)
        if len(seen) == at:
            os.kill(os.getpid(), what)

    try:
        Store._count = count
        run.publish()
    finally:
        os._exit(0)


def let_go(pid):
    """Waits for the end of a process, and of its session: the status."""
    _, status = os.waitpid(pid, 0)
    until = time.monotonic() + 10
    with connection.cursor() as cursor:
        while True:
            cursor.execute(HOLDERS, [NAMESPACE, Lock.S3])
            if not (left := cursor.fetchall()):
                return status
            if time.monotonic() > until:  # as PostgreSQL ends it once it has noticed
                cursor.execute("SELECT pg_terminate_backend(%s)", left[0])
            time.sleep(0.05)


def change(crowd):
    """One vote on each video, and a snapshot of what came of it."""
    for video_id in VIDEOS:
        crowd(1, video_id)
    run_pipeline()
    snapshot.build()


def said():
    """What look-ups of the site itself say."""
    return {it: Api().get(f"/api/videos/{ids.bucket_of(it)}").json() for it in VIDEOS}


def seen(view):
    """The same as readers of S3 see it."""
    return {it: view.bucket(ids.bucket_of(it)) for it in VIDEOS}


def test_killed_anywhere_readers_see_whole_answers_and_sets_of_one_revision(view, crowd):
    change(crowd)
    run.publish()
    known, sets = [said()], [view.whole()]
    killed, at = 0, 1
    while True:
        change(crowd)
        known.append(said())
        status = let_go(publisher(at, signal.SIGKILL))
        for video_id, answer in seen(view).items():
            assert answer in [it[video_id] for it in known], at
        sets.append(view.whole())
        for key, sha256 in sets[-1].items():
            # Under its usual address it is that of this set, or still of one before.
            body = view.get(key).content
            assert body in [view.get(f"files/{it[key]}").content for it in sets], (at, key)
            assert sha256
        if not os.WIFSIGNALED(status):
            break
        killed, at = killed + 1, at + STEP
    assert killed > 12
    # The last one was not killed, since it took fewer requests: all is made up for.
    assert seen(view) == known[-1]
    named = view.get("manifest.json").json()["files"]
    assert all(view.get(it["file"]).content == view.get(key).content for key, it in named.items())


def test_a_frozen_publisher_keeps_others_away_and_puts_nothing_old_in_place_of_new(view, crowd):
    change(crowd)
    run.publish()
    change(crowd)
    pid = publisher(4, signal.SIGSTOP)
    os.waitpid(pid, os.WUNTRACED)
    change(crowd)
    assert run.publish() is None
    os.kill(pid, signal.SIGCONT)
    let_go(pid)
    S3Copy.objects.update(next_at=Now())
    until = time.monotonic() + 30
    while run.publish() is None:  # until PostgreSQL has noticed that it has ended
        assert time.monotonic() < until
    assert seen(view) == said()
    assert view.whole()
