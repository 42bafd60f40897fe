"""Whoever has a line, a site or a provider is not as many voices as it has networks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from votes.juries.tree import place, voices

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
    line = voices([place("2001:db8:0:100::1"), place("2001:db8:0:200::1")])
    assert line == pytest.approx(2**0.5)  # of one provider, too
    many = [place(f"2001:db8:0:{n:x}00::1") for n in range(256)]
    assert voices(many) == line


def test_a_provider_is_the_square_root_of_its_sites():
    assert heard(*(f"2001:db8:{n:x}::1" for n in range(100))) == pytest.approx(10)
    two = heard("2001:db8::1", "2001:db9::1")
    assert two == 2


def test_homes_that_share_an_address_are_heard_by_those_who_are_known_apart():
    behind = [f"192.0.2.{n}" for n in range(30)]
    assert heard(*behind) == heard(behind[0], rooted=1) == 1
    assert heard(*behind, rooted=1) == 2
    assert heard(*behind, rooted=7) == 4
    assert heard(*behind, "198.51.100.1", rooted=7) == 5


@settings(deadline=None)
@given(st.lists(PLACES, max_size=30), PLACES, st.randoms())
def test_one_more_voter_is_heard_or_not_but_takes_nothing_away(places, other, random):
    before, after = voices(places), voices([*places, other])
    assert before <= after <= before + 1 + 1e-9
    assert voices(random.sample(places, len(places))) == pytest.approx(before)
    assert voices(places + places) >= before
    assert before <= len(places)


@settings(deadline=None)
@given(PLACES)
def test_a_panel_has_one_juror_of_a_site_or_of_a_shared_network(it):
    same = place("2001:db8:1:200::1"), place("2001:db8:1:300::9")
    assert same[0].voice == same[1].voice != place("2001:db8:2:200::1").voice
    assert place("192.0.2.1").voice == place("192.0.2.200").voice != place("192.0.3.1").voice
    assert it.voice


@pytest.mark.parametrize("text", ["", "192.0.2", "example.org"])
def test_what_is_no_address_has_no_place(text):
    with pytest.raises(ValueError, match="not an address"):
        place(text)
