"""Erasures are remembered, without an id, for as long as a backup could undo them."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models.functions import Now

from common import ids
from common.db import rows
from sync import delta
from sync.models import Change, Revision
from sync.tasks import run_pipeline
from tests.conftest import Api, new_user
from votes import casting, erasures
from votes.models import Erasure, Vote, Voter

pytestmark = pytest.mark.django_db(transaction=True)
WAITING = "SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"


@pytest.fixture
def user(video_id):
    user = new_user()
    Api().vote(video_id, user=user)
    return user


def erase(user):
    assert Api().delete("/api/users/me", **{"X-User-ID": user}).status_code == 200


def known():
    return dict(Erasure.objects.values_list("mark", "erased_at"))


def public_id(user):
    return ids.public_id(user, key=settings.VOTER_KEY)


def test_what_is_remembered_names_nobody(user):
    erase(user)
    (mark,) = known()
    assert user not in mark
    assert public_id(user) not in mark
    assert mark == ids.erasure_mark(public_id(user), key=settings.VOTER_KEY)
    assert mark != ids.erasure_mark(public_id(user), key="another key" * 4)


def test_a_voter_that_a_backup_brought_back_is_erased_again(user, video_id):
    kept = Voter.objects.get(), Vote.objects.get()
    erase(user)
    for row in kept:
        row.save(force_insert=True)
    assert erasures.reapply_erasures(known()) == 1
    assert not Voter.objects.exists()
    assert not Vote.objects.exists()
    assert erasures.reapply_erasures(known()) == 0


def test_who_came_back_after_the_erasure_stays(user, video_id):
    erase(user)
    Api().vote(video_id, user=user)
    assert erasures.reapply_erasures(known()) == 0
    assert Voter.objects.filter(pk=public_id(user)).exists()


def test_a_vote_that_meets_the_erasure_of_its_voter_is_the_first_of_a_new_one(user):
    def vote():
        try:
            return Api().vote("another", user=user).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            erasures.erase_voter(public_id(user))
            answer = pool.submit(vote)
            while not rows(WAITING):
                assert not answer.done()
                time.sleep(0.01)
        assert answer.result() == 200
    assert list(Vote.objects.values_list("video_id", "voter_id")) == [("another", public_id(user))]
    assert Voter.objects.get().first_seen > Erasure.objects.get().erased_at


def test_an_erasure_waits_for_the_vote_it_meets(user):
    def erase_later():
        try:
            return erasures.erase_voter(public_id(user))
        finally:
            connection.close()

    ballot = casting.Ballot(public_id(user), "another", "fully_ai")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            casting.cast_vote(ballot, address="192.0.2.1")
            erased = pool.submit(erase_later)
            while not rows(WAITING):
                assert not erased.done()
                time.sleep(0.01)
        assert erased.result()
    assert not Vote.objects.exists()
    assert not Voter.objects.exists()


def test_an_erasure_is_forgotten_when_no_backup_is_as_old(user):
    erase(user)
    assert erasures.forget_erasures() == 0
    Erasure.objects.update(erased_at=Now() - erasures.BACKUPS_KEPT - timedelta(hours=1))
    assert erasures.forget_erasures() == 1


def test_after_a_restore_everybody_begins_again(user, lookup, video_id, tmp_path):
    assert lookup(video_id)
    before = Revision.objects.latest("number").number
    (tmp_path / "erasures.csv").write_text("")
    call_command("after_restore", str(tmp_path / "erasures.csv"))
    assert Revision.objects.latest("number").number > before + delta.LOST_REVISIONS_MAX
    assert not Change.objects.exists()
    for cursor in (before, before + 500):
        assert Api().get(f"/api/sync/delta?cursor={cursor}-0").status_code == 410
    run_pipeline()
    assert lookup(video_id)["totalVotes"] == 1


@pytest.mark.parametrize("text", ["mark\n", "mark,yesterday\n", "a,b,c\n"])
def test_half_a_list_is_not_applied(tmp_path, text):
    (tmp_path / "erasures.csv").write_text("m,2026-01-01T00:00:00+00:00\n" + text)
    with pytest.raises(CommandError, match="no list of erasures"):
        call_command("after_restore", str(tmp_path / "erasures.csv"))
