"""What a mirror takes over of single objects, and what it refuses."""

from __future__ import annotations

import pytest

from channels.models import Channel
from realtube_client import compact as reader
from realtube_client import key_of
from sync.mirror import copied, mirror
from sync.snapshot import snapshot
from sync.tasks import run_pipeline
from tests.conftest import Api, whole
from tests.sync.test_delta import server_state
from tests.sync.test_mirror import CHANNEL, VIDEO, filled, source  # noqa: F401 - fixtures
from videos.models import Video

pytestmark = pytest.mark.django_db(transaction=True)


BAD_VIDEOS = [
    {"videoId": "a b"},
    {"videoId": 5},
    {"score": 101},
    {"score": True},
    {"score": None},
    {"score": -1},
    {"totalVotes": -1},
    {"totalVotes": 2**40},
    {"totalVotes": 1.5},
    {"locked": "yes"},
    {"locked": True},
    {"verdict": "ai"},
    {"categories": []},
    {"categories": {"No name": {"votes": 1, "weightedScore": 1}}},
    {"categories": {"not_ai": {"votes": 1, "weightedScore": 1}}},
    {"categories": {"a_name_of_seventeen": {"votes": 1, "weightedScore": 1}}},
    {"categories": {"fully_ai": 7}},
    {"lastUpdated": "yesterday"},
    {"lastUpdated": None},
    {"channelId": "x" * 33},
    {"channelHandle": "@<script>"},
    {"disputes": 3},
]


def test_a_category_that_a_newer_source_has_is_passed_on(source, filled):  # noqa: F811
    """In every form: as what it is in objects, as "of some kind" in the compact form."""
    mirror.step(source.url)
    newer = {"ai_odour": {"votes": 4, "weightedScore": 70}}
    video = {**VIDEO, "categories": {**newer, **VIDEO["categories"]}}
    channel = {**CHANNEL, "topCategories": ["ai_odour", "fully_ai"], "more": "ignored"}
    source.set_delta({"videos": [video], "channels": [channel]})
    mirror.step(source.url)
    run_pipeline()
    state = server_state()
    assert state[VIDEO["videoId"]]["categories"] == video["categories"]
    assert state["UCmaker"]["topCategories"] == channel["topCategories"]
    snapshot.build()
    read = reader.read(whole(Api().get("/api/sync/compact")))
    flags = {key: flags for key, _, flags in [*read.videos, *read.channels]}
    assert flags[key_of(VIDEO["videoId"])] == read.categories.index("fully_ai")
    assert flags[key_of("UCmaker")] >> 2 == reader.NO_CATEGORY


@pytest.mark.parametrize("wrong", BAD_VIDEOS, ids=str)
def test_malformed_videos_are_refused_before_anything_is_stored(wrong):
    with pytest.raises(copied.Malformed):
        copied.take_over([CHANNEL, {**VIDEO, **wrong}])
    assert not Video.objects.exists() and not Channel.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"channelId": "@"},
        {"score": "80"},
        {"autoFlag": 1},
        {"topCategories": ["X"]},
        {"topCategories": [["x"]]},
        {"totalVideos": None},
        {"handle": 7},
        {"channelId": "@maker", "handle": "@other"},
        {"channelId": "@maker"},
        {"otherHandles": ["@old"]},
        {"handle": "@new", "otherHandles": "@old"},
        {"handle": "@new", "otherHandles": [7]},
        {"handle": "@new", "otherHandles": [None]},
        {"handle": "@new", "otherHandles": ["@NEW"]},
        {"handle": "@new", "otherHandles": ["@old", "@old"]},
        {"handle": "@new", "otherHandles": [f"@{n}" for n in range(1001)]},
        {"measured": 7},
        {"measured": {"since": "2026-01-01T00:00:00Z"}},
    ],
    ids=str,
)
def test_malformed_channels_too(wrong):
    with pytest.raises(copied.Malformed):
        copied.take_over([VIDEO, {**CHANNEL, **wrong}])
    assert not Video.objects.exists() and not Channel.objects.exists()


NEWER = {"odour": {"of": ["cheese", 4]}, "weird": None}


def test_members_that_a_newer_source_has_are_passed_on(source, filled):  # noqa: F811
    """By copy and by delta, and from this mirror on; none of them stands for one that we know."""
    mirror.step(source.url)
    shadows = {"preliminary": "yes", "explain": {"steps": []}, "A b": 1}
    video = {**VIDEO, **NEWER, "explain": {"steps": []}, "A b": 1}
    source.set_delta({"videos": [video], "channels": [{**CHANNEL, **NEWER, **shadows}]})
    assert mirror.step(source.url).changed == 2
    run_pipeline()
    state = server_state()
    assert state[VIDEO["videoId"]] == {**VIDEO, **NEWER}
    assert state["UCmaker"] == {**CHANNEL, **NEWER, "preliminary": "yes"}
    assert mirror.step(source.url).changed == 0
    snapshot.build()
    source.record()
    source.cursor = "1-0"
    mirror.step(source.url, resync=True)
    assert server_state() == state


def test_members_are_dropped_when_the_source_no_longer_has_them(source, filled):  # noqa: F811
    mirror.step(source.url)
    for video in ({**VIDEO, **NEWER}, VIDEO):
        source.set_delta({"videos": [video], "channels": []})
        mirror.step(source.url)
    assert server_state()[VIDEO["videoId"]] == VIDEO


@pytest.mark.parametrize(
    ("said", "kept"), [("list", "list"), ("moderator", "moderator"), ("an oracle", None)]
)
def test_by_whose_word_a_channel_flags_its_videos_is_taken_over(source, filled, said, kept):  # noqa: F811
    mirror.step(source.url)
    source.set_delta(
        {
            "videos": [{**VIDEO, "channelBy": said}],
            "channels": [{**CHANNEL, "autoFlag": True, "listed": True}],
        }
    )
    mirror.step(source.url)
    state = server_state()
    assert state[VIDEO["videoId"]].get("channelBy") == kept
    assert state["UCmaker"]["listed"] is True


@pytest.mark.parametrize(
    ("said", "kept"),
    [("jury", "jury"), ("court", "court"), ("votes", None), ("Not a word", None), (5, None)],
)
def test_who_decided_is_passed_on_also_by_a_word_that_only_the_source_knows(
    source,  # noqa: F811
    filled,  # noqa: F811
    said,
    kept,
):
    mirror.step(source.url)
    more = {"decidedBy": said}
    source.set_delta({"videos": [{**VIDEO, **more}], "channels": [{**CHANNEL, **more}]})
    mirror.step(source.url)
    state = server_state()
    assert state[VIDEO["videoId"]].get("decidedBy") == state["UCmaker"].get("decidedBy") == kept
