"""The project's own Django app: templates, static files and system checks."""

from django.apps import AppConfig


class RealtubeConfig(AppConfig):
    """Registers the system checks of `realtube.checks`."""

    name = "realtube"

    def ready(self) -> None:
        """Load the checks."""
        from realtube import checks  # noqa: F401, PLC0415
