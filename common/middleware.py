"""What happens to every request: id, timing, metrics, one log line, common headers."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

import structlog
from corsheaders.middleware import CorsMiddleware
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.security import SecurityMiddleware
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.cache import patch_vary_headers

from common import errors, ids, pseudonyms
from common.http import ApiView, client_of, error_response, is_api
from common.telemetry import metrics, reports

Answerer = Callable[[HttpRequest], HttpResponse]
log = structlog.get_logger()
NOT_MODIFIED, SERVER_ERROR = 304, 500
# No address or header of ours is a quarter as long.
MAX_ADDRESS_BYTES = 4094
MAX_HEADER_BYTES = 8190
_VARY = ("origin", "Accept-Encoding")
_METHODS = frozenset({"GET", "HEAD", "POST", "DELETE", "OPTIONS", "PUT", "PATCH"})
CSP_OF_PAGES = (
    "default-src 'self'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
# A moderator may ask for a video's thumbnail.
CSP_OF_DESK = CSP_OF_PAGES.replace("img-src", "img-src https://i.ytimg.com")
# On a page about a video they may also have YouTube's player, and what YouTube calls the video.
CSP_OF_PLAYER = (
    f"{CSP_OF_DESK}; frame-src https://www.youtube-nocookie.com; "
    "connect-src 'self' https://www.youtube.com/oembed"
)
_WITH_PLAYER = frozenset({"admin:votes_case_change", "admin:videos_video_change"})
# Swagger UI comes with styles in its markup.
CSP_OF_DOCS = CSP_OF_PAGES + "; style-src 'self' 'unsafe-inline'"
CSP_OF_DATA = "default-src 'none'; frame-ancestors 'none'"


class ApiMiddleware:
    """Outermost: gives the request its id, and sees its final response.

    An API view has no sessions, forms, accounts or static files: only CORS and HSTS come before
    it, as a lookup is to cost little more than what Django does for any request.
    """

    def __init__(self, get_response: Answerer) -> None:
        self.get_response = get_response
        self._api: Answerer = SecurityMiddleware(_call_view)  # type: ignore[assignment]
        self._cross_origin: Answerer = CorsMiddleware(self._api)  # type: ignore[assignment]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer `request`, timed, counted and logged."""
        started = time.perf_counter()
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        request_id = given if ids.is_request_id(given) else f"{random.getrandbits(96):024x}"
        structlog.contextvars.bind_contextvars(request_id=request_id)
        metrics.IN_FLIGHT.inc()
        try:
            with reports.span("request") as span:
                response = self._answerer(request)(request)
                self._add_headers(request, response, request_id)
                seconds = time.perf_counter() - started
                self._record(request, response, seconds, span)
        finally:
            metrics.IN_FLIGHT.dec()
            structlog.contextvars.clear_contextvars()
        return response

    def _answerer(self, request: HttpRequest) -> Answerer:
        if refusal := _too_long(request):
            return lambda _request: error_response(refusal)
        if not _is_api_view(request):
            return self.get_response
        return self._cross_origin if "HTTP_ORIGIN" in request.META else self._api

    @staticmethod
    def _add_headers(request: HttpRequest, response: HttpResponse, request_id: str) -> None:
        response["X-Request-ID"] = request_id
        if not response.streaming and not response.has_header("Content-Length"):
            response["Content-Length"] = str(len(response.content))
        response["X-Content-Type-Options"] = "nosniff"
        response["X-Frame-Options"] = "DENY"
        if is_api(request):
            response["Referrer-Policy"] = "no-referrer"
            response["X-API-Version"] = "1"
            response["Cross-Origin-Resource-Policy"] = "cross-origin"
            if response.has_header("Vary"):
                patch_vary_headers(response, _VARY)
            else:
                response["Vary"] = ", ".join(_VARY)
        else:
            # With `no-referrer` browsers send forms with `Origin: null`, which Django refuses.
            response["Referrer-Policy"] = "same-origin"
        # What people brought has one that is stricter still. Browsers take the headers of a 304 for
        # those of the page that they have.
        if "Content-Security-Policy" not in response and (
            response.status_code != NOT_MODIFIED or is_api(request)
        ):
            response["Content-Security-Policy"] = _content_security_policy(request, response)

    @staticmethod
    def _record(request: HttpRequest, response: HttpResponse, seconds: float, span: Any) -> None:
        endpoint = endpoint_of(request)
        method = request.method if request.method in _METHODS else "OTHER"
        metrics.REQUEST_SECONDS.labels(
            endpoint=endpoint, method=method, status=response.status_code
        ).observe(seconds)
        if span:
            span.update_name(f"{method} {endpoint}")
            span.set_attributes(
                {
                    "http.request.method": method,
                    "http.route": endpoint,
                    "http.response.status_code": response.status_code,
                }
            )
        write = log.error if response.status_code >= SERVER_ERROR else log.info
        write(
            "request",
            method=method,
            path=endpoint,
            status=response.status_code,
            duration_ms=round(seconds * 1000, 2),
            bytes=len(response.content) if not response.streaming else None,
            client=pseudonyms.for_logs(
                client_of(request), key=settings.ADDRESS_KEY, day=time.strftime("%Y-%m-%d")
            ),
        )


def _too_long(request: HttpRequest) -> errors.ApiError | None:
    if len(request.META.get("RAW_URI", "")) > MAX_ADDRESS_BYTES:
        return errors.AddressTooLong()
    headers = (value for name, value in request.META.items() if name.startswith("HTTP_"))
    return errors.HeaderTooLarge() if any(len(v) > MAX_HEADER_BYTES for v in headers) else None


def _is_api_view(request: HttpRequest) -> bool:
    """Whether one of our views is to answer; then the request knows which."""
    if not is_api(request):
        return False
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return False
    if not issubclass(getattr(match.func, "view_class", object), ApiView):
        return False
    request.resolver_match = match
    return True


def _call_view(request: HttpRequest) -> HttpResponse:
    """The answer of the view; an `ApiView` lets no failure through."""
    match: ResolverMatch = request.resolver_match  # type: ignore[assignment]
    response: HttpResponse = match.func(request, *match.args, **match.kwargs)
    return response


def _content_security_policy(request: HttpRequest, response: HttpResponse) -> str:
    if not response.get("Content-Type", "").startswith("text/html"):
        return CSP_OF_DATA
    if request.path.startswith("/admin"):
        match = request.resolver_match
        return CSP_OF_PLAYER if match and match.view_name in _WITH_PLAYER else CSP_OF_DESK
    return CSP_OF_DOCS if request.path == "/api/docs" else CSP_OF_PAGES


def endpoint_of(request: HttpRequest) -> str:
    """The route template of a request, never its path: paths carry ids, and are endless."""
    match = request.resolver_match
    if match is None:
        return metrics.UNMATCHED
    view_class = getattr(match.func, "view_class", None)
    endpoint: str | None = getattr(view_class, "endpoint", None)
    if endpoint:
        return endpoint
    return "/admin" if match.namespaces[:1] == ["admin"] else f"/{match.route.strip('^$/')}"
