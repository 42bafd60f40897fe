"""`kill -9` of a real Celery worker at random points, 100 times, loses nothing."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

from common import ids
from sync import delta, pipeline, publish
from sync.models import Revision
from sync.tasks import advance
from tests.flow.test_histories import followed, projections, server_state
from tests.thorough import KILLS
from videos.models import Video
from votes.casting import Ballot, cast_vote
from votes.models import DirtyVideo, Vote

# Every so many is a worker that starts from nothing and works in a process of its own; the others,
# which start in no time, are copies of one that has loaded everything and do their work themselves.
WHOLE = 10
COPIES = """
import os, signal, sys
from realtube.celery import app
app.loader.init_worker()
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for _ in sys.stdin:
    pid = os.fork()
    if pid == 0:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        os.dup2(2, 1)
        app.worker_main(["worker", "--pool=solo", "--without-gossip", "--without-mingle"])
    print(pid, flush=True)
"""


def python(publish_root, *arguments, **streams):
    database = connection.settings_dict
    environment = os.environ | {
        "DATABASE_URL": f"postgresql:///{database['NAME']}?host={database['HOST']}"
        f"&user={database['USER']}&port={database['PORT']}",
        "REALTUBE_PUBLISH_ROOT": str(publish_root),
        "LOG_LEVEL": "ERROR",
    }
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", *arguments],
        env=environment,
        start_new_session=True,
        stderr=subprocess.DEVNULL,
        text=True,
        **streams,
    )


@contextmanager
def workers(publish_root):
    """A function that starts a worker and says how to kill it."""

    def start(*, whole):
        if not whole:
            copies.stdin.write("another\n")
            copies.stdin.flush()
            pid = int(copies.stdout.readline())
            return lambda: os.killpg(pid, signal.SIGKILL)
        worker = python(
            publish_root,
            *("-m", "celery", "-A", "realtube.celery", "worker"),
            *("--concurrency=1", "--without-gossip", "--without-mingle"),
            stdout=subprocess.DEVNULL,
        )

        def kill():
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()

        return kill

    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with python(publish_root, "-c", COPIES, **pipes) as copies:
        yield start


def wait_for_a_revision(*, timeout_s):
    before, deadline = Revision.objects.count(), time.monotonic() + timeout_s
    while Revision.objects.count() == before and time.monotonic() < deadline:
        advance.delay()
        time.sleep(0.1)
    return Revision.objects.count() > before


def cast_votes(rng, count):
    for _ in range(count):
        cast_vote(
            Ballot(f"{rng.randrange(200):032x}", f"video{rng.randrange(60)}", "fully_ai"),
            address=f"10.1.{rng.randrange(250)}.1",
        )
        if rng.random() < 0.2:
            advance.delay()


def test_kills_lose_nothing(transactional_db, publish_root):
    rng = random.Random(3)
    position = delta.Position(Revision.objects.create().number)
    state, at_work = {}, 0
    with workers(publish_root) as start:
        for n in range(KILLS):
            kill = start(whole=n % WHOLE == 0)
            try:
                cast_votes(rng, 12)
                # Most are killed at work, however long the machine takes to start one; some before.
                if rng.random() < 0.8:
                    at_work += wait_for_a_revision(timeout_s=15)
                else:
                    time.sleep(rng.uniform(0, 0.5))
                cast_votes(rng, 3)
                advance.delay()
                time.sleep(rng.uniform(0, 0.1))
            finally:
                kill()
            position = followed(state, position, "everything")
        killed_with_work_left = DirtyVideo.objects.count()
        kill = start(whole=True)
        try:
            deadline = time.monotonic() + 30
            while DirtyVideo.objects.exists() and time.monotonic() < deadline:
                advance.delay()
                time.sleep(0.3)
            # The killed process's lock on the folder is gone with it; publishing catches up.
            while (
                publish._read_cursor() != publish.latest_revision() and time.monotonic() < deadline
            ):
                time.sleep(0.1)
        finally:
            kill()
    assert not DirtyVideo.objects.exists(), killed_with_work_left
    assert at_work > KILLS / 2, "most were killed before they had worked"
    followed(state, position, "everything")
    assert state == server_state()
    assert sum(Video.objects.values_list("total_votes", flat=True)) == Vote.objects.count()
    for video_id in Video.objects.values_list("pk", flat=True):
        body = publish.bodies_of([ids.bucket_of(video_id)])[ids.bucket_of(video_id)]
        assert publish.read_bucket(ids.bucket_of(video_id)) == body
    before = projections()
    pipeline.rebuild(lambda _: None)
    assert projections() == before
    assert settings.CELERY_TASK_ACKS_LATE
