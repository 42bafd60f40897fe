"""The Django app `votes`."""

from django.apps import AppConfig


class VotesConfig(AppConfig):
    """See docs/architecture.md for what this app is responsible for."""

    name = "votes"
