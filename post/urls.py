"""Where a provider says which mails bounced; its signature or a password is checked, or there is no
such address."""

from __future__ import annotations

import warnings
from typing import Any

import anymail.urls
from anymail.exceptions import AnymailConfigurationError, AnymailInsecureWebhookWarning
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
            if not _is_checked(pattern.callback):
                return []
            return [path(f"mail/events/{pattern.pattern}", pattern.callback, name="mail-events")]
    return []


def _is_checked(view: Any) -> bool:
    """Whether what is set is enough to tell the provider from anybody else."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", AnymailInsecureWebhookWarning)
        try:
            view.view_class(**view.view_initkwargs)
        except (AnymailInsecureWebhookWarning, AnymailConfigurationError):
            return False
    return True


urlpatterns = _of_provider()
