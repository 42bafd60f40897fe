"""Hostile files end as failed, for a reason that a person understands, and reach nothing."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from evidence.media import probe, render
from evidence.media.reasons import Reason, Unusable
from evidence.media.sandbox import Limits
from evidence.models import Clip, Failure
from evidence.processing import work
from tests.evidence import films
from tests.evidence.conftest import evidence_root  # noqa: F401 - a fixture
from tests.faults.hostile import HARMLESS, HOSTILE, MP4, QUICK

pytestmark = [films.needs_ffmpeg, pytest.mark.django_db]
SECRET = "the words of somebody else's file"


@pytest.fixture
def listener():
    """A port at which nobody may knock."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        yield server
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "elsewhere" / "secret.txt"
    path.parent.mkdir()
    path.write_text(SECRET)
    return path


def processed(make, secret, listener, tmp_path):
    """What became of such a file."""
    path = tmp_path / "clip"
    path.write_bytes(make(secret, listener.getsockname()[1]))
    clip = films.arrived(path, name="-i;`touch x`.mp4")
    work.run(most_s=0)
    clip.refresh_from_db()
    return clip


def test_there_are_at_least_40():
    assert len(HOSTILE) >= 40


@pytest.mark.parametrize("name", HOSTILE)
def test_it_fails_for_a_reason_and_leaves_nothing(
    name,
    secret,
    listener,
    tmp_path,
    evidence_root,  # noqa: F811
    caplog,
):
    make, reasons = HOSTILE[name]
    before = sorted(os.listdir(Path.cwd()))
    clip = processed(make, secret, listener, tmp_path)
    assert clip.state == "failed", name
    assert clip.failure in reasons, (clip.failure, clip.failure_detail)
    assert clip.reason.endswith(".")
    assert SECRET not in clip.failure_detail
    assert str(tmp_path) not in clip.failure_detail
    assert "Traceback" not in caplog.text + clip.failure_detail
    assert sorted(os.listdir(Path.cwd())) == before
    assert os.listdir(secret.parent) == ["secret.txt"]
    assert not list((evidence_root / "work").iterdir())
    kept = [path.name for path in (evidence_root / "kept").rglob("*") if path.is_file()]
    assert kept == ["original"]


@pytest.mark.parametrize("name", HARMLESS)
def test_an_odd_film_is_shown_without_what_it_carries(
    name,
    secret,
    listener,
    tmp_path,
    evidence_root,  # noqa: F811
):
    clip = processed(HARMLESS[name], secret, listener, tmp_path)
    assert clip.state == "ready", clip.failure_detail
    for path in (evidence_root / "kept").rglob("*"):
        if path.is_file() and path.name != "original":
            assert b"<script>" not in path.read_bytes()


def test_a_film_that_takes_too_much_work_is_stopped(tmp_path, monkeypatch):
    bomb = films.made(
        "bomb.mkv", "-f", "lavfi", "-i", "color=s=3840x2160:r=5:d=60", "-c:v", "mjpeg"
    )
    tight = Limits(wall_s=120, cpu_s=1)
    monkeypatch.setattr(render, "_limits", lambda seconds: tight)
    with pytest.raises(Unusable) as failed:
        render.render(bomb, probe.probe(bomb, folder=tmp_path), folder=tmp_path)
    assert failed.value.reason == Reason.TOO_HEAVY


def test_a_film_that_becomes_too_large_is_stopped(tmp_path, monkeypatch):
    film = films.made("busy.mp4", *("-f", "lavfi", "-i", "testsrc2=s=640x360:d=10", *MP4))
    monkeypatch.setattr(render, "_limits", lambda seconds: Limits(60, 60, file_bytes=100_000))
    with pytest.raises(Unusable) as failed:
        render.render(film, probe.probe(film, folder=tmp_path), folder=tmp_path)
    assert failed.value.reason == Reason.TOO_HEAVY


def test_a_film_that_goes_on_is_cut_where_clips_end(tmp_path, monkeypatch):
    film = films.made("on.mkv", *QUICK, *MP4, "-live", "1")
    monkeypatch.setattr(render, "LONGEST_S", 1)
    with pytest.raises(Unusable) as failed:
        render.render(film, probe.probe(film, folder=tmp_path), folder=tmp_path)
    assert failed.value.reason == Reason.TOO_LONG


def test_every_fault_of_a_file_has_words_for_its_owner():
    assert {it.value for it in Reason} <= set(Failure.values)
    assert Clip(failure=Failure.TOO_HEAVY).reason
