"""Clips on the page of their case, in a real browser."""

from __future__ import annotations

import os
import re
from base64 import b64encode
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings as site
from PIL import Image
from playwright.sync_api import expect

from desk.services import decide
from evidence.models import Clip
from evidence.processing import work
from tests.browser.conftest import barriers, fits
from tests.conftest import Api, new_user, published
from tests.evidence import films
from tests.evidence.conftest import evidence_root  # noqa: F401 - a fixture
from votes.models import Action
from votes.moderation.appeals import file_appeal

pytestmark = [films.needs_ffmpeg, pytest.mark.django_db(transaction=True)]
LOCKED, REPORTED = "locked00001", "reported001"
STILL = ("-frames:v", "1", "-vf", "scale=640:-2")


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


def look(seen, name, width, **more):
    """Keep a picture of a page or a part of it, where somebody wants to look at it."""
    if folder := os.environ.get("REALTUBE_PICTURES"):
        shot = Image.open(BytesIO(seen.screenshot(**more)))
        shot.save(Path(folder) / f"{name}-{width}.webp", quality=82)


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
    look(page, "clips", page.viewport_size["width"], full_page=True)
    assert fits(page)
    assert barriers(page, said) == []
    page.emulate_media(color_scheme="dark")
    look(page, "clips-dark", page.viewport_size["width"], full_page=True)
    assert barriers(page, said) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="All frames as ZIP").click()
    assert download.value.suggested_filename.endswith(".zip")


@pytest.fixture
def reported(evidence_root, live_server, crowd):  # noqa: F811
    """The case of a video of which three reporters show what they saw of a film."""
    crowd(9, REPORTED)
    published(REPORTED)
    for turn in range(3):
        user = new_user()
        assert Api().vote(REPORTED, user=user).json()["shots"] == 3
        taken = [still(turn + 2 * scene) for scene in range(2)]
        body = {"userId": user, "shots": [{"at": at * 10, "picture": data} for at, data in taken]}
        assert Api().post(f"/api/evidence/votes/{REPORTED}/shots", body).status_code == 200
    work.run(most_s=60)
    assert Clip.objects.filter(kind="shots", state="ready").count() == 3
    return file_appeal(target_type="video", target_id=REPORTED, reason="I made it.").case_id


def still(at):
    """What the film shows at a second of it, as somebody's player has it."""
    picture = films.made(f"still-{at}.png", "-ss", f"{at}.5", "-i", str(films.scenes()), *STILL)
    return at, b64encode(picture.read_bytes()).decode()


def test_a_moderator_opens_the_pictures_of_reports(administrator, reported, said):
    page = administrator
    page.goto(f"/admin/votes/case/{reported}/change/")
    shots = page.locator("#shots")
    expect(shots.locator("img").first).to_be_hidden()
    shots.get_by_text("6 pictures, shown by 3 reporters").click()
    pictures = shots.locator("img")
    expect(pictures).to_have_count(6)
    pictures.first.scroll_into_view_if_needed()
    expect(pictures.first).to_have_js_property("naturalWidth", 640, timeout=60_000)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        look(shots, f"shots-{scheme}", page.viewport_size["width"])
        assert fits(page)
        assert barriers(page, said) == []
