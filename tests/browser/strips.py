"""Every page in a strip of several looks, and a page of the handbook that shows them all."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser

DOCS = Path(__file__).resolve().parents[2] / "docs"
DESKTOP, PHONE, HEIGHT = 1280, 400, 900
Look = tuple[int, bool, str]
"""Width, whether it is dark, and what goes behind the address."""


def of_desk(browser: Browser, state: Any, base_url: str) -> None:
    """The moderators' desk in docs/moderation, as somebody with the cookies `state` sees it."""
    looks = [(DESKTOP, False, ""), (DESKTOP, True, ""), (PHONE, False, "")]
    lines = ["# Every page of the desk", "Each in light, in dark, and on a phone."]
    _write(browser, DOCS / "moderation", lines, desk(), looks, base_url, state)


def of_pages(browser: Browser, base_url: str) -> None:
    """What everybody sees in docs/pages."""
    looks = [(DESKTOP, False, ""), (DESKTOP, False, "lang=ar"), (PHONE, True, "")]
    lines = ["# Every page for everybody", "Each in light, in Arabic, and on a phone in dark."]
    _write(browser, DOCS / "pages", lines, pages(), looks, base_url, None)


def desk() -> Iterator[tuple[str, str]]:
    """Title and address of the desk's pages: of each model the list, and one row."""
    from django.contrib import admin
    from django.contrib.admin.utils import quote

    from votes.models import Appeal

    yield "Front page", "/admin/"
    yield "Notices", "/admin/notices/"
    yield "Mails", "/admin/mails/"
    yield "Followers", "/admin/followers/"
    if appeal := Appeal.objects.order_by("created_at").first():
        yield "Who appealed", f"/admin/appeals/{appeal.case_id}/"
    for model in sorted(admin.site._registry, key=lambda it: it._meta.verbose_name_plural):
        path = f"/admin/{model._meta.label_lower.replace('.', '/')}/"
        yield f"List of {model._meta.verbose_name_plural}", path
        row = model._default_manager.order_by("-pk").first()
        if row is not None:
            yield f"One {model._meta.verbose_name}", f"{path}{quote(row.pk)}/change/"


def pages() -> Iterator[tuple[str, str]]:
    """Title and address of what everybody sees."""
    from channels.models import Channel
    from videos.models import Video
    from votes.models import Appeal

    video = Video.objects.published().order_by("-score", "pk").first()
    channel = Channel.objects.exclude(flagged_videos=0).order_by("-score", "pk").first()
    appeal = Appeal.objects.order_by("created_at").first()
    yield "Home", "/"
    if video:
        yield "A video", f"/v/{video.pk}"
    if channel:
        yield "A channel", f"/c/{channel.key}"
    for title in ("Recent", "Transparency", "Follow", "Appeal"):
        yield title, f"/{title.lower()}"
    if appeal:
        yield "An appeal", f"/appeal/{appeal.pk}"
    for title in ("Jury", "Lists", "Data", "Install", "About", "Privacy", "Contact", "Status"):
        yield title, f"/{title.lower()}"
    yield "What is not there", "/nothing"


def _write(
    browser: Browser,
    folder: Path,
    lines: list[str],
    addresses: Iterable[tuple[str, str]],
    looks: Sequence[Look],
    base_url: str,
    state: Any,
) -> None:
    """The strips in `every-page`, and every-page.md, which begins with `lines`."""
    (folder / "every-page").mkdir(exist_ok=True)
    lines = [f"{line}\n" for line in (*lines, "`make pictures` takes them.")]
    for title, path in addresses:
        name = title.lower().replace(" ", "-")
        strip = _beside([_taken(browser, base_url, path, look, state) for look in looks])
        strip.save(folder / "every-page" / f"{name}.webp", quality=70)
        lines.append(f"## {title}\n\n![{title}](every-page/{name}.webp)\n")
        sys.stdout.write(f"{title}\n")
    (folder / "every-page.md").write_text("\n".join(lines))


def _taken(browser: Browser, base_url: str, path: str, look: Look, state: Any) -> Image.Image:
    width, dark, query = look
    context = browser.new_context(
        base_url=base_url,
        viewport={"width": width, "height": HEIGHT},
        color_scheme="dark" if dark else "light",
        storage_state=state,
    )
    page = context.new_page()
    page.goto(f"{path}?{query}" if query else path)
    page.wait_for_load_state("networkidle")
    shot = Image.open(io.BytesIO(page.screenshot()))
    context.close()
    return shot


def _beside(shots: Sequence[Image.Image]) -> Image.Image:
    """In a row, at half their size."""
    strip = Image.new("RGB", (sum(shot.width for shot in shots), HEIGHT))
    left = 0
    for shot in shots:
        strip.paste(shot, (left, 0))
        left += shot.width
    return strip.resize((strip.width // 2, HEIGHT // 2))
