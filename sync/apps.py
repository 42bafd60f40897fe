"""The Django app `sync`."""

from django.apps import AppConfig


class SyncConfig(AppConfig):
    """See docs/architecture.md for what this app is responsible for."""

    name = "sync"
