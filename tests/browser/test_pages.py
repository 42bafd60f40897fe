"""What a person does on the pages, in a real browser: headers, cookies and forms are its own."""

from __future__ import annotations

import re

import pytest

from desk.tasks import run_batches
from sync.tasks import run_pipeline
from tests.browser.conftest import fits
from videos.models import Video
from votes.models import Appeal, Case
from votes.moderation import appeals

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


def test_a_visitor_looks_up_any_address_in_words_and_the_server_learns_no_video(
    page, crowd, lookup
):
    crowd(9, "dQw4w9WgXcQ", channelHandle="@maker")
    lookup("dQw4w9WgXcQ")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/")
    field, output = page.get_by_label("What did the community find?"), page.locator("output")
    said = "Flagged as fully AI, by 9 votes of 9 independent viewers."
    for pasted in (
        "dQw4w9WgXcQ",
        "<https://music.youtube.com/watch?list=RDdQw4w9WgXcQ&v=dQw4w9WgXcQ>",
        "//www.YouTube-nocookie.com/embed/dQw4w9WgXcQ?rel=0",
    ):
        page.reload()
        field.fill(pasted)
        page.get_by_role("button", name="Look up").click()
        output.get_by_text(said).wait_for()
        assert output.get_by_text("Asked for: 5f6b").is_visible()
    for pasted, told in (
        ("youtube.com/c/maker", "Only YouTube knows which channel this is"),
        ("https://youtube.com.evil.example/watch?v=dQw4w9WgXcQ", "not the address of a YouTube"),
        ("v=dQw4w9WgXcQ", "not the address of a YouTube video"),
        ("aaaaaaaaaaa", "Nobody has reported this video."),
    ):
        field.fill(pasted)
        page.get_by_role("button", name="Look up").click()
        output.get_by_text(told).wait_for()
    assert not any("dQw4w9WgXcQ" in url for url in asked)
    field.fill("https://www.youtube.com/@maker")
    page.get_by_role("button", name="Look up").click()
    page.wait_for_url("**/c/@maker")


def test_a_browser_without_hashes_looks_up_as_privately(page, crowd, lookup):
    """Over plain HTTP by another name browsers have no `crypto.subtle`."""
    page.add_init_script("Object.defineProperty(crypto, 'subtle', {value: undefined})")
    for video_id in ("dQw4w9WgXcQ", "aqz-KE-bpKQ"):
        crowd(9, video_id)
        lookup(video_id)
        page.goto("/")
        assert page.evaluate("crypto.subtle") is None
        page.get_by_label("What did the community find?").fill(video_id)
        page.get_by_role("button", name="Look up").click()
        page.locator("output").get_by_text("Flagged as fully AI").wait_for()
        page.locator("output").get_by_role("link").click()
        page.wait_for_url(f"**/v/{video_id}")
        assert fits(page)


def test_a_channel_is_cleared_with_its_videos_and_its_creator_reads_what_is_true(
    administrator, farm
):
    farm(4)
    appeal = appeals.file_appeal(target_type="channel", target_id="@farm", reason="I paint")
    page = administrator
    page.goto(f"/admin/votes/case/{appeal.case_id}/change/")
    page.get_by_label("Reason: w", exact=True).fill("I saw the brushes")
    page.get_by_role("button", name="Clear channel and its videos…").click()
    # A phone's row says the name of each column too.
    row = re.compile("Flagged by votes (Videos )?4 (Then )?locked as human")
    assert page.get_by_role("row", name=row).is_visible()
    assert page.get_by_label("Reason: w", exact=True).input_value() == "I saw the brushes"
    assert fits(page)
    page.get_by_label("Answer to those who appealed").fill("Sorry!")
    page.get_by_role("button", name="Clear the channel and 4 videos").click()
    assert page.get_by_text("0 of 4").is_visible()
    run_batches()
    run_pipeline()
    page.get_by_text("Done: 4 of 4").wait_for()  # the page looks again by itself
    page.goto(f"/appeal/{appeal.pk}")
    assert page.get_by_text(
        "the channel is cleared, and none of its videos is flagged"
    ).is_visible()
    assert page.get_by_role("cell", name="cleared by a moderator").count() == 4
    assert page.get_by_text("Sorry!").is_visible()
    assert fits(page)


def test_a_click_says_whose_video_it_is(administrator, crowd):
    crowd(4, "v", channelHandle="@maker")
    crowd(3, "v", channelHandle="@thief")
    run_pipeline()
    case = Case.objects.get(kind="claim_conflict", target_type="video")
    page = administrator
    page.goto(f"/admin/votes/case/{case.pk}/change/")
    page.get_by_label("Reason: w", exact=True).fill("It is on the channel's page")
    assert fits(page)
    page.get_by_role("button", name="It is @maker").click()
    assert page.get_by_text("Name its channel: v.").is_visible()
    run_pipeline()
    assert Video.objects.get(pk="v").channel_handle == "maker"
