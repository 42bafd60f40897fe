"""Where an administrator enters selectors when YouTube has changed its pages."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from realtube.desk.readonly import ReadOnlyAdmin
from sync.models import ClientSelectors


class _Indented(json.JSONEncoder):
    """JSON for people."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"indent": 2})


class ClientSelectorsForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new version, beginning with the one that is served."""

    content = forms.JSONField(
        encoder=_Indented,
        widget=forms.Textarea(attrs={"rows": 40, "cols": 100, "spellcheck": "false"}),
        help_text="The whole file. The version must be above that of the last one.",
    )

    class Meta:
        model = ClientSelectors
        fields = ("content", "reason")


class ClientSelectorsAdmin(ReadOnlyAdmin):
    """Versions of the selectors; new ones are added, none is changed."""

    form = ClientSelectorsForm
    list_display = ("__str__", "created_at", "author", "reason")
    readonly_fields = ("author", "created_at")
    ordering = ("-pk",)

    def get_fields(self, request: HttpRequest, obj: ClientSelectors | None = None) -> Any:
        """Who entered it and when is asked of nobody."""
        return ["content", "reason"] + (["author", "created_at"] if obj else [])

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whoever has the permission."""
        return admin.ModelAdmin.has_add_permission(self, request)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What is served now, as the next version."""
        served = ClientSelectors.objects.current()
        return {"content": served | {"version": served["version"] + 1}}

    def save_model(
        self, request: HttpRequest, obj: ClientSelectors, form: Any, change: bool
    ) -> None:
        """With the name of who entered it."""
        obj.author = request.user.get_username()
        super().save_model(request, obj, form, change)
