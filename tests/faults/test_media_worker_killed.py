"""`kill -9` of a real media worker, wherever it is: another goes on, and nothing is there twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.db.models.functions import Now

from evidence.models import Clip, Frame, State
from evidence.processing.work import AT_WORK
from tests.evidence import films
from tests.evidence.conftest import evidence_root  # noqa: F401 - a fixture
from tests.thorough import THOROUGH

pytestmark = [films.needs_ffmpeg, pytest.mark.django_db(transaction=True)]
KILLS = 12 if THOROUGH else 4
CLIPS = 2


def start(root):
    """A real worker of the queue `media`, and somebody who sends it tasks."""
    database = connection.settings_dict
    environment = os.environ | {
        "DATABASE_URL": f"postgresql:///{database['NAME']}?host={database['HOST']}"
        f"&user={database['USER']}&port={database['PORT']}",
        "REALTUBE_EVIDENCE": "on",
        "REALTUBE_EVIDENCE_ROOT": str(root),
        "LOG_LEVEL": "ERROR",
    }
    worker = subprocess.Popen(
        [
            *(sys.executable, "-W", "ignore", "-m", "celery", "-A", "realtube.celery", "worker"),
            *("--concurrency=1", "--queues=media", "--without-gossip", "--without-mingle"),
        ],
        env=environment,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return worker


def kill(worker):
    """The worker and its child, as the kernel does when memory is short."""
    with suppress(ProcessLookupError):
        os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


def programs(root):
    """Processes that work in a folder of `root`."""
    found = []
    for cwd in Path("/proc").glob("[0-9]*/cwd"):
        with suppress(OSError):
            if Path(os.readlink(cwd)).is_relative_to(root):
                found.append(cwd)
    return found


def wait(until, seconds):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if until():
            return True
        time.sleep(0.1)
    return False


def test_a_killed_worker_loses_nothing_and_leaves_no_program_behind(evidence_root):  # noqa: F811
    from evidence.tasks import process_clips

    for n in range(CLIPS):
        films.arrived(films.scenes(), target=f"killed{n:05d}")
    dice = random.Random(0)
    kills = 0
    while kills < KILLS and Clip.objects.exclude(state=State.READY).exists():
        worker = start(evidence_root)
        process_clips.apply_async()
        assert wait(Clip.objects.filter(state__in=AT_WORK, taken_until__gt=Now()).exists, 120)
        time.sleep(dice.uniform(0, 3))
        kill(worker)
        kills += 1
        # ffmpeg goes with the worker that started it, though in a session of its own.
        assert wait(lambda: not programs(evidence_root), 30)
        assert not Clip.objects.filter(state=State.FAILED).exists()
        # What takes a minute and a half: its lease runs out. A kill is no attempt of the clip's.
        Clip.objects.filter(state__in=AT_WORK).update(taken_until=Now(), attempts=1)
    assert kills
    worker = start(evidence_root)
    process_clips.apply_async()
    assert wait(lambda: Clip.objects.filter(state=State.READY).count() == CLIPS, 240)
    kill(worker)
    assert Frame.objects.count() == 3 * CLIPS
    names = sorted(path.name for path in (evidence_root / "kept").rglob("*") if path.is_file())
    assert len(names) == CLIPS * (3 + 3)
    assert not list((evidence_root / "work").iterdir())
    assert settings.CELERY_TASK_ROUTES["evidence.tasks.process_clips"] == {"queue": "media"}
