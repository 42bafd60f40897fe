"""In which language a page answers: the one that its address asks for, else the browser's.

`?lang=` is in the address, and carried on by the page's own links (`pages.templatetags.pages`), so
that no cookie is needed and a page that was sent to somebody reads as it did.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from common.http import is_api

CODES = frozenset(code for code, _ in settings.LANGUAGES)


def chosen(request: HttpRequest) -> str:
    """The language that the address asks for; empty if it asks for none that there is."""
    asked = request.GET.get("lang", "").lower()
    return asked if asked in CODES else ""


class LanguageMiddleware:
    """Speaks the visitor's language on pages; API and desk are English."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer `request`."""
        if is_api(request) or request.path_info.startswith(("/admin", "/static")):
            return self.get_response(request)
        language = chosen(request) or translation.get_language_from_request(request)
        with translation.override(language):
            response = self.get_response(request)
        if not chosen(request):
            patch_vary_headers(response, ("Accept-Language",))
        elif response.get("Location", "").startswith("/"):
            # A form that was sent leads to a page in the language that it was in.
            response["Location"] = _in_language(response["Location"], language)
        if response.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Content-Language", language)
        return response


def _in_language(location: str, language: str) -> str:
    parts = urlsplit(location)
    query = {**dict(parse_qsl(parts.query)), "lang": language}
    return urlunsplit(parts._replace(query=urlencode(query)))
