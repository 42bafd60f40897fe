"""The pages that say what this site is, and the small files beside them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from common import errors
from common.files import file_answer
from common.version import VERSION
from pages import cards, changelog
from pages.addresses import origin
from pages.recent import files
from pages.views.base import Page, conditional
from sync import stats
from sync.export import releases

DAY_S = 86_400
LOGO_MAX = 20_000
LOGO_TYPES = {".png": "image/png", ".webp": "image/webp", ".svg": "image/svg+xml"}
SILENT = timedelta(minutes=5)
"""Numbers that are older than this say that the worker is away."""
EXPIRES = timedelta(days=180)
"""For how long security.txt is good, from the first of the month on."""


class PlainPage(Page):
    """A page of words alone."""

    lifetime_s = 300
    template: ClassVar[str] = ""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Its template."""
        return self.page(request, self.template, self.context(request))

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """What the template needs besides."""
        return {}


class AboutPage(PlainPage):
    """How it works."""

    endpoint, template = "/about", "about"


class PrivacyPage(PlainPage):
    """What is stored, of whom, until when."""

    endpoint, template = "/privacy", "privacy"


class ContactPage(PlainPage):
    """Who runs the site."""

    endpoint, template = "/contact", "contact"

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """A mail address as a link."""
        contact = settings.SITE.contact
        is_mail = "@" in contact and "/" not in contact
        return {"contact_link": f"mailto:{contact}" if is_mail else contact}


class InstallPage(PlainPage):
    """How to get the extension: from a store, or the archive that this server has."""

    endpoint, template = "/install", "install"

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """Stores and archives."""
        archives = [{"name": it.name, "kb": it.stat().st_size // 1024} for it in _archives()]
        return {"archives": archives, "stores": sorted(settings.SITE.stores.items())}


class DataPage(PlainPage):
    """What may be downloaded, followed and asked."""

    endpoint, template = "/data", "data"

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """The licence, the releases, the newest first, and where calls go."""
        here = origin(request) or "https://realtube.example"
        found = [
            {"month": it["month"], "files": [*it["files"].items(), ("SHA256SUMS", {})]}
            for it in releases.all_releases()
        ]
        return {"licence": settings.DATA_LICENCE, "here": here, "releases": found}


class ListsPage(PlainPage):
    """The imported lists, and those that this site publishes."""

    endpoint, template = "/lists", "lists"
    lifetime_s = 60

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """Each list with its size and what is new on it."""
        return {"lists": files.read().lists}


class ChangelogPage(PlainPage):
    """What is new in the software."""

    endpoint, template = "/changelog", "changelog"

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """The repository's own, as HTML."""
        return {"text": changelog.html(), "version": VERSION}


class StatusPage(PlainPage):
    """Whether all is well, from files: it answers while everything else is away."""

    endpoint, template = "/status", "status"
    lifetime_s = 30

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """Ages of what is published, as of the last numbers."""
        try:
            numbers = orjson.loads(stats.path().read_bytes())
        except (OSError, ValueError):
            return {"numbers": None, "version": VERSION}
        counted = parse_datetime(numbers["generatedAt"])
        silent = counted is None or timezone.now() - counted > SILENT
        return {"numbers": numbers, "silent": silent, "version": VERSION, "found": files.read()}


class LookView(Page):
    """The operator's colours as a style sheet: pages have no styles of their own in them."""

    endpoint = "/look.css"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Two rules."""
        site = settings.SITE
        css = (
            f":root {{ --accent: {site.colour}; }}\n@media (prefers-color-scheme: dark) "
            f"{{ :root {{ --accent: {site.colour_dark}; }} }}\n"
        )
        return conditional(
            request, HttpResponse(css, content_type="text/css"), f"public, max-age={DAY_S}"
        )


class LogoView(Page):
    """The operator's logo."""

    endpoint = "/logo"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The file, if it is a picture and small."""
        path: Path | None = settings.SITE.logo
        if not path or path.suffix not in LOGO_TYPES:
            raise errors.NotFound
        try:
            body = path.read_bytes()
        except OSError:
            body = b""
        if not body or len(body) > LOGO_MAX:
            raise errors.NotFound
        response = HttpResponse(body, content_type=LOGO_TYPES[path.suffix])
        return conditional(request, response, f"public, max-age={DAY_S}")


class ArchiveView(Page):
    """A built extension."""

    endpoint = "/install/:file"

    def get(self, request: HttpRequest, name: str) -> HttpResponseBase:
        """The archive, as a download."""
        for path in _archives():
            if path.name == name:
                stat = path.stat()
                return file_answer(
                    request,
                    path,
                    etag=f"{stat.st_mtime_ns:x}-{stat.st_size:x}",
                    content_type="application/zip",
                    modified=datetime.fromtimestamp(stat.st_mtime, UTC),
                    filename=name,
                )
        raise errors.NotFound


class CardView(Page):
    """A picture for shared links."""

    endpoint = "/card/:name"

    def get(self, request: HttpRequest, name: str) -> HttpResponseBase:
        """The file, drawn by the first who asks."""
        try:
            path, tag = cards.file_of(name)
        except KeyError:
            raise errors.NotFound from None
        response = file_answer(
            request, path, etag=tag, content_type="image/png", modified=cards.drawn_at(path)
        )
        response["Cache-Control"] = f"public, max-age={DAY_S}"
        return response


class RobotsView(Page):
    """What search engines may read."""

    endpoint = "/robots.txt"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The API and what is about somebody's choice is none of theirs."""
        closed = ["/api/", "/admin/", "/look/", "/appeal/", "/*?video="]
        if not settings.SITE.indexed:
            closed += ["/v/", "/c/", "/feeds/"]
        body = "User-agent: *\n" + "".join(f"Disallow: {path}\n" for path in closed)
        response = HttpResponse(body, content_type="text/plain; charset=utf-8")
        return conditional(request, response, f"public, max-age={DAY_S}")


class SecurityView(Page):
    """Where weaknesses are reported (RFC 9116)."""

    endpoint = "/.well-known/security.txt"

    def get(self, request: HttpRequest) -> HttpResponse:
        """404 where the operator has said no contact: the file must have one."""
        contact = settings.SITE.security or settings.SITE.contact
        if not contact:
            raise errors.NotFound
        uri = contact if ":" in contact else f"mailto:{contact}"
        expires = timezone.now().astimezone(UTC).replace(day=1, hour=0, minute=0, second=0)
        expires = expires.replace(microsecond=0) + EXPIRES
        lines = [f"Contact: {uri}", f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}"]
        if here := origin(request):
            lines.append(f"Canonical: {here}{reverse('security')}")
        lines.append(f"Preferred-Languages: {', '.join(code for code, _ in settings.LANGUAGES)}")
        response = HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
        return conditional(request, response, f"public, max-age={DAY_S}")


def _archives() -> list[Path]:
    """The archives that this server offers, by name; none where none were built."""
    folder: Path = settings.SITE.extension
    try:
        return sorted(
            it for it in folder.iterdir() if it.suffix == ".zip" and "sources" not in it.name
        )
    except OSError:
        return []
