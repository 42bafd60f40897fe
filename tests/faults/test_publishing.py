"""Killed, or out of disk: what was published last stays whole, and the next run mends the rest."""

from __future__ import annotations

import hashlib
import os
import random
import resource
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.models import F

from sync import publish
from sync.export import exports, releases
from sync.models import Revision
from sync.snapshot import snapshot
from sync.tasks import run_pipeline
from tests.conftest import Api
from tests.dev.processes import wait_until
from tests.faults import disks
from tests.sync.test_delta import random_changes
from tests.sync.test_snapshot import made_up
from votes.models import Vote

pytestmark = pytest.mark.django_db(transaction=True)
KILLS = 8
COMMANDS = ["snapshot", "export_database"]


def environment():
    it = connection.settings_dict
    return os.environ | {
        "DATABASE_URL": f"postgresql:///{it['NAME']}?host={it['HOST']}&user={it['USER']}"
        f"&port={it['PORT']}",
        "REALTUBE_PUBLISH_ROOT": str(django_settings.PUBLISH_ROOT),
        "LOG_LEVEL": "ERROR",
    }


def start(*command, **more):
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "manage.py", *command],
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        **more,
    )


def files_of(command):
    """The path and checksum of every published file, by what the manifest says."""
    if command == "snapshot":
        found = snapshot.published()
        return {
            found.file(name, encoding)[0]: entry["sha256"]
            for name, encodings in found.manifest["files"].items()
            for encoding, entry in encodings.items()
        }
    return {(it := exports.newest(form)).path: it.checksum for form in exports.FORMATS}


def check(command):
    files = files_of(command)
    for path, checksum in files.items():
        assert hashlib.sha256(path.read_bytes()).hexdigest() == checksum, path
    return set(files.values())


def folder_of(command):
    name = "snapshots" if command == "snapshot" else "exports"
    return django_settings.PUBLISH_ROOT / name


@pytest.mark.parametrize("command", COMMANDS)
def test_a_builder_killed_anywhere_leaves_the_last_good_files(command):
    random_changes(random.Random(1), 400)
    run_pipeline()
    made_up(4000)
    call_command(command)
    check(command)
    rng, killed = random.Random(2), 0
    for _ in range(KILLS):
        Revision.objects.create()
        process = start(command)
        while not list(folder_of(command).glob(".building-*")) and process.poll() is None:
            time.sleep(0.005)
        time.sleep(rng.uniform(0, 0.3))
        killed += process.poll() is None
        process.kill()
        process.communicate()
        check(command)
    assert killed > KILLS // 2
    call_command(command)
    check(command)
    left = [p.name for p in folder_of(command).iterdir() if p.name.startswith(".building")]
    assert left == []


def test_a_release_killed_anywhere_is_there_whole_or_not_at_all():
    random_changes(random.Random(1), 400)
    Vote.objects.update(
        cast_at=F("cast_at") - timedelta(days=40),
        first_ai_at=F("first_ai_at") - timedelta(days=40),
        first_human_at=F("first_human_at") - timedelta(days=40),
    )
    run_pipeline()
    made_up(4000)
    rng, killed = random.Random(2), 0
    root = django_settings.PUBLISH_ROOT / "exports" / "releases"
    for _ in range(KILLS):
        process = start("release_data")
        while not list(root.glob(".building-*")) and process.poll() is None:
            time.sleep(0.005)
        time.sleep(rng.uniform(0, 0.2))
        killed += process.poll() is None
        process.kill()
        process.communicate()
    assert killed
    call_command("release_data")
    (manifest,) = releases.all_releases()
    for entry in manifest["files"].values():
        body = releases.file_of(manifest["month"], entry["name"]).path.read_bytes()
        assert hashlib.sha256(body).hexdigest() == entry["sha256"]
    # Made once: whoever comes later, also at the same moment, changes nothing.
    both = [start("release_data") for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0]
    for process in both:
        process.communicate()
    assert releases.all_releases() == [manifest]
    assert list(root.glob(".building-*")) == []


def limited():
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))


@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_that_may_not_grow_leaves_the_last_good_files(command):
    random_changes(random.Random(3), 100)
    run_pipeline()
    call_command(command)
    before = check(command)
    made_up(4000)
    process = start(command, preexec_fn=limited)
    _, said = process.communicate()
    assert process.returncode == 1
    assert b"File too large" in said and b"stays" in said and b"Traceback" not in said
    assert check(command) == before
    left = [p.name for p in folder_of(command).iterdir() if p.name.startswith(".building")]
    assert left == []
    call_command(command)
    assert check(command) != before


@pytest.fixture
def small_disk(settings, tmp_path):
    """PUBLISH_ROOT on a disk of 4 MB."""
    with disks.small(tmp_path / "disk") as folder:
        settings.PUBLISH_ROOT = folder / "publish"
        yield folder


@pytest.mark.parametrize("leave", [0, 40_000])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_full_disk_leaves_the_last_good_files(small_disk, command, leave):
    random_changes(random.Random(4), 100)
    run_pipeline()
    call_command(command)
    before = check(command)
    made_up(4000)
    disks.fill(small_disk, leave)
    with pytest.raises(CommandError, match=r"No space left on device.*stays"):
        call_command(command)
    assert check(command) == before
    (small_disk / "filler").unlink()
    call_command(command)
    assert check(command) != before


def test_a_full_disk_keeps_the_buckets_whole_and_is_made_up_for(small_disk, crowd):
    crowd(3, "earlier")
    run_pipeline()
    disks.fill(small_disk, 0)
    crowd(4, "earlier")
    with pytest.raises(OSError, match="No space left"):
        run_pipeline()
    path = publish.bucket_path(snapshot_bucket := publish.ids.bucket_of("earlier"))
    assert b'"totalVotes":3' in path.read_bytes()
    assert not [p for p in path.parent.iterdir() if p.name.startswith(".")]
    (small_disk / "filler").unlink()
    run_pipeline()
    assert Api().get(f"/api/videos/{snapshot_bucket}").json()[0]["totalVotes"] == 7


def test_what_a_crash_of_the_machine_has_damaged_is_mended_after_it(crowd):
    crowd(3, "damaged")
    run_pipeline()
    path = publish.bucket_path(publish.ids.bucket_of("damaged"))
    body = path.read_bytes()
    cursor = django_settings.PUBLISH_ROOT / "buckets" / "cursor"
    revision, _ = cursor.read_text().split(" ")
    path.write_bytes(b"")  # what is not yet on disk when the power goes
    cursor.write_text(f"{revision} another-boot")
    run_pipeline()
    assert path.read_bytes() == body
    assert publish.published_revision() == int(revision)


def test_a_publisher_that_finds_another_at_work_takes_over_from_it(crowd):
    crowd(3, "waits")
    run_pipeline()
    (django_settings.PUBLISH_ROOT / "buckets" / "cursor").unlink()
    with publish._only_one() as mine:
        assert mine
        publisher = start("publish", "--follow")
        try:
            time.sleep(4)
            assert publisher.poll() is None
            assert publish.published_revision() == 0
        except BaseException:
            publisher.kill()
            raise
    try:
        wait_until(publish.published_revision, timeout_s=60, what="it has taken over")
        publisher.terminate()
        assert publisher.wait(timeout=20) == 0
    finally:
        publisher.kill()
        publisher.communicate()
