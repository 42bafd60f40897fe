"""The Django app `evidence`."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """See docs/architecture.md for what this app is responsible for."""

    name = "evidence"
