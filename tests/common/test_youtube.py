"""What people paste of YouTube names a video or a channel."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import ids, youtube

VECTORS = json.loads((Path(__file__).parents[2] / "clients/vectors/addresses.json").read_text())
VIDEO = "dQw4w9WgXcQ"
CHANNEL = "UC" + "a" * 22

video_ids = st.from_regex(r"[A-Za-z0-9_-]{11}", fullmatch=True)
channel_ids = st.from_regex(r"UC[A-Za-z0-9_-]{22}", fullmatch=True)
handles = st.text(st.characters(categories=["L", "M", "N"]), min_size=1, max_size=20).filter(
    ids.normalise_handle
)
schemes = st.sampled_from(["https://", "http://", "HTTPS://", "//", ""])
hosts = st.sampled_from(
    ["www.youtube.com", "youtube.com", "m.youtube.com", "Music.YouTube.COM", "www.youtubekids.com"]
)
pages_of_videos = st.sampled_from(
    [
        "watch?v={}",
        "watch?list=x&v={}&t=1",
        "shorts/{}?si=x",
        "live/{}",
        "embed/{}#t",
        "v/{}",
        "e/{}",
    ]
)
tabs = st.sampled_from(["", "/", "/videos", "/shorts?si=x", "?a=b", "#x"])
around = st.text(st.sampled_from(" \t\n\u200b\ufeff\u202a<>()[]\"'“”.,;:!?"), max_size=4)


@pytest.mark.parametrize("vector", VECTORS["addresses"], ids=lambda vector: vector["name"])
def test_the_vectors_of_addresses_hold(vector):
    meant = (vector["kind"], vector["key"]) if "kind" in vector else None
    assert youtube.read(vector["text"], vector.get("wanted")) == meant


@given(around, schemes, hosts, pages_of_videos, video_ids, around)
def test_every_page_of_a_video_names_it(before, scheme, host, page, video_id, after):
    pasted = f"{before}{scheme}{host}/{page.format(video_id)}{after}"
    assert youtube.parse(pasted) == ("video", video_id)
    assert youtube.parse(pasted, "channel") is None


@given(around, schemes, hosts, channel_ids | handles.map("@{}".format), tabs, around)
def test_every_page_of_a_channel_names_it(before, scheme, host, key, tab, after):
    is_handle = key.startswith("@")
    path = quote(key, safe="@") if is_handle else f"channel/{key}"
    normal = f"@{ids.normalise_handle(key)}" if is_handle else key
    pasted = f"{before}{scheme}{host}/{path}{tab}{after}"
    assert youtube.parse(pasted) == youtube.parse(pasted, "channel") == ("channel", normal)
    assert youtube.parse(pasted, "video") is None


@given(
    st.text() | st.text().map("https://www.youtube.com/{}".format),
    st.sampled_from([None, "video", "channel"]),
)
def test_whatever_is_found_is_valid(text, wanted):
    match youtube.parse(text, wanted):
        case ("video", key):
            assert ids.is_video_id(key)
            assert len(key) == 11
        case ("channel", key):
            assert ids.is_channel_id(key) or ids.normalise_handle(key) == key[1:]
