"""Identifiers: test vectors, normal forms, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtube.common import addresses, ids, pseudonyms


def test_the_wire_user_id_matches_the_contracts_vector():
    assert (
        ids.wire_user_id("11111111-2222-4333-8444-555555555555")
        == "0727f2f92fbbc37df7cefc9cfd3bf215ed975ab5a03336d23358cf486f9746d5"
    )


def test_the_video_hash_matches_the_contracts_vector():
    assert ids.video_hash("dQw4w9WgXcQ").startswith("5f6b0b4e201f2a7e")
    assert ids.bucket_of("dQw4w9WgXcQ") == "5f6b"


@pytest.mark.parametrize("check", [ids.is_video_id, ids.is_channel_id, ids.is_request_id])
@pytest.mark.parametrize("bad", ["", "abc\n", "a b", "\u0661", "ａ", "a\x00", "a" * 99])
def test_ids_are_ascii_and_whole(check, bad):
    assert not check(bad)


@pytest.mark.parametrize(
    "form",
    [
        "@LangweiligeWährung",
        "langweiligew%C3%A4hrung",
        "@LANGWEILIGEWA\u0308HRUNG",
        " @LangweiligeW%c3%a4hrung ",
    ],
)
def test_handles_in_any_form_meet(form):
    assert ids.normalise_handle(form) == "langweiligewährung"


@pytest.mark.parametrize(
    "bad", ["", "@", "@a b", "@%ff", "@<b>", "@\u202eabc", "@a\x00", "@" + "a" * 65]
)
def test_what_is_no_handle_is_refused(bad):
    assert ids.normalise_handle(bad) is None


@given(st.text())
def test_normalising_a_handle_twice_changes_nothing(text):
    once = ids.normalise_handle(text)
    if once is not None and "%" not in once:
        assert ids.normalise_handle(once) == once


@given(st.text())
def test_a_client_is_two_short_printable_words(text):
    name, version = ids.client_of(text)
    assert len(name) <= 32
    assert len(version) <= 32
    assert "\x00" not in name + version


@given(st.text(), st.text(), st.text())
def test_headers_from_outside_never_change_the_address(forwarded, real_ip, junk):
    assert (
        addresses.client_address(
            peer="198.51.100.7", forwarded_for=forwarded, real_ip=real_ip, trusted=[]
        )
        == "198.51.100.7"
    )


def test_prefixes_and_mapped_addresses():
    assert addresses.network_prefix("203.0.113.9") == "203.0.113.0/24"
    assert addresses.network_prefix("2001:db8:1:2:3::4") == "2001:db8:1:2::/64"
    assert str(addresses.parse("::ffff:203.0.113.9")) == "203.0.113.9"
    assert addresses.limit_key("2001:db8:1:2:3::4") == "2001:db8:1:2::/64"


def test_pseudonyms_differ_by_key_day_and_purpose():
    made = {pseudonyms.for_logs("203.0.113.9", key=key, day=day) for key in "ab" for day in "12"}
    assert len(made) == 4
    assert pseudonyms.keyed("x", key=b"k", purpose="a") != pseudonyms.keyed(
        "x", key=b"k", purpose="b"
    )
    assert pseudonyms.keyed("", key=b"k", purpose="a") == ""
