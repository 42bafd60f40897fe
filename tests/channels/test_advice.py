"""Who pasted something that names no video or channel is told what to paste."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.creators.advice import advice
from common import youtube

VIDEO = "dQw4w9WgXcQ"


@given(
    st.text() | st.text().map("https://www.youtube.com/{}".format),
    st.sampled_from([None, "video", "channel"]),
)
def test_whatever_was_pasted_gets_a_sentence(text, wanted):
    assert advice(text, wanted).endswith(".")


@pytest.mark.parametrize(
    ("text", "wanted", "part"),
    [
        ("youtube.com/c/SomeMaker", None, "Only YouTube knows which channel “somemaker” is"),
        ("SomeChannel", None, "write @somechannel"),
        (VIDEO, "channel", "write @dqw4w9wgxcq"),
        (f"youtu.be/{VIDEO}", "channel", "This is a video. Paste the @handle of its channel"),
        ("@maker", "video", "This is a channel. Paste the address of a video."),
        ("youtube.com/user/maker", "video", "This is a channel."),
        ("https://vimeo.com/1", None, "This is not the address of a YouTube video or channel."),
        ("two words", "video", "This is not the address of a YouTube video."),
        ("", "channel", "This is not the address of a YouTube channel."),
    ],
)
def test_it_says_what_to_paste(text, wanted, part):
    assert youtube.parse(text, wanted) is None
    assert part in advice(text, wanted)
