"""What was found lately, and the months: read from a file, whatever else is away."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from pages import plots, words
from pages.recent import choosing, files
from pages.views.base import Page, conditional

MONTHS = 24
"""On the page; the CSV has all."""
COLUMNS = (
    *("month", "closed", "votes", "disputes", "videosFlagged", "videosUnflagged"),
    *("channelsFlagged", "channelsUnflagged", "measured", "listed", "juries", "decisions"),
    *("appealsFiled", "appealsAnswered", "appealsGranted", "appealsRejected"),
    *("appealsMedianDays", "appealsMostDays", "brakes", "erasures"),
)


class RecentPage(Page):
    """Findings by order and filters, page by page."""

    endpoint = "/recent"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page. Raises `InvalidParam`."""
        wanted = choosing.read(request.GET)
        found = files.read()
        entries, cursor = choosing.page(
            found.sorted_by(wanted.order), wanted, request.GET.get("cursor", "")
        )
        query = urlencode(wanted.query)
        context = {
            "entries": files.shown(entries),
            "wanted": wanted,
            "next": cursor,
            "at": found.at,
            "orders": [
                ("newest", _("Newest")),
                ("rising", _("Rising")),
                ("disputed", _("Most disputed")),
                ("cleared", _("Cleared")),
            ],
            "of": [("video", _("Videos")), ("channel", _("Channels"))],
            "kinds": list(words.KINDS.items()),
            "sources": [(it, words.SOURCES[it]) for it in choosing.SOURCES],
            "feeds": {
                form: reverse("feed", args=[form]) + (f"?{query}" if query else "")
                for form in ("atom", "json")
            },
        }
        return self.page(request, "recent", context)


class TransparencyPage(Page):
    """What was done, month by month."""

    endpoint = "/transparency"
    lifetime_s = 300

    def get(self, request: HttpRequest) -> HttpResponse:
        """The months, the newest first, with plots of the first four series."""
        months = files.read().months[:MONTHS]
        rows = [row_of(it) for it in months]
        context = {
            "months": [{**it, "row": row} for it, row in zip(months, rows, strict=True)],
            "plots": [_plot(title, name, rows) for title, name in _plotted()],
        }
        return self.page(request, "transparency", context)


class TransparencyCsv(Page):
    """The same as a table."""

    endpoint = "/transparency.csv"

    def get(self, request: HttpRequest) -> HttpResponse:
        """All months, a row each; `closed` is 1 once nothing can change it any more."""
        out = StringIO()
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(row_of(it) for it in files.read().months)
        response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="transparency.csv"'
        return conditional(request, response, "public, max-age=300")


def row_of(month: dict[str, Any]) -> dict[str, Any]:
    """A month as one row of numbers; empty for what could no longer be known."""
    appeals = month.get("appeals", {})
    return {
        "month": month["month"],
        "closed": int(month["closed"]),
        "votes": month["votes"],
        "disputes": month["disputes"],
        "videosFlagged": _sum(month, "videos", "flagged"),
        "videosUnflagged": _sum(month, "videos", "unflagged"),
        "channelsFlagged": _sum(month, "channels", "flagged"),
        "channelsUnflagged": _sum(month, "channels", "unflagged"),
        "measured": month["measured"],
        "listed": month["listed"],
        "juries": sum(month["juries"].values()),
        "decisions": sum(month["decisions"].values()),
        "appealsFiled": appeals.get("filed", 0),
        "appealsAnswered": appeals.get("answered", 0),
        "appealsGranted": appeals.get("granted", 0),
        "appealsRejected": appeals.get("rejected", 0),
        "appealsMedianDays": appeals.get("medianDays", ""),
        "appealsMostDays": appeals.get("mostDays", ""),
        "brakes": month["brakes"],
        "erasures": month.get("erasures", ""),
    }


def _sum(month: dict[str, Any], kind: str, way: str) -> int:
    return sum(month.get(kind, {}).get(way, {}).values())


def _plotted() -> list[tuple[str, str]]:
    return [
        (_("Votes"), "votes"),
        (_("Videos flagged"), "videosFlagged"),
        (_("Decisions of moderators"), "decisions"),
        (_("Appeals filed"), "appealsFiled"),
    ]


def _plot(title: str, name: str, rows: list[dict[str, Any]]) -> tuple[str, str]:
    values = [(it["month"], float(it[name]), words.number(it[name])) for it in reversed(rows)]
    return title, mark_safe(plots.bars(values, label=title))  # noqa: S308 - escaped where drawn
