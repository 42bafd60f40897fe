"""The desk is worked without a mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from sync.tasks import run_pipeline
from tests.browser.conftest import fits
from votes.models import Case, Decision
from votes.moderation import appeals

pytestmark = pytest.mark.django_db(transaction=True)


PLAYER, SAID = "https://www.youtube-nocookie.com/**", "https://www.youtube.com/oembed**"


def test_youtube_is_asked_on_a_key_alone_and_says_what_it_calls_the_video(administrator, crowd):
    page = administrator
    asked = []
    page.on("request", lambda it: "youtu" in it.url and asked.append(it))
    page.context.route(PLAYER, lambda route: route.fulfill(body="<!doctype html>plays"))
    hostile = '{"title": "<img src=x onerror=alert(1)>\u202e", "author_name": "<b>Mill"}'
    answer = {"Access-Control-Allow-Origin": "*"}
    page.context.route(SAID, lambda route: route.fulfill(body=hostile, headers=answer))
    crowd(3, "v")
    run_pipeline()
    page.goto("/admin/videos/video/v/change/")
    assert asked == []
    page.keyboard.press(".")
    expect(page.get_by_role("status")).to_contain_text('YouTube calls it "<img src=x onerror')
    expect(page.frame_locator("iframe.player").get_by_text("plays")).to_be_visible()
    asked.sort(key=lambda it: it.resource_type)  # "document" of the frame, then "fetch"
    assert [it.url.split("?")[0] for it in asked] == [
        "https://www.youtube-nocookie.com/embed/v",
        "https://www.youtube.com/oembed",
    ]
    assert asked[0].headers["referer"].count("/") == 3  # where we are, and not which page
    assert "referer" not in asked[1].headers and "cookie" not in asked[1].headers
    assert fits(page)


def test_on_a_phone_the_form_comes_first_and_no_table_is_cut_off(administrator, crowd):
    page = administrator
    crowd(3, "v", channelHandle="@maker")
    case = appeals.file_appeal(target_type="video", target_id="v", reason="I made this").case
    run_pipeline()
    for path in (f"votes/case/{case.pk}/change/", "votes/case/", "votes/decision/", ""):
        page.goto(f"/admin/{path}")
        assert fits(page)
        if page.viewport_size["width"] > 600:
            continue
        page.evaluate("document.querySelectorAll('details').forEach(it => { it.open = true })")
        hidden = page.evaluate(
            "[...document.querySelectorAll('.scroll, #changelist .results')]"
            ".filter(it => it.scrollWidth > it.clientWidth + 1).map(it => it.innerText)"
        )
        assert hidden == [], path
    page.goto(f"/admin/votes/case/{case.pk}/change/")
    top = "document.querySelector('{}').getBoundingClientRect().top"
    above = page.evaluate(top.format(".decide")) < page.evaluate(top.format(".evidence"))
    assert above == (page.viewport_size["width"] < 1100)


def test_a_case_is_taken_decided_and_left_by_keyboard(administrator, crowd):
    page = administrator
    for video_id in ("first", "second"):
        crowd(3, video_id)
        appeals.file_appeal(target_type="video", target_id=video_id, reason="I made this")
    run_pipeline()
    page.goto("/admin/")
    page.keyboard.press("t")
    expect(page.get_by_role("heading", name="Appeal: video first")).to_be_visible()
    page.keyboard.press("n")
    expect(page.get_by_role("heading", name="Appeal: video second")).to_be_visible()
    page.keyboard.press("p")
    expect(page.get_by_role("heading", name="Appeal: video first")).to_be_visible()

    focused = page.locator(":focus")
    expect(focused).to_have_attribute("name", "template")  # in the form, from the beginning
    page.keyboard.press("Enter")
    page.keyboard.press("1")
    expect(page.get_by_label("Watched it: made by AI")).to_be_checked()
    page.keyboard.press("w")
    page.keyboard.type("nothing here is a key: t n p")
    page.keyboard.press("Escape")
    page.keyboard.press("y")
    page.keyboard.type("Thank you.")
    page.keyboard.press("Escape")
    expect(page.get_by_label("Fully AI")).to_be_checked()
    page.keyboard.press("m")
    expect(page.get_by_label("AI music")).to_be_checked()
    for button in ("Reject appeal", "Lock as AI", "Lock as human"):
        page.keyboard.press("Tab")
        expect(focused).to_contain_text(button)
        assert focused.evaluate("it => getComputedStyle(it).outlineStyle") != "none"
    assert not Decision.objects.exists()
    page.keyboard.press("h")
    expect(page.locator(".messagelist")).to_contain_text("Lock as human: first")

    made = Decision.objects.get()
    assert (made.action, made.reason) == (
        "lock_human",
        "Watched it: made by AI. nothing here is a key: t n p",
    )
    assert Case.objects.get(target_id="first").state == Case.State.CLOSED
    page.keyboard.press("t")
    expect(page.get_by_role("heading", name="Appeal: video second")).to_be_visible()


def test_who_wants_no_keys_switches_them_off(administrator, crowd):
    page = administrator
    crowd(3, "v")
    run_pipeline()
    page.goto("/admin/videos/video/v/change/")
    page.get_by_role("button", name="Switch keys off").click()
    page.reload()
    page.keyboard.press("2")
    page.keyboard.press("h")
    expect(page.get_by_label("Watched it: made by people")).not_to_be_checked()
    page.get_by_role("button", name="Switch keys on").click()
    page.keyboard.press("2")
    expect(page.get_by_label("Watched it: made by people")).to_be_checked()
    assert not Decision.objects.exists()
