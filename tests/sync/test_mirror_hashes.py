"""Clients of a mirror that hold only hashes, and what they miss when a channel comes late."""

from __future__ import annotations

import orjson
import pytest

from sync import delta
from sync.mirror import copied
from sync.models import Revision
from tests.sync.test_mirror import CHANNEL, VIDEO

pytestmark = pytest.mark.django_db(transaction=True)


def followed(position: delta.Position, held: dict[str, int]) -> delta.Position:
    """A client that holds only hashes goes on from here."""
    page = orjson.loads(orjson.dumps(delta.after(position, form="compact")[0]))
    for entry in page["videos"]:
        held.pop(entry["key"], None)
        if entry["action"] == "update":
            held[entry["key"]] = entry["score"]
    return delta.parse_cursor(page["nextCursor"])


def test_hashes_of_a_flagged_channels_small_videos_follow_a_channel_that_comes_after_them():
    video = {**VIDEO, "score": 12.5, "channelHandle": "@farm"}
    channel = {**CHANNEL, "channelId": "@farm", "handle": "@farm", "autoFlag": True}
    start = position = delta.Position(Revision.objects.create().number)
    held: dict[str, int] = {}
    for entry in (video, channel):
        copied.take_over([entry])
        position = followed(position, held)
    assert list(held.values()) == [12]
    for entry in ({**video, "score": 13}, {**channel, "autoFlag": False}):
        copied.take_over([entry])
        position = followed(position, held)
    assert held == {}
    followed(start, held)
    assert held == {}
