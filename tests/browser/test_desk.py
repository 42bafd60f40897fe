"""The desk in a real browser, on the whole service: what a moderator does in an evening."""

from __future__ import annotations

import json
import re
import secrets
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from common import ids
from tests.dev.authenticator import code_of
from tests.dev.processes import wait_until
from tests.dev.service import Service, services

PASSWORD = "correct horse battery"
VIDEO = "deskvideo01"
HOSTILE = (
    "<img src=x onerror=\"document.title='owned'\">\u202egnorw "
    "<script>document.title='owned'</script>"
)


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    """The whole service, with a video that many flag and its creator's appeal."""
    with services() as make:
        made = make()
        made.start_and_wait(REALTUBE_LIMIT_LOOKUP="1000000")
        for n in range(10):
            assert made.vote(VIDEO, secrets.token_hex(32), address=f"127.0.{n + 1}.1") == 200
        wait_until(lambda: published(made) is not None, timeout_s=10, what="it is published")
        appeal(made, HOSTILE + "x" * 1800)
        yield made


@pytest.fixture
def moderator(service: Service, browser: Browser) -> Callable[[str], Page]:
    """Signs somebody new in, with an authenticator app of their own."""

    def sign_in(name: str) -> Page:
        service.manage("create_administrator", name, answer=PASSWORD)
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        page.goto(f"http://127.0.0.1:{service.port}/admin/")
        enter(page, name)
        secret = page.locator("#authenticator_secret").input_value()
        page.get_by_label("Authenticator code").fill(code_of(secret))
        page.get_by_role("button", name="Activate").click()
        expect(page.get_by_text("Authenticator app activated")).to_be_visible()
        page.goto(f"http://127.0.0.1:{service.port}/admin/")
        expect(page.get_by_role("heading", name="Moderators' desk")).to_be_visible()
        page.secret = secret
        return page

    return sign_in


def enter(page: Page, name: str) -> None:
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def published(service: Service) -> dict[str, Any] | None:
    found = service.json(f"/api/videos/{ids.video_hash(VIDEO)[:4]}") or []
    return next((video for video in found if video["videoId"] == VIDEO), None)


def appeal(service: Service, reason: str) -> None:
    body = json.dumps({"targetType": "video", "targetId": VIDEO, "reason": reason}).encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{service.port}/api/appeals",
        body,
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 202


def test_a_case_is_taken_decided_seen_in_public_and_reversed(service, moderator, browser):
    page = moderator("first")
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    before = published(service)["score"]

    page.keyboard.press("t")
    expect(page.get_by_role("heading", name="Appeal: video")).to_be_visible()
    expect(page.locator(".formula").first).to_contain_text("100 x")
    expect(page.locator("svg.scatter circle")).to_have_count(10)
    assert page.title().startswith("Appeal")
    assert page.locator(".evidence img").count() == 0
    expect(page.get_by_text("<script>document.title")).to_be_visible()

    # Somebody else is a moment too late.
    late = moderator("second")
    late.goto(page.url)
    late.get_by_label("Reason: w", exact=True).fill("mine")
    late.get_by_role("button", name="Lock as AI").click()
    expect(late.locator(".messagelist")).to_contain_text("First is working on this case")

    page.get_by_label("The creator showed how it was made").check()
    page.get_by_role("button", name="Lock as human").click()
    expect(page.locator(".messagelist")).to_contain_text("Lock as human: deskvideo01")
    wait_until(lambda: published(service)["score"] == 0, timeout_s=5, what="lookups say human")
    late.get_by_label("Reason: w", exact=True).fill("mine")
    late.get_by_role("button", name="Lock as AI").click()
    expect(late.locator(".messagelist")).to_contain_text(
        "This case was decided already by first (Lock as human). Nothing was changed."
    )

    page.get_by_role("link", name="The decision, and how to reverse it").click()
    page.get_by_label("A mistake").check()
    page.get_by_role("button", name="Reverse this decision").click()
    wait_until(lambda: published(service)["score"] == before, timeout_s=5, what="as it was")
    page.goto(f"http://127.0.0.1:{service.port}/admin/votes/decision/?q=https://youtu.be/{VIDEO}")
    rows = page.locator("#result_list tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text("Unlock")
    expect(rows.nth(1)).to_contain_text("Lock as human")
    assert hosts == {f"127.0.0.1:{service.port}"}


def test_the_second_time_a_code_or_a_key_on_the_keyboard_is_asked_for(service, moderator, browser):
    first = moderator("again")
    page = browser.new_context(viewport={"width": 390, "height": 800}).new_page()
    page.goto(f"http://127.0.0.1:{service.port}/admin/")
    enter(page, "again")
    expect(page.get_by_text("Please enter an authenticator code")).to_be_visible()
    page.get_by_label("Code").fill(code_of(first.secret, ahead=1))
    page.get_by_role("button", name="Sign In", exact=True).click()
    expect(page.get_by_role("heading", name="Moderators' desk")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_passkey_signs_in_without_a_password(service, moderator, browser):
    page = moderator("keyholder")
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    origin = f"http://localhost:{service.port}"
    page.goto(f"{origin}/admin/")
    enter(page, "keyholder")
    page.get_by_label("Code").fill(code_of(page.secret, ahead=1))
    page.get_by_role("button", name="Sign In", exact=True).click()
    page.goto(f"{origin}/admin/2fa/webauthn/add/")
    page.get_by_label("Password").fill(PASSWORD)  # once more, before this is changed
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Name").fill("Laptop")
    page.get_by_label(re.compile("Passwordless")).check()
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("You have added 1 security key")).to_be_visible()
    page.goto(f"{origin}/admin/")
    page.get_by_role("button", name="Log out").click()
    page.goto(f"{origin}/admin/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="Moderators' desk")).to_be_visible()


def test_the_pages_fit_a_phone_and_have_one_name_for_each_field(service, moderator):
    page = moderator("narrow")
    origin = f"http://127.0.0.1:{service.port}"
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        for path in ("", "votes/case/1/change/", f"videos/video/{VIDEO}/change/"):
            page.goto(f"{origin}/admin/{path}")
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, (path, width, wide)
            nameless = page.evaluate(
                "[...document.querySelectorAll('main input:not([type=hidden]), main select,"
                " main textarea, main button')].filter(e => !e.labels?.length"
                " && !e.textContent.trim() && !e.ariaLabel).map(e => e.outerHTML)"
            )
            assert nameless == [], path
