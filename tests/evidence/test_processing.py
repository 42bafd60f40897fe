"""Clips on their way from received to ready, with the real programs."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.db.models.functions import Now
from django.utils import timezone

from evidence import states, store
from evidence.models import Clip, Failure, Frame, State
from evidence.processing import steps, work
from evidence.processing.hold import Hold, Lost
from tests.evidence import films

pytestmark = [films.needs_ffmpeg, pytest.mark.django_db]
LEASE = timedelta(seconds=90)


def run(clip: Clip) -> Clip:
    """The clip after workers have done what is due."""
    work.run(most_s=60)
    clip.refresh_from_db()
    return clip


def kept(clip: Clip, name: str) -> Path:
    return Path(storages["evidence"].path(f"{clip.folder}/{name}"))


def test_a_clip_becomes_ready_with_all_that_is_known_of_it(evidence_root):
    clip = run(films.arrived(films.scenes()))
    assert (clip.state, clip.progress, clip.failure, clip.attempts) == ("ready", 100, "", 1)
    assert (clip.width, clip.height, clip.video_codec) == (320, 180, "h264")
    assert clip.duration_s == pytest.approx(6, abs=0.2)
    assert clip.credentials == {"state": "none"}
    assert len(bytes(clip.fingerprint)) > 40
    frames = list(clip.frames.order_by("at"))
    assert [(it.at, it.why) for it in frames] == [(0, "even"), (2, "scene"), (4, "scene")]
    assert all(len(it.phash) == 32 and 0 <= it.quality <= 100 for it in frames)
    names = [clip.original, clip.rendition, clip.sheet, *(it.picture for it in frames)]
    assert all(
        kept(clip, "").joinpath(Path(name).relative_to(clip.folder)).stat().st_size
        for name in names
    )
    assert not list((evidence_root / "work").iterdir())
    assert not list((evidence_root / "incoming").iterdir())


def test_a_step_that_is_done_is_not_done_again(monkeypatch):
    clip = films.arrived(films.scenes())

    def killed(*arguments, **more):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(steps, "_frames", killed)
        with pytest.raises(KeyboardInterrupt):
            work.run(most_s=60)
    before = kept(clip, "rendition.mp4").stat()
    assert run(clip).state == "processing"  # it is still the lost worker's
    Clip.objects.update(taken_until=Now() - LEASE)
    assert run(clip).state == "ready"
    assert clip.attempts == 2
    assert kept(clip, "rendition.mp4").stat().st_mtime_ns == before.st_mtime_ns


def test_frames_are_the_same_rows_when_they_are_taken_again():
    clip = run(films.arrived(films.scenes()))
    was = list(clip.frames.values_list("at", "phash"))
    assert work.again([clip.pk], {"sheet": ""}) == 1
    assert run(clip).state == "ready"
    assert list(clip.frames.values_list("at", "phash")) == was


def test_a_worker_that_lost_its_clip_changes_nothing_any_more():
    clip = films.arrived(films.scenes())
    first = Hold(clip.pk, states.take(clip.pk, lease=-LEASE))
    assert run(clip).state == "ready"
    for change in (
        lambda: first.keep(90),
        lambda: first.store(sheet="x"),
        lambda: first.move(State.CHECKING, State.PROCESSING),
    ):
        with pytest.raises(Lost):
            change()
    work._give_up(first, Failure.INTERNAL, "too late")
    clip.refresh_from_db()
    assert (clip.state, clip.sheet != "x") == ("ready", True)


def test_one_worker_of_two_gets_a_clip():
    clip = films.arrived(films.scenes())
    assert [states.take(clip.pk, lease=LEASE) for _ in range(2)] == [1, None]


def test_what_is_not_the_files_fault_is_tried_again_after_longer_and_longer(evidence_root):
    clip = films.arrived(films.scenes())
    evidence_root.mkdir(exist_ok=True)
    (evidence_root / "kept").write_text("in the way of the storage")
    pauses = []
    for _ in range(work.MOST_ATTEMPTS - 1):
        assert run(clip).state == "received"
        pauses.append(round((clip.due_at - timezone.now()).total_seconds() / 10) * 10)
        assert run(clip).attempts == len(pauses)  # not due
        Clip.objects.update(due_at=Now())
    assert pauses == [30, 60, 120, 240, 480]
    run(clip)
    assert (clip.state, clip.failure) == ("failed", "internal")
    (evidence_root / "kept").unlink()
    assert work.again([clip.pk], {}) == 1
    assert run(clip).state == "ready"


def test_a_clip_whose_file_is_gone_fails_with_the_storage_to_blame(evidence_root):
    clip = films.arrived(films.scenes())
    (evidence_root / "incoming" / clip.pk.hex).unlink()
    for _ in range(work.MOST_ATTEMPTS):
        run(clip)
        Clip.objects.update(due_at=Now())
    assert (clip.state, clip.failure) == ("failed", "storage")


def test_a_clip_that_kills_every_worker_is_given_up():
    clip = films.arrived(films.scenes())
    Clip.objects.update(attempts=work.MOST_ATTEMPTS)
    assert (run(clip).state, clip.failure) == ("failed", "internal")


def test_a_clip_that_is_removed_meanwhile_stays_removed(monkeypatch):
    clip = films.arrived(films.scenes())
    real = steps._render

    def render(job, original, probed):
        states.end(clip.pk)
        store.delete_all(clip)
        real(job, original, probed)

    monkeypatch.setattr(steps, "_render", render)
    assert run(clip).state == "expired"
    assert not Frame.objects.exists()


def test_what_killed_workers_left_is_swept_and_what_is_at_work_is_not(evidence_root):
    clip = films.arrived(films.scenes())
    attempt = states.take(clip.pk, lease=LEASE)
    mine, other = (evidence_root / "work" / f"{clip.pk.hex}-{n}" for n in (attempt, 7))
    for folder in (mine, other):
        folder.mkdir(parents=True)
        (folder / "half.mp4").write_bytes(b"half")
    work.run(most_s=0)
    assert mine.exists()
    assert not other.exists()
