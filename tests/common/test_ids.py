"""Identifiers: test vectors, normal forms, and what is refused."""

from __future__ import annotations

import hashlib
import json
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import addresses, ids, pseudonyms

VECTORS = json.loads((Path(__file__).parents[2] / "clients/vectors/addresses.json").read_text())


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


@pytest.mark.parametrize("vector", VECTORS["handles"], ids=lambda vector: vector["name"])
def test_the_vectors_of_handles_hold(vector):
    handle = ids.normalise_handle(vector["text"])
    assert handle == vector.get("handle")
    if handle is not None:
        digest = hashlib.sha256(f"@{handle}".encode()).hexdigest()
        assert digest.startswith(vector["key"])


def test_what_unicode_composes_of_latin_letters_loses_its_marks_and_nothing_else_does():
    for letter in map(chr, range(sys.maxunicode + 1)):
        base, *marks = unicodedata.normalize("NFD", letter.casefold())
        if marks and (handle := ids.normalise_handle(letter)):
            composed = unicodedata.normalize("NFC", base + "".join(marks))
            is_latin = unicodedata.name(base).startswith("LATIN")
            is_accented = is_latin and any(map(unicodedata.combining, marks))
            assert (handle != composed) == is_accented, unicodedata.name(letter)


@given(st.text() | st.text(st.sampled_from("aEøÆßİıſΣςй\u0301\u0327\u0345\u05b0\u0903कガ\u3099")))
def test_normalising_a_handle_twice_changes_nothing(text):
    once = ids.normalise_handle(text)
    if once is not None:
        assert ids.normalise_handle(once) == once
        assert ids.normalise_key(f"@{once}") == f"@{once}"


def test_keys_that_are_written_down_are_folded_too():
    assert ids.normalise_key("@caf\u00e9con") == "@cafecon"
    assert ids.normalise_key("UC0123456789abcdefghijkl") == "UC0123456789abcdefghijkl"


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
    assert addresses.network("203.0.113.9") == "203.0.113.0/24"
    assert addresses.network("2001:db8:1:2ff:3::4") == "2001:db8:1:200::/56"
    assert addresses.provider("2001:db8:1:2:3::4") == "2001:db8::/32"
    assert addresses.provider("203.0.113.9") == addresses.provider("") == ""
    assert addresses.site("2001:db8:1:2:3::4") == "2001:db8:1::/48"
    assert addresses.site("203.0.113.9") == addresses.network("") == addresses.site("") == ""
    assert addresses.site("::ffff:203.0.113.9") == ""
    assert str(addresses.parse("::ffff:203.0.113.9")) == "203.0.113.9"
    assert addresses.limit_key("2001:db8:1:2:3::4") == "2001:db8:1:2::/64"
    assert addresses.limit_key("203.0.113.9") == "203.0.113.9"


def test_pseudonyms_differ_by_key_day_and_purpose():
    made = {pseudonyms.for_logs("203.0.113.9", key=key, day=day) for key in "ab" for day in "12"}
    assert len(made) == 4
    assert pseudonyms.keyed("x", key=b"k", purpose="a") != pseudonyms.keyed(
        "x", key=b"k", purpose="b"
    )
    assert pseudonyms.keyed("", key=b"k", purpose="a") == ""
