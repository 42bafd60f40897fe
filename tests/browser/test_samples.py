"""The blind sample is judged by keyboard, on a desktop and on a phone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from desk.tasks import keep_samples
from tests.browser.conftest import fits
from tests.juries.test_samples import answer_all, decided, last_month
from tests.juries.world import kit, rooted
from votes.models import ErrorRate, JurorPair, SampleAnswer

pytestmark = pytest.mark.django_db(transaction=True)


def look(page, name):
    """Leave a picture where `PICTURES` says, for who wants to see the pages."""
    if folder := os.environ.get("PICTURES"):
        width = page.viewport_size["width"]
        page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)


def test_all_that_waits_is_judged_without_a_mouse_and_the_front_page_tells(administrator, settings):
    page, settings.SAMPLE = administrator, 3
    decided(2, "ai")
    decided(2, "human")
    keep_samples()
    kit(0, 12)
    (_, one, _), (_, other, _) = rooted(settings, 2)
    JurorPair.objects.create(
        first_id=one, second_id=other, together=60, agreed=60, both_wrong=7, expected=49.2, excess=4
    )
    page.goto("/admin/")
    assert fits(page)
    look(page, "front")
    page.keyboard.press("j")
    expect(page.get_by_text("3 left for you")).to_be_visible()
    assert fits(page)
    look(page, "judge")
    link = page.get_by_role("link", name="Watch")
    assert link.get_attribute("data-key") == "o"
    for key, stored in (("2", "AI voiceover"), ("h", "human"), ("u", "cannot tell")):
        page.keyboard.press(key)
        expect(page.locator(".messagelist")).to_contain_text(f"Stored: {stored}")
    expect(page.get_by_text("Nothing is left for you")).to_be_visible()
    look(page, "nothing-left")
    assert SampleAnswer.objects.count() == 3
    keep_samples()
    assert ErrorRate.objects.count() == 2
    page.goto("/admin/votes/jurorpair/")
    assert fits(page)
    look(page, "pairs")


def test_a_closed_sample_shows_all_of_it(administrator):
    page = administrator
    decided(12, "ai")
    keep_samples()
    answer_all(lambda item: "human" if item.place == 3 else "ai")
    keep_samples()
    page.goto("/admin/")
    expect(page.get_by_role("heading", name="Blind sample")).to_be_visible()
    expect(page.get_by_role("cell", name="1.5 to 35.4 %")).to_be_visible()
    look(page, "rates")
    page.goto(f"/admin/votes/sample/{last_month()}/change/")
    expect(page.get_by_text("AI: 1 of 12")).to_be_visible()
    assert fits(page)
    look(page, "sample")
