"""Where a provider says which mails bounced; the provider's own signature is checked."""

from __future__ import annotations

import anymail.urls
from django.conf import settings
from django.urls import URLPattern, path
from django.urls.resolvers import RoutePattern


def _of_provider() -> list[URLPattern]:
    """Only the address of the provider that is set: the others' would have no key to check by."""
    wanted = f"{settings.MAIL}/tracking/"
    for pattern in anymail.urls.urlpatterns:
        if isinstance(pattern.pattern, RoutePattern) and str(pattern.pattern) in (
            wanted,
            f"{settings.MAIL}/",
        ):
            return [path(f"mail/events/{pattern.pattern}", pattern.callback, name="mail-events")]
    return []


urlpatterns = _of_provider()
