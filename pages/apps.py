"""The app of the public pages."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """Has each node keep what its pages are made of beside its bucket files."""

    name = "pages"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Ask the publisher to write this app's files, too."""
        from pages.recent import files  # noqa: PLC0415 - needs the models
        from sync import publish  # noqa: PLC0415

        if files.write_if_due not in publish.beside:
            publish.beside.append(files.write_if_due)
