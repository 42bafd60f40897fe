"""What all pages of the desk have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from realtube.desk.paging import CappedPaginator


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Nothing here is added, changed or deleted by hand."""

    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # each would be counted
    paginator = CappedPaginator
    list_per_page = 50
    sortable_by = ()
    actions: Sequence[Any] | None = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def missing(self, request: HttpRequest) -> HttpResponse:
        """Where somebody goes who asked for what is not there."""
        messages.warning(request, f"There is no such {self.opts.verbose_name} any more.")
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
