"""The Django app `channels`."""

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    """See docs/architecture.md for what this app is responsible for."""

    name = "channels"
