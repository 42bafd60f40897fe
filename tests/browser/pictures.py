"""`make pictures`: the handbook's pictures of the desk and of all pages, from a `make demo-site`.

Takes VAR_DIR and BASE_URL from the environment. Makes an administrator of its own with a password
that nobody keeps, and removes the account again.
"""

from __future__ import annotations

import io
import os
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests import tools
from tests.browser import strips
from tests.browser.strips import DESKTOP, PHONE

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "moderation"
BASE_URL = os.environ.get("BASE_URL") or "http://127.0.0.1:8000"
NAME, PASSWORD = "demo-moderator", secrets.token_urlsafe(24)
QUALITY = 82


def main() -> None:
    """Sign in, go through the pages, and write a picture of each."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "realtube.settings")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    django.setup()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=tools.path_of("chromium"), args=["--no-sandbox"]
        )
        with administrator(browser) as state:
            for name, path, look in pages():
                width, height, dark = look
                context = browser.new_context(
                    base_url=BASE_URL,
                    viewport={"width": width, "height": height},
                    color_scheme="dark" if dark else "light",
                    storage_state=None if name == "sign-in" else state,
                )
                page = context.new_page()
                page.goto(path)
                ACTS.get(name, lambda _: None)(page)
                page.wait_for_load_state("networkidle")
                take(page, name)
                context.close()
            strips.of_desk(browser, state, BASE_URL)
        strips.of_pages(browser, BASE_URL)
        browser.close()


@contextmanager
def administrator(browser: Browser) -> Iterator[Any]:
    """The cookies of an administrator who has signed in, with a second factor."""
    from django.contrib.auth.models import Group, User

    from desk.roles import ADMINISTRATOR
    from tests.dev.authenticator import code_of

    User.objects.filter(username=NAME).delete()
    user = User.objects.create_user(NAME, password=PASSWORD, is_staff=True)
    user.groups.add(Group.objects.get(name=ADMINISTRATOR))
    try:
        page = browser.new_context(base_url=BASE_URL).new_page()
        page.goto("/admin/")
        page.get_by_label("Username").fill(NAME)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        secret = page.locator("#authenticator_secret").input_value()
        page.get_by_label("Authenticator code").fill(code_of(secret))
        page.get_by_role("button", name="Activate").click()
        page.get_by_text("Authenticator app activated").wait_for()
        yield page.context.storage_state()
    finally:
        User.objects.filter(username=NAME).delete()


def pages() -> Iterator[tuple[str, str, tuple[int, int, bool]]]:
    """Name, address and (width, height, dark) of each picture."""
    from channels.models import Channel
    from votes.models import Appeal, Case, Cluster, Decision, Voter

    def case(kind: str) -> str:
        waiting = Case.objects.filter(kind=kind).exclude(state="closed")
        found = waiting.order_by("-target_type", "pk").first()
        found = found or Case.objects.filter(kind=kind).latest("pk")
        return f"/admin/votes/case/{found.pk}/change/"

    flagged = Channel.objects.exclude(flagged_videos=0).order_by("-score", "pk").first()
    taken_back = Decision.objects.exclude(reverses=None).order_by("-pk").first()
    voter = Voter.objects.order_by("-trust", "pk").first()
    cluster = Cluster.objects.order_by("pk").first()
    disputed = Case.objects.filter(kind="dispute").latest("pk")
    yield "sign-in", "/admin/", (DESKTOP, 420, False)
    yield "dashboard", "/admin/", (DESKTOP, 1000, False)
    yield "dashboard-dark", "/admin/", (DESKTOP, 1000, True)
    yield "dashboard-phone", "/admin/", (PHONE, 1500, False)
    yield "cases", "/admin/votes/case/?state=waiting", (DESKTOP, 760, False)
    yield "case", case("appeal"), (DESKTOP, 1250, False)
    yield "case-dark", case("appeal"), (DESKTOP, 1250, True)
    yield "case-phone", case("appeal"), (PHONE, 2200, False)
    yield "cases-phone", "/admin/votes/case/?kind__exact=appeal", (PHONE, 1100, False)
    yield "cases-together", "/admin/votes/case/?kind__exact=appeal", (DESKTOP, 1000, False)
    yield "dispute", case("dispute"), (DESKTOP, 1000, False)
    yield "video", f"/admin/videos/video/{disputed.target_id}/change/", (DESKTOP, 1500, False)
    yield "videos", "/admin/videos/video/", (DESKTOP, 760, False)
    if flagged:
        yield "channel", f"/admin/channels/channel/{flagged.pk}/change/", (DESKTOP, 900, False)
    if voter:
        yield "voter", f"/admin/votes/voter/{voter.pk}/change/", (DESKTOP, 760, False)
    if cluster:
        yield "cluster", f"/admin/votes/cluster/{cluster.pk}/change/", (DESKTOP, 760, False)
    yield "log", "/admin/votes/decision/", (DESKTOP, 760, False)
    if taken_back:
        of = taken_back.reverses_id
        yield "decision", f"/admin/votes/decision/{of}/change/", (DESKTOP, 640, False)
    asked = Appeal.objects.filter(case__target_type="channel").exclude(case__state="closed")
    if appeal := asked.order_by("created_at").first():
        yield "creators", f"/admin/appeals/{appeal.case_id}/", (DESKTOP, 760, False)
        yield "appeal", f"/appeal/{appeal.pk}", (DESKTOP, 1250, False)
        yield "appeal-phone", f"/appeal/{appeal.pk}", (PHONE, 1400, True)
    yield "notices", "/admin/notices/", (DESKTOP, 1150, False)
    yield "brakes", "/admin/votes/brake/1/change/", (DESKTOP, 860, False)
    yield "batch", "/admin/videos/video/", (DESKTOP, 860, False)
    if flagged:
        yield "clearing", f"/admin/channels/channel/{flagged.pk}/change/", (DESKTOP, 1150, False)


def _choose_many(page: Page) -> None:
    for row in page.locator("#result_list input[name=_selected_action]").all()[:4]:
        row.check()
    page.locator("select[name=action]").select_option("lock_ai")
    page.get_by_role("button", name="Go", exact=True).click()


def _choose_cases(page: Page) -> None:
    page.goto(f"{page.url}&target_type__exact=video")
    for row in page.locator("#result_list input[name=_selected_action]").all()[:4]:
        row.check()
    page.locator("select[name=action]").select_option("dismiss_case")
    page.get_by_role("button", name="Go", exact=True).click()


def _begin_clearing(page: Page) -> None:
    page.get_by_role("button", name="Clear channel and its videos").click()


def _ask(page: Page) -> None:
    box = page.get_by_label("Ask them").first
    if box.is_visible():
        box.fill("Whose voice is it, and where was it recorded?")
        page.get_by_role("button", name="Ask", exact=True).first.click()


# What is done on a page before its picture is taken; nothing is decided by it.
ACTS: dict[str, Callable[[Page], None]] = {
    "batch": _choose_many,
    "cases-together": _choose_cases,
    "clearing": _begin_clearing,
    "creators": _ask,
}


def take(page: Page, name: str) -> None:
    """Write what the tab shows as WebP."""
    shot = Image.open(io.BytesIO(page.screenshot()))
    shot.save(FOLDER / f"{name}.webp", quality=QUALITY)
    sys.stdout.write(f"{name}: {shot.width} x {shot.height}\n")


if __name__ == "__main__":
    main()
