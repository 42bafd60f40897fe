"""Frames and sound that stand in other clips, with pgvector's index and without."""

from __future__ import annotations

import random
import struct
from itertools import zip_longest

import pytest
from django.db import connection

from evidence.media import sound
from evidence.models import Clip, Frame, Match, Sound, State
from evidence.search import matching, near, sql
from evidence.search.rule import MIN_QUALITY, SAME_BITS
from votes.moderation.appeals import file_appeal

pytestmark = pytest.mark.django_db
dice = random.Random(5)


def clip(*hashes, target="dQw4w9WgXcQ", quality=100, middles=(), fingerprint=b""):
    made = Clip.objects.create(
        appeal=file_appeal(target_type="video", target_id=target, reason="-"),
        target_type="video",
        target_id=target,
        name="a.mp4",
        size=1,
        state=State.READY,
        fingerprint=fingerprint,
    )
    Frame.objects.bulk_create(
        Frame(
            **{"clip": made, "at": n, "why": "even", "picture": "-", "width": 1, "height": 1},
            phash=it,
            quality=quality,
            middle=middle,
        )
        for n, (it, middle) in enumerate(zip_longest(hashes, middles))
    )
    if fingerprint:
        matching.store_sound(made.pk, fingerprint)
    return made


def changed(phash, bits):
    """The hash with so many bits turned."""
    number = int.from_bytes(phash)
    for bit in dice.sample(range(256), bits):
        number ^= 1 << bit
    return number.to_bytes(32)


def tune(length, seed):
    """A fingerprint that changes all the time."""
    notes = random.Random(seed)
    return struct.pack(f"<{length}I", *(notes.getrandbits(32) for _ in range(length)))


@pytest.fixture(params=["by index", "by reading all"])
def way(request):
    """One of the two ways to search; a server without the index is one whose index is gone."""
    with connection.cursor() as cursor:
        if request.param == "by index":
            assert near.is_indexed()
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        else:
            cursor.execute(f"DROP INDEX {', '.join(sql.INDEXES)}")
            assert not near.is_indexed()


def test_hashes_are_stored_bit_by_bit():
    phash = bytes(range(32))
    one = clip(phash)
    assert one.frames.get().phash == phash
    assert Frame.objects.filter(phash=phash).exists()


def test_frames_that_differ_by_31_bits_are_the_same_and_by_32_are_not(way):
    frames = [dice.randbytes(32) for _ in range(4)]
    other = clip(changed(frames[0], SAME_BITS), changed(frames[1], SAME_BITS + 1), frames[2])
    mine = clip(*frames)
    assert near.shared(mine.pk) == [(other.pk, 2, 2)]


def test_a_clip_is_not_found_in_itself_and_plain_pictures_are_in_none(way):
    phash = dice.randbytes(32)
    clip(phash, quality=MIN_QUALITY - 1)
    assert near.shared(clip(phash, phash, phash).pk) == []


def test_a_picture_with_a_logo_is_found_by_its_middle(way):
    whole, middle = dice.randbytes(32), dice.randbytes(32)
    other = clip(whole, dice.randbytes(32), middles=[middle])
    stamped = clip(changed(whole, 60), quality=MIN_QUALITY - 1, middles=[changed(middle, 9)])
    assert near.shared(stamped.pk) == [(other.pk, 1, 1)]
    assert near.searchable([stamped.pk, other.pk]) == {stamped.pk: 1, other.pk: 2}


def test_a_picture_that_is_the_same_in_both_ways_is_counted_once(way):
    whole, middle = dice.randbytes(32), dice.randbytes(32)
    other = clip(whole, middles=[middle])
    assert near.shared(clip(whole, middles=[middle]).pk) == [(other.pk, 1, 1)]


def test_other_clips_are_found_behind_a_hundred_like_frames_of_ones_own(way):
    phash = dice.randbytes(32)
    other = clip(changed(phash, 9))
    mine = clip(*[changed(phash, dice.randrange(5)) for _ in range(120)])
    assert near.shared(mine.pk) == [(other.pk, 120, 1)]


def test_both_ways_find_the_same_among_many(way):
    many = [[dice.randbytes(32) for _ in range(5)] for _ in range(100)]
    others = [clip(*frames) for frames in many]
    mine = clip(*[changed(frames[0], n) for n, frames in enumerate(many[:20])])
    assert {other for other, _, _ in near.shared(mine.pk)} == {it.pk for it in others[:20]}


def test_what_is_shared_is_stored_for_both_sides_and_once():
    frames = [dice.randbytes(32) for _ in range(4)]
    one, other = clip(*frames), clip(*frames[:3], dice.randbytes(32), dice.randbytes(32))
    for _ in range(2):
        assert matching.match(other.pk) == 1
    found = set(Match.objects.values_list("clip", "other", "frames", "of"))
    assert found == {(one.pk, other.pk, 3, 4), (other.pk, one.pk, 3, 5)}
    one.delete()
    assert not Match.objects.exists()
    assert matching.match(other.pk) == 0


def test_the_same_sound_is_found_without_the_same_pictures():
    whole = tune(400, seed=1)
    one = clip(fingerprint=whole)
    clip(fingerprint=tune(400, seed=2))
    mine = clip(fingerprint=whole[4 * 100 : 4 * 250])
    assert matching.match(mine.pk) == 1
    match = Match.objects.get(clip=mine)
    assert (match.other_id, match.frames) == (one.pk, 0)
    assert match.sound_s == pytest.approx(150 * sound.ITEM_S)


def test_silence_is_not_looked_up():
    silent = clip(fingerprint=struct.pack("<I", 627964279) * 400)
    assert not Sound.objects.filter(pk=silent.pk).exists()
    assert matching.match(silent.pk) == 0


def test_an_index_is_made_again_where_it_is_missing(transactional_db):
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX IF EXISTS {sql.INDEXES[1]}")
    assert not near.is_indexed()
    assert near.prepare()
    assert near.prepare()
    assert near.is_indexed()
