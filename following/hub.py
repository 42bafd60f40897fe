"""Telling a WebSub hub which feeds have something new, so that it asks for them.

https://www.w3.org/TR/websub/ leaves open how; hubs take what PubSubHubbub 0.4 says: a form with
`hub.mode=publish` and a `hub.url` for each.
"""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

import httpx
import structlog
from django.conf import settings
from django.db.models.functions import Now
from django.urls import reverse

from common.version import VERSION
from following.changes import latest
from following.models import Position
from pages.feeds import FORMS
from sync.models import StatusChange

LINES = 200
"""Lines of the history that are told of in a run."""
READY = timedelta(seconds=150)
"""After so long feeds have it: pages are remembered for a minute, findings written every minute."""
TRIES = 2
TIMEOUT_S = 10.0
log = structlog.get_logger()


def tell() -> int:
    """Tell the hub that is set of the feeds that have changed since the last time; how many.

    What it does not take at a second try either is left: the next change tells of the same feed.
    """
    if not settings.SITE.hub or not settings.ORIGIN:
        return 0
    position = Position.objects.filter(name=Position.HUB).first()
    if position is None:
        Position.objects.get_or_create(name=Position.HUB, defaults={"line": latest()})
        return 0
    lines = StatusChange.objects.filter(pk__gt=position.line, at__lt=Now() - READY)
    found = list(lines.order_by("pk").values_list("pk", "kind", "key")[:LINES])
    if not found:
        return 0
    # Before it is told: of two workers one tells.
    is_ours = Position.objects.filter(name=Position.HUB, line=position.line)
    if not is_ours.update(line=found[-1][0]):
        return 0
    return _publish(feeds({(kind, key) for _, kind, key in found}))


def feeds(targets: set[tuple[str, str]]) -> list[str]:
    """The addresses of the feeds of these videos and channels, and of the site's."""
    paths = [reverse("feed", args=[form]) for form in FORMS]
    paths += [reverse("feed-of", args=[*it, form]) for it in sorted(targets) for form in FORMS]
    return [f"{settings.ORIGIN}{path}" for path in paths]


def _publish(addresses: list[str]) -> int:
    form = [("hub.mode", "publish"), *(("hub.url", address) for address in addresses)]
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "User-Agent": f"RealTube/{VERSION}",
    }
    for n in range(1, TRIES + 1):
        try:
            answer = httpx.post(
                settings.SITE.hub, content=urlencode(form), headers=headers, timeout=TIMEOUT_S
            )
            answer.raise_for_status()
        except httpx.HTTPError as error:
            log.warning("hub not told", tries=n, reason=type(error).__name__)
        else:
            return len(addresses)
    return 0
