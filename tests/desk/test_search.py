"""Whoever searches the desk for what is no address is told what to paste."""

from __future__ import annotations

import html

import pytest

from sync.tasks import run_pipeline
from votes.models import Decision

pytestmark = pytest.mark.django_db(transaction=True)


def text(response):
    return html.unescape(response.content.decode())


@pytest.mark.parametrize(
    ("model", "pasted", "told"),
    [
        ("videos/video", "nothere", "write @nothere"),
        ("videos/video", "https://vimeo.com/1", "This is not the address of a YouTube video or"),
        ("channels/channel", "youtu.be/dQw4w9WgXcQ", "This is a video. Paste the @handle"),
        ("channels/channel", "youtube.com/c/SomeMaker", "Only YouTube knows which channel"),
        ("channels/listing", "two words", "This is not the address of a YouTube channel."),
        ("votes/case", "youtube.com/user/maker", "Only YouTube knows which channel"),
        ("votes/decision", "some-body", "write @some-body"),
    ],
)
def test_who_finds_nothing_by_what_is_no_address_is_told_what_to_paste(desk, model, pasted, told):
    assert told in text(desk().get(f"/admin/{model}/", {"q": pasted}))


@pytest.mark.parametrize(
    ("model", "pasted"),
    [
        ("videos/video", "v1"),
        ("channels/channel", "maker"),
        ("votes/decision", "moderator"),
        ("votes/decision", "@caf\u00e9con"),
    ],
)
def test_who_finds_something_by_another_word_is_told_nothing(desk, crowd, model, pasted):
    crowd(3, "v1", channelHandle="@maker")
    run_pipeline()
    for key in ("@caf\u00e9con", "@cafecon"):
        Decision.objects.create(
            actor="moderator",
            action="clear_channel",
            target_type="channel",
            target_id=key,
            reason="x",
        )
    listed = text(desk().get(f"/admin/{model}/", {"q": pasted}))
    assert "paste" not in listed.lower()
    assert "/change/" in listed
