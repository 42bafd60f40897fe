"""Middleware that only pages need: the API has no sessions, forms or messages.

A lookup costs little more than what Django does for any request (DESIGN 14), so nothing runs
before it that cannot concern it.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware as _Authentication
from django.contrib.messages.middleware import MessageMiddleware as _Message
from django.contrib.sessions.middleware import SessionMiddleware as _Session
from django.http import HttpRequest, HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware as _CsrfView

from realtube.common.http import is_api


class _PagesOnly:
    """Before a middleware class: requests of the API pass it by."""

    get_response: Any

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if is_api(request):
            return self.get_response(request)  # type: ignore[no-any-return]
        return super().__call__(request)  # type: ignore[misc, no-any-return]


class SessionMiddleware(_PagesOnly, _Session):
    """Sessions of staff."""


class CsrfViewMiddleware(_PagesOnly, _CsrfView):
    """Forms come from our own pages; API views are exempt from its `process_view`."""


class AuthenticationMiddleware(_PagesOnly, _Authentication):
    """`request.user`."""


class MessageMiddleware(_PagesOnly, _Message):
    """What a page says once."""
