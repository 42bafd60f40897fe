"""The admin site."""

from django.contrib import admin


class DeskSite(admin.AdminSite):
    """The desk."""
