"""What a person does on the pages, in a real browser: headers, cookies and forms are its own."""

from __future__ import annotations

import pytest

from tests.browser.conftest import fits
from votes.models import Appeal, Case

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_creator_files_an_appeal_and_comes_back_to_it(page, crowd, video_id, lookup):
    crowd(9, video_id)
    assert lookup(video_id)["score"] > 50
    page.goto("/")
    page.get_by_role("link", name="Appeal").click()
    page.get_by_role("button", name="Send the appeal").click()
    assert page.get_by_text("Tell us which video").is_visible()
    page.get_by_label("Which video or channel?").fill(f"https://youtu.be/{video_id}")
    page.get_by_label("What should we look at again?").fill("I play the piano in it.")
    assert fits(page)
    page.get_by_role("button", name="Send the appeal").click()
    page.get_by_text("It waits for a moderator.").wait_for()
    assert Appeal.objects.get().reason == "I play the piano in it."
    Case.objects.update(state=Case.State.CLAIMED)
    page.reload()
    assert page.get_by_text("A moderator is looking at it now.").is_visible()
    assert fits(page)
