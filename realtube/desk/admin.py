"""The pages of the desk. Whatever they change, `realtube.desk.services` does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join

from channels.models import Channel, Listing
from realtube.common import ids, youtube
from realtube.common.db import rows
from realtube.desk import batches, evidence, roles, services, sql
from realtube.desk.forms import DecisionForm, ReasonForm
from realtube.desk.models import Batch
from realtube.desk.paging import CappedPaginator
from sync.models import ClientSelectors
from videos.models import Video, VideoQuerySet
from votes import brakes
from votes import services as votes_services
from votes.decisions import Refused
from votes.models import (
    Action,
    Brake,
    Case,
    Cluster,
    Decision,
    TargetType,
    Voter,
    VoterWarning,
)

# What `youtube.parse` cannot know: a part of a hash, or of a voter's public id.
_HEX = frozenset("0123456789abcdef")
_PREFIX_MIN = 4


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


class TargetAdmin(ReadOnlyAdmin):
    """A list of what decisions are about, and a page for each with its evidence."""

    target_type: TargetType
    change_form_template = "desk/target.html"

    def key_of(self, obj: Any) -> str:
        """What decisions call it."""
        return str(obj.pk)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """One for each decision that the user may make about many."""
        if not request.user.has_perm("desk.run_batches"):
            return {}
        return {
            action.value: (_batch_action(action), action.value, f"{action.label}…")
            for action in allowed(request, self.target_type)
            if action != Action.WARN
        }

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The page of one target, where it is decided about."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            return self.missing(request)
        key = self.key_of(obj)
        actions = allowed(request, self.target_type)
        form = DecisionForm(request.POST or None, actions=actions)
        status = 200
        if request.method == "POST":
            status = 400
            if not actions:
                raise PermissionDenied
            if form.is_valid():
                made = decide_or_tell(
                    request,
                    lambda: services.decide(
                        actor=request.user.get_username(),
                        action=form.cleaned_data["action"],
                        target_type=self.target_type,
                        target_id=key,
                        reason=form.cleaned_data["why"],
                    ),
                )
                if made:
                    return redirect(request.path)
                status = 409
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{self.target_type.label} {obj}",
            "original": obj,
            "form": form,
            "actions": actions,
            **evidence.of(self.target_type, key),
        }
        return TemplateResponse(request, self.change_form_template, context, status=status)


def allowed(request: HttpRequest, target_type: str) -> list[Action]:
    """The actions about such targets that the user's role allows."""
    return [a for a in services.ACTIONS[target_type] if roles.may(request.user, a)]


def decide_or_tell(request: HttpRequest, decide: Callable[[], Decision]) -> Decision | None:
    """Make a decision and say so; or None, and say why not."""
    try:
        made = decide()
    except Refused as refused:
        messages.error(request, str(refused))
        return None
    url = reverse("admin:votes_decision_change", args=[made.pk])
    messages.success(
        request,
        format_html(
            '{}: {}. <a href="{}">Decision {}</a>',
            made.get_action_display(),
            made.target_id,
            url,
            made.pk,
        ),
    )
    return made


def _batch_action(action: Action) -> Callable[..., HttpResponse | None]:
    def start(
        modeladmin: TargetAdmin, request: HttpRequest, queryset: QuerySet[Any]
    ) -> HttpResponse | None:
        targets = [modeladmin.key_of(obj) for obj in queryset[: batches.MOST + 1]]
        try:
            batch = batches.draft(
                actor=request.user.get_username(),
                action=action,
                target_type=modeladmin.target_type,
                targets=targets,
            )
        except Refused as refused:
            messages.error(request, str(refused))
            return None
        return redirect("admin:desk_batch_change", batch.pk)

    return start


class VideoStanding(admin.SimpleListFilter):
    """Videos that stand out."""

    title = "standing"
    parameter_name = "standing"
    _CHOICES = {
        "locked_ai": ("Locked as AI", Q(locked=True, verdict="ai")),
        "locked_human": ("Locked as human", Q(locked=True, verdict="human")),
        "held": ("Held", Q(held=True)),
        "contested": ("Channel contested", Q(claims_contested=True)),
        "hidden": ("Hidden", Q(hidden=True)),
        "shadow_hidden": ("Hidden quietly", Q(shadow_hidden=True)),
        "flagged": ("Flagged (50 or more)", Q(score__gte=50)),
    }

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        """The choices."""
        return [(value, label) for value, (label, _) in self._CHOICES.items()]

    def queryset(self, request: Any, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The chosen ones."""
        chosen = self._CHOICES.get(self.value() or "")
        return queryset.filter(chosen[1]) if chosen else queryset


@admin.register(Video)
class VideoAdmin(TargetAdmin):
    """Videos and their scores."""

    target_type = TargetType.VIDEO
    list_display = ("video_id", "score", "votes", "channel", "standing", "last_updated")
    search_fields = ("video_id",)
    search_help_text = "Video id, YouTube address, @handle or channel id, or a hash prefix."
    list_filter = (VideoStanding,)
    ordering = ("video_id",)

    @admin.display(description="votes (against)")
    def votes(self, video: Video) -> str:
        """How many, and how many of them dispute."""
        return f"{video.total_votes} ({video.disputes})"

    @admin.display(description="channel", empty_value="-")
    def channel(self, video: Video) -> str | None:
        """By whichever key."""
        return video.channel_id or (video.channel_handle and f"@{video.channel_handle}")

    @admin.display(description="standing")
    def standing(self, video: Video) -> str:
        """What moderators, bursts and rival claims make of it."""
        return _pill(
            video.locked and f"locked: {video.verdict}",
            video.hidden and "hidden",
            video.shadow_hidden and "hidden quietly",
            video.held and "held",
            video.claims_contested and "channel contested",
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By whatever was pasted."""
        text = search_term.strip()
        if not text:
            return queryset, False
        kind, key = youtube.parse(text) or ("video", text)
        if kind == "channel":
            by_handle = key.startswith("@")
            named = Q(channel_handle=key[1:]) if by_handle else Q(channel_id=key)
            return queryset.filter(named), False
        found = Q(pk=key)
        if _is_hex(text):
            hashed: VideoQuerySet = Video.objects.with_hash_prefix(text.lower())
            return queryset.filter(found | Q(pk__in=hashed.values("pk")[:1000])), False
        return queryset.filter(found), False


@admin.register(Channel)
class ChannelAdmin(TargetAdmin):
    """Channels and their scores."""

    target_type = TargetType.CHANNEL
    list_display = ("key", "name", "score", "total_videos", "flagged_videos", "standing")
    search_fields = ("handle",)
    search_help_text = "Handle, channel id, or the address of a channel's page."
    list_filter = ("auto_flag_new", "locked")
    ordering = ("-pk",)

    def key_of(self, obj: Channel) -> str:
        """The id, or `@handle`."""
        return obj.key

    @admin.display(description="standing")
    def standing(self, channel: Channel) -> str:
        """What moderators and lists make of it."""
        return _pill(
            channel.locked and ("locked: ai" if channel.score else "cleared"),
            channel.auto_flag_new and "new videos flagged",
            channel.notice_since and "flagged soon",
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By whatever was pasted."""
        return _by_channel(queryset, search_term), False


@admin.register(Listing)
class ListingAdmin(ReadOnlyAdmin):
    """What imported lists say; the channel's page decides otherwise."""

    list_display = ("__str__", "source", "level", "first_seen", "last_seen", "removed_at")
    search_fields = ("handle",)
    search_help_text = "Handle, channel id, or the address of a channel's page."
    list_filter = ("level", "source")
    ordering = ("-pk",)
    change_form_template = "desk/listing.html"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By whatever was pasted."""
        return _by_channel(queryset, search_term), False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The entry, beside the channel that it is about."""
        obj = self.get_object(request, unquote(object_id))
        about = evidence.of(TargetType.CHANNEL, str(obj)) if obj else {}
        return super().change_view(request, object_id, form_url, about)


@admin.register(Voter)
class VoterAdmin(TargetAdmin):
    """Voters, by public id."""

    target_type = TargetType.VOTER
    list_display = ("public_id", "trust", "vote_count", "standing", "first_seen", "last_active")
    search_fields = ("public_id",)
    search_help_text = "Public id, or the beginning of one."
    list_filter = (
        "is_vip",
        "is_shadowbanned",
        ("cluster", admin.EmptyFieldListFilter),
    )
    ordering = ("-last_active",)

    @admin.display(description="standing")
    def standing(self, voter: Voter) -> str:
        """What moderators made of them."""
        return _pill(
            voter.is_vip and "VIP",
            voter.is_shadowbanned and "shadowbanned",
            voter.cluster and "in a cluster",
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By public id, or how it begins."""
        text = search_term.strip().lower()
        if _is_hex(text):
            return queryset.filter(public_id__startswith=text), False
        return (queryset.filter(pk=text) if text else queryset), False


@admin.register(Cluster)
class ClusterAdmin(TargetAdmin):
    """Accounts that vote together."""

    target_type = TargetType.CLUSTER
    list_display = ("key", "state", "found_at")
    list_filter = ("state",)
    ordering = ("-found_at",)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """None: each is looked at by itself."""
        return {}


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    """The log of what moderators did; each decision can be taken back from its page."""

    list_display = ("created_at", "actor", "action", "target_type", "target_id", "short_reason")
    search_fields = ("target_id",)
    search_help_text = "Moderator, video id, channel, public id of a voter, or a YouTube address."
    list_filter = ("action", "target_type")
    ordering = ("-id",)

    @admin.display(description="reason")
    def short_reason(self, decision: Decision) -> str:
        """Its beginning."""
        return decision.reason if len(decision.reason) <= 80 else f"{decision.reason[:79]}…"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By moderator or target."""
        text = search_term.strip()
        if not text:
            return queryset, False
        target = youtube.parse(text)
        return queryset.filter(Q(actor=text) | Q(target_id=target[1] if target else text)), False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One decision, before and after, and the button that takes it back."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        decision = self.get_object(request, unquote(object_id))
        if decision is None:
            return self.missing(request)
        reversible = roles.may(request.user, decision.action)
        form = ReasonForm(request.POST or None)
        status = 200
        if request.method == "POST":
            if not reversible:
                raise PermissionDenied
            status = 400
            if form.is_valid():
                made = decide_or_tell(
                    request,
                    lambda: services.reverse(
                        actor=request.user.get_username(),
                        decision_id=decision.pk,
                        reason=form.cleaned_data["why"],
                    ),
                )
                if made:
                    return redirect("admin:votes_decision_change", made.pk)
                status = 409
        reversed_by = Decision.objects.filter(reverses=decision).first()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Decision {decision.pk}: {decision.get_action_display()}",
            "decision": decision,
            "changes": [
                (name, decision.before.get(name, "-"), decision.after.get(name, "-"))
                for name in sorted({*decision.before, *decision.after})
            ],
            "reversed_by": reversed_by,
            "reversible": reversible and reversed_by is None,
            "form": form,
            "closed_cases": decision.closed_cases.all()[:20],
        }
        return TemplateResponse(request, "desk/decision.html", context, status=status)


class CaseState(admin.SimpleListFilter):
    """What waits, unless something else is asked for."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        """The choices besides what waits."""
        return [*Case.State.choices, ("any", "Any")]

    def choices(self, changelist: Any) -> Iterator[Any]:
        """The same, with the first named for what it shows."""
        for n, choice in enumerate(super().choices(changelist)):
            yield choice if n else {**choice, "display": "Waiting"}

    def queryset(self, request: Any, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The chosen ones; who searches searches all."""
        if self.value() in Case.State.values:
            return queryset.filter(state=self.value())
        if self.value() == "any" or request.GET.get("q"):
            return queryset
        return queryset.exclude(state=Case.State.CLOSED)


@admin.register(Case)
class CaseAdmin(ReadOnlyAdmin):
    """What waits for a person."""

    list_display = ("title", "kind", "opened_at", "state", "assignee", "outcome")
    list_filter = (CaseState, "kind")
    search_fields = ("target_id",)
    search_help_text = "Video id, channel, or a YouTube address."
    change_list_template = "desk/cases.html"

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """The oldest first: that is what waits longest."""
        return ("id",)

    @admin.display(description="about")
    def title(self, case: Case) -> str:
        """What it is about."""
        return f"{case.get_target_type_display()} {case.target_id}"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By target."""
        text = search_term.strip()
        target = youtube.parse(text)
        found = queryset.filter(target_id=target[1] if target else text) if text else queryset
        return found, False

    def get_urls(self) -> list[Any]:
        """Also to take the next case, and to take and return this one."""
        wrap = self.admin_site.admin_view
        return [
            path("next/", wrap(self.next_view), name="votes_case_next"),
            path("<int:case_id>/claim/", wrap(self.claim_view), name="votes_case_claim"),
            path("<int:case_id>/return/", wrap(self.return_view), name="votes_case_return"),
            *super().get_urls(),
        ]

    def next_view(self, request: HttpRequest) -> HttpResponse:
        """POST: take the oldest case that nobody has."""
        self._refuse_others(request)
        after = request.POST.get("after", "")
        case = votes_services.claim_next_case(
            actor=request.user.get_username(),
            after=int(after) if after.isascii() and after.isdigit() and len(after) < 19 else 0,
        )
        if case is None:
            messages.info(request, "Nothing more is waiting. Thank you.")
            return redirect("admin:votes_case_changelist")
        return redirect("admin:votes_case_change", case.pk)

    def claim_view(self, request: HttpRequest, case_id: int) -> HttpResponse:
        """POST: make a case one's own."""
        self._refuse_others(request)
        return self._told(request, case_id, votes_services.claim_case)

    def return_view(self, request: HttpRequest, case_id: int) -> HttpResponse:
        """POST: give a case back."""
        self._refuse_others(request)
        return self._told(request, case_id, votes_services.return_case)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The case with all its evidence, where it is decided."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        case = self.get_object(request, unquote(object_id))
        if case is None:
            return self.missing(request)
        appeal = case.kind == Case.Kind.APPEAL
        actions = []
        if roles.may(request.user, Action.DISMISS_CASE):
            dismissal = Action.REJECT_APPEAL if appeal else Action.DISMISS_CASE
            actions = [dismissal, *allowed(request, case.target_type)]
        form = DecisionForm(request.POST or None, actions=actions, appeal=appeal)
        status = 200
        if request.method == "POST":
            if not actions:
                raise PermissionDenied
            status = 400
            if form.is_valid():
                made = decide_or_tell(
                    request,
                    lambda: services.decide_case(
                        actor=request.user.get_username(),
                        action=form.cleaned_data["action"],
                        case_id=case.pk,
                        reason=form.cleaned_data["why"],
                        answer=form.cleaned_data.get("answer", ""),
                    ),
                )
                if made:
                    return redirect("admin:votes_case_change", case.pk)
                status = 409
                case.refresh_from_db()
        before, behind = rows(sql.NEIGHBOURS, {"case": case.pk})[0]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{case.get_kind_display()}: {case.target_type} {case.target_id}",
            "case": case,
            "mine": case.assignee == request.user.get_username(),
            "previous": before,
            "next": behind,
            "form": form,
            "actions": actions,
            **evidence.of(case.target_type, case.target_id),
        }
        return TemplateResponse(request, "desk/case.html", context, status=status)

    def _refuse_others(self, request: HttpRequest) -> None:
        if request.method != "POST" or not request.user.has_perm("desk.claim_cases"):
            raise PermissionDenied

    def _told(
        self, request: HttpRequest, case_id: int, change: Callable[..., Case]
    ) -> HttpResponseRedirect:
        try:
            change(case_id, actor=request.user.get_username())
        except Refused as refused:
            messages.error(request, str(refused))
        except Case.DoesNotExist:
            messages.error(request, "There is no such case.")
            return redirect("admin:votes_case_changelist")
        return redirect("admin:votes_case_change", case_id)


@admin.register(Batch)
class BatchAdmin(ReadOnlyAdmin):
    """Decisions about many targets: what they would do, and how far they are."""

    list_display = ("created_at", "actor", "action", "target_type", "progress", "finished_at")
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Batch]:
        """Drafts are nobody else's."""
        found: QuerySet[Batch] = super().get_queryset(request)
        return found.filter(~Q(confirmed_at=None) | Q(actor=request.user.get_username()))

    @admin.display(description="done")
    def progress(self, batch: Batch) -> str:
        """How many of how many."""
        return f"{batch.done} of {len(batch.targets)}"

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A preview until it is confirmed, the progress afterwards."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        batch = self.get_object(request, unquote(object_id))
        if batch is None:
            return self.missing(request)
        form = ReasonForm(request.POST or None)
        status = 200
        if request.method == "POST":
            may = roles.may(request.user, batch.action)
            if not (may and request.user.has_perm("desk.run_batches")):
                raise PermissionDenied
            status = 400
            if form.is_valid():
                try:
                    batches.confirm(
                        batch.pk,
                        actor=request.user.get_username(),
                        reason=form.cleaned_data["why"],
                    )
                    return redirect(request.path)
                except (Refused, Batch.DoesNotExist) as refused:
                    messages.error(request, str(refused))
                    status = 409
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(batch),
            "batch": batch,
            "total": len(batch.targets),
            "preview": None if batch.confirmed_at else batches.preview(batch),
            "form": form,
        }
        response = TemplateResponse(request, "desk/batch.html", context, status=status)
        if batch.confirmed_at and not batch.finished_at:
            response["Refresh"] = "2"
        return response


@admin.register(VoterWarning)
class VoterWarningAdmin(ReadOnlyAdmin):
    """What voters were told, and whether they have read it."""

    list_display = ("created_at", "voter_id", "reason", "acknowledged_at")
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
    paginator = CappedPaginator
    show_full_result_count = False
    list_display = ("__str__", *brakes.NAMES)
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """While there is no row."""
        return request.user.has_perm("desk.set_brakes") and not Brake.objects.exists()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """For administrators."""
        return request.user.has_perm("desk.set_brakes")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: a brake is released by setting it."""
        return False

    def save_model(self, request: HttpRequest, obj: Brake, form: Any, change: bool) -> None:
        """Through the service, with only what this form has changed."""
        votes_services.set_brakes(
            actor=request.user.get_username(),
            reason=form.cleaned_data["reason"],
            changes={
                name: form.cleaned_data[name] for name in form.changed_data if name in brakes.NAMES
            },
        )


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


@admin.register(ClientSelectors)
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


class StaffForm(forms.ModelForm):  # type: ignore[type-arg]
    """An account of the desk: its roles, and whether it may sign in."""

    class Meta:
        model = User
        fields = ("username", "is_active", "groups")


admin.site.unregister(User)
admin.site.unregister(Group)


@admin.register(User)
class StaffAdmin(UserAdmin):  # type: ignore[type-arg]
    """Staff accounts, made by administrators; nobody makes somebody more than that here."""

    form = StaffForm
    fieldsets = ((None, {"fields": ("username", "password", "is_active", "groups")}),)
    list_display = ("username", "roles", "is_active", "last_login")
    list_filter = ("is_active", "groups")
    filter_horizontal = ()
    actions = ("reset_second_factor",)

    @admin.display(description="roles")
    def roles(self, user: User) -> str:
        """Their groups."""
        return ", ".join(sorted(group.name for group in user.groups.all())) or "-"

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """With their groups."""
        found: QuerySet[User] = super().get_queryset(request).prefetch_related("groups")
        return found if request.user.is_superuser else found.filter(is_superuser=False)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: the log names them. An account is made inactive."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Whoever has an account is staff."""
        obj.is_staff = True
        super().save_model(request, obj, form, change)

    @admin.action(description="Reset the second factor (lost phone)", permissions=["change"])
    def reset_second_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Let them set up a new one at their next sign-in; what they have open ends."""
        for user in queryset:
            Authenticator.objects.filter(user=user).delete()
            self.log_change(request, user, "Second factor reset")
        messages.success(request, "They will be asked to set up a new one.")


def _pill(*words: object) -> str:
    """Those of the words that are any, each on a ground of its own."""
    return format_html_join(" ", '<span class="pill">{}</span>', ((w,) for w in words if w)) or "-"


def _is_hex(text: str) -> bool:
    return _PREFIX_MIN <= len(text) <= 64 and set(text.lower()) <= _HEX


def _by_channel(queryset: QuerySet[Any], term: str) -> QuerySet[Any]:
    text = term.strip()
    if not text:
        return queryset
    target = youtube.parse(text)
    key = target[1] if target and target[0] == "channel" else text
    handle = ids.normalise_handle(key)
    return queryset.filter(Q(channel_id=key) | Q(handle=handle or key))
