"""Tasks delivered twice, late and out of order, two schedulers, and clocks that disagree."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from realtube import celery
from sync import pipeline, schedule
from sync.models import Revision
from tests.conftest import Api, new_user
from tests.dev.processes import wait_until
from tests.dev.service import REPOSITORY, services
from tests.flow.test_histories import projections
from votes.models import DirtyVideo, Vote

pytestmark = pytest.mark.django_db(transaction=True)
# Builds of everything public take long, and are tested beside test_exports.py and test_releases.py.
SKIPPED = {"sync.tasks.refresh_export", "sync.tasks.release_data"}
MINUTE_S = 60.0


def scheduled():
    celery.app.loader.import_default_modules()  # as a worker does when it starts
    names = set(schedule.plan()) - SKIPPED
    return [celery.app.tasks[name] for name in sorted(names)]


def test_every_task_may_run_twice_late_and_in_any_order(figures):
    rng = random.Random(5)
    api = {user: Api() for user in (new_user() for _ in range(12))}
    runs = 0
    for _ in range(3):
        for user, client in api.items():
            client.vote(f"task{rng.randrange(6)}", user=user)
        queue = scheduled() * 2
        rng.shuffle(queue)
        for task in queue:
            task.apply().get()
        runs += len(queue)
    pipeline.advance_until_idle()
    before, newest = projections(), Revision.objects.latest("number").number
    for task in scheduled():
        task.apply().get()
    assert projections() == before
    pipeline.rebuild(lambda _: None)
    assert projections() == before
    assert Revision.objects.latest("number").number == newest
    assert not DirtyVideo.objects.exists()
    figures(tasks=runs + len(scheduled()), votes=Vote.objects.count())


def test_a_task_that_outlives_its_visibility_is_delivered_again_and_changes_nothing():
    """Redis hands an unacknowledged message to another worker after this long."""
    timeout_s = celery.app.conf.broker_transport_options["visibility_timeout"]
    limits = [task.time_limit or celery.app.conf.task_time_limit for task in scheduled()]
    assert celery.app.conf.task_acks_late
    assert max(limits) < timeout_s


def test_two_schedulers_do_nothing_twice(figures):
    with services() as make:
        service = make()
        service.start_and_wait()
        settings = service.settings
        schedule = service.var_dir / "run" / "second-schedule"
        beat = subprocess.Popen(
            [
                *(sys.executable, "-W", "ignore", "-m", "celery", "-A", "realtube.celery"),
                *("beat", "-s", str(schedule), "--pidfile=", "--max-interval=1"),
            ],
            cwd=REPOSITORY,
            env=service.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_until(lambda: any(schedule.parent.glob("second*")), timeout_s=60, what="it runs")
            for n in range(30):
                assert service.vote(f"two{n % 5}", new_user(), address=f"127.0.{n}.1") == 200

            def asked(statement):
                with psycopg.connect(settings["DATABASE_URL"]) as database:
                    return database.execute(statement).fetchone()[0]

            wait_until(
                lambda: asked("SELECT count(*) FROM votes_dirtyvideo") == 0,
                timeout_s=60,
                what="all is scored",
            )
            counted = asked("SELECT sum(total_votes) FROM videos_video")
            newest = asked("SELECT max(number) FROM sync_revision")
            service.manage("rebuild")
            figures(votes=30, counted=int(counted))
            assert counted == 30
            assert asked("SELECT max(number) FROM sync_revision") == newest
        finally:
            beat.terminate()
            beat.wait(timeout=40)


@pytest.mark.parametrize("minutes", [-10, 10])
def test_the_databases_clock_is_the_only_one(monkeypatch, minutes, video_id):
    """Of three clocks that differ, a vote's time, its delta and its score follow one."""
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + minutes * MINUTE_S)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        before = cursor.fetchone()[0]
    api = Api()
    assert api.vote(video_id).status_code == 200
    pipeline.advance_until_idle()
    vote = Vote.objects.get()
    assert before <= vote.cast_at <= before + timedelta(minutes=1)
    since = (before - timedelta(seconds=1)).isoformat()
    delta = api.get(delta_path(since))
    assert [video["videoId"] for video in delta.json()["videos"]] == [video_id]


def delta_path(since):
    return f"/api/sync/delta?since={since.replace('+', '%2B')}"


def test_a_client_whose_clock_is_ahead_is_told_so():
    later = timezone.now() + timedelta(minutes=5)
    answer = Api().get(delta_path(later.isoformat()))
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "INVALID_PARAM")
    soon = timezone.now() + timedelta(seconds=20)
    assert Api().get(delta_path(soon.isoformat())).status_code == 200
