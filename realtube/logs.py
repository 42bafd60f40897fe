"""Logging: structlog for our own lines and for those of every library, one event a line."""

from __future__ import annotations

import logging
import os
import sys
from typing import Any

import orjson
import structlog
from structlog.typing import EventDict, Processor

from common.telemetry.scrubbing import scrub

# Our own address is nobody's secret, and what one looks for in the first lines.
_LISTENS_AT = os.environ.get("HOST") or ""


def configure(*, log_format: str, level: str, service: str) -> None:
    """Send all logs to stderr, as JSON objects (`json`) or readable lines (`console`).

    The name of the service, the request id and whatever else is bound to the context is on
    every line.
    """
    structlog.configure(
        processors=[*_shared(service), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    logging.raiseExceptions = False  # a full log fails no request, and is not reported twice
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(log_format=log_format, service=service))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    logging.captureWarnings(True)
    # Django reports every 4xx and 5xx as it goes, and Celery every failure: our own line for the
    # request or task says it better.
    for doubled in ("django.request", "celery.app.trace"):
        logging.getLogger(doubled).setLevel(logging.CRITICAL)
    for noisy in (
        "celery.worker.strategy",
        "celery.worker.request",
        "celery.beat",
        "httpx",
        "faker",
    ):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def formatter(*, log_format: str, service: str) -> logging.Formatter:
    """What turns records into lines."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_shared(service),
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *_rendering(log_format),
        ],
    )


def _rendering(log_format: str) -> list[Processor]:
    common: list[Processor] = [structlog.processors.format_exc_info, _without_secrets]
    if log_format == "json":
        return [*common, structlog.processors.JSONRenderer(serializer=_json)]
    # No colours and no local variables: lines go to files, values may be secret.
    return [
        *common,
        _without_what_people_see_anyway,
        structlog.dev.ConsoleRenderer(
            event_key="message", timestamp_key="time", pad_event_to=0, colors=False
        ),
    ]


def _json(event: EventDict, **_options: Any) -> str:
    return orjson.dumps(event, default=repr).decode()


def _shared(service: str) -> list[Processor]:
    def name(_logger: Any, _method: str, event: EventDict) -> EventDict:
        event.setdefault("service", service)
        return event

    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        name,
        structlog.processors.EventRenamer("message"),
    ]


def _without_what_people_see_anyway(_logger: Any, _method: str, event: EventDict) -> EventDict:
    for name in ("service", "task_id"):  # the terminal names the one, `request_id` is the other
        event.pop(name, None)
    return event


def _without_secrets(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Scrub what we did not write ourselves: messages of libraries, and of whatever failed."""
    if event["level"] != "info" or "method" not in event:
        for key, value in event.items():
            if isinstance(value, str) and key not in ("time", "request_id"):
                event[key] = scrub(value, ours=_LISTENS_AT)
    return event
