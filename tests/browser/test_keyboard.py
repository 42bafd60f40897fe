"""The desk is worked without a mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from sync.tasks import run_pipeline
from votes.models import Case, Decision
from votes.moderation import appeals

pytestmark = pytest.mark.django_db(transaction=True)


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
    page.get_by_label("Usual reason").focus()
    page.keyboard.press("W")  # the first that begins so: Watched it
    page.keyboard.press("Tab")
    page.keyboard.type("nothing here is a key: t n p")
    page.keyboard.press("Tab")
    page.keyboard.type("Thank you.")
    for button in ("Reject appeal", "Lock as AI", "Lock as human"):
        page.keyboard.press("Tab")
        expect(focused).to_have_text(button)
        assert focused.evaluate("it => getComputedStyle(it).outlineStyle") != "none"
    page.keyboard.press("Enter")
    expect(page.locator(".messagelist")).to_contain_text("Lock as human: first")

    made = Decision.objects.get()
    assert (made.action, made.reason) == (
        "lock_human",
        "Watched it: made by AI. nothing here is a key: t n p",
    )
    assert Case.objects.get(target_id="first").state == Case.State.CLOSED
    page.keyboard.press("t")
    expect(page.get_by_role("heading", name="Appeal: video second")).to_be_visible()
