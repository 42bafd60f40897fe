"""Text of others loses what could name a person, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from common.telemetry.scrubbing import scrub

ID = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Invalid request from ip=203.0.113.7: bad", "Invalid request from ip=[address]: bad"),
        ("from ('203.0.113.7', 4711)", "from ('[address]', 4711)"),
        ("peer 2001:db8::7 went", "peer [address] went"),
        ("peer [2001:db8:1:2:3:4:5:6]:443", "peer [[address]]:443"),
        ("::ffff:203.0.113.7.", "[address]."),
        (f"voter {ID} and {ID[:32]}", "voter [id] and [id]"),
        ("agent 'Mozilla/5.0 (X11; Linux) Gecko'", "agent '[user agent]'"),
        ("no\nDETAIL:  Key (id)=(7) is there.\nat", "no\nDETAIL: [left out]\nat"),
    ],
)
def test_what_names_somebody_goes(said, kept):
    assert scrub(said) == kept


@pytest.mark.parametrize("ours", ["127.0.0.1", "0.0.0.0", "[::1]", "[::]", "192.0.2.5"])
def test_where_the_service_itself_listens_stays(ours):
    said = f"Listening at: http://{ours}:8000 (17)"
    assert scrub(said, ours="192.0.2.5") == said
    assert "[address]" in scrub(said.replace(ours, "192.0.2.6"), ours="192.0.2.5")


@pytest.mark.parametrize(
    "said",
    [
        "took 12:34:56.789 in common.http:193",
        "SELECT a::text, b::jsonb",
        "version 5.2.19, revision 1.2.3.4.5",
        "task 2f1d0a52-8d5b-4c9e-9a55-2f6a0a3d1c11 at 2026-01-02T03:04:05Z",
        "dead: beef",
    ],
)
def test_the_rest_stays(said):
    assert scrub(said) == said


@given(st.ip_addresses(), st.text("abc xyz,()'", max_size=5))
def test_no_address_of_anybody_is_left(address, around):
    assume(str(address) not in ("0.0.0.0", "127.0.0.1", "::", "::1"))
    assert str(address) not in scrub(f"{around} {address} {around}")
