"""Publishing to S3 killed anywhere, and S3 itself: what readers see stays whole."""

from __future__ import annotations

import random
import subprocess
import sys
import time

import pytest
from django.conf import settings as django_settings
from django.db.models.functions import Now

from common import ids
from sync import publish
from sync.models import S3Copy
from sync.s3 import run
from sync.snapshot import snapshot
from sync.tasks import run_pipeline
from tests.conftest import Api
from tests.dev.service import free_port
from tests.faults.test_publishing import environment
from tests.s3 import BUCKET, View, s3_of, s3_server
from tests.sync.test_delta import random_changes

pytestmark = pytest.mark.django_db(transaction=True)
KILLS = 20


def start(url):
    """A batch of a process of its own."""
    keys = {"ENDPOINT": url, "BUCKET": BUCKET, "KEY_ID": "key", "KEY": "secret"}
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "manage.py", "publish_to_s3"],
        env=environment() | {f"REALTUBE_S3_{name}": value for name, value in keys.items()},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def touched():
    """All buckets that there are or were."""
    return sorted({ids.bucket_of(f"video{n:03}") for n in range(150)})


def test_killed_anywhere_readers_see_whole_buckets_and_one_revision_of_each_set(settings):
    rng = random.Random(5)
    with s3_server(public=True) as url:
        settings.S3 = s3_of(url)
        view = View(url)
        random_changes(rng, 150)
        run_pipeline()
        snapshot.build()
        run.publish()
        bodies = {it: [view.bucket(it)] for it in touched()}
        sets = [view.whole()]
        killed = 0
        for _ in range(KILLS):
            random_changes(rng, 40)
            run_pipeline()
            snapshot.build()
            for it in touched():
                answer = Api().get(f"/api/videos/{it}")
                bodies[it].append(answer.json() if answer.status_code == 200 else None)
            before = publish.latest_revision(), S3Copy.objects.get().revision
            process = start(url)
            _wait_until_it_writes(view, process)
            time.sleep(rng.uniform(0, 0.4))
            killed += process.poll() is None
            process.kill()
            process.communicate()
            for it in touched():
                assert view.bucket(it) in bodies[it], before
            named = view.whole()
            assert named
            sets.append(named)
            for key in named:
                # Under the usual address: of the one set or the other, and whole.
                answer = view.get(key)
                assert answer.status_code == 200
        assert killed > KILLS // 3
        S3Copy.objects.update(next_at=Now())
        assert run.publish() is not None
        for it in touched():
            assert view.bucket(it) == bodies[it][-1]
        _same_under_both_names(view)


def _same_under_both_names(view):
    for key, it in view.get("manifest.json").json()["files"].items():
        assert view.get(key).content == view.get(it["file"]).content


def _wait_until_it_writes(view, process):
    """Its first objects change about when the manifest was asked for; the start takes longest."""
    while process.poll() is None:
        with open(f"/proc/{process.pid}/net/tcp"):
            pass
        time.sleep(0.05)
        if _asked_s3(process):
            return


def _asked_s3(process):
    return False
