"""The compact snapshot's format, and the test vectors that other readers are checked against."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtube_client import Unreadable, key_of
from realtube_client import compact as reader
from sync import compact
from votes.models import AI_CATEGORIES

VECTORS = json.loads(
    (Path(__file__).resolve().parents[2] / "docs" / "compact-vectors.json").read_text()
)
keys = st.integers(0, 2**64 - 1)
items = st.dictionaries(keys, st.tuples(st.integers(0, 100), st.integers(0, 255))).map(
    lambda found: [(key, *found[key]) for key in sorted(found)]
)


def encoded(videos, channels, **more):
    return compact.encode(
        **{"revision": 7, "generated_at_us": 1_700_000_000_000_000, "categories": AI_CATEGORIES}
        | more,
        videos=videos,
        channels=channels,
    )


@given(items, items, st.integers(0, 2**53 - 1))
def test_what_is_read_is_what_was_written(videos, channels, revision):
    data = encoded(videos, channels, revision=revision)
    read = reader.read(data)
    assert (list(read.videos), list(read.channels)) == (videos, channels)
    assert (read.revision, read.categories) == (revision, AI_CATEGORIES)
    assert data == encoded(videos, channels, revision=revision)


@given(items, st.data())
def test_any_changed_or_missing_byte_is_noticed(videos, data):
    whole = encoded(videos, [])
    at = data.draw(st.integers(0, len(whole) - 1))
    changed = bytearray(whole)
    changed[at] ^= data.draw(st.integers(1, 255))
    for broken in (bytes(changed), whole[:at], whole + b"x"):
        with pytest.raises(Unreadable):
            reader.read(broken)


def with_blocks(data, blocks):
    body = data[:-8] + blocks
    return body + hashlib.sha256(body).digest()[:8]


@given(items, st.lists(st.tuples(st.binary(min_size=4, max_size=4), st.binary(max_size=9))))
def test_blocks_of_later_versions_are_skipped_if_they_are_whole(videos, blocks):
    data = encoded(videos, [])
    more = b"".join(tag + len(body).to_bytes(4, "little") + body for tag, body in blocks)
    assert reader.read(with_blocks(data, more)) == reader.read(data)
    for broken in (more + b"x", more + b"more\x01\0\0\0"):
        with pytest.raises(Unreadable):
            reader.read(with_blocks(data, broken))


@pytest.mark.parametrize("wrong", [[(5, 1, 0), (5, 1, 0)], [(5, 1, 0), (4, 1, 0)]])
def test_items_have_to_be_sorted_by_unique_keys(wrong):
    with pytest.raises(ValueError, match="sorted by unique keys"):
        encoded(wrong, [])


@pytest.mark.parametrize("vector", VECTORS["snapshots"], ids=lambda vector: vector["name"])
def test_the_vectors_are_read_and_written_as_they_say(vector):
    data = bytes.fromhex(vector["hex"])
    read = reader.read(data)
    as_lists = [[f"{key:016x}", score, flags] for key, score, flags in read.videos]
    assert as_lists == vector["videos"]
    assert [[f"{k:016x}", s, f] for k, s, f in read.channels] == vector["channels"]
    assert (read.revision, read.generated_at_us) == (vector["revision"], vector["generatedAtUs"])
    assert (
        encoded(
            read.videos,
            read.channels,
            revision=read.revision,
            generated_at_us=read.generated_at_us,
            categories=read.categories,
        )
        == data
    )


@pytest.mark.parametrize("vector", VECTORS["keys"], ids=lambda vector: vector["text"])
def test_the_vectors_of_keys_hold(vector):
    assert f"{key_of(vector['text']):016x}" == vector["key"]


def video(**more):
    return {
        "videoId": "dQw4w9WgXcQ",
        "score": 49.99,
        "categories": {
            "fully_ai": {"votes": 1, "weightedScore": 10},
            "ai_visuals": {"votes": 4, "weightedScore": 40.5},
        },
        "locked": False,
        **more,
    }


def item(of, *, of_flagged=False):
    return compact.video_item(of, AI_CATEGORIES, of_flagged=of_flagged)


def test_a_score_is_rounded_down_and_the_highest_category_named():
    assert item(video()) == (0x5F6B0B4E201F2A7E, 49, 2)


def test_a_lock_and_a_preliminary_score_are_flags():
    locked = video(score=0, locked=True, verdict="human", categories={})
    assert item(locked)[1:] == (0, 7 | 8)
    early = video(score=60, preliminary=True, categories={})
    assert item(early)[1:] == (60, 7 | 16)


def test_low_scores_are_left_out_unless_a_channel_would_speak_for_them():
    assert item(video(score=24.99)) is None
    assert item(video(score=24.99), of_flagged=True)


def channel(**more):
    return {
        "channelId": "UC123",
        "score": 80.5,
        "autoFlag": True,
        "locked": False,
        "topCategories": ["ai_visuals", "fully_ai"],
        **more,
    }


def test_a_channel_is_there_by_id_and_by_handle():
    found = compact.channel_items(channel(handle="@somebody"), AI_CATEGORIES)
    assert found == [
        (key_of("UC123"), 80, 1 | 2 << 2),
        (key_of("@somebody"), 80, 1 | 2 << 2),
    ]
    only_handle = channel(channelId="@somebody", handle="@somebody")
    assert [i[0] for i in compact.channel_items(only_handle, AI_CATEGORIES)] == [
        key_of("@somebody")
    ]


def test_what_a_jury_decided_says_so_and_nothing_else():
    flags = item(video(score=90, decidedBy="jury"))[2]
    assert reader.video_decided_by(flags) == "jury"
    ((_, score, flags),) = compact.channel_items(channel(score=90, decidedBy="jury"), AI_CATEGORIES)
    assert (score, reader.channel_decided_by(flags)) == (90, "jury")
    assert not reader.channel_decided_by(1)


def test_a_cleared_channel_is_not_there():
    cleared = channel(score=0, autoFlag=False, locked=True)
    assert compact.channel_items(cleared, AI_CATEGORIES) == []
