"""Views of the facts, and the brakes; decisions go through the services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from votes import brakes, services
from votes.models import Brake, Case, Decision, Voter, VoterWarning


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


@admin.register(VoterWarning)
class VoterWarningAdmin(ReadOnlyAdmin):
    """What voters were told, and whether they have read it."""

    list_display = ("created_at", "voter", "reason", "acknowledged_at")
    search_fields = ("=voter__public_id",)
    ordering = ("-id",)


class BrakeForm(forms.ModelForm):  # type: ignore[type-arg]
    """The brakes, and why they are changed."""

    reason = forms.CharField(widget=forms.Textarea, help_text="Kept in the log of decisions.")

    class Meta:
        model = Brake
        fields = brakes.NAMES


@admin.register(Brake)
class BrakeAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The one row of brakes; saving it is a decision."""

    form = BrakeForm
    list_display = ("__str__", *brakes.NAMES)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """While there is no row."""
        return super().has_add_permission(request) and not Brake.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: a brake is released by setting it."""
        return False

    def save_model(self, request: HttpRequest, obj: Brake, form: Any, change: bool) -> None:
        """Through the service, with only what this form has changed."""
        services.set_brakes(
            actor=request.user.get_username(),
            reason=form.cleaned_data["reason"],
            changes={
                name: form.cleaned_data[name] for name in form.changed_data if name in brakes.NAMES
            },
        )
