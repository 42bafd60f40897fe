"""The Django app `votes`."""

from django.apps import AppConfig


class VotesConfig(AppConfig):
    """See docs/architecture.md for what this app is responsible for."""

    name = "votes"

    def ready(self) -> None:
        """Have views ask the brakes before they write, and notes stay withdrawn after a restore."""
        from common import http  # noqa: PLC0415
        from votes import brakes, erasures  # noqa: PLC0415
        from votes.notes import facts as notes  # noqa: PLC0415

        http.write_guards.append(brakes.refuse_writes_while_read_only)
        erasures.after_restore.append(notes.forget_again)
