"""What happens to every background task: the id of the request behind it, metrics, one log line.

Signals of Celery call it. A task that is killed, or came too late to be started, is recorded by the
worker's main process; every other one by the process that runs it.
"""

from __future__ import annotations

import time
from typing import Any

import structlog
from celery import signals

from common.telemetry import metrics, reports

log = structlog.get_logger()


@signals.before_task_publish.connect
def _send(sender: str, headers: dict[str, Any], **kwargs: Any) -> None:
    metrics.TASKS_SENT.labels(task=sender).inc()
    if request_id := structlog.contextvars.get_contextvars().get("request_id"):
        headers["request_id"] = request_id
    reports.hand_over(headers)


@signals.task_prerun.connect
def _begin(task: Any, task_id: str, **kwargs: Any) -> None:
    task.request.started = time.perf_counter()
    task.request.span = reports.span(task.name, {"traceparent": task.request.get("traceparent")})
    task.request.span.__enter__()
    structlog.contextvars.bind_contextvars(
        request_id=getattr(task.request, "request_id", None) or task_id, task=task.name
    )


@signals.task_postrun.connect
def _end(task: Any, **kwargs: Any) -> None:
    task.request.span.__exit__(None, None, None)
    structlog.contextvars.clear_contextvars()


@signals.task_success.connect
def _succeeded(sender: Any, **kwargs: Any) -> None:
    log.info("task", **_record(sender, "success", task_id=sender.request.id))


@signals.task_failure.connect
def _failed(sender: Any, task_id: str, exception: BaseException, **kwargs: Any) -> None:
    log.error("task", **_record(sender, "failure", task_id=task_id), exc_info=exception)
    reports.failure(exception)


@signals.task_revoked.connect
def _dropped(sender: Any, request: Any, expired: bool, **kwargs: Any) -> None:
    outcome = "expired" if expired else "revoked"
    log.warning("task", **_record(sender, outcome, task_id=request.id))


def _record(task: Any, outcome: str, *, task_id: str) -> dict[str, Any]:
    metrics.TASKS.labels(task=task.name, outcome=outcome).inc()
    line = {"task": task.name, "task_id": task_id, "outcome": outcome}
    if started := getattr(task.request, "started", None):
        seconds = time.perf_counter() - started
        metrics.TASK_SECONDS.labels(task=task.name).observe(seconds)
        line["duration_ms"] = round(seconds * 1000, 2)
    return line
