"""Jurors, gold, panels and the log of draws (docs/juries.md)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from common import ids
from desk import words
from desk.admin.base import ReadOnlyAdmin
from desk.admin.samples import pairs_of
from votes.juries import gold, wear
from votes.models import Draw, DrawnBatch, GoldItem, Juror, Panel, Question
from votes.moderation.actions import Power

SHOWN = 100
_DECIDES = f"desk.{Power.DECIDE_VIDEOS.value}"


@admin.register(Juror)
class JurorAdmin(ReadOnlyAdmin):
    """Jurors, to be audited; they are paused on their voter's page."""

    list_display = ("voter_id", "is_rooted", "sensitivity", "specificity", "paused", "seen_at")
    list_filter = ("is_rooted", "voter__is_paused_juror")
    list_select_related = ("voter",)
    search_fields = ("=voter__public_id",)
    search_help_text = "Public id."
    ordering = ("-seen_at",)
    fields = (
        "voter_page",
        "paused",
        "enrolled_at",
        "seen_at",
        "is_rooted",
        "sensitivity",
        "specificity",
        "record",
        "secret_left",
        "agreement",
        "answers",
    )

    @admin.display(description="paused", boolean=True, ordering="voter__is_paused_juror")
    def paused(self, juror: Juror) -> bool:
        """Whether a moderator has paused them."""
        return juror.voter.is_paused_juror

    @admin.display(description="voter")
    def voter_page(self, juror: Juror) -> str:
        """Where they are paused, warned and banned."""
        page = reverse("admin:votes_voter_change", args=[juror.pk])
        return format_html('<a href="{}">{}</a>: pause or resume there', page, juror.pk)

    @admin.display(description="answers to what is settled")
    def record(self, juror: Juror) -> str:
        """How many were right, of gold and of panels, by side."""
        counted = (
            _judged(juror)
            .values("truth")
            .annotate(
                given=Count("pk"),
                right=Count("pk", filter=_RIGHT),
                gold=Count("pk", filter=Q(gold__isnull=False)),
            )
        )
        return (
            format_html_join(
                "; ",
                "{}: {} of {} right ({} of gold)",
                (
                    (words.of(it["truth"]), it["right"], it["given"], it["gold"])
                    for it in counted.order_by("truth")
                ),
            )
            or "none yet"
        )

    @admin.display(description="secret gold left")
    def secret_left(self, juror: Juror) -> str:
        """How many items still tell whether they judge well."""
        left = wear.left_for(juror.pk)
        return f"{left.least} of {left.of}" if left else "counted once they are rooted"

    @admin.display(description="agreement with other jurors")
    def agreement(self, juror: Juror) -> str:
        """With whom they agree more often than chance explains."""
        return pairs_of(juror.pk)

    @admin.display(description="latest answers")
    def answers(self, juror: Juror) -> str:
        """What they said, of what, and what it turned out to be; nothing of open panels."""
        return format_html_join(
            "",
            "<div>{}: {}: {}, was {}</div>",
            (
                (
                    f"{it.answered_at:%Y-%m-%d %H:%M}",
                    it.panel.target_id if it.panel else it.gold and it.gold.video_id,
                    words.of(it.answer),
                    words.of(getattr(it, "truth", None) or "open"),
                )
                for it in _answered(juror)
                .exclude(panel__outcome="open")
                .select_related("panel", "gold")
                .order_by("-answered_at")[:SHOWN]
            ),
        )


def _answered(juror: Juror) -> QuerySet[Any]:
    """With the truth by which they count: a panel's is how its target was decided last."""
    decided = Panel.objects.filter(
        target_type=OuterRef("panel__target_type"),
        target_id=OuterRef("panel__target_id"),
        outcome__in=("ai", "human"),
    ).order_by("-pk")
    return Question.objects.filter(juror=juror, answer__isnull=False).annotate(
        truth=Coalesce(
            F("gold__truth"), Subquery(decided.values("outcome")[:1]), F("panel__outcome")
        )
    )


def _judged(juror: Juror) -> QuerySet[Any]:
    return _answered(juror).exclude(answer="unsure").filter(truth__in=("ai", "human"))


_RIGHT = Q(truth="human", answer="human") | Q(truth="ai", answer__in=("ai", "partly"))


class GoldForm(forms.ModelForm):  # type: ignore[type-arg]
    """A settled video."""

    class Meta:
        model = GoldItem
        fields = ("video_id", "truth", "kind", "is_secret")

    def clean_video_id(self) -> str:
        """The id. Raises `ValidationError` if it is none."""
        video: str = self.cleaned_data["video_id"].strip()
        if not ids.is_video_id(video):
            raise ValidationError("This is no video's id.")
        return video

    def clean_kind(self) -> str | None:
        """None rather than an empty text."""
        return self.cleaned_data["kind"] or None


@admin.register(GoldItem)
class GoldItemAdmin(ReadOnlyAdmin):
    """Videos whose truth is settled: added by moderators, retired, never edited."""

    form = GoldForm
    list_display = ("video_id", "truth", "kind", "is_secret", "used", "since", "retired_at")
    list_filter = ("truth", "is_secret", ("retired_at", admin.EmptyFieldListFilter))
    search_fields = ("=video_id",)
    ordering = ("-since",)
    fields = GoldForm.Meta.fields
    actions = ("retire", "publish")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """For who may decide about videos."""
        return request.user.has_perm(_DECIDES)

    def has_settle_permission(self, request: HttpRequest) -> bool:
        """The same."""
        return self.has_add_permission(request)

    @admin.action(description="Retire: ask nobody anew", permissions=["settle"])
    def retire(self, request: HttpRequest, queryset: QuerySet[GoldItem]) -> None:
        """What was answered goes on to count."""
        self._each(request, queryset, "Retired")
        messages.success(request, f"{gold.retire(_keys(queryset))} retired.")

    @admin.action(description="Publish: use it for training", permissions=["settle"])
    def publish(self, request: HttpRequest, queryset: QuerySet[GoldItem]) -> None:
        """It is no secret any more."""
        self._each(request, queryset, "Published")
        messages.success(request, f"{gold.publish(_keys(queryset))} published.")

    def _each(self, request: HttpRequest, queryset: QuerySet[GoldItem], done: str) -> None:
        for item in queryset:
            self.log_change(request, item, done)


def _keys(queryset: QuerySet[GoldItem]) -> list[int]:
    return list(queryset.values_list("pk", flat=True))


@admin.register(Panel)
class PanelAdmin(ReadOnlyAdmin):
    """Panels and what became of them; how jurors answer is no page's matter while one is open."""

    list_display = ("target_id", "target_type", "cause", "outcome", "label", "drawn", "opened_at")
    list_filter = ("outcome", "target_type", "cause")
    search_fields = ("=target_id",)
    ordering = ("-pk",)
    fields = (
        *("target_type", "target_id", "channel", "videos", "cause", "opened_at", "batch"),
        *("batch_ends_at", "drawn", "outcome", "label", "said_ai", "said_human", "decided_at"),
        "draws",
    )

    @admin.display(description="draws")
    def draws(self, panel: Panel) -> str:
        """Which runs drew its batches."""
        return format_html_join(
            "",
            '<div>Batch {}: {} jurors, <a href="{}">draw {}</a></div>',
            (
                (
                    it.batch,
                    len(it.picks),
                    reverse("admin:votes_draw_change", args=[it.draw_id]),
                    it.draw_id,
                )
                for it in panel.batches.order_by("batch")
            ),
        )


@admin.register(Draw)
class DrawAdmin(ReadOnlyAdmin):
    """The log of draws; `manage.py check_draws` works each out anew."""

    list_display = ("id", "drawn_at", "eligible", "batches")
    ordering = ("-pk",)
    fields = ("drawn_at", "hex_seed", "eligible", "picked")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With how many batches each drew."""
        return Draw.objects.annotate(batch_count=Count("batches"))

    @admin.display(description="jurors who could be asked")
    def eligible(self, draw: Draw) -> int:
        """How many."""
        return len(draw.jurors)

    @admin.display(description="batches")
    def batches(self, draw: Any) -> int:
        """How many."""
        return int(draw.batch_count)

    @admin.display(description="seed")
    def hex_seed(self, draw: Draw) -> str:
        """As hex."""
        return bytes(draw.seed).hex()

    @admin.display(description="who was picked")
    def picked(self, draw: Draw) -> str:
        """By the numbers of jurors, which mean nothing once they are erased."""
        return format_html_join(
            "",
            "<div>Panel {}, batch {}: {}</div>",
            (
                (it.panel_id, it.batch, ", ".join(map(str, it.picks)))
                for it in DrawnBatch.objects.filter(draw=draw).order_by("pk")[:SHOWN]
            ),
        )
