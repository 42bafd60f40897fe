"""Whatever of YouTube somebody pastes names a video or a channel, or nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtube.common import ids, youtube

VIDEO = "dQw4w9WgXcQ"
CHANNEL = "UC" + "a" * 22


@pytest.mark.parametrize(
    "text",
    [
        VIDEO,
        f"  {VIDEO}\n",
        f"https://www.youtube.com/watch?v={VIDEO}",
        f"https://www.youtube.com/watch?list=PL1&v={VIDEO}&t=10s#top",
        f"http://m.youtube.com/watch?v={VIDEO}",
        f"music.youtube.com/watch?v={VIDEO}",
        f"HTTPS://YouTu.be/{VIDEO}?si=x",
        f"youtube.com/shorts/{VIDEO}",
        f"https://www.youtube-nocookie.com/embed/{VIDEO}",
        f"https://www.youtube.com/live/{VIDEO}/",
    ],
)
def test_videos(text):
    assert youtube.parse(text) == ("video", VIDEO)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (CHANNEL, CHANNEL),
        (f"https://www.youtube.com/channel/{CHANNEL}/videos", CHANNEL),
        ("@Some.Body", "@some.body"),
        ("https://www.youtube.com/@Some.Body/shorts", "@some.body"),
        ("https://www.youtube.com/%40some.body", "@some.body"),
        ("youtube.com/@%C3%89cole", "@école"),
    ],
)
def test_channels(text, key):
    assert youtube.parse(text) == ("channel", key)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "@",
        "hello",
        "https://example.com/watch?v=" + VIDEO,
        "https://youtube.com.example.com/watch?v=" + VIDEO,
        "https://notyoutube.com/watch?v=" + VIDEO,
        "https://www.youtube.com/",
        "https://www.youtube.com/watch",
        "https://www.youtube.com/watch?v=<script>",
        "https://www.youtube.com/playlist?list=PL1",
        "javascript://youtube.com/%0aalert(1)",
        "https://[::1/watch",
    ],
)
def test_nothing(text):
    assert youtube.parse(text) is None


@given(st.text() | st.text().map(lambda tail: f"https://www.youtube.com/{tail}"))
def test_whatever_is_found_is_valid(text):
    match youtube.parse(text):
        case ("video", key):
            assert ids.is_video_id(key)
        case ("channel", key):
            assert ids.is_channel_id(key) or ids.normalise_handle(key) == key[1:]
