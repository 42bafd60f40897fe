"""The blind sample, judged without knowing and seen afterwards; jurors who agree too often."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html_join

from channels.samples import facts
from desk import roles, words
from desk.admin.base import ReadOnlyAdmin
from votes.models import AI_CATEGORIES, Answer, JurorPair, Sample
from votes.moderation.actions import Power, Refused

_LATER = "shown when it is closed"
_DECIDES = f"desk.{Power.DECIDE_VIDEOS.value}"


# What the buttons say: an answer, and with "AI" always the kind.
_KINDS = {f"{Answer.AI} {kind}": (Answer.AI, kind) for kind in AI_CATEGORIES}
_SAID = _KINDS | {str(it): (it, None) for it in (Answer.PARTLY, Answer.HUMAN, Answer.UNSURE)}


class BlindForm(forms.Form):
    """What a moderator says of an item."""

    item = forms.IntegerField(min_value=1, max_value=2**62)
    said = forms.ChoiceField(choices=[(name, name) for name in _SAID])


@admin.register(Sample)
class SampleAdmin(ReadOnlyAdmin):
    """Samples by month. Of one that is open only its progress is shown, nothing of its items."""

    list_display = ("__str__", "drawn_at", "decided", "closed_at", "found")
    ordering = ("-month",)
    fields = ("drawn_at", "decided", "wanted", "closed_at", "found", "hex_seed", "answers")
    change_list_template = "desk/samples.html"

    def get_urls(self) -> list[Any]:
        """Also to judge what is next."""
        judge = self.admin_site.admin_view(self.judge_view)
        return [path("judge/", judge, name="votes_sample_judge"), *super().get_urls()]

    def judge_view(self, request: HttpRequest) -> HttpResponse:
        """The next item as any stranger would see it; POST: what this moderator says of it."""
        if not request.user.has_perm(_DECIDES):
            raise PermissionDenied
        if request.method == "POST":
            self._judged(request)
            return redirect("admin:votes_sample_judge")
        moderator = request.user.get_username()
        item = facts.next_item(moderator)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Judge blind",
            "item": item,
            "waiting": facts.waiting(moderator),
            "kinds": [
                (n, said, words.of(kind)) for n, (said, (_, kind)) in enumerate(_KINDS.items(), 1)
            ],
        }
        return TemplateResponse(request, "desk/judge.html", context)

    def _judged(self, request: HttpRequest) -> None:
        form = BlindForm(request.POST)
        if not form.is_valid():
            messages.error(request, "Nothing was stored: choose one of the answers.")
            return
        said, kind = _SAID[form.cleaned_data["said"]]
        try:
            facts.answer(
                form.cleaned_data["item"],
                moderator=request.user.get_username(),
                said=said,
                kind=kind,
                moderators=roles.moderators(),
            )
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, f"Stored: {words.of(kind or said)}.")

    @admin.display(description="decided in that month")
    def decided(self, sample: Sample) -> str:
        """How many decisions there were, by side."""
        return f"{sample.of_ai} AI, {sample.of_human} human"

    @admin.display(description="to be answered")
    def wanted(self, sample: Sample) -> str:
        """How many are, by side."""
        return f"{sample.wanted_ai} AI, {sample.wanted_human} human, if there are so many"

    @admin.display(description="wrong")
    def found(self, sample: Sample) -> str:
        """What was written down."""
        if sample.closed_at is None:
            return "not known yet"
        return "; ".join(
            f"{words.of(it.side)}: {it.wrong} of {it.answered}"
            for it in sample.rates.order_by("side")
        )

    @admin.display(description="seed")
    def hex_seed(self, sample: Sample) -> str:
        """As hex; while items are judged it would tell their sides."""
        return bytes(sample.seed).hex() if sample.closed_at else _LATER

    @admin.display(description="items")
    def answers(self, sample: Sample) -> str:
        """What was drawn, and what moderators said of it."""
        if sample.closed_at is None:
            return _LATER
        return format_html_join(
            "",
            '<div>{} {}: <a href="{}">{}</a>: a jury said {}, {}</div>',
            (
                (
                    words.of(it.side),
                    it.place + 1,
                    reverse("admin:votes_panel_change", args=[it.panel_id]),
                    it.video_id,
                    words.of(it.side),
                    _said(it),
                )
                for it in sample.items.prefetch_related("answers").order_by("side", "place")
            ),
        )


def _said(item: Any) -> str:
    if item.set_aside_at:
        return "set aside: a moderator decided about it"
    said = ", ".join(words.of(it.answer) for it in item.answers.all())
    return f"moderators said {said}" if said else "not answered"


@admin.register(JurorPair)
class JurorPairAdmin(ReadOnlyAdmin):
    """Jurors who agree more often than their accuracies explain, as of last night."""

    list_display = ("pair", "together", "agreed", "as_expected", "both_wrong", "deviations")
    list_display_links = None
    ordering = ("-excess",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With what their links need."""
        return JurorPair.objects.select_related("first", "second")

    @admin.display(description="jurors")
    def pair(self, pair: JurorPair) -> str:
        """Both, with their records."""
        return format_html_join(
            " ",
            '<a href="{}">{}</a>',
            (
                (reverse("admin:votes_juror_change", args=[voter]), voter)
                for voter in (pair.first_id, pair.second_id)
            ),
        )

    @admin.display(description="expected", ordering="expected")
    def as_expected(self, pair: JurorPair) -> str:
        """How often they would have agreed by themselves."""
        return f"{pair.expected:.1f}"

    @admin.display(description="standard deviations above that", ordering="excess")
    def deviations(self, pair: JurorPair) -> str:
        """How far it is from chance."""
        return f"{pair.excess:.1f}"


def pairs_of(voter_id: str) -> str:
    """The pairs that a juror is in, for their page."""
    own = Q(first_id=voter_id) | Q(second_id=voter_id)
    found = format_html_join(
        "",
        '<div>with <a href="{}">{}</a>: agreed on {} of {} panels, {} expected, {} times against '
        "the outcome</div>",
        (
            (
                reverse("admin:votes_juror_change", args=[other]),
                other,
                it.agreed,
                it.together,
                f"{it.expected:.1f}",
                it.both_wrong,
            )
            for it in JurorPair.objects.filter(own).order_by("-excess")
            for other in [it.second_id if it.first_id == voter_id else it.first_id]
        ),
    )
    return found or "with nobody more often than their accuracies explain"
