"""The base of every API view: one body parser, one error shape, one set of headers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from typing import Any, ClassVar, NoReturn

import orjson
import psycopg.errors
import structlog
from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags
from rest_framework.request import Request
from rest_framework.views import APIView

from common import addresses, errors, ids, throttling
from common.telemetry import reports

MAX_BODY_BYTES = 16 * 1024
NO_STORE = "no-store"
RETRY_AFTER_S = 5
HOUR_S = 3600
WRITES = ("post", "patch", "delete")
BODY_ERRORS = (errors.InvalidBody, errors.PayloadTooLarge, errors.UnsupportedMediaType)
"""What `json_body` raises."""

log = structlog.get_logger()

write_guards: list[Callable[[], None]] = []
"""Asked before every write; each raises the `ApiError` that refuses it. Apps add theirs."""


class JsonResponse(HttpResponse):
    """Any data as compact JSON."""

    def __init__(self, data: Any, *, status: int = 200) -> None:
        content = data if isinstance(data, bytes) else orjson.dumps(data)
        super().__init__(content, status=status, content_type="application/json")


class ApiView(APIView):
    """A DRF view by docs/contract.md, which fixes what DRF would negotiate or authenticate.

    A subclass writes `get`, `post` or `delete`, raises `ApiError`s, and names its limits.
    Answers are Django's: there is one form, JSON, and nothing to render in another.
    """

    endpoint: ClassVar[str]
    """The route as logs and metrics name it, such as `/api/videos/:hashPrefix`."""

    limit: ClassVar[str | None] = ""
    """Name of the limit by client address; empty when the handler counts for itself, or None."""

    cache_control: ClassVar[str] = NO_STORE
    """`Cache-Control` of 200 and 404 answers to GET."""

    writes: ClassVar[bool] = False
    """Whether POST and DELETE change anything; then a mirror, or `write_guards`, refuse them."""

    needs_database: ClassVar[bool] = True
    """Whether an answer takes the database; some are read from files alone."""

    client: str
    """Address of the client, normal form."""

    usage: throttling.Usage | None = None

    @classmethod
    def failures(cls, method: str) -> tuple[type[errors.ApiError], ...]:
        """What any such view may answer to `method` (lower case) besides its own errors."""
        refuses = cls.writes and method in WRITES
        return (
            *((errors.RateLimited,) if cls.limit is not None else ()),
            *((errors.ReadOnly,) if refuses else ()),
            *((errors.Overloaded,) if cls.needs_database else ()),
        )

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Count the request, and refuse a write that may not be. Raises `ApiError`."""
        self.client = client_of(request)
        method = (request.method or "").lower()
        if method == "options" or method.upper() not in self.allowed_methods:
            return
        if self.limit:
            self.count(*throttling.by_address(self.limit, self.client))
        if self.writes and method in WRITES:
            check_writable()

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        """Which methods there are, and nothing more."""
        return self._allowing(HttpResponse(status=204))

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> NoReturn:
        """Raises `MethodNotAllowed`."""
        raise errors.MethodNotAllowed

    def handle_exception(self, exc: Exception) -> HttpResponse:  # type: ignore[override]
        """Every failure becomes a JSON error (docs/contract.md#errors)."""
        if isinstance(exc, throttling.LimitExceeded):
            self.usage = exc.usage
        response = error_response(exc)
        return self._allowing(response) if isinstance(exc, errors.MethodNotAllowed) else response

    def finalize_response(  # type: ignore[override]
        self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """Add the headers that all answers have but those about methods."""
        if request.method != "OPTIONS":
            self._finish(request, response)
        return response

    def _allowing(self, response: HttpResponse) -> HttpResponse:
        response["Allow"] = ", ".join(self.allowed_methods)
        return response

    def count(self, *limits: throttling.Limit) -> None:
        """Count this request against `limits`; raises `LimitExceeded`."""
        self.usage = throttling.count(limits, route=self.endpoint)

    def counted(
        self,
        read: Callable[[], dict[str, Any]],
        limits: Callable[[dict[str, Any]], Iterable[throttling.Limit]],
    ) -> dict[str, Any]:
        """The body that `read` gives, after counting the request against `limits` of it.

        Refused ones count too, as an empty body. Raises what `read` raises, and `LimitExceeded`.
        """
        failure: errors.ApiError | None = None
        body: dict[str, Any] = {}
        try:
            body = read()
        except errors.ApiError as error:
            failure = error
        self.count(*limits(body))
        if failure:
            raise failure
        return body

    def _finish(self, request: HttpRequest, response: HttpResponseBase) -> None:
        if self.usage:
            for name, value in self.usage.headers().items():
                response[name] = value
        if "Cache-Control" not in response:
            cacheable = request.method in ("GET", "HEAD") and response.status_code in (
                200,
                206,
                304,
                404,
            )
            response["Cache-Control"] = self.cache_control if cacheable else NO_STORE
        if not isinstance(response, HttpResponse):
            return  # a file: common.files has seen to the rest
        if (
            response["Cache-Control"] != NO_STORE
            and response.status_code == 200
            and "Accept-Ranges" not in response
        ):
            _answer_conditionally(request, response)
        if request.method == "HEAD" and "Content-Length" not in response:
            response["Content-Length"] = str(len(response.content))
            response.content = b""


def check_writable() -> None:
    """Raises the `ApiError` that refuses any write now, on a mirror or by `write_guards`."""
    if settings.MIRROR_OF:
        raise errors.ReadOnly(
            f"This is a mirror; write to {settings.MIRROR_OF}.", retry_after_s=HOUR_S
        )
    for guard in write_guards:
        guard()


def is_api(request: HttpRequest) -> bool:
    """Whether a request is to the API or the health checks, not to a page for people."""
    return request.path_info.startswith(("/api", "/health"))


def client_of(request: HttpRequest) -> str:
    """The address that is responsible for a request, in its normal form; worked out once."""
    known: str | None = getattr(request, "realtube_client", None)
    if known is None:
        known = _client_of(request)
        setattr(request, "realtube_client", known)  # noqa: B010 - Django's class has no such name
    return known


def _client_of(request: HttpRequest) -> str:
    return addresses.client_address(
        peer=request.META.get("REMOTE_ADDR", ""),
        forwarded_for=request.META.get("HTTP_X_FORWARDED_FOR", ""),
        real_ip=request.META.get("HTTP_X_REAL_IP", ""),
        trusted=settings.TRUSTED_PROXIES,
    )


def user_id_header(request: HttpRequest) -> str | None:
    """The wire user id of `X-User-ID`; None if absent or not valid, which is no error."""
    return ids.normalise_user_id(
        request.META.get("HTTP_X_USER_ID", ""), min_length=settings.USER_ID_MIN_LENGTH
    )


def limits_of_voter(
    name: str, request: HttpRequest, user_id: Any, client: str, *, cost: int = 1
) -> list[throttling.Limit]:
    """Whom something counts for that a voter writes: the voter by the limit `name`, and the address
    `client` with the networks around it (docs/contract.md#r20).

    The voter is the one of the body, `user_id` as it was sent, and also that of `X-User-ID`: either
    alone could be rotated.
    """
    users = {user_id_header(request)}
    if isinstance(user_id, str):
        users.add(ids.normalise_user_id(user_id, min_length=settings.USER_ID_MIN_LENGTH))
    return [
        *(
            throttling.Limit(name, ids.public_id(user, key=settings.VOTER_KEY), cost=cost)
            for user in sorted(filter(None, users))
        ),
        throttling.Limit("vote_address", addresses.limit_key(client), cost=cost),
        *throttling.by_network("vote_prefix", client, cost=cost),
    ]


def wants_explanation(request: HttpRequest) -> bool:
    """Whether `?explain=1` was asked for; a mirror knows scores, but not what they are made of."""
    return request.GET.get("explain") == "1" and not settings.MIRROR_OF


def json_body(request: HttpRequest, *, most: int = MAX_BODY_BYTES) -> dict[str, Any]:
    """The request's JSON object, of at most `most` bytes.

    Raises one of `BODY_ERRORS`. Lone surrogates pass:
    each member's rule decides about them.
    """
    media_type = (request.META.get("CONTENT_TYPE") or "").partition(";")[0].strip().lower()
    if media_type not in ("", "application/json"):
        raise errors.UnsupportedMediaType
    is_chunked = "HTTP_TRANSFER_ENCODING" in request.META
    raw = (_body_in_chunks if is_chunked else _body)(request, most)
    try:
        body = _BODY.decode(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        raise errors.InvalidBody from None
    if not isinstance(body, dict):
        raise errors.InvalidBody
    return body


def _body(request: HttpRequest, most: int) -> bytes:
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        raise errors.InvalidBody from None
    if length > most:
        raise _too_large(most)
    try:
        return request.body
    except UnreadablePostError:
        raise errors.InvalidBody from None


def _body_in_chunks(request: HttpRequest, most: int) -> bytes:
    """A body whose length nobody knows before its end; Django would take it for an empty one."""
    if not request.META.get("wsgi.input_terminated"):
        raise errors.InvalidBody  # what is not known to end is not read
    try:
        raw: bytes = request.META["wsgi.input"].read(most + 1)
    except Exception:  # of the server's own kinds: the chunks are malformed, or break off
        raise errors.InvalidBody from None
    if len(raw) > most:
        raise _too_large(most)
    return raw


def _too_large(most: int) -> errors.PayloadTooLarge:
    return errors.PayloadTooLarge(f"The body may have {most} bytes.")


def error_response(error: Exception) -> HttpResponse:
    """The JSON answer for any exception."""
    error = api_error(error)
    response = JsonResponse(error.body(), status=error.status)
    if error.retry_after_s is not None:
        response["Retry-After"] = str(error.retry_after_s)
    return response


def api_error(error: Exception) -> errors.ApiError:
    """The error a client may see; any other exception is logged and shown without details."""
    if isinstance(error, errors.ApiError):
        return error
    if isinstance(error.__cause__, psycopg.errors.ReadOnlySqlTransaction):
        return errors.ReadOnly(retry_after_s=RETRY_AFTER_S)
    if isinstance(error, RequestDataTooBig):
        return errors.PayloadTooLarge()
    if isinstance(error, BadRequest | SuspiciousOperation | MultiPartParserError):
        return errors.InvalidBody("The request is malformed.")
    if isinstance(error, OperationalError | InterfaceError):
        log.error("database away", error=type(error.__cause__ or error).__name__)
        return errors.Overloaded(retry_after_s=RETRY_AFTER_S)
    log.exception("unhandled failure", exc_info=error)
    reports.failure(error)
    return errors.ApiError()


def _answer_conditionally(request: HttpRequest, response: HttpResponse) -> None:
    """Add a weak ETag, and turn the answer into a 304 if the client has it already."""
    if "ETag" not in response:
        digest = hashlib.blake2b(response.content, digest_size=12).hexdigest()
        response["ETag"] = f'W/"{digest}"'
    known = parse_etags(request.META.get("HTTP_IF_NONE_MATCH", ""))
    if "*" in known or response["ETag"].removeprefix("W/") in {
        tag.removeprefix("W/") for tag in known
    }:
        response.status_code = 304
        response.content = b""
        del response["Content-Type"]


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # Of two, parsers take different ones: what checked one must not store the other.
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("duplicate member")
    return members


def _no_constant(name: str) -> None:
    raise ValueError(name)


_BODY = json.JSONDecoder(parse_constant=_no_constant, object_pairs_hook=_no_duplicates)
