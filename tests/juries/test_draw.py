"""Draws are uniform, repeatable from their log, and put nobody on a panel twice."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from itertools import islice, permutations

from hypothesis import given
from hypothesis import strategies as st

from votes.juries.draw import panel, shuffled, stream

SEED = bytes(range(32))
NAMES = [f"juror {n}" for n in range(50)]
# Of 5, 9 and 23 degrees of freedom; exceeded by one uniform draw in a thousand.
CHI_SQUARE = {5: 20.5, 9: 27.9, 23: 49.7}


def seed(n):
    return n.to_bytes(32)


def chi_square(counts, expected):
    return sum((n - expected) ** 2 / expected for n in counts)


def by_hand(seed, question, jurors, *, size, may, voice, taken=()):
    """A panel as the page describes it, with a whole list that is shuffled from the front."""
    places, found, voices = list(jurors), [], set(taken)
    for i in range(len(places)):
        if len(found) == size:
            break
        digest = sha256(seed + question.encode("utf-8") + bytes([0] * 7 + [i])).hexdigest()
        at = i + int(digest, 16) % (len(places) - i)
        places[i], places[at] = places[at], places[i]
        juror = places[i]
        if may(juror) and voice(juror) not in voices:
            voices.add(voice(juror))
            found.append(juror)
    return found


@given(
    st.binary(min_size=32, max_size=32),
    st.text(max_size=20),
    st.integers(0, 50),
    st.integers(0, 12),
    st.sets(st.integers(0, 49)),
    st.integers(1, 50),
)
def test_anybody_can_repeat_a_draw_from_its_description(seed, question, n, size, busy, voices):
    def may(juror):
        return NAMES.index(juror) not in busy

    def voice(juror):
        return str(NAMES.index(juror) % voices)

    rules = {"size": size, "may": may, "voice": voice, "taken": frozenset({"0"})}
    found = panel(seed, question, NAMES[:n], **rules)
    assert found == panel(seed, question, NAMES[:n], **rules)
    assert found == by_hand(seed, question, NAMES[:n], **rules)
    assert all(may(juror) for juror in found)
    said = [voice(juror) for juror in found]
    assert len(set(said)) == len(said) <= size
    assert "0" not in said
    if len(found) < size:  # nobody who could have been asked was left out
        left = {voice(juror) for juror in NAMES[:n] if may(juror)} - {"0"}
        assert left == set(said)


def test_each_juror_is_as_likely_as_the_others_in_every_place():
    jurors, draws = NAMES[:10], 5000
    found = [
        panel(seed(n), "question", jurors, size=3, may=lambda _: True, voice=str)
        for n in range(draws)
    ]
    for place in range(3):
        counts = Counter(drawn[place] for drawn in found)
        assert chi_square([counts[it] for it in jurors], draws / 10) < CHI_SQUARE[9]


def test_each_order_is_as_likely_as_the_others():
    draws = 12_000
    counts = Counter(tuple(shuffled(SEED, f"question {n}", 4)) for n in range(draws))
    assert set(counts) == set(permutations(range(4)))
    assert chi_square(counts.values(), draws / 24) < CHI_SQUARE[23]


def test_questions_and_seeds_have_draws_of_their_own():
    pairs = Counter(
        (next(shuffled(seed(n), "one", 2)), next(shuffled(seed(n), "other", 3)))
        for n in range(6000)
    )
    assert chi_square(pairs.values(), 1000) < CHI_SQUARE[5]


@given(st.integers(0, 200))
def test_a_shuffle_is_of_all(count):
    assert sorted(shuffled(SEED, "question", count)) == list(range(count))


def test_the_stream_is_as_described():
    numbers = list(islice(stream(SEED, "Ä"), 3))
    assert numbers[2] == int.from_bytes(sha256(SEED + b"\xc3\x84" + b"\0" * 7 + b"\x02").digest())
