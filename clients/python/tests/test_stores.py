"""What is held, and what it says of videos and channels."""

from __future__ import annotations

import sqlite3

import pytest
from writer import snapshot

from realtube_client import Flag, MemoryStore, SqliteStore, State, compact, key_of
from realtube_client.delta import CompactPage

STATE = State("https://realtube.example", "10-0", 5.0, '"a"')
COPY = compact.read(
    snapshot(
        sorted([(key_of("seen"), 90, 2), (key_of("cleared"), 0, 7 | compact.VIDEO_LOCKED)]),
        [(key_of("@maker"), 85, compact.CHANNEL_AUTO_FLAG | 1 << 2)],
    )
)


@pytest.fixture(params=["memory", "file"])
def store(request, tmp_path):
    if request.param == "memory":
        yield MemoryStore()
        return
    with SqliteStore(tmp_path / "copy") as store:
        yield store


def test_nothing_is_said_by_an_empty_store(store):
    assert store.state() is None
    assert store.video("seen") is None and store.channel("@maker") is None


def test_videos_and_channels_are_found_with_what_is_said_of_them(store):
    store.replace(COPY, STATE)
    assert store.state() == STATE
    assert store.video("seen") == Flag(90, "ai_visuals")
    assert store.channel("@MÄKER") == Flag(85, "ai_voiceover", auto_flag=True)
    assert store.channel("@") is None


def test_a_video_of_an_auto_flagged_channel_counts_as_60_unless_it_was_cleared(store):
    store.replace(COPY, STATE)
    assert store.video("unknown") is None
    assert store.video("unknown", "UCother", "@maker").score == 60
    assert store.video("cleared", "@maker") == Flag(0, locked=True, decided_by="moderator")


def test_a_file_is_gone_on_from_after_a_restart(tmp_path):
    page = CompactPage({key_of("new"): (70, 200), key_of("seen"): None}, {}, "11-0", False)
    later = State(STATE.origin, "11-0", 5.0)
    with SqliteStore(tmp_path / "copy") as store:
        store.replace(COPY, STATE)
        store.apply(page, later)
        held = list(store.videos())
    with SqliteStore(tmp_path / "copy") as store:
        assert (list(store.videos()), store.state()) == (held, later)
        assert store.video("new").score == 70 and store.video("seen") is None
        store.replace(COPY, STATE)
    with SqliteStore(tmp_path / "copy") as store:
        assert store.video("seen") and not store.video("new")


def test_a_damaged_copy_in_a_file_is_forgotten(tmp_path):
    with SqliteStore(tmp_path / "copy") as store:
        store.replace(COPY, STATE)
    database = sqlite3.connect(tmp_path / "copy")
    with database:
        database.execute("UPDATE copy SET snapshot = ?", (COPY.data[:-1],))
    database.close()
    with SqliteStore(tmp_path / "copy") as store:
        assert store.state() is None and store.video("seen") is None
