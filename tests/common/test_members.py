"""Members that are not known: kept within bounds, never in the place of a known one."""

from __future__ import annotations

import orjson
from hypothesis import given
from hypothesis import strategies as st

from channels import present as of_channels
from channels.serializers import ChannelSerializer
from common.members import BYTES_MAX, DEPTH_MAX, MEMBERS_MAX, unknown, with_more
from videos import present as of_videos
from videos.serializers import VideoSerializer

KNOWN = {"score", "locked", "restricted"}
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text("x", max_size=400),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.just("in"), inner),
    max_leaves=4,
)
objects = st.dictionaries(
    st.sampled_from([*sorted(KNOWN), *"abcdefghijk", "B", "_x", "a b"]), values, max_size=12
)


def depth(value):
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return 1 + max(map(depth, inner), default=0)
    return 0


@given(objects)
def test_what_is_kept_is_bounded_and_comes_back_behind_what_is_known(entry):
    more = unknown(entry, KNOWN)
    kept = orjson.loads(more) if more else {}
    assert len(more.encode()) <= BYTES_MAX and len(kept) <= MEMBERS_MAX
    assert all(entry[name] == value and depth(value) <= DEPTH_MAX for name, value in kept.items())
    assert not kept.keys() & {*KNOWN, "B", "_x", "a b"}
    ours = {"score": 1, "locked": False}
    assert with_more(ours, more, KNOWN) == ours | kept
    assert unknown(with_more(ours, more, KNOWN), KNOWN) == more


def test_small_members_are_kept_as_they_are():
    assert unknown({"b": [1, {"c": [2]}], "a": None, "score": 3}, KNOWN) == (
        '{"a":null,"b":[1,{"c":[2]}]}'
    )


def test_too_deep_too_large_and_too_many_are_left_out():
    assert unknown({"a": [[[[]]]], "b": 1}, KNOWN) == '{"b":1}'
    assert unknown({"a": "x" * BYTES_MAX}, KNOWN) == ""
    many = unknown({f"m{n:02}": n for n in range(50)}, KNOWN)
    assert sorted(orjson.loads(many)) == [f"m{n:02}" for n in range(MEMBERS_MAX)]


def test_a_member_that_an_update_has_made_known_is_no_longer_passed_on_as_it_was():
    assert with_more({"score": 1}, '{"listed":"odd","odour":2}', {"score", "listed"}) == {
        "score": 1,
        "odour": 2,
    }


def test_known_is_all_that_the_api_has():
    assert set(VideoSerializer().fields) | {"action"} == of_videos.MEMBERS
    assert set(ChannelSerializer().fields) | {"action"} == of_channels.MEMBERS
