"""Read-only views of the facts; decisions go through the services."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from votes.models import Case, Decision, Voter


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Nothing here is added, changed or deleted by hand."""

    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False


@admin.register(Voter)
class VoterAdmin(ReadOnlyAdmin):
    """Voters, by public id."""

    list_display = ("public_id", "trust", "vote_count", "is_vip", "is_shadowbanned", "last_active")
    search_fields = ("=public_id",)
    list_filter = ("is_vip", "is_shadowbanned")


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    """The log of what moderators did."""

    list_display = ("created_at", "actor", "action", "target_type", "target_id", "reason")
    search_fields = ("=target_id", "=actor")
    list_filter = ("action",)
    ordering = ("-id",)


@admin.register(Case)
class CaseAdmin(ReadOnlyAdmin):
    """What waits for a person."""

    list_display = ("opened_at", "kind", "target_type", "target_id", "state", "assignee")
    list_filter = ("state", "kind")
