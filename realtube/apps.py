"""The project's own Django app: templates, static files, system checks, the Celery app."""

from django.apps import AppConfig


class RealtubeConfig(AppConfig):
    """Registers the system checks of `realtube.checks`."""

    name = "realtube"

    def ready(self) -> None:
        """Load the checks, and the Celery app, without which tasks would go to no broker."""
        from realtube import celery, checks  # noqa: F401, PLC0415
