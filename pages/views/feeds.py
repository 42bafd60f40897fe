"""Feeds of the site, of each filter, video, channel and list."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from channels.serializers import channel_key
from common import errors, ids
from pages import channels, videos, words
from pages.addresses import origin
from pages.feeds import FORMS, TYPES
from pages.languages import chosen
from pages.recent import choosing, files
from pages.views.base import Page, conditional
from pages.views.targets import address_of, since_flagged

MOST = 50
LIFETIME = "public, max-age=300, stale-while-revalidate=600"
Item = dict[str, Any]


class Feed(Page):
    """A feed, in English unless its address asks for another language: so all may keep it."""

    def answer(
        self, request: HttpRequest, form: str, *, title: str, page: str, items: list[Item]
    ) -> HttpResponse:
        """The `items` (`key`, `kind`, `at`, `title`, `said`) as a feed of the `page` (a path)."""
        here = origin(request)
        query = request.GET.urlencode()
        address = f"{here}{request.path}" + (f"?{query}" if query else "")
        hub = settings.SITE.hub
        feed = FORMS[form](
            title=title,
            link=f"{here}{page}",
            description=title,
            language=translation.get_language() or "en",
            feed_url=address,
            feed_guid=address,
            hub=hub,
        )
        for it in items[:MOST]:
            _add(feed, it, here, chosen(request))
        if not items:
            # An empty Atom feed would be as of now, and no two answers the same.
            feed.latest_post_date = lambda: datetime(2026, 1, 1, tzinfo=UTC)  # type: ignore[method-assign]
        response = HttpResponse(feed.writeString("utf-8"), content_type=TYPES[form])
        links = [f'<{address}>; rel="self"'] + ([f'<{hub}>; rel="hub"'] if hub else [])
        response["Link"] = ", ".join(links)
        response["Access-Control-Allow-Origin"] = "*"
        if not settings.SITE.indexed:
            response["X-Robots-Tag"] = "noindex"
        return conditional(request, response, LIFETIME)


def _add(feed: Any, item: Item, here: str, language: str) -> None:
    at = datetime.fromisoformat(item["at"]) if item["at"] else datetime(2026, 1, 1, tzinfo=UTC)
    host = urlsplit(here).hostname or "realtube"
    feed.add_item(
        title=item["title"],
        link=f"{here}{address_of(item['kind'], item['key'], language)}",
        description=item["said"],
        unique_id="/".join(
            (f"tag:{host},2026:{item['kind']}", item["key"], item["at"], item.get("after", ""))
        ),
        pubdate=at,
        updateddate=at,
        categories=[item["category"]] if item.get("category") else [],
    )


class RecentFeed(Feed):
    """What `/recent` shows, with the same parameters."""

    endpoint = "/feeds/recent.:form"

    def get(self, request: HttpRequest, form: str) -> HttpResponse:
        """The first of it. Raises `InvalidParam`."""
        wanted = choosing.read(request.GET)
        with translation.override(chosen(request) or settings.LANGUAGE_CODE):
            found = files.read().sorted_by(wanted.order)
            entries, _next = choosing.page(found, wanted, size=MOST)
            items = [{**it, "title": f"{it['name']}: {it['said']}"} for it in files.shown(entries)]
            query = urlencode(wanted.query)
            page = reverse("recent") + (f"?{query}" if query else "")
            title = f"{settings.SITE.name}: {_('Recently found')}"
            return self.answer(request, form, title=title, page=page, items=items)


class TargetFeed(Feed):
    """How the standing of a video or channel changes."""

    endpoint = "/feeds/:kind/:key.:form"
    limit = "lookup"

    def get(self, request: HttpRequest, kind: str, key: str, form: str) -> HttpResponse:
        """Its changes, the newest first; none yet of what nobody has flagged."""
        key = _key(kind, key)
        with translation.override(chosen(request) or settings.LANGUAGE_CODE):
            items = [_change(kind, key, it) for it in _history(kind, key)]
            title = f"{settings.SITE.name}: {key}"
            page = address_of(kind, key, chosen(request))
            return self.answer(request, form, title=title, page=page, items=items)


class ListFeed(Feed):
    """Which channels an imported list names anew."""

    endpoint = "/feeds/list.:form"

    def get(self, request: HttpRequest, form: str) -> HttpResponse:
        """Those of `?name=`. Raises `NotFound`."""
        name = request.GET.get("name", "")
        found = next((it for it in files.read().lists if it["name"] == name), None)
        if found is None:
            raise errors.NotFound
        with translation.override(chosen(request) or settings.LANGUAGE_CODE):
            items = [
                {
                    **it,
                    "kind": "channel",
                    "title": it["name"],
                    "said": _("On the list %(name)s.") % {"name": name},
                }
                for it in found["new"]
            ]
            title = f"{settings.SITE.name}: {name}"
            return self.answer(request, form, title=title, page=reverse("lists"), items=items)


def _key(kind: str, key: str) -> str:
    """In normal form. Raises `NotFound`."""
    if kind == "video":
        if not ids.is_video_id(key):
            raise errors.NotFound
        return key
    try:
        return channel_key(key, field="channelId")
    except errors.InvalidField:
        raise errors.NotFound from None


def _history(kind: str, key: str) -> list[dict[str, Any]]:
    """The lines of an object that say more than that votes suspect it.

    While the database is away, and nobody asked before, those that the file of findings has.
    """
    try:
        found = videos.of(key) if kind == "video" else channels.of(key)
    except DatabaseError:
        known = files.read()
        return [
            {"at": it["at"], "after": after, "cause": it["by"]}
            for entries, after in (
                (known.newest, "flagged"),
                (known.cleared, "cleared" if kind == "channel" else "locked_human"),
            )
            for it in entries
            if it["kind"] == kind and it["key"] == key
        ]
    return since_flagged(found["history"]) if found else []


def _change(kind: str, key: str, line: dict[str, Any]) -> Item:
    after = str(words.BANDS.get(line["after"], line["after"]))
    cause = str(words.SOURCES.get(line["cause"], line["cause"]))
    said = _("Now: %(standing)s. By: %(source)s.") % {"standing": after, "source": cause}
    return {
        "kind": kind,
        "key": key,
        "at": line["at"],
        "after": line["after"],
        "title": f"{key}: {after}",
        "said": said,
    }
