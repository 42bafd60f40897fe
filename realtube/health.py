"""Probes (docs/contract.md#health-and-metrics)."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from threading import Lock
from typing import Any, ClassVar

import structlog
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema

from common.http import ApiView, JsonResponse
from common.version import VERSION
from sync import heartbeat
from votes import sql as votes_sql

CHECK_TIMEOUT_S = 1.0
REUSE_S = 1.0
_started = time.monotonic()
_pool = ThreadPoolExecutor(max_workers=6, thread_name_prefix="health")
_lock = Lock()
_last: tuple[float, dict[str, Any], int] | None = None
log = structlog.get_logger()


class LiveView(ApiView):
    """Whether the process answers; touches nothing."""

    endpoint: ClassVar[str] = "/health/live"
    limit = None
    needs_database = False

    @extend_schema(responses={200: OpenApiTypes.OBJECT})
    def get(self, request: HttpRequest) -> HttpResponse:
        """200 as long as the process can answer."""
        return JsonResponse({"status": "ok"})


class ReadyView(ApiView):
    """Whether the parts are there (docs/contract.md#r48)."""

    endpoint: ClassVar[str] = "/health/ready"
    limit = None
    needs_database = False

    @extend_schema(responses={200: OpenApiTypes.OBJECT, 503: OpenApiTypes.OBJECT})
    def get(self, request: HttpRequest) -> HttpResponse:
        """200 `healthy` or `degraded`; 503 `unhealthy` without a database."""
        body, status = assess()
        body = {**body, "uptime_seconds": int(time.monotonic() - _started)}
        return JsonResponse(body, status=status)


def assess() -> tuple[dict[str, Any], int]:
    """The body of readiness and its HTTP status, at most `REUSE_S` seconds old; never raises."""
    global _last  # noqa: PLW0603 - one result for all requests of a second
    with _lock:
        if _last is None or time.monotonic() - _last[0] > REUSE_S:
            _last = (time.monotonic(), *_assess())
        _, body, status = _last
    return body, status


def _assess() -> tuple[dict[str, Any], int]:
    checks = {"database": _database, "redis": _redis, "worker": _worker}
    running = {name: _pool.submit(_timed, check) for name, check in checks.items()}
    deadline = time.monotonic() + CHECK_TIMEOUT_S
    results = {name: _result(future, deadline) for name, future in running.items()}
    if results["database"]["status"] != "up":
        status, code = "unhealthy", 503
    elif results["database"].get("mode") == "read-only" or any(
        result["status"] != "up" for result in results.values()
    ):
        status, code = "degraded", 200
    else:
        status, code = "healthy", 200
    return {"status": status, "checks": results, "version": VERSION}, code


def _timed(check: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    started = time.perf_counter()
    try:
        result = {"status": "up", **check()}
    except Exception as error:
        log.warning("health check failed", check=check.__name__, error=type(error).__name__)
        return {"status": "down", "error": "not reachable", "latency_ms": _ms(started)}
    finally:
        connection.close()
    return {**result, "latency_ms": _ms(started)}


def _result(future: Future[dict[str, Any]], deadline: float) -> dict[str, Any]:
    try:
        return future.result(timeout=max(0.0, deadline - time.monotonic()))
    except FutureTimeout:
        return {
            "status": "down",
            "error": "no answer in time",
            "latency_ms": int(CHECK_TIMEOUT_S * 1000),
        }


def _ms(started: float) -> int:
    return int((time.perf_counter() - started) * 1000)


def _database() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_is_in_recovery(), current_setting('default_transaction_read_only')"
        )
        recovering, read_only = cursor.fetchone()
    return {"mode": "read-only"} if recovering or read_only == "on" else {}


def _redis() -> dict[str, Any]:
    cache.get("ping")
    return {}


def _worker() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(votes_sql.QUEUE)
        depth, oldest_s = cursor.fetchone()
    last = heartbeat.last_beat()
    result: dict[str, Any] = {"queue_depth": depth, "oldest_dirty_seconds": int(oldest_s)}
    if last is not None:
        result["last_run"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(last))
    return {**result, "status": "up" if heartbeat.is_alive(last) else "silent"}
