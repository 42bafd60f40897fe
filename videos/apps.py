"""The Django app `videos`."""

from django.apps import AppConfig


class VideosConfig(AppConfig):
    """See docs/architecture.md for what this app is responsible for."""

    name = "videos"
