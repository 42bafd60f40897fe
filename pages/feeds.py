"""Feeds by Django's syndication framework: Atom, and JSON Feed 1.1, both with WebSub links.

JSON Feed: https://www.jsonfeed.org/version/1.1/. WebSub: https://www.w3.org/TR/websub/.
"""

from __future__ import annotations

from typing import Any

import orjson
from django.utils import feedgenerator


class AtomFeed(feedgenerator.Atom1Feed):
    """Atom, which names a hub if there is one."""

    def add_root_elements(self, handler: Any) -> None:
        """What stands before the entries."""
        super().add_root_elements(handler)
        if hub := self.feed.get("hub"):
            handler.addQuickElement("link", "", {"rel": "hub", "href": hub})


class JsonFeed(feedgenerator.SyndicationFeed):
    """JSON Feed."""

    content_type = "application/feed+json"

    def write(self, outfile: Any, encoding: str) -> None:
        """The whole feed."""
        feed = self.feed
        content: dict[str, Any] = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": feed["title"],
            "home_page_url": feed["link"],
            "feed_url": feed["feed_url"],
            "description": feed["subtitle"],
            "language": feed["language"],
            "items": [self._item(item) for item in self.items],
        }
        if hub := feed.get("hub"):
            content["hubs"] = [{"type": "WebSub", "url": hub}]
        outfile.write(orjson.dumps(content).decode())

    @staticmethod
    def _item(item: dict[str, Any]) -> dict[str, Any]:
        return {
            "id": item["unique_id"],
            "url": item["link"],
            "title": item["title"],
            "content_text": item["description"],
            "date_published": item["pubdate"].isoformat(),
            **({"tags": list(item["categories"])} if item["categories"] else {}),
        }


FORMS: dict[str, type[feedgenerator.SyndicationFeed]] = {"atom": AtomFeed, "json": JsonFeed}
TYPES = {"atom": "application/atom+xml; charset=utf-8", "json": "application/feed+json"}
