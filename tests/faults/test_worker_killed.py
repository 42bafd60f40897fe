"""`kill -9` of a real Celery worker at random points, 30 times, loses nothing."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time

from django.conf import settings
from django.db import connection

from realtube.common import ids
from sync import delta, pipeline, publish
from sync.models import Revision
from sync.tasks import advance
from tests.flow.test_histories import followed, projections, server_state
from videos.models import Video
from votes.models import DirtyVideo, Vote
from votes.services import Ballot, cast_vote

KILLS = 30


def start_worker(publish_root):
    database = connection.settings_dict
    environment = os.environ | {
        "DATABASE_URL": f"postgresql:///{database['NAME']}?host={database['HOST']}"
        f"&user={database['USER']}&port={database['PORT']}",
        "REALTUBE_PUBLISH_ROOT": str(publish_root),
        "LOG_LEVEL": "ERROR",
    }
    return subprocess.Popen(
        [
            *(sys.executable, "-W", "ignore", "-m", "celery", "-A", "realtube.celery", "worker"),
            *("--concurrency=1", "--without-gossip", "--without-mingle"),
        ],
        env=environment,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def kill(worker):
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


def test_thirty_kills_lose_nothing(transactional_db, publish_root):
    rng = random.Random(3)
    position = delta.Position(Revision.objects.create().number)
    state = {}
    for _ in range(KILLS):
        worker = start_worker(publish_root)
        try:
            for _ in range(40):
                cast_vote(
                    Ballot(f"{rng.randrange(200):032x}", f"video{rng.randrange(60)}", "fully_ai"),
                    address=f"10.1.{rng.randrange(250)}.1",
                )
                if rng.random() < 0.2:
                    advance.delay()
            time.sleep(rng.uniform(0.9, 1.6))
            advance.delay()
            time.sleep(rng.uniform(0, 0.2))
        finally:
            kill(worker)
        position = followed(state, position, "everything")
    killed_with_work_left = DirtyVideo.objects.count()
    worker = start_worker(publish_root)
    try:
        deadline = time.monotonic() + 6
        while DirtyVideo.objects.exists() and time.monotonic() < deadline:
            advance.delay()
            time.sleep(0.3)
        # The killed process's lock on the folder is gone with it; publishing catches up.
        while publish._read_cursor() != publish._latest() and time.monotonic() < deadline:
            time.sleep(0.1)
    finally:
        kill(worker)
    assert not DirtyVideo.objects.exists(), killed_with_work_left
    assert Revision.objects.count() > 5, "the worker never got to work"
    followed(state, position, "everything")
    assert state == server_state()
    assert sum(Video.objects.values_list("total_votes", flat=True)) == Vote.objects.count()
    for video_id in Video.objects.values_list("pk", flat=True):
        body = publish._bodies([ids.bucket_of(video_id)])[ids.bucket_of(video_id)]
        assert publish.read_bucket(ids.bucket_of(video_id))[0] == body
    before = projections()
    pipeline.rebuild(lambda _: None)
    assert projections() == before
    assert settings.CELERY_TASK_ACKS_LATE
