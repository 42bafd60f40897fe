"""A real browser: the system's Chromium, driven by Playwright."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests import tools

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
# Waits until transitions and animations that have an end have come to it.
SETTLED = """() => Promise.allSettled(
  document.getAnimations()
    .filter(animation => animation.effect.getComputedTiming().endTime !== Infinity)
    .map(animation => animation.finished)
)"""
DESKTOP, PHONE = (1280, 900), (390, 844)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    path = tools.path_of("chromium")
    if not path:
        pytest.skip("not installed: chromium")
    with sync_playwright() as playwright:
        # Playwright's loop runs in this thread; Django's calls in tests are none of its business.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
        launched = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-background-networking", "--disable-component-update"],
        )
        yield launched
        launched.close()
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def said() -> list[str]:
    """What the tab's console says; at the end the content security policy must not be in it."""
    return []


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def page(
    request: pytest.FixtureRequest, browser: Browser, live_server: Any, said: list[str]
) -> Iterator[Page]:
    """An empty tab of a new visitor, whose addresses begin at the server."""
    width, height = request.param
    context = browser.new_context(
        viewport={"width": width, "height": height}, base_url=live_server.url
    )
    new = context.new_page()
    new.on("console", lambda message: said.append(message.text))
    yield new
    context.close()
    assert [text for text in said if "Content Security Policy" in text] == []


@pytest.fixture
def administrator(page: Page, live_server: Any, admin_client: Any) -> Page:
    """The tab, of somebody who has signed in at the desk."""
    page.context.add_cookies(
        [
            {"name": name, "value": cookie.value, "url": live_server.url}
            for name, cookie in admin_client.cookies.items()
        ]
    )
    return page


def fits(page: Page) -> bool:
    """Whether nothing has to be scrolled sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def barriers(page: Page, said: list[str]) -> list[str]:
    """What keeps somebody from using the page as it is now. `said` is what the console says."""
    heard = len(said)
    page.evaluate(SETTLED)  # halfway between two colours, a link has the contrast of neither
    found = Axe().run(page, options=WCAG).response["violations"]
    del said[heard:]  # axe tries styles that the policy refuses
    return [f"{it['id']}: {at['html'][:200]}" for it in found for at in it["nodes"][:3]]
