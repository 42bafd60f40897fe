"""A page about a large video is there at once; its votes come when a worker has laid them out."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from desk import voters
from desk.tasks import lay_out_voters
from sync.tasks import run_pipeline
from tests.browser.conftest import fits

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_votes_come_by_themselves_and_leave_alone_what_was_typed(
    administrator, crowd, monkeypatch
):
    crowd(4, "v1")
    run_pipeline()
    monkeypatch.setattr(voters, "LARGE", 3)
    page = administrator
    page.goto("/admin/videos/video/v1/change/")
    expect(page.get_by_role("status")).to_contain_text("4 votes are being laid out")
    page.locator("textarea").first.fill("half a reason")
    assert lay_out_voters() == 1
    expect(page.get_by_text("Vote by vote", exact=True)).to_be_visible(timeout=15_000)
    expect(page.get_by_text("being laid out")).to_have_count(0)
    expect(page.locator("textarea").first).to_have_value("half a reason")
    assert fits(page)
