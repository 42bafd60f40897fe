"""Whom to ask, when, and how often: several origins, limits, back-off. No connection here."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from realtube_client.errors import (
    LONG_LIMIT_S,
    Intercepted,
    RealTubeError,
    Refused,
    Unreachable,
    is_away,
)
from realtube_client.wire import Answer, Flow, Request, Send, Sleep

STATUSES = {
    "INVALID_BODY": 400,
    "MISSING_FIELDS": 400,
    "INVALID_FIELD": 400,
    "INVALID_CATEGORY": 400,
    "INVALID_PREFIX": 400,
    "MISSING_PARAM": 400,
    "INVALID_PARAM": 400,
    "FORBIDDEN": 403,
    "NOT_FOUND": 404,
    "METHOD_NOT_ALLOWED": 405,
    "ALREADY_ANSWERED": 409,
    "NOT_FLAGGED": 409,
    "QUESTION_CLOSED": 410,
    "SYNC_EXPIRED": 410,
    "TOO_MANY_CLIPS": 409,
    "UPLOAD_CONFLICT": 409,
    "UPLOAD_GONE": 410,
    "UPLOAD_VERSION": 412,
    "PAYLOAD_TOO_LARGE": 413,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "RANGE_NOT_SATISFIABLE": 416,
    "UPLOAD_LOCKED": 423,
    "RATE_LIMITED": 429,
    "INTERNAL_ERROR": 500,
    "READ_ONLY": 503,
    "OVERLOADED": 503,
    "CHECKSUM_MISMATCH": 460,
    "STORAGE_FULL": 507,
}
"""The API's error codes and the status of each; any other pair is somebody else's answer."""
DAY_S = 86_400.0
AWAY_S, AWAY_MAX_S = 30.0, 1800.0
"""How long an origin that was away is not asked first, doubled each time, and at most."""
TRIES_OF_ONE = 2
"""Of one among several origins, before the caller goes on to the next."""


@dataclass(frozen=True)
class Patience:
    """How long a call goes on trying.

    `tries` (1 or more) rounds over all origins, with waits between them: what the server said, or
    2, 4, 8 ... seconds, lengthened by up to `spread` (0-1) by chance so that clients which lost a
    server together do not come back together. A wait of more than `longest_s` ends the call with
    the error, which says how long.
    """

    tries: int = 3
    longest_s: float = 70.0  # limits are of a minute
    spread: float = 0.2


@dataclass
class _Origin:
    """What is known of an origin. Times are those of `Asking`'s clock."""

    url: str
    away_until: float = 0.0
    times_away: int = 0


class Asking:
    """The servers under one name, as one."""

    def __init__(
        self,
        origins: str | Sequence[str],
        patience: Patience | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Raises ValueError for what is no origin such as https://realtube.example."""
        given = [origins] if isinstance(origins, str) else [*origins]
        if not given:
            raise ValueError("At least one origin is needed.")
        self._origins = [_Origin(url) for url in dict.fromkeys(map(origin_of, given))]
        self._patience = patience or Patience()
        self._clock = clock
        self._not_before: dict[tuple[str, str], float] = {}

    @property
    def origins(self) -> tuple[str, ...]:
        """The first is the one that is preferred."""
        return tuple(origin.url for origin in self._origins)

    def in_order(self) -> list[str]:
        """The origins, those that were away last."""
        return [origin.url for origin in self._away_last(self._origins)]

    def ask(self, request: Request, *, only: str = "") -> Flow[Answer]:
        """The answer (2xx or 304) of the first origin that is there, or of `only` that one; what is
        `is_named` is asked of the first alone.

        Raises `Refused` and `Unreachable`, after as many tries as may help.
        """
        tries = self._patience.tries
        if only and len(self._origins) > 1:
            tries = min(tries, TRIES_OF_ONE)
        for attempt in range(1, tries + 1):
            failure: RealTubeError | None = None
            for origin in self._candidates(only, request):
                try:
                    return (yield from self._once(origin, request))
                except (Refused, Unreachable) as error:
                    failure = error
                    if not is_away(error):
                        break  # it has answered
            assert failure is not None, "there is at least one candidate"  # noqa: S101
            wait = self._wait(failure, attempt)
            if attempt == tries or wait is None:
                raise failure
            yield Sleep(wait)
        raise AssertionError("unreachable")

    def _candidates(self, only: str, request: Request) -> list[_Origin]:
        """Whom a request may be asked of, in order."""
        if only:
            return [origin for origin in self._origins if origin.url == only]
        return self._origins[:1] if request.is_named else self._away_last(self._origins)

    def _away_last(self, origins: Sequence[_Origin]) -> list[_Origin]:
        """In order, but those that were away last, the one that may be back first before others."""
        now = self._clock()
        return sorted(origins, key=lambda origin: max(origin.away_until - now, 0.0))

    def _once(self, origin: _Origin, request: Request) -> Flow[Answer]:
        place = origin.url, limit_of(request.method, request.path)
        wait = self._not_before.get(place, 0.0) - self._clock()
        if wait > min(self._patience.longest_s, self._longest_wait):
            text = f"{origin.url} was asked too often; again in {wait:.0f} s."
            raise Refused("RATE_LIMITED", text, status=429, retry_after_s=wait)
        if wait > 0:
            yield Sleep(wait)
        try:
            answer: Answer = yield Send(origin.url, request)
            self._note_limit(place, answer)
            if error := refusal(answer):
                raise error
            if request.is_json and not request.sink and not answer.may_be_json:
                raise answer.strange()
        except RealTubeError as error:
            self._note_failure(origin, place, error)
            raise
        origin.away_until, origin.times_away = 0.0, 0
        return answer

    @property
    def _longest_wait(self) -> float:
        """For one origin's limit, while others may be asked."""
        return LONG_LIMIT_S if len(self._origins) > 1 else DAY_S

    def _note_limit(self, place: tuple[str, str], answer: Answer) -> None:
        self._not_before.pop(place, None)
        if answer.headers.get("x-ratelimit-remaining", "").strip() == "0":
            reset = _number(answer.headers.get("x-ratelimit-reset", ""))
            now = _moment(answer.headers.get("date", ""))
            if reset is not None and now is not None:
                wait = min(max(reset - now.timestamp(), 0.0), DAY_S)
                self._not_before[place] = self._clock() + wait

    def _note_failure(self, origin: _Origin, place: tuple[str, str], error: RealTubeError) -> None:
        if isinstance(error, Refused) and error.status == 429:
            self._not_before[place] = self._clock() + error.retry_after_s
        if is_away(error):
            origin.times_away += 1
            away = AWAY_S * 2 ** min(origin.times_away - 1, 16)
            asked = error.retry_after_s if isinstance(error, Refused | Unreachable) else 0.0
            origin.away_until = self._clock() + max(min(away, AWAY_MAX_S), asked)
        elif isinstance(error, Refused):
            origin.away_until, origin.times_away = 0.0, 0  # it has answered

    def _wait(self, error: RealTubeError, attempt: int) -> float | None:
        """Seconds until another try may help; None if none will soon."""
        if not isinstance(error, Refused | Unreachable) or not error.is_temporary:
            return None
        if isinstance(error, Refused) and error.code == "READ_ONLY":
            return None
        wait = error.retry_after_s or 2.0**attempt
        if wait > self._patience.longest_s:
            return None
        return wait * (1 + self._patience.spread * random.random())


def origin_of(url: str) -> str:
    """The origin `http(s)://host[:port]`. Raises ValueError for anything else."""
    parts = urlsplit(url.strip().rstrip("/"))
    whole = parts.scheme in ("http", "https") and parts.hostname
    if not whole or parts.path or parts.query or parts.fragment or parts.username:
        raise ValueError(f"{url!r} is no origin such as https://realtube.example.")
    return f"{parts.scheme}://{parts.netloc}"


def limit_of(method: str, path: str) -> str:
    """Which of the server's limits counts a request (docs/contract.md#limits)."""
    if path in ("/api/votes", "/api/observations") or path.endswith("/reports"):
        return f"votes {method}"
    if path in ("/api/stats", "/api/sync/manifest", "/api/sync/signed"):
        return path
    return path.split("/")[2] if path.count("/") > 1 else path


def refusal(answer: Answer) -> RealTubeError | None:
    """What an answer says is wrong, in the form of the API or not; None if nothing is."""
    if 200 <= answer.status < 300 or answer.status == 304:
        return None
    code, message, field, said = _error_of(answer)
    seconds = retry_after(answer, said)
    # What is sent is JSON: where that does not arrive, somebody dropped or changed it on its way.
    if STATUSES.get(code) != answer.status or (code == "INVALID_BODY" and not field):
        strange = answer.strange()
        strange.retry_after_s = seconds
        return strange
    return Refused(code, message, status=answer.status, field=field, retry_after_s=seconds)


def _error_of(answer: Answer) -> tuple[str, str, str, float | None]:
    """Code, message, field and seconds of an error; an empty code if it is none of the API's."""
    try:
        error = answer.object().get("error")
    except Intercepted:
        error = None
    if not isinstance(error, dict):
        return "", "", "", None
    code, message, field = (error.get(name) for name in ("code", "message", "field"))
    if not isinstance(code, str) or not isinstance(message, str):
        return "", "", "", None
    seconds = error.get("retryAfter")
    is_number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    return code, message, field if isinstance(field, str) else "", seconds if is_number else None


def retry_after(answer: Answer, said: float | None = None) -> float:
    """Seconds (0 to a day) not to ask again: by the header, as a number or a time by the clock of
    who answered, else as the body `said`."""
    header = answer.headers.get("retry-after", "")
    seconds = _number(header)
    if seconds is None:
        until, now = _moment(header), _moment(answer.headers.get("date", ""))
        seconds = (until - now).total_seconds() if until and now else said or 0.0
    return min(max(seconds, 0.0), DAY_S)


def _number(text: str) -> float | None:
    text = text.strip()
    return float(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _moment(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
