"""What the pages of the desk have in common. Whatever they change, `services` does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html

from channels.creators.advice import advice
from common import replica, youtube
from desk import evidence, roles, words
from desk.creators.seconding import NeedsSecond, propose
from desk.forms import DecisionForm, ReasonForm
from desk.paging import CappedPaginator
from desk.site import SAFE, WROTE
from votes.models import Action, Decision, TargetType
from votes.moderation.actions import Refused, offered


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Nothing here is added, changed or deleted by hand."""

    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # each would be counted
    paginator = CappedPaginator
    list_per_page = 50
    sortable_by = ()
    actions: Sequence[Any] | None = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nothing is added at the desk: what it shows comes from votes and decisions."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is edited by form: changes are decisions."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is deleted, so that the log stays whole."""
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list, from a copy of the database unless the user has just changed something."""
        if request.method not in SAFE or WROTE in request.COOKIES:
            return super().changelist_view(request, extra_context)
        with replica.reading():
            page = super().changelist_view(request, extra_context)
            # The list is read when the page is made of it.
            return page.render() if isinstance(page, TemplateResponse) else page

    def missing(self, request: HttpRequest) -> HttpResponse:
        """Go back to the list, with a message that the page's object does not exist."""
        messages.warning(request, f"There is no such {self.opts.verbose_name} any more.")
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")


class DecidingAdmin(ReadOnlyAdmin):
    """Things that are each looked at, and decided about, on a page of their own."""

    change_form_template: ClassVar[str]

    def form_for(self, request: HttpRequest, obj: Any) -> ReasonForm | None:
        """What the user fills in to decide about this; None if it is not theirs to decide."""
        raise NotImplementedError

    def decide(self, request: HttpRequest, obj: Any, filled: dict[str, Any]) -> HttpResponse:
        """Do what was filled in and lead on. Raises `Refused`."""
        raise NotImplementedError

    def page_of(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """What the page shows."""
        raise NotImplementedError

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The page, and what is decided there."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            return self.missing(request)
        form, status = self.form_for(request, obj), 200
        if request.method == "POST":
            if form is None:
                raise PermissionDenied
            status = 400
            if form.is_valid():
                try:
                    return self.decide(request, obj, form.cleaned_data)
                except NeedsSecond as waits:
                    propose(waits, actor=request.user.get_username())
                    messages.success(request, str(waits))
                    return redirect("admin:desk_creators", waits.case.pk)
                except Refused as refused:
                    messages.error(request, str(refused))
                    status = 409
                obj = self.get_object(request, unquote(object_id))
                if obj is None:
                    return self.missing(request)
        page = self.page_of(request, obj)
        if isinstance(form, DecisionForm):
            form.suggest(getattr(page.get("video"), "primary_category", None))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "form": form,
            **page,
        }
        return TemplateResponse(request, self.change_form_template, context, status=status)


def allowed(request: HttpRequest, target_type: str) -> list[Action]:
    """The actions about such targets that the user's role allows."""
    return [a for a in offered(target_type) if roles.may(request.user, a)]


def evidence_for(
    request: HttpRequest, target_type: str, target_id: str, *also: Action
) -> dict[str, Any]:
    """The evidence about a target, and the buttons: what would change it, and `also` these."""
    found = evidence.of(target_type, target_id, appeals_page=request.GET.get("appeals"))
    choices = [*also, *found["applicable"]]
    return {
        **found,
        "actions": [a for a in choices if roles.may(request.user, a)],
        "clearable": target_type == TargetType.CHANNEL
        and bool(found.get("videos"))
        and roles.may_clear(request.user),
    }


def advised(
    request: HttpRequest, found: QuerySet[Any], text: str, wanted: youtube.Wanted | None = None
) -> QuerySet[Any]:
    """What was found; if nothing, and `text` means nothing, a message says what to paste."""
    if youtube.parse(text, wanted) is None and not found.exists():
        messages.info(request, advice(text, wanted))
    return found


def report(request: HttpRequest, made: Decision) -> None:
    """Say what was decided, on the next page."""
    url = reverse("admin:votes_decision_change", args=[made.pk])
    messages.success(
        request,
        format_html(
            '{}: {}. <a href="{}">Decision {}</a>',
            words.decision(made),
            made.target_id,
            url,
            made.pk,
        ),
    )


def number(given: str) -> int:
    """What was given, if it is a number that a row may have, else 0."""
    return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else 0
