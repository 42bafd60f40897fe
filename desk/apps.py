"""The moderators' desk: Django's admin made for this work. Everything it changes, services do."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_migrate


class DeskConfig(AppConfig):
    """Keeps the roles' permissions as `desk.roles` has them."""

    name = "desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """After every `migrate`, models may be new."""
        from desk import roles  # noqa: PLC0415

        post_migrate.connect(roles.install_after_migrate, sender=self)


class SiteConfig(AdminConfig):
    """Makes `django.contrib.admin.site` the desk."""

    default_site = "desk.site.DeskSite"
