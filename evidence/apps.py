"""The Django app `evidence`."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class EvidenceConfig(AppConfig):
    """See docs/architecture.md for what this app is responsible for."""

    name = "evidence"

    def ready(self) -> None:
        """Have a voter's clips erased with them, and shown to them; index hashes where one can."""
        from evidence import removal  # noqa: PLC0415
        from evidence.search import near  # noqa: PLC0415
        from evidence.serializers import clips_of_voter  # noqa: PLC0415
        from votes import erasures, views  # noqa: PLC0415

        erasures.forgetters.append(removal.forget_voter)
        views.kept_above["clips"] = clips_of_voter
        post_migrate.connect(near.prepare_after_migrate, sender=self)
