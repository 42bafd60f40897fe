"""Traces (OpenTelemetry) and error reports (Sentry's protocol). Both are off unless asked for.

All of what leaves the service is made here: names of routes, tasks and statements, times, types of
failures and where in the code they happened. No address, id, header, body or value of a variable,
which is why the ready-made instrumentations are not used. The libraries are an extra:
requirements-reports.txt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import got_request_exception
from django.db.backends.signals import connection_created

from common.telemetry.scrubbing import scrub
from common.version import VERSION

# The libraries, once they have been asked for.
_trace: Any = None
_sentry: Any = None
_FRAME = ("filename", "function", "module", "lineno", "in_app")
_EVENT = ("event_id", "timestamp", "level", "platform", "release", "environment", "server_name")


def configure() -> None:
    """Start what settings ask for. Raises `ImproperlyConfigured` if it is not installed."""
    try:
        if settings.SENTRY_DSN:
            _start_error_reports()
        if settings.TRACES_ENDPOINT:
            _start_traces()
    except ImportError as error:
        raise ImproperlyConfigured(
            f"{error.name} is missing: pip install -r requirements-reports.txt, or leave "
            "SENTRY_DSN and OTEL_EXPORTER_OTLP_ENDPOINT unset."
        ) from error


def failure(error: BaseException) -> None:
    """Report a failure that nobody expected."""
    if _sentry:
        _sentry.capture_exception(error)


@contextmanager
def span(name: str, carrier: MutableMapping[str, Any] | None = None) -> Iterator[Any]:
    """Trace the block; gives the span, or None. `carrier` says in which trace, if it does."""
    if not _trace:
        yield None
        return
    from opentelemetry import propagate  # noqa: PLC0415 - an extra

    with _trace.get_tracer("realtube").start_as_current_span(
        name,
        context=propagate.extract(carrier) if carrier else None,
        # Messages of failures quote what they failed on.
        record_exception=False,
        set_status_on_exception=False,
    ) as current:
        yield current


def hand_over(carrier: MutableMapping[str, Any]) -> None:
    """Write into `carrier` which trace this is."""
    if _trace:
        from opentelemetry import propagate  # noqa: PLC0415 - an extra

        propagate.inject(carrier)


def _start_traces() -> None:
    global _trace  # noqa: PLW0603 - set once, at the start
    from opentelemetry import trace  # noqa: PLC0415 - an extra
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
        OTLPSpanExporter,
    )
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    provider = TracerProvider(
        resource=Resource.create({"service.name": settings.SERVICE, "service.version": VERSION})
    )
    exporter = OTLPSpanExporter(endpoint=settings.TRACES_ENDPOINT.rstrip("/") + "/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    _trace = trace
    connection_created.connect(_trace_statements)


def _trace_statements(connection: Any, **kwargs: Any) -> None:
    if _traced not in connection.execute_wrappers:
        connection.execute_wrappers.append(_traced)


def _traced(
    execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    """Run a statement; only the first word of its text is reported."""
    if not _trace.get_current_span().is_recording():
        return execute(sql, params, many, context)
    with span("statement") as current:
        operation = str(sql).split(None, 1)[0].upper()[:16]
        current.set_attributes({"db.system.name": "postgresql", "db.operation.name": operation})
        return execute(sql, params, many, context)


def _start_error_reports() -> None:
    global _sentry  # noqa: PLW0603 - set once, at the start
    import sentry_sdk  # noqa: PLC0415 - an extra

    sentry_sdk.init(
        dsn=settings.SENTRY_DSN,
        release=VERSION,
        environment=settings.ENVIRONMENT,
        server_name=settings.SERVICE,
        default_integrations=False,
        auto_enabling_integrations=False,
        send_default_pii=False,
        include_local_variables=False,
        include_source_context=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        auto_session_tracking=False,
        send_client_reports=False,
        before_send=_only_what_is_known,
    )
    _sentry = sentry_sdk
    # Of pages; the API's own views catch theirs (common.http).
    got_request_exception.connect(_page_failed)


def _page_failed(**kwargs: Any) -> None:
    _sentry.capture_exception()


def _only_what_is_known(event: Any, hint: Any) -> Any:
    """The event, made anew of the few members that cannot lead to anybody."""
    failures = [
        {
            "type": failed.get("type"),
            "module": failed.get("module"),
            "value": scrub(failed.get("value") or ""),
            "stacktrace": {
                "frames": [
                    {key: frame[key] for key in _FRAME if key in frame}
                    for frame in (failed.get("stacktrace") or {}).get("frames", [])
                ]
            },
        }
        for failed in event.get("exception", {}).get("values", [])
    ]
    return {key: event[key] for key in _EVENT if key in event} | {"exception": {"values": failures}}
