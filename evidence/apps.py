"""The Django app `evidence`."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class EvidenceConfig(AppConfig):
    """See docs/architecture.md for what this app is responsible for."""

    name = "evidence"

    def ready(self) -> None:
        """After every `migrate`, PostgreSQL may have learned to index hashes."""
        from evidence.search import near  # noqa: PLC0415

        post_migrate.connect(near.prepare_after_migrate, sender=self)
