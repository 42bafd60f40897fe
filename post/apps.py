"""The Django app `post`."""

from django.apps import AppConfig


class PostConfig(AppConfig):
    """See docs/architecture.md for what this app is responsible for."""

    name = "post"

    def ready(self) -> None:
        """Have what providers say of bounces written down."""
        from anymail.signals import tracking  # noqa: PLC0415

        from post import outbox  # noqa: PLC0415

        tracking.connect(outbox.take_event, dispatch_uid="post.outbox")
