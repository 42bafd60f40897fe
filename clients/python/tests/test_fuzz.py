"""Damaged and hostile copies: refused with the kit's own error, in little time and memory.

REALTUBE_FUZZ is how many are tried of each kind: a few hundred unless it is set.
"""

from __future__ import annotations

import io
import json
import os
import random
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from writer import columns_of, sealed, snapshot

from realtube_client import Unreadable, compact, delta, full
from realtube_client.compact import Table
from realtube_client.errors import Expired
from realtube_client.shape import Malformed

TRIES = int(os.environ.get("REALTUBE_FUZZ", "300"))
ITEMS = st.dictionaries(
    st.integers(0, 2**64 - 1), st.tuples(st.integers(0, 100), st.integers(0, 255)), max_size=80
).map(lambda found: [(key, *found[key]) for key in sorted(found)])
TAGS = st.lists(st.tuples(st.binary(min_size=4, max_size=4), st.binary(max_size=9)), max_size=3)


@given(ITEMS, ITEMS, TAGS, st.binary(max_size=9))
@settings(max_examples=min(TRIES, 5000), deadline=None)
def test_what_is_known_is_read_whatever_is_new(videos, channels, blocks, more):
    tail = b"".join(tag + len(body).to_bytes(4, "little") + body for tag, body in blocks)
    found = compact.read(snapshot(videos, channels, blocks=tail, more=more))
    assert (list(found.videos), list(found.channels)) == (videos, channels)
    for key, score, flags in videos:
        assert found.videos.find(key) == (score, flags)
    for key in {0, 5, 2**64 - 1} - {item[0] for item in videos}:
        assert found.videos.find(key) is None


def read(data):
    try:
        found = compact.read(data)
    except Unreadable:
        return
    for table in (found.videos, found.channels):
        keys = [key for key, _, _ in table]
        assert keys == sorted(set(keys)) and len(keys) == len(table)
        assert all(table.find(key) for key in keys)


def mutated(chance, data):
    """A few bytes changed, taken out, put in, or repeated."""
    data = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(data) + 1)
        end = min(len(data), at + chance.randint(1, 9))
        match chance.randrange(4):
            case 0 if at < len(data):
                data[at] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
            case 1:
                del data[at:end]
            case 2:
                data[at:at] = chance.randbytes(chance.randint(1, 9))
            case _:
                data[at:at] = data[at:end]
    return bytes(data)


def test_mutated_snapshots_are_read_or_refused():
    chance = random.Random(20261127)
    items = [(n * n * 12345678901, n % 101, n % 256) for n in range(1, 40)]
    whole = snapshot(items, items[:9], blocks=b"TAG1\x02\0\0\0ab")[: -compact.TRAILER_BYTES]
    for _ in range(TRIES):
        read(sealed(mutated(chance, whole)))  # else the checksum would answer for the rest
        read(mutated(chance, sealed(whole)))


def page(videos):
    return {"videos": videos, "channels": [], "nextCursor": "12-0", "hasMore": False}


PAGE = json.dumps(
    page([{"key": "5f6b0b4e201f2a7e", "action": "update", "score": 62, "flags": 1}] * 3)
).encode()


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(
                    ["videos", "channels", "nextCursor", "hasMore", "key", "action", "score"]
                ),
                inner,
                max_size=5,
            )
        ),
        max_leaves=20,
    )
)
@settings(max_examples=min(TRIES, 5000), deadline=None)
def test_any_json_is_a_page_or_refused(given):
    for make in (delta.compact_page, delta.whole_page):
        try:
            make(given if isinstance(given, dict) else {})
        except (Malformed, Expired):
            pass


def test_mutated_pages_are_read_or_refused():
    chance = random.Random(20261127)
    for _ in range(TRIES):
        data = mutated(chance, PAGE)
        try:
            found = json.loads(data)
        except (ValueError, RecursionError):
            continue
        for make in (delta.compact_page, delta.whole_page):
            try:
                make(found if isinstance(found, dict) else {})
            except (Malformed, Expired):
                pass


def test_mutated_whole_copies_are_read_or_refused():
    chance = random.Random(20261127)
    lines = [{"counts": {"videos": 2, "channels": 1}}, {"videoId": "a"}, {"videoId": "b"}]
    whole = b"".join(json.dumps(line).encode() + b"\n" for line in [*lines, {"channelId": "c"}])
    for _ in range(TRIES):
        try:
            list(full.objects(io.BytesIO(mutated(chance, whole))))
        except Unreadable:
            pass


@pytest.mark.parametrize(
    "items",
    [
        [(n, n % 101, 0) for n in range(200_000)],
        [(n * 1_000_003_000_019, n % 101, 0) for n in range(200_000)],
    ],
    ids=["smallest keys", "as they are"],
)
def test_a_snapshot_takes_at_most_three_times_its_size(items):
    data = snapshot(items, items)
    tracemalloc.start()
    found = compact.read(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(found.videos) == len(items)
    assert peak + len(data) <= 3 * len(data)


def test_a_key_that_does_not_end_is_not_added_up():
    """Its length would make each further byte dearer than the last."""
    with pytest.raises(Unreadable):
        Table(memoryview(b"\x80" * 5_000_000 + b"\x01"), memoryview(b"a"), memoryview(b"a"))


def test_sizes_that_promise_more_than_there_is_are_refused():
    columns = columns_of([(1, 2, 3)])
    header = compact.HEADER.pack(
        compact.MAGIC, 1, 0, 42, 1, 1, 2**32 - 1, 2**32 - 1, 2**32 - 1, 2**32 - 1, 25, 0
    )
    with pytest.raises(Unreadable):
        compact.read(sealed(header + b"".join(columns)))
