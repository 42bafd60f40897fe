"""The work: cases, the log of decisions, and decisions about many."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join

from common import youtube
from common.db import rows
from desk import batches, roles, services, sql, words
from desk.admin.base import DecidingAdmin, advised, allowed, evidence_for, number, report
from desk.casework import queue
from desk.forms import DecisionForm, ReasonForm
from desk.models import Batch
from desk.paging import COUNTED
from votes.models import Action, Case, CaseQuerySet, Decision, ReportedChannel, TargetType
from votes.moderation import cases
from votes.moderation.actions import RULES, Refused


class CaseState(admin.SimpleListFilter):
    """What waits, unless something else is asked for."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        """The choices besides what waits."""
        return [("mine", "Taken by you"), *Case.State.choices, ("any", "Any")]

    def choices(self, changelist: Any) -> Iterator[Any]:
        """The same, with the first named for what it shows."""
        for n, choice in enumerate(super().choices(changelist)):
            yield choice if n else {**choice, "display": "Waiting"}

    def queryset(self, request: Any, queryset: CaseQuerySet) -> CaseQuerySet:  # type: ignore[override]
        """The chosen ones; who searches searches all."""
        if self.value() in Case.State.values:
            return queryset.filter(state=self.value())
        if self.value() == "mine":
            return queryset.held_by(request.user.get_username())
        if self.value() == "any" or request.GET.get("q"):
            return queryset
        return queryset.exclude(state=Case.State.CLOSED)


@admin.register(Case)
class CaseAdmin(DecidingAdmin):
    """What waits for a person."""

    list_display = ("title", "kind", "harm", "reported_by", "opened_at", "state", "taken", "ended")
    list_filter = (CaseState, "kind", "target_type")
    search_fields = ("target_id",)
    search_help_text = "Video id, channel, or a YouTube address."
    change_list_template = "desk/cases.html"
    change_form_template = "desk/case.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        """In the order in which cases are taken."""
        voices = ReportedChannel.objects.filter(key=OuterRef("target_id")).values("voices")
        return Case.objects.all().queued().annotate(voices=Subquery(voices))

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """What does most harm first."""
        return ("-rank", "id")

    @admin.display(description="points")
    def harm(self, case: Case) -> str:
        """What gives the case its place."""
        return f"{case.harm:.1f}"

    @admin.display(description="reported by", empty_value="-")
    def reported_by(self, case: Any) -> str | None:
        """How many report the channel that it is about."""
        if not case.voices or case.target_type != TargetType.CHANNEL:
            return None
        return "1 voice" if case.voices == 1 else f"{case.voices} voices"

    @admin.display(description="taken by", empty_value="-")
    def taken(self, case: Case) -> str | None:
        """Whose it is, and until when."""
        if case.state != Case.State.CLAIMED:
            return case.assignee
        return f"{case.assignee} until {case.claim_ends:%H:%M} UTC"

    @admin.display(description="outcome", empty_value="-")
    def ended(self, case: Case) -> str | None:
        """The decision that closed the case, in words."""
        return words.of(case.outcome) if case.outcome else None

    @admin.display(description="about")
    def title(self, case: Case) -> str:
        """What it is about."""
        return f"{case.get_target_type_display()} {case.target_id}"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search by target."""
        text = search_term.strip()
        if not text:
            return queryset, False
        found = queryset.filter(target_id__in=_keys(text))
        return advised(request, found, text), False

    def get_urls(self) -> list[Any]:
        """Also to take the next case, and to take and return this one."""
        wrap = self.admin_site.admin_view
        return [
            path("next/", wrap(self.next_view), name="votes_case_next"),
            path("<int:case_id>/claim/", wrap(self.claim_view), name="votes_case_claim"),
            path("<int:case_id>/return/", wrap(self.return_view), name="votes_case_return"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list; what is taken from it is of the kind that it is filtered by."""
        among = queue.among(request.GET.urlencode())
        context = {"among": [words.of(value) for value in among.values()]}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def next_view(self, request: HttpRequest) -> HttpResponse:
        """POST: take the first case of the queue that nobody has."""
        self._refuse_others(request)
        after = number(request.POST.get("after", ""))
        filters = request.POST.get("filters", "")
        among = queue.among(filters)
        case = cases.claim_next(actor=request.user.get_username(), after=after, **among)
        if case is None:
            messages.info(request, _nothing_more(request.user.get_username(), after))
            return redirect(f"{reverse('admin:votes_case_changelist')}?{queue.filters(among)}")
        return redirect(_address(case.pk, filters))

    def claim_view(self, request: HttpRequest, case_id: int) -> HttpResponse:
        """POST: make a case one's own."""
        self._refuse_others(request)
        return self._done(request, case_id, cases.claim)

    def return_view(self, request: HttpRequest, case_id: int) -> HttpResponse:
        """POST: give a case back."""
        self._refuse_others(request)
        return self._done(request, case_id, cases.give_back)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """One for each decision that the user may make about several like cases."""
        if not request.user.has_perm("desk.run_batches"):
            return {}
        asked = [Action.DISMISS_CASE] + [
            action
            for of in (TargetType.VIDEO, TargetType.CHANNEL, TargetType.TIE, TargetType.CLUSTER)
            for action in allowed(request, of)
            if RULES[action].settles
        ]
        return {
            action.value: (_together(action), action.value, _LABELS.get(action, f"{action.label}…"))
            for action in dict.fromkeys(asked)
            if action != Action.NAME_CHANNEL
        }

    def form_for(self, request: HttpRequest, obj: Case) -> DecisionForm | None:
        """Any action of the user's role, so that one that comes too late gets a message."""
        if not roles.may(request.user, _dismissal(obj)):
            return None
        return DecisionForm(
            request.POST or None,
            actions=[_dismissal(obj), *allowed(request, obj.target_type)],
            appeal=obj.kind == Case.Kind.APPEAL,
        )

    def decide(self, request: HttpRequest, obj: Case, filled: dict[str, Any]) -> HttpResponse:
        """Decide the case, and stay with it."""
        made = services.decide_case(
            actor=request.user.get_username(),
            action=filled["action"],
            case_id=obj.pk,
            reason=filled["why"],
            answer=filled.get("answer", ""),
            channel=filled["channel"],
            category=filled.get("category", ""),
        )
        report(request, made)
        return redirect(_address(obj.pk, _filters(request)))

    def page_of(self, request: HttpRequest, obj: Case) -> dict[str, Any]:
        """All its evidence, what can be decided now, and the way to the next one."""
        filters = _filters(request)
        among = {"kind": "", "target_type": "", **queue.among(filters)}
        ((before, behind),) = rows(sql.NEIGHBOURS, {"case": obj.pk, **among})
        return {
            "filters": filters,
            "among": [words.of(value) for value in among.values() if value],
            "preserved": preserved(filters),
            "title": f"{obj.get_kind_display()}: {obj.target_type} {obj.target_id}",
            "case": obj,
            "why": list(words.why(obj)),
            "mine": obj.assignee == request.user.get_username(),
            "previous": before,
            "next": behind,
            **evidence_for(request, obj.target_type, obj.target_id, _dismissal(obj)),
        }

    def _refuse_others(self, request: HttpRequest) -> None:
        if request.method != "POST" or not request.user.has_perm("desk.claim_cases"):
            raise PermissionDenied

    def _done(
        self, request: HttpRequest, case_id: int, change: Callable[..., Case]
    ) -> HttpResponseRedirect:
        try:
            change(case_id, actor=request.user.get_username())
        except Refused as refused:
            messages.error(request, str(refused))
        except Case.DoesNotExist:
            messages.error(request, "There is no such case.")
            return redirect("admin:votes_case_changelist")
        return redirect(_address(case_id, request.POST.get("filters", "")))


_LABELS = {Action.DISMISS_CASE: "Dismiss, or reject appeals…"}


def _together(action: Action) -> Callable[..., HttpResponse | None]:
    def start(
        modeladmin: CaseAdmin, request: HttpRequest, queryset: QuerySet[Any]
    ) -> HttpResponse | None:
        try:
            batch = batches.draft_cases(
                actor=request.user.get_username(),
                action=action,
                case_ids=[case.pk for case in queryset[: batches.MOST + 1]],
            )
        except Refused as refused:
            messages.error(request, str(refused))
            return None
        return redirect("admin:desk_batch_change", batch.pk)

    return start


def preserved(filters: str) -> str:
    """The query string by which Django's admin goes back to a list as it was filtered."""
    return urlencode({"_changelist_filters": filters}) if filters else ""


def _filters(request: HttpRequest) -> str:
    return request.GET.get("_changelist_filters", "")


def _address(case_id: int, filters: str) -> str:
    kept = preserved(filters)
    return reverse("admin:votes_case_change", args=[case_id]) + (f"?{kept}" if kept else "")


def _keys(text: str) -> list[str]:
    """What a text may be called in the log: as it is, as older decisions are, and what it means."""
    target = youtube.parse(text)
    return [text, target[1]] if target else [text]


def _nothing_more(actor: str, after: int) -> str:
    """That there is no case to take, and what keeps this from being the end of the work."""
    own = Case.objects.held_by(actor)[:COUNTED].count()
    others = Case.objects.filter(state=Case.State.CLAIMED)[:COUNTED].count() - own
    seen = Case.objects.filter(state=Case.State.OPEN, pk=after).first()
    parts = ["Nothing more is waiting to be taken."]
    if seen:
        url = reverse("admin:votes_case_change", args=[seen.pk])
        parts = [format_html('Only <a href="{}">the case that you were at</a> is waiting.', url)]
    if own:
        mine = f"{reverse('admin:votes_case_changelist')}?state=mine"
        of_yours = "1 case that you took is" if own == 1 else f"{own} cases that you took are"
        parts.append(
            format_html('{} not decided yet: <a href="{}">what is yours</a>.', of_yours, mine)
        )
    if others:
        parts.append(f"Others are working on {others}.")
    return format_html_join(" ", "{}", ((part,) for part in parts))


def _dismissal(case: Case) -> Action:
    """The decision that closes it and changes nothing else."""
    return Action.REJECT_APPEAL if case.kind == Case.Kind.APPEAL else Action.DISMISS_CASE


@admin.register(Decision)
class DecisionAdmin(DecidingAdmin):
    """The log of what moderators did; each decision can be taken back from its page."""

    list_display = ("created_at", "actor", "what", "target_type", "target_id", "short_reason")
    search_fields = ("target_id",)
    search_help_text = "Moderator, video id, channel, public id of a voter, or a YouTube address."
    list_filter = ("action", "target_type")
    ordering = ("-id",)
    change_form_template = "desk/decision.html"

    @admin.display(description="decision")
    def what(self, decision: Decision) -> str:
        """The decision in words."""
        return words.decision(decision)

    @admin.display(description="reason")
    def short_reason(self, decision: Decision) -> str:
        """The reason, cut to 80 characters."""
        return decision.reason if len(decision.reason) <= 80 else f"{decision.reason[:79]}…"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search by moderator or target."""
        text = search_term.strip()
        if not text:
            return queryset, False
        found = queryset.filter(Q(actor=text) | Q(target_id__in=_keys(text)))
        return advised(request, found, text), False

    def form_for(self, request: HttpRequest, obj: Decision) -> ReasonForm | None:
        """The form that takes it back; None for users who may not decide this."""
        return ReasonForm(request.POST or None) if roles.may(request.user, obj.action) else None

    def decide(self, request: HttpRequest, obj: Decision, filled: dict[str, Any]) -> HttpResponse:
        """Take it back, and show the decision that does."""
        made = services.reverse(
            actor=request.user.get_username(), decision_id=obj.pk, reason=filled["why"]
        )
        report(request, made)
        return redirect("admin:votes_decision_change", made.pk)

    def page_of(self, request: HttpRequest, obj: Decision) -> dict[str, Any]:
        """Before and after, and who took it back."""
        reversed_by = Decision.objects.filter(reverses=obj).first()
        batch = Batch.objects.filter(decision=obj).first()
        return {
            "title": f"Decision {obj.pk}: {words.decision(obj)}",
            "decision": obj,
            "changes": words.changes(obj),
            "reversed_by": reversed_by,
            "batch": batch,
            "batch_total": len(batch.targets) if batch else 0,
            "reversible": roles.may(request.user, obj.action) and reversed_by is None,
            "closed_cases": obj.closed_cases.all()[:20],
        }
