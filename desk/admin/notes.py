"""Notes of jurors: what they say, what others think of them, hidden and shown again."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from desk import standing
from desk.admin.base import allowed
from desk.admin.targets import TargetAdmin
from desk.forms import NOTE_REASONS, DecisionForm
from votes.models import Decision, Note, TargetType
from votes.moderation.actions import Power
from votes.notes import facts
from votes.notes.wire import host_of
from votes.signs.facts import clock

SHOWN = 50
_DECIDES = Power.DECIDE_VIDEOS.value


class ReportedFilter(admin.SimpleListFilter):
    """Those that visitors reported, since a moderator last looked."""

    title = "reported"
    parameter_name = "reported"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Only those that were."""
        return [("yes", "reported")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Note]) -> QuerySet[Note]:
        """The most reported first."""
        if self.value() != "yes":
            return queryset
        return queryset.filter(reported__gt=0).order_by("-reported", "-written_at")


@admin.register(Note)
class NoteAdmin(TargetAdmin):
    """Notes, the newest first; who wrote one is on its page alone."""

    target_type = TargetType.NOTE
    change_form_template = "desk/note.html"
    list_display = ("about", "says", "source", "state", "is_hidden", "rating", "reported")
    list_filter = (ReportedFilter, "state", "is_hidden")
    list_select_related = ("panel",)
    search_fields = ("=pk", "=panel__target_id")
    search_help_text = "Id of a note, video id or channel key."
    ordering = ("-written_at",)
    actions = ("keep",)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """To answer reports; each is hidden by itself."""
        found = super(TargetAdmin, self).get_actions(request)
        return found if request.user.has_perm(f"desk.{_DECIDES}") else {}

    @admin.action(description="Keep: reports are answered")
    def keep(self, request: HttpRequest, queryset: QuerySet[Note]) -> None:
        """They were looked at, and stay."""
        notes = list(queryset)
        for note in notes:
            self.log_change(request, note, "Kept")
        messages.success(request, f"{facts.keep([note.pk for note in notes])} kept.")

    @admin.display(description="about")
    def about(self, note: Note) -> str:
        """The video or channel, and the verdict."""
        return f"{note.panel.target_id} ({note.panel.outcome})"

    @admin.display(description="says")
    def says(self, note: Note) -> str:
        """Its text."""
        return note.text or "-"

    @admin.display(description="source")
    def source(self, note: Note) -> str:
        """The host, or the place in the video."""
        if note.link:
            return host_of(note.link)
        return "-" if note.at is None else clock(note.at)

    @admin.display(description="helpful")
    def rating(self, note: Note) -> str:
        """To how many of those who rated it."""
        return f"{note.helpful} of {note.rated}"

    def form_for(self, request: HttpRequest, obj: Note) -> DecisionForm | None:
        """Hiding and showing, with reasons of its own."""
        actions = allowed(request, TargetType.NOTE)
        if not actions:
            return None
        return DecisionForm(request.POST or None, actions=actions, reasons=NOTE_REASONS)

    def page_of(self, request: HttpRequest, obj: Note) -> dict[str, Any]:
        """What it says, and what was decided about it."""
        changing = standing.applicable(TargetType.NOTE, [obj.pk])
        target = "video" if obj.panel.target_type == TargetType.VIDEO else "channel"
        decided = Decision.objects.filter(target_type=TargetType.NOTE, target_id=obj.pk)
        return {
            "title": f"Note on {obj.panel.target_id}",
            "note": obj,
            "source": self.source(obj),
            "page": reverse(target, args=[obj.panel.target_id]),
            "author": format_html(
                '<a href="{}">{}</a>',
                reverse("admin:votes_voter_change", args=[obj.author_id]),
                obj.author_id,
            ),
            "actions": [a for a in allowed(request, TargetType.NOTE) if a in changing]
            if obj.state != Note.State.WITHDRAWN
            else [],
            "decisions": decided.select_related("reverses").order_by("-pk")[:SHOWN],
        }
