"""The project's own Django app: templates, static files, system checks, the Celery app."""

from django.apps import AppConfig
from django.core import signals
from django.core.cache import close_caches
from django.db import close_old_connections, reset_queries


class RealtubeConfig(AppConfig):
    """Registers the system checks of `realtube.checks`."""

    name = "realtube"

    def ready(self) -> None:
        """Load the checks, and the Celery app, without which tasks would go to no broker.

        Starts traces and error reports, too, if they are asked for.
        """
        from common.telemetry import reports  # noqa: PLC0415
        from realtube import celery, checks  # noqa: F401, PLC0415

        reports.configure()
        # Called for every request to no end: DEBUG is never on, neither cache closes anything, and
        # connections to the database are seen to when a request ends.
        signals.request_started.disconnect(reset_queries)
        signals.request_started.disconnect(close_old_connections)
        signals.request_finished.disconnect(close_caches)
