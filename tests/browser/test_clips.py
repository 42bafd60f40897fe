"""Clips on the page of their case, in a real browser."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from django.conf import settings as site
from playwright.sync_api import expect

from desk.services import decide
from evidence.models import Clip
from evidence.processing import work
from tests.browser.conftest import barriers, fits
from tests.conftest import published
from tests.evidence import films
from tests.evidence.conftest import evidence_root  # noqa: F401 - a fixture
from votes.models import Action

pytestmark = [films.needs_ffmpeg, pytest.mark.django_db(transaction=True)]
LOCKED = "locked00001"


@pytest.fixture
def case(evidence_root, live_server, crowd):  # noqa: F811
    """The case of a clip whose pictures stand in another, of a video that was locked as AI."""
    crowd(9, LOCKED)
    published(LOCKED)
    again = films.made(
        "again.mp4", "-i", str(films.scenes()), "-vf", "scale=240:-2", "-crf", "33", "-c:a", "copy"
    )
    other = films.arrived(films.scenes(), target=LOCKED, name="first.mp4")
    work.run(most_s=0)
    decide(actor="judge", action=Action.LOCK_AI, target_type="video", target_id=LOCKED, reason="-")
    published(LOCKED)
    clip = films.arrived(again, name="my own <film>.mp4")
    work.run(most_s=60)
    assert Clip.objects.filter(state="ready").count() == 2
    assert site.EVIDENCE
    return clip.appeal.case_id, other.appeal.case_id


def look(page, name):
    """Keep a picture of the page, where somebody wants to look at it."""
    if folder := os.environ.get("REALTUBE_PICTURES"):
        width = page.viewport_size["width"]
        page.screenshot(path=str(Path(folder) / f"{name}-{width}.png"), full_page=True)


def test_a_moderator_sees_frames_credentials_and_the_match_and_plays_the_clip(
    administrator, case, said
):
    page, (mine, other) = administrator, case
    page.goto(f"/admin/votes/case/{mine}/change/")
    clips = page.locator("#clips")
    expect(clips).to_contain_text("my own <film>.mp4")
    expect(clips.locator(".matches")).to_contain_text(
        re.compile("[23] of 3 frames stand in the clip of")
    )
    expect(clips.locator(".matches .pill")).to_have_text("locked as AI")
    expect(clips.locator(".matches a")).to_have_attribute(
        "href", f"/admin/votes/case/{other}/change/"
    )
    expect(clips).to_contain_text("nobody signed this file")
    frames = clips.locator("[data-seek]")
    expect(frames).to_have_count(3)
    frames.nth(1).scroll_into_view_if_needed()
    expect(frames.nth(1).locator("img")).to_have_js_property("complete", True, timeout=60_000)
    frames.nth(1).click()
    video = clips.locator("video")
    expect(video).to_have_js_property("currentTime", 2, timeout=60_000)
    expect(video).to_have_js_property("seeking", False, timeout=60_000)
    assert video.evaluate("video => video.readyState") >= 2
    look(page, "clips")
    assert fits(page)
    assert barriers(page, said) == []
    page.emulate_media(color_scheme="dark")
    look(page, "clips-dark")
    assert barriers(page, said) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="All frames as ZIP").click()
    assert download.value.suggested_filename.endswith(".zip")
