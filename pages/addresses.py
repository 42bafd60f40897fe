"""Where this site is, for what has to name it whole: feeds, cards, robots.txt."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest


def origin(request: HttpRequest) -> str:
    """`REALTUBE_ORIGIN`; unset, as the visitor calls the site, if it may be called so.

    Else empty: what a stranger put into a header is not to be kept in caches for others.
    """
    if settings.ORIGIN:
        return str(settings.ORIGIN)
    try:
        return f"{request.scheme}://{request.get_host()}"
    except DisallowedHost:
        return ""
