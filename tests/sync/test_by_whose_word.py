"""Whose word flags something: votes, imported lists or a moderator, as it is published."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from channels.services import decide_channel
from sync import compact
from sync.snapshot import snapshot
from sync.tasks import run_pipeline
from tests.conftest import Api, whole

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_limits(settings):
    settings.LIMITS = dict.fromkeys(settings.LIMITS, 10**9)


def take(tmp_path, *lines, level="block", source="list"):
    path = tmp_path / f"{source}.txt"
    path.write_text("\n".join(lines) + "\n")
    call_command("import_blocklist", str(path), source=source, level=level)
    run_pipeline()


def channel(key="@slop"):
    return Api().get(f"/api/channels/{key}").json()


def video(video_id):
    return Api().get(f"/api/videos?videoId={video_id}").json()


def flags():
    """By key, in the snapshot; and the same by way of the changes."""
    snapshot.build()
    read = compact.read(whole(Api().get("/api/sync/compact")))
    found = {key: flags for key, _, flags in [*read.videos, *read.channels]}
    at = (timezone.now() - timedelta(minutes=5)).isoformat().replace("+00:00", "Z")
    page = Api().get(f"/api/sync/delta?since={at}&format=compact").json()
    changed = {
        int(it["key"], 16): it["flags"]
        for kind in ("videos", "channels")
        for it in page[kind]
        if it["action"] == "update"
    }
    assert changed == found
    return found


def test_a_channel_that_only_lists_flag_is_listed_and_so_are_its_videos(tmp_path, crowd):
    take(tmp_path, "@slop")
    crowd(3, "abcdefghijk", channelHandle="@slop")
    run_pipeline()
    assert channel()["listed"] is True
    assert video("abcdefghijk")["channelBy"] == "list"
    found = flags()
    assert found[compact.key_of("@slop")] & compact.CHANNEL_LISTED
    assert found[compact.key_of("abcdefghijk")] & compact.VIDEO_BY_LIST


def test_a_list_that_warns_flags_nothing(tmp_path):
    take(tmp_path, "@slop", level="warn")
    assert "listed" not in channel()


def test_a_moderators_word_is_no_longer_the_lists(tmp_path, crowd):
    take(tmp_path, "@slop")
    crowd(3, "abcdefghijk", channelHandle="@slop")
    decide_channel(actor="m", key="@slop", action="flag_channel", reason="r")
    run_pipeline()
    assert "listed" not in channel() and channel()["locked"]
    assert video("abcdefghijk")["channelBy"] == "moderator"
    assert flags()[compact.key_of("abcdefghijk")] & compact.VIDEO_BY_MODERATOR


def test_what_voters_flag_by_themselves_is_by_votes_whatever_its_channel(tmp_path, crowd):
    take(tmp_path, "@slop")
    crowd(12, "abcdefghijk", channelHandle="@slop")
    run_pipeline()
    found = video("abcdefghijk")
    assert found["score"] >= 50 and "channelBy" not in found
    by = compact.VIDEO_BY_LIST | compact.VIDEO_BY_MODERATOR
    assert not flags()[compact.key_of("abcdefghijk")] & by


def test_the_end_of_the_list_is_the_end_of_it(tmp_path, crowd):
    take(tmp_path, "@slop", "@another", "@third")
    crowd(3, "abcdefghijk", channelHandle="@slop")
    run_pipeline()
    take(tmp_path, "@another", "@third")
    assert "channelBy" not in video("abcdefghijk")
