"""Logging: structlog for our own lines and for those of every library, one event a line."""

from __future__ import annotations

import atexit
import logging
import os
import sys
import threading
from collections import deque
from contextlib import suppress
from typing import Any

import orjson
import structlog
from structlog.typing import EventDict, Processor

from common.scrubbing import scrub
from common.soon import Soon

GATHER_S = 0.02
# Our own address is nobody's secret, and what one looks for in the first lines.
_LISTENS_AT = os.environ.get("HOST") or ""


def configure(*, log_format: str, level: str, service: str) -> None:
    """Send all logs to stderr, as JSON objects (`json`) or readable lines (`console`).

    The name of the service, the request id and whatever else is bound to the context stands on
    every line. Our own go there directly, those of libraries through `logging`.
    """
    structlog.configure(
        processors=[*_shared(service), *_rendering(log_format)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: _lines,
        cache_logger_on_first_use=True,
    )
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


class _Lines:
    """Where our own lines go: to stderr, those of requests a few at a time.

    A write lets another thread take over, and the next one wait for it: of a thousand requests a
    second each would. What is wrong is written at once, with all that came before it.
    """

    def __init__(self) -> None:
        self._waiting: deque[str] = deque()
        self._lock = threading.Lock()
        self._writer: Soon | None = None

    def gather(self) -> None:
        """From now on lines may wait for others, at most `GATHER_S`."""
        self._writer = Soon(self.flush, name="log", within_s=GATHER_S)
        atexit.register(self.flush)

    def info(self, line: str) -> None:
        """Write a line soon."""
        self._waiting.append(line)
        if self._writer is None:
            self.flush()
        else:
            self._writer.ask()

    def error(self, line: str) -> None:
        """Write a line now."""
        self._waiting.append(line)
        self.flush()

    debug = msg = info
    warning = warn = critical = fatal = exception = error

    def flush(self) -> None:
        """Write what waits."""
        # Nobody fails because the log cannot be written.
        with self._lock, suppress(OSError):
            lines = [self._waiting.popleft() for _ in range(len(self._waiting))]
            if lines:
                sys.stderr.write("\n".join(lines) + "\n")
                sys.stderr.flush()


_lines = _Lines()
gather = _lines.gather


def formatter(*, log_format: str, service: str) -> logging.Formatter:
    """What turns the records of libraries into lines."""
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
