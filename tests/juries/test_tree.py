"""Whoever has a line, a site or a provider is not as many voices as it has networks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from votes.juries.tree import of_provider, of_shared, place, together, voices

ADDRESSES = st.one_of(
    st.ip_addresses(v=4).map(str),
    st.builds("2001:db8:{:x}:{:x}::1".format, st.integers(0, 3), st.integers(0, 1023)),
    st.builds("2a01:{:x}:{:x}::1".format, st.integers(0, 9), st.integers(0, 9)),
)
PLACES = st.builds(lambda it, rooted: place(it, rooted=rooted), ADDRESSES, st.booleans())


def heard(*addresses, rooted=0):
    return voices(place(it, rooted=n < rooted) for n, it in enumerate(addresses))


def test_one_line_is_one_voice():
    assert heard("2001:db8::1") == 1
    assert heard(*(f"2001:db8:0:{n:x}::1" for n in range(256))) == 1


def test_a_site_of_a_customer_is_two_at_most():
    assert heard("2001:db8:0:100::1", "2001:db8:0:200::1") == 2
    assert heard(*(f"2001:db8:0:{n:x}00::1" for n in range(256))) == 2


def test_a_provider_is_the_square_root_of_its_sites_rounded_up():
    assert heard(*(f"2001:db8:{n:x}::1" for n in range(100))) == 10
    assert heard(*(f"2001:db8:{n:x}::1" for n in range(101))) == 11
    assert heard("2001:db8:1::1", "2001:db8:2::1") == heard("2001:db8::1", "2001:db9::1") == 2
    assert heard(*(f"2001:db8:{n:x}:{m:x}00::1" for n in range(16) for m in range(9))) == 6


def test_homes_that_share_an_address_are_heard_by_those_who_are_known_apart():
    behind = [f"192.0.2.{n}" for n in range(30)]
    assert heard(*behind) == heard(behind[0], rooted=1) == 1
    assert heard(*behind, rooted=1) == 2
    assert heard(*behind, rooted=6) == 3
    assert heard(*behind, rooted=7) == 4
    assert heard(*behind, "198.51.100.1", rooted=7) == 5


@given(st.integers(1, 10**6))
def test_roots_and_logarithms_are_exact(n):
    assert (of_provider(n) - 1) ** 2 < n <= of_provider(n) ** 2
    rooted = min(n, 500)
    assert of_shared(10**6, rooted) == 1 + min(8, (1 + rooted).bit_length() - 1)


@settings(deadline=None)
@given(st.lists(PLACES, max_size=30), PLACES, st.randoms())
def test_one_more_voter_is_heard_or_not_but_takes_nothing_away(places, other, random):
    before, after = voices(places), voices([*places, other])
    assert before <= after <= before + 1
    assert voices(random.sample(places, len(places))) == before
    assert voices(places + places) >= before
    assert before <= len(places)


@given(st.lists(st.sets(st.integers(0, 12), max_size=3), max_size=12))
def test_who_shares_a_label_with_anybody_of_a_voice_is_of_that_voice(labels):
    voice = together(labels)
    for a, one in enumerate(labels):
        for b, other in enumerate(labels):
            if one & other:
                assert voice[a] == voice[b]
    # And nobody else: the labels of two voices have nothing in common.
    for v in set(voice):
        those = [labels[n] for n in range(len(labels)) if voice[n] == v]
        others = [labels[n] for n in range(len(labels)) if voice[n] != v]
        assert not set().union(*those) & set().union(*others)
        assert len(those) == 1 or all(those)
        assert len(_linked(those)) == len(those)


def _linked(sets):
    """Those that can be reached from the first by labels in common."""
    found, new = [0], True
    while new:
        reached = set().union(*(sets[n] for n in found))
        new = [n for n in range(len(sets)) if n not in found and sets[n] & reached]
        found += new
    return found


@pytest.mark.parametrize("text", ["", "192.0.2", "example.org"])
def test_what_is_no_address_has_no_place(text):
    with pytest.raises(ValueError, match="not an address"):
        place(text)
