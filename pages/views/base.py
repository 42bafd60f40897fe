"""The base of every page: limits, errors for people, how long an answer may be kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response, set_response_etag
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from common import errors, throttling
from common.http import NO_STORE, api_error, client_of
from pages.languages import chosen


class Page(View):
    """A page that is read, and no more."""

    endpoint: ClassVar[str]
    """The route as logs name it."""
    limit: ClassVar[str] = ""
    """Name of the limit by address of what asks the database about somebody's choice."""
    lifetime_s: ClassVar[int] = 60
    folder: ClassVar[str] = "pages"
    """Of its templates."""
    http_method_names = ("get", "head", "options")  # type: ignore[assignment]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The page, or in words why there is none."""
        try:
            if self.limit and request.method != "OPTIONS":
                counted = throttling.by_address(self.limit, client_of(request))
                throttling.count(counted, route=self.endpoint)
            response = super().dispatch(request, *args, **kwargs)
        except Exception as error:
            return refused(request, error)
        return response

    def kept(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Say for how long it may be kept, and answer with 304 who has it already.

        By everybody only if its address says in which language it is: not every cache reads `Vary`.
        """
        by = "public" if chosen(request) else "private"
        return conditional(request, response, f"{by}, max-age={self.lifetime_s}")

    def page(
        self,
        request: HttpRequest,
        template: str,
        context: Mapping[str, Any] | None = None,
        *,
        status: int = 200,
    ) -> HttpResponse:
        """The template in the visitor's language."""
        response = render(
            request, f"{self.folder}/{template}.html", dict(context or {}), status=status
        )
        return self.kept(request, response)


class FormPage(Page):
    """A page with a form, which needs no cookie against forgery: who sends it has no rights but
    those of a token in its address, which another site does not know."""

    http_method_names = ("get", "head", "post", "options")  # type: ignore[assignment]

    @method_decorator(csrf_exempt)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Found by no search engine."""
        response = super().dispatch(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex"
        return response

    def kept(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """By nobody."""
        response["Cache-Control"] = NO_STORE
        return response


def conditional(request: HttpRequest, response: HttpResponse, lifetime: str) -> HttpResponse:
    """With `Cache-Control: lifetime` and an ETag; 304 to who has it already."""
    response["Cache-Control"] = lifetime
    if response.status_code != 200:
        return response
    set_response_etag(response)
    found = get_conditional_response(request, etag=response["ETag"], response=response)
    return found or response  # type: ignore[return-value]


TITLES = {
    403: lambda: _("This is not for you"),
    404: lambda: _("There is nothing here"),
    429: lambda: _("That was a lot at once"),
    503: lambda: _("One moment, please"),
}


def refused(request: HttpRequest, error: Exception) -> HttpResponse:
    """Any failure as a page, in words that help."""
    shown = api_error(error)
    return error_page(request, shown.status, said(shown), retry_after_s=shown.retry_after_s)


def said(error: errors.ApiError) -> str:
    """What a visitor is told."""
    if error.status == 404:
        return _("The address may be mistyped, or what was here is gone.")
    if error.status == 429:
        return _("Your network has asked for many pages. Try again in %(n)s seconds.") % {
            "n": error.retry_after_s
        }
    if error.status == 503:
        return _("A part of this site is away. Pages made of files still work; try again soon.")
    if error.status >= 500:
        return _("Something went wrong on our side. It has been noted.")
    return str(error)


def error_page(
    request: HttpRequest | None,
    status: int,
    text: str,
    *,
    title: str = "",
    retry_after_s: int | None = None,
) -> HttpResponse:
    """A page that says why there is none; it needs neither database nor files."""
    title = title or TITLES.get(status, lambda: _("That did not work"))()
    response = render(
        request,  # type: ignore[arg-type]
        "pages/error.html",
        {"title": title, "text": text, "status": status},
        status=status,
    )
    response["Cache-Control"] = NO_STORE
    if retry_after_s is not None:
        response["Retry-After"] = str(retry_after_s)
    return response
