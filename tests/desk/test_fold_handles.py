"""An upgraded site takes two spellings of a handle for the one channel that they are."""

from __future__ import annotations

import json
import sys
import unicodedata
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models.functions import Now

from channels.models import Channel, DirtyChannel, Listing
from common import ids
from desk import services
from desk.models import Batch
from sync import pipeline
from sync.models import Change, StatusChange
from tests.conftest import Api
from tests.flow.test_attacks import rebuilt_as_it_stands
from videos.models import Video
from votes.models import Action, Appeal, Case, Decision, DirtyVideo, Hold, TargetType, Vote
from votes.moderation.appeals import file_appeal

pytestmark = pytest.mark.django_db(transaction=True)
MIGRATION = import_module("desk.migrations.0005_fold_handles")
VECTORS = json.loads((Path(__file__).parents[2] / "clients/vectors/addresses.json").read_text())
ID = "UC" + "a" * 22


def upgrade():
    """What `migrate` does, and the pipeline after it."""
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in MIGRATION.FOLD:
            cursor.execute(statement)
    pipeline.advance_until_idle()
    cache.clear()


def channel(key):
    return Api().get(f"/api/channels/{key}")


def listed(*handles, **more):
    for handle in handles:
        Listing.objects.create(**{"source": "list", "level": "block", "handle": handle} | more)
    DirtyChannel.objects.append([f"@{handle}" for handle in handles])


def stood(handle, **more):
    """A channel as the release before published it."""
    Channel.objects.create(**{"handle": handle, "score": 80, "auto_flag_new": True} | more)
    StatusChange.objects.create(
        kind="channel", key=f"@{handle}", at=Now(), before="none", after="auto_flagged"
    )


def decided(action, handle, reason="seen"):
    """As the release before wrote it."""
    return Decision.objects.create(
        actor="mod",
        action=action,
        target_type=TargetType.CHANNEL,
        target_id=f"@{handle}",
        reason=reason,
        before={"standing": None},
        after={"standing": {"clear_channel": "cleared", "flag_channel": "flagged"}[action]},
    )


@pytest.mark.parametrize(
    ("cleared", "flagged"), [("cafécon", "cafecon"), ("cafecon", "cafécon"), ("cafécon", "cafécon")]
)
def test_who_is_cleared_by_one_spelling_is_not_flagged_by_the_other(cleared, flagged):
    decided("clear_channel", cleared)
    listed(flagged)
    stood(flagged)
    upgrade()
    found = channel("@cafécon").json()
    assert found == channel("@cafecon").json()
    assert (found["channelId"], found["score"], found["locked"]) == ("@cafecon", 0, True)
    assert Channel.objects.count() == 1
    assert rebuilt_as_it_stands()


def test_the_last_word_about_either_spelling_counts_and_says_whose_it_was():
    decided("clear_channel", "cafécon", reason="hers")
    decided("flag_channel", "cafecon")
    decided("clear_channel", "tété", reason="his")
    upgrade()
    assert channel("@cafecon").json()["score"] > 50
    assert channel("@tété").json()["score"] == 0
    copy = Decision.objects.last()
    original = Decision.objects.get(target_id="@tété")
    assert (copy.target_id, copy.actor, copy.created_at) == ("@tete", "mod", original.created_at)
    assert copy.reason == "his (@tété is the same handle.)"
    assert Decision.objects.count() == 4


def test_an_older_decision_can_still_be_taken_back():
    old = decided("clear_channel", "cafécon")
    listed("cafecon")
    upgrade()
    assert channel("@cafecon").json()["score"] == 0
    made = services.reverse(actor="mod", decision_id=old.pk, reason="a mistake")
    pipeline.advance_until_idle()
    cache.clear()
    assert made.target_id == "@cafecon"
    assert channel("@cafecon").json()["score"] == 80


def test_votes_and_videos_of_both_spellings_are_of_one_channel(crowd, lookup):
    for video in ("videoplain1", "videoaccent"):
        crowd(9, video, channelHandle="@cafecon")
    Vote.objects.filter(video_id="videoaccent").update(claimed_handle="cafécon")
    Hold.objects.create(
        video_id="videoaccent", side="ai", since=Now(), scope="@cafécon", threshold=10, until=Now()
    )
    DirtyVideo.objects.append(["videoaccent"])
    assert lookup("videoaccent")["channelHandle"] == "@cafécon"
    stood("cafécon")
    upgrade()
    assert lookup("videoaccent")["channelHandle"] == "@cafecon"
    assert set(Video.objects.values_list("channel_handle", flat=True)) == {"cafecon"}
    assert channel("@cafécon").json()["totalVideos"] == 2
    assert Hold.objects.get().scope == "@cafecon"
    assert rebuilt_as_it_stands()


def test_clients_forget_the_one_and_keep_the_other_and_its_history():
    listed("cafécon", "cafecon")
    listed("tété", channel_id=ID)
    stood("cafécon")
    stood("cafecon")
    stood("tété", channel_id=ID)
    upgrade()
    told = dict(Change.objects.values_list("key", "payload"))
    removed = {key for key, payload in told.items() if payload["action"] == "remove"}
    assert "@cafécon" in removed
    assert removed.isdisjoint({"@cafecon", ID})
    assert told[ID]["handle"] == "@tete"
    known = set(Channel.objects.values_list("channel_id", "handle"))
    assert known == {(None, "cafecon"), (ID, "tete")}
    assert not StatusChange.objects.filter(key="@cafécon").exists()
    history = Api().get("/api/channels/@cafécon/history").json()
    assert history["history"][0]["after"] == "auto_flagged"
    assert rebuilt_as_it_stands()


def test_entries_of_one_source_become_one_that_is_as_open_and_as_strong():
    early = Listing.objects.create(source="a", level="warn", handle="cafecon")
    Listing.objects.filter(pk=early.pk).update(first_seen=Now() - timedelta(days=9))
    Listing.objects.create(source="a", level="block", handle="cafécon")
    Listing.objects.create(source="a", level="block", handle="tété", removed_at=Now())
    Listing.objects.create(source="a", level="warn", handle="tete")
    Listing.objects.create(source="a", level="block", handle="tété", channel_id=ID)
    Listing.objects.create(source="b", level="block", handle="été", removed_at=Now())
    upgrade()
    rows = {
        (it.source, it.channel_id, it.handle): (it.level, it.removed_at is None)
        for it in Listing.objects.all()
    }
    assert rows == {
        ("a", None, "cafecon"): ("block", True),
        ("a", None, "tete"): ("warn", True),
        ("a", ID, "tete"): ("block", True),
        ("b", None, "ete"): ("block", False),
    }
    merged = Listing.objects.get(handle="cafecon")
    assert merged.first_seen < merged.last_seen - timedelta(days=8)


def test_cases_and_batches_follow():
    asked = {"target_type": "channel", "reason": "mine"}
    kept = file_appeal(target_id="@cafecon", **asked)
    moved = file_appeal(target_id="@cafécon", **asked)
    alone = file_appeal(target_id="@tété", **asked)
    batch = Batch.objects.create(
        actor="mod", action=Action.CLEAR_CHANNEL, target_type="channel", targets=["@tété", ID]
    )
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in MIGRATION.FOLD:
            cursor.execute(statement)
    assert Appeal.objects.get(pk=moved.pk).case_id == kept.case_id
    targets = Case.objects.order_by("pk").values_list("pk", "target_id")
    assert list(targets) == [(kept.case_id, "@cafecon"), (alone.case_id, "@tete")]
    batch.refresh_from_db()
    assert batch.targets == ["@tete", ID]


def test_a_second_time_changes_nothing():
    decided("clear_channel", "cafécon")
    listed("cafécon", "日本語")
    upgrade()
    before = list(Decision.objects.values_list("pk")), list(Listing.objects.values_list())
    upgrade()
    assert before[1] == list(Listing.objects.values_list())
    assert before[0] == list(Decision.objects.values_list("pk"))


def test_the_database_folds_as_the_server_does():
    handles = {ids.normalise_handle(vector["text"]) or "" for vector in VECTORS["handles"]}
    letters = {
        unicodedata.normalize("NFC", chr(code).casefold())
        for code in range(0xA0, sys.maxunicode)
        if unicodedata.decomposition(chr(code))
    }
    before = ["@cafécon", "@ǿǽǯ", "@зелёный", "@हिन्दी", *sorted(handles | letters)]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(MIGRATION.FOLD[0])
        cursor.execute("SELECT pg_temp.folded(key) FROM unnest(%s::text[]) AS key", [before])
        after = [row[0] for row in cursor.fetchall()]
    assert after == [ids.without_accents(key) for key in before]
