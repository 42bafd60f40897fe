"""Decisions about many: previewed, confirmed, watched, and taken back as one."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from channels.serializers import channel_key
from common import errors
from desk import batches, clearing, roles
from desk.admin.base import DecidingAdmin, number, report
from desk.forms import BatchForm, ClearingForm, ReasonForm
from desk.models import Batch
from votes.models import Case
from votes.moderation.actions import GRANTING, REJECTING, Refused


@admin.register(Batch)
class BatchAdmin(DecidingAdmin):
    """Decisions about many targets: what they would do, and how far they are."""

    list_display = ("created_at", "actor", "action", "target_type", "progress", "finished_at")
    ordering = ("-id",)
    change_form_template = "desk/batch.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Batch]:
        """Drafts are nobody else's."""
        found: QuerySet[Batch] = super().get_queryset(request)
        return found.filter(~Q(confirmed_at=None) | Q(actor=request.user.get_username()))

    @admin.display(description="done")
    def progress(self, batch: Batch) -> str:
        """How many of how many."""
        return f"{batch.done} of {len(batch.targets)}"

    def get_urls(self) -> list[Any]:
        """Also to begin the clearing of a channel with its videos."""
        clear = self.admin_site.admin_view(self.clear_view)
        return [path("clear/", clear, name="desk_batch_clear"), *super().get_urls()]

    def clear_view(self, request: HttpRequest) -> HttpResponse:
        """POST: draft a clearing of `channel`, as the answer to `case`, and lead to its preview."""
        if request.method != "POST" or not roles.may_clear(request.user):
            raise PermissionDenied
        written = ReasonForm(request.POST)
        written.is_valid()
        try:
            batch = clearing.draft(
                actor=request.user.get_username(),
                key=channel_key(request.GET.get("channel", ""), field="channel"),
                case_id=number(request.GET.get("case", "")),
                reason=written.cleaned_data.get("why", ""),
            )
        except (Refused, errors.InvalidField) as refused:
            messages.error(request, str(refused))
            return redirect("admin:channels_channel_changelist")
        return redirect("admin:desk_batch_change", batch.pk)

    def form_for(self, request: HttpRequest, obj: Batch) -> ReasonForm | None:
        """For those who may decide this, and about many at once."""
        if obj.channel:
            return self._clearing_form(request, obj)
        if not (request.user.has_perm("desk.run_batches") and roles.may(request.user, obj.action)):
            return None
        if obj.confirmed_at:
            return ReasonForm(request.POST or None)
        return BatchForm(
            request.POST or None,
            action=obj.action,
            appeal=obj.of_cases and obj.action in GRANTING | REJECTING,
        )

    def _clearing_form(self, request: HttpRequest, obj: Batch) -> ClearingForm | None:
        if not roles.may_clear(request.user):
            return None
        return ClearingForm(
            request.POST or None,
            initial={"reason": obj.reason},
            counts={group: len(obj.plan.get(group, [])) for group in clearing.OPTIONAL},
            appeal=obj.case is not None and obj.case.kind == Case.Kind.APPEAL,
        )

    def decide(self, request: HttpRequest, obj: Batch, filled: dict[str, Any]) -> HttpResponse:
        """Let it run."""
        if obj.channel:
            made = clearing.confirm(
                obj.pk,
                actor=request.user.get_username(),
                reason=filled["why"],
                also=filled["also"],
                answer=filled.get("answer", ""),
            )
            report(request, made)
            return redirect(request.path)
        actor = request.user.get_username()
        if "reverse" in request.POST:
            back = batches.reverse(obj.pk, actor=actor, reason=filled["why"])
            return redirect("admin:desk_batch_change", back.pk)
        batches.confirm(
            obj.pk,
            actor=actor,
            reason=filled["why"],
            answer=filled.get("answer", ""),
            category=filled.get("category", ""),
        )
        return redirect(request.path)

    def page_of(self, request: HttpRequest, obj: Batch) -> dict[str, Any]:
        """A preview until it is confirmed, the progress afterwards."""
        found = {"title": str(obj), "batch": obj, "total": len(obj.targets)}
        if obj.confirmed_at:
            taken_back = Batch.objects.filter(reverses=obj).first()
            made = obj.parts.exists()
            return {
                **found,
                "taken_back": taken_back,
                "reversible": obj.finished_at and made and not taken_back,
            }
        if obj.channel:
            return {
                **found,
                "clearing": clearing.preview(obj, request.GET.get("page")),
                "optional": clearing.OPTIONAL,
            }
        return {
            **found,
            "preview": batches.preview(obj),
            "cases": batches.cases_of(obj) if obj.of_cases else [],
        }

    def change_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Looks again by itself while it runs."""
        response = super().change_view(request, *args, **kwargs)
        batch = (getattr(response, "context_data", None) or {}).get("batch")
        if batch and batch.confirmed_at and not batch.finished_at:
            response["Refresh"] = "2"
        return response
