"""Rate limits (CONTRACT 5): fixed windows that start at a key's first request.

The counters live in Redis, shared by all processes. Who is far below a limit need not wait for
them: the request counts here, and Redis is told within `TELL_S`, of all such requests at once. Near
the limit each request asks, in one round trip for all its keys. While Redis is away each process
counts for itself, votes more strictly (D19).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.conf import settings

from realtube.common import addresses, metrics
from realtube.common.breaker import Breaker, RedisAway
from realtube.common.errors import RateLimited
from realtube.common.scripts import Script
from realtube.common.soon import Soon

WINDOW_S = 60
HOUR_S = 3600
DAY_S = 86_400
# Up to this share of a limit nobody waits. Until the processes know of each other, for `TELL_S` at
# the beginning of a window, as much may pass in each but one beside what is allowed.
EARLY_SHARE = 1 / 8
TELL_S = 0.02
_TOLD_AT_ONCE = 500
# A /48 is one customer's, or shared by 256 lines or 65,536 phones, few of them here at a time.
SITE_TIMES = 8
# What is known here is forgotten rather than grow past this.
LOCAL_KEYS_MAX = 100_000
# While each process counts for itself, votes get this share of their limit.
LOCAL_VOTE_SHARE = 3

_COUNT = Script(
    """
local answer = {}
for i, key in ipairs(KEYS) do
  local count = redis.call('INCRBY', key, ARGV[2 * i])
  local left = redis.call('PTTL', key)
  if left < 0 then
    redis.call('PEXPIRE', key, ARGV[2 * i - 1])
    left = tonumber(ARGV[2 * i - 1])
  end
  answer[2 * i - 1] = count
  answer[2 * i] = left
end
return answer
""",
    url=lambda: str(settings.REDIS_URL),
)

_breaker = Breaker("limits")
_lock = threading.Lock()


@dataclass(frozen=True)
class Limit:
    """One counter of a request: `name` of the limit, who it counts, its cost.

    `allowed` in a window of `window_s` seconds is what settings say, or the number given here.
    """

    name: str
    who: str
    cost: int = 1
    allowed: int | None = None
    window_s: int = WINDOW_S

    @property
    def key(self) -> str:
        """The Redis key of the counter."""
        return f"realtube:limit:{self.name}:{self.who}"


def whom(client: str) -> list[tuple[str, int]]:
    """Whom a request from this address counts for, and how many times a limit each may have.

    The address itself (IPv6: its /64) has it once, the /48 around it `SITE_TIMES`.
    """
    site = addresses.site(client)
    return [(addresses.limit_key(client), 1), *([(site, SITE_TIMES)] if site else [])]


def by_address(
    name: str, client: str, *, cost: int = 1, window_s: int = WINDOW_S, of: str = ""
) -> list[Limit]:
    """What settings allow an address under `name`, of one thing `of` many if given."""
    most = int(settings.LIMITS[name])
    return [
        Limit(name, who + of, cost=cost, allowed=times * most, window_s=window_s)
        for who, times in whom(client)
    ]


@dataclass(frozen=True)
class Usage:
    """Where the tightest of a request's limits stands; `reset_at` is Unix seconds."""

    limit: int
    remaining: int
    reset_at: int

    def headers(self) -> dict[str, str]:
        """The `X-RateLimit-*` headers."""
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": str(self.reset_at),
        }


class LimitExceeded(RateLimited):
    """A limit tripped; carries its `usage` for the headers."""

    def __init__(self, usage: Usage, retry_after_s: int, message: str = "") -> None:
        super().__init__(message, retry_after_s=retry_after_s)
        self.usage = usage


def count(limits: Sequence[Limit], *, route: str) -> Usage:
    """Count one request against all `limits` and return the tightest.

    Every request counts, refused ones too. Raises `LimitExceeded` for the first that trips.
    """
    now = time.time()
    usages = []
    for limit, (counted, left_s, allowed) in zip(limits, _counted(limits, now), strict=True):
        usage = Usage(
            limit=allowed,
            remaining=max(0, allowed - counted),
            # Rounded up: at that second the window has ended.
            reset_at=int(now + left_s) + 1,
        )
        if counted > allowed:
            metrics.RATE_LIMITED.labels(route=route).inc()
            raise LimitExceeded(usage, retry_after_s=max(1, int(left_s) + 1))
        usages.append((usage.remaining / allowed, limit.name, usage))
    return min(usages, key=lambda found: found[:2])[2]


def give_back(limits: Sequence[Limit]) -> None:
    """Take back what was counted against these limits: what they count did not come about."""
    _counted([replace(limit, cost=-limit.cost) for limit in limits], time.time())


@dataclass(slots=True)
class _Window:
    """What this process knows of a counter; all under `_lock`.

    `until` is when its window ends, Unix time, `told` what Redis last said of it, `telling` what it
    is being told, and `untold` what it will be.
    """

    until: float
    length_s: int
    told: int = 0
    telling: int = 0
    untold: int = 0

    @property
    def count(self) -> int:
        """All that this process knows of."""
        return self.told + self.telling + self.untold


_windows: dict[str, _Window] = {}
_untold: dict[str, _Window] = {}


def forget() -> None:
    """Know nothing, as a process that has just begun."""
    with _lock:
        _windows.clear()
        _untold.clear()


def _counted(limits: Sequence[Limit], now: float) -> list[tuple[int, float, int]]:
    """Per limit: the count with this request, seconds left in its window, what is allowed."""
    allowed = [limit.allowed or int(settings.LIMITS[limit.name]) for limit in limits]
    keys = [limit.key for limit in limits]
    with _lock:
        windows = [_window(key, limit, now) for key, limit in zip(keys, limits, strict=True)]
        counts = [window.count + limit.cost for window, limit in zip(windows, limits, strict=True)]
        early = all(n <= most * EARLY_SHARE for n, most in zip(counts, allowed, strict=True))
        if early:
            for key, window, limit in zip(keys, windows, limits, strict=True):
                window.untold += limit.cost
                _untold[key] = window
    if early:
        _teller.ask()
    else:
        told = _tell(keys, windows, [limit.cost for limit in limits])
        if told is None:
            allowed = [
                max(1, most // LOCAL_VOTE_SHARE) if "vote" in limit.name else most
                for limit, most in zip(limits, allowed, strict=True)
            ]
        else:
            counts = told
    ends = [window.until - now for window in windows]
    return list(zip(counts, ends, allowed, strict=True))


def _window(key: str, limit: Limit, now: float) -> _Window:
    known = _windows.get(key)
    if known is None or known.until <= now:
        if len(_windows) >= LOCAL_KEYS_MAX:
            _windows.clear()
        known = _windows[key] = _Window(now + limit.window_s, limit.window_s)
    return known


def _tell(
    keys: Sequence[str], windows: Sequence[_Window], costs: Sequence[int]
) -> list[int] | None:
    """Add these costs, and what Redis does not know yet, to its counters; what they are then.

    None if Redis is away; then it all counts as untold.
    """
    amounts = []
    with _lock:
        for window, cost in zip(windows, costs, strict=True):
            amounts.append(window.untold + cost)
            window.telling += window.untold + cost
            window.untold = 0
    arguments = [
        part
        for window, amount in zip(windows, amounts, strict=True)
        for part in (window.length_s * 1000, amount)
    ]
    try:
        with _breaker.guard("limit"):
            answer = [int(part) for part in _COUNT(keys, arguments)]
    except RedisAway:
        with _lock:
            for window, amount in zip(windows, amounts, strict=True):
                window.telling -= amount
                window.untold += amount
        return None
    now = time.time()
    with _lock:
        for window, amount, number, left_ms in zip(
            windows, amounts, answer[::2], answer[1::2], strict=True
        ):
            until = now + left_ms / 1000
            # Answers may overtake each other; only a new window begins again.
            window.told = number if until > window.until + 1 else max(window.told, number)
            window.telling -= amount
            window.until = until
    return answer[::2]


def _tell_all() -> None:
    """Tell Redis of all requests that it does not know of."""
    with _lock:
        waiting = list(_untold.items())
        _untold.clear()
    for start in range(0, len(waiting), _TOLD_AT_ONCE):
        keys, windows = zip(*waiting[start : start + _TOLD_AT_ONCE], strict=True)
        if _tell(keys, windows, [0] * len(keys)) is None:
            return  # each of them is told with its next request


_teller = Soon(_tell_all, name="limits", within_s=TELL_S)
