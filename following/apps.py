"""The Django app `following`."""

from django.apps import AppConfig


class FollowingConfig(AppConfig):
    """See docs/architecture.md for what this app is responsible for."""

    name = "following"

    def ready(self) -> None:
        """Hear of mails that bounce, and of a database that was restored."""
        from anymail.signals import tracking  # noqa: PLC0415

        from following import ending  # noqa: PLC0415
        from votes import erasures  # noqa: PLC0415

        tracking.connect(ending.take_event, dispatch_uid="following.ending")
        erasures.after_restore.append(ending.forget_again)
