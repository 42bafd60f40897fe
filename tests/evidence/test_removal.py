"""How clips go: a while after the decision, given up, with their voter; and what is left over."""

from __future__ import annotations

import os
import secrets
import time
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db.models import F
from django.db.models.functions import Now

from common.telemetry import metrics
from evidence import removal, store
from evidence.models import Clip, Frame
from evidence.tasks import expire_evidence
from evidence.uploads import incoming
from sync import schedule
from tests.conftest import Api, new_user
from tests.evidence.sending import VIDEO, Tus, appeal, film
from votes.models import Appeal, Case, Vote, Voter

pytestmark = pytest.mark.django_db(transaction=True)


def kept(target=VIDEO, **values):
    """A clip that is ready, with its original and a frame in the storage."""
    clip = Clip.objects.create(
        **(values or {"appeal_id": appeal(target)}),
        target_type="video",
        target_id=target,
        name="a.mp4",
        size=3,
        offset=3,
        state="ready",
    )
    Clip.objects.filter(pk=clip.pk).update(original=f"{clip.folder}/original")
    for name in ("original", "frames/001.webp"):
        store.save(f"{clip.folder}/{name}", ContentFile(b"abc"))
    Frame.objects.create(
        clip=clip, at=0, why="even", picture=f"{clip.folder}/frames/001.webp", width=1, height=1
    )
    clip.refresh_from_db()
    return clip


def voted(user, video=VIDEO):
    Api().vote(video, user=user)
    return Vote.objects.get(video_id=video)


def decide(clip, *, days_ago):
    Case.objects.filter(pk=clip.appeal.case_id).update(
        state="closed", closed_at=Now() - timedelta(days=days_ago)
    )


def is_there(clip):
    """Its row and its files, each or neither."""
    return Clip.objects.filter(pk=clip.pk).exists(), store.storage().exists(clip.original)


def test_clips_go_thirty_days_after_their_case_was_closed_with_all_their_files():
    old, young, waiting = kept("videoOld001"), kept("videoYoung1"), kept("videoOpen01")
    decide(old, days_ago=31)
    decide(young, days_ago=29)
    assert expire_evidence().startswith("expired 1,")
    assert is_there(old) == (False, False)
    assert not store.storage().exists(old.folder)
    assert not Frame.objects.filter(clip=old).exists()
    assert is_there(young) == is_there(waiting) == (True, True)
    young.refresh_from_db()
    assert young.expires_at == young.closed_at + timedelta(days=30)
    waiting.refresh_from_db()
    assert waiting.expires_at is None


def test_the_days_are_a_setting(settings):
    clip = kept()
    decide(clip, days_ago=3)
    settings.EVIDENCE_DAYS = 2
    removal.sweep()
    assert is_there(clip) == (False, False)


def test_a_dry_run_says_what_would_go_and_changes_nothing(capsys):
    clip = kept()
    decide(clip, days_ago=31)
    before = list(Clip.objects.values())
    call_command("expire_evidence", "--dry-run")
    assert "would have: expired 1," in capsys.readouterr().out
    assert is_there(clip) == (True, True)
    assert list(Clip.objects.values()) == before
    call_command("expire_evidence")
    assert "expired 1," in capsys.readouterr().out


def test_what_came_with_a_vote_goes_after_the_last_case_about_the_video():
    voted(new_user())
    clip = kept(vote=Vote.objects.get())
    removal.sweep()
    clip.refresh_from_db()
    assert clip.expires_at == clip.created_at + timedelta(days=30)
    appeal()
    removal.sweep()
    clip.refresh_from_db()
    assert clip.expires_at is None
    Case.objects.update(state="closed", closed_at=Now() - timedelta(days=31))
    Clip.objects.update(created_at=Now() - timedelta(days=60))
    removal.sweep()
    assert is_there(clip) == (False, False)


def test_what_came_with_a_vote_that_is_withdrawn_goes_too():
    voted(new_user())
    clip = kept(vote=Vote.objects.get())
    Vote.objects.update(retracted_at=Now())
    removal.sweep()
    assert is_there(clip) == (False, False)


def test_an_upload_without_a_byte_for_a_day_is_given_up_unless_one_is_just_coming(tus):
    path = tus.begin(100)
    tus.patch(path, film(40), 0)
    removal.sweep()
    clip = Clip.objects.get()
    Clip.objects.update(changed_at=Now() - timedelta(hours=25))
    with incoming.arriving(clip.pk):
        assert removal.sweep().abandoned == 0
    assert removal.sweep().abandoned == 1
    assert not Clip.objects.exists() and list(incoming.folder().iterdir()) == []


def test_an_upload_whose_last_byte_nobody_noted_is_received_and_not_given_up(tus):
    path = tus.begin(100)
    tus.patch(path, film(40), 0)
    with incoming.path_of(Clip.objects.get().pk).open("ab") as file:
        file.write(b"x" * 60)
    Clip.objects.update(changed_at=Now() - timedelta(hours=25))
    assert removal.sweep().abandoned == 0
    assert Clip.objects.get().state == "received"


def test_files_without_a_clip_go_but_not_those_that_just_come():
    clip = kept()
    lost = f"clips/aa/{secrets.token_hex(16)}/frames/001.webp"
    store.save(lost, ContentFile(b"x"))
    store.save("clips/aa/not a number/x", ContentFile(b"x"))
    old, new = (incoming.folder() / secrets.token_hex(16) for _ in range(2))
    for path in (old, new, incoming.folder() / "copy-abc"):
        path.write_bytes(b"x")
    for path in (old, incoming.folder() / "copy-abc"):
        os.utime(path, (time.time() - 7200,) * 2)
    assert removal.sweep().lost_files == 4
    assert not store.storage().exists(lost)
    assert list(incoming.folder().iterdir()) == [new]
    assert is_there(clip) == (True, True)


def test_a_clip_without_its_original_goes_but_not_all_of_them_when_the_storage_is_away(
    settings, tmp_path
):
    lost, good = kept("videoLost01"), kept("videoGood01")
    store.storage().delete(lost.original)
    assert removal.sweep().lost_rows == 1
    assert is_there(lost) == (False, False)
    assert is_there(good) == (True, True)
    elsewhere = {**settings.STORAGES["evidence"], "OPTIONS": {"location": tmp_path / "empty"}}
    settings.STORAGES = {**settings.STORAGES, "evidence": elsewhere}
    swept = removal.sweep()
    assert (swept.lost_rows, swept.failed) == (0, 1)
    assert Clip.objects.filter(pk=good.pk).exists()


def test_what_cannot_be_deleted_stays_out_of_sight_is_counted_and_tried_again(settings):
    """The storage is a server that is away."""
    bad, token = kept(), Appeal.objects.get().token
    decide(bad, days_ago=31)
    here = settings.STORAGES
    away = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            **{"bucket_name": "b", "endpoint_url": "http://127.0.0.1:1", "access_key": "k"},
            **{"secret_key": "s", "region_name": "us-east-1"},
        },
    }
    settings.STORAGES = {**here, "evidence": away}
    counted = metrics.EVIDENCE_REMOVED.labels(outcome="failed")
    before = counted._value.get()
    with pytest.raises(CommandError, match="Not all"):
        call_command("expire_evidence", verbosity=0)
    assert counted._value.get() > before
    assert Clip.objects.get().state == "expired"
    assert Tus(token).clips()["clips"] == []
    settings.STORAGES = here
    assert removal.sweep().expired == 1
    assert is_there(bad) == (False, False)


def test_it_is_done_every_night():
    assert schedule.plan()["evidence.tasks.expire_evidence"].at is not None


def test_a_voter_sees_their_clips_and_takes_them_along():
    user = new_user()
    voted(user)
    mine = kept(vote=Vote.objects.get())
    other = kept("otherVideo1")
    (shown,) = Api().get("/api/users/me/data", **{"X-User-ID": user}).json()["clips"]
    assert (shown["name"], shown["video_id"], shown["state"]) == ("a.mp4", VIDEO, "ready")
    assert Api().delete("/api/users/me", **{"X-User-ID": user}).status_code == 200
    assert is_there(mine) == (False, False)
    assert not Voter.objects.exists()
    assert is_there(other) == (True, True)


def test_a_voter_is_erased_though_the_storage_is_away(settings):
    user = new_user()
    voted(user)
    kept(vote=Vote.objects.get())
    here = settings.STORAGES
    away = {**here["evidence"], "OPTIONS": {"location": "/proc/nothing"}}
    settings.STORAGES = {**here, "evidence": away}
    assert Api().delete("/api/users/me", **{"X-User-ID": user}).status_code == 200
    assert not Clip.objects.exists()
    settings.STORAGES = here
    assert removal.sweep().lost_files == 1


def test_clips_of_a_case_go_with_it():
    case = Appeal.objects.get(pk=appeal()).case
    clip = kept(case=case)
    Case.objects.update(state="closed", closed_at=F("opened_at") - timedelta(days=31))
    removal.sweep()
    assert is_there(clip) == (False, False)
