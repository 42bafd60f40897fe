"""Logging: structlog for our own lines and for those of every library, one event a line."""

from __future__ import annotations

import logging
import sys

import structlog
from structlog.typing import Processor


def configure(*, log_format: str, level: str) -> None:
    """Send all logs to stderr, as JSON objects (`json`) or readable lines (`console`).

    The request id and whatever else is bound to the context stands on every line.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        structlog.processors.EventRenamer("message"),
    ]
    renderer: list[Processor]
    if log_format == "json":
        renderer = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    else:
        renderer = [
            # No colours and no local variables: lines go to files, values may be secret.
            structlog.dev.ConsoleRenderer(
                event_key="message",
                timestamp_key="time",
                pad_event_to=0,
                colors=False,
                exception_formatter=structlog.dev.plain_traceback,
            )
        ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    # Django reports every 4xx and 5xx as it goes; our own line for the request says it better.
    logging.getLogger("django.request").setLevel(logging.CRITICAL)
    for noisy in ("celery.app.trace", "celery.worker.strategy", "celery.beat", "httpx", "faker"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
