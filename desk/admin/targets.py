"""What decisions are about: videos, channels, voters, clusters, and what lists say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html_join

from channels.models import Channel, Listing
from common import ids, youtube
from desk import batches, evidence, services, words
from desk.admin.base import (
    DecidingAdmin,
    ReadOnlyAdmin,
    advised,
    allowed,
    evidence_for,
    report,
)
from desk.forms import DecisionForm
from videos.models import Video, VideoQuerySet
from votes.models import Action, Cluster, TargetType, Voter, VoterWarning
from votes.moderation.actions import Refused

# What `youtube.parse` cannot know: a part of a hash, or of a voter's public id.
_HEX = frozenset("0123456789abcdef")
_PREFIX_MIN = 4
# Each needs words, or a channel, of its own.
_ONE_BY_ONE = frozenset({Action.WARN, Action.NAME_CHANNEL})


class TargetAdmin(DecidingAdmin):
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
            if action not in _ONE_BY_ONE
        }

    def form_for(self, request: HttpRequest, obj: Any) -> DecisionForm | None:
        """Any action of the user's role, so that one that comes too late gets a message."""
        actions = allowed(request, self.target_type)
        return DecisionForm(request.POST or None, actions=actions) if actions else None

    def decide(self, request: HttpRequest, obj: Any, filled: dict[str, Any]) -> HttpResponse:
        """Decide about the target, and stay with it."""
        made = services.decide(
            actor=request.user.get_username(),
            action=filled["action"],
            target_type=self.target_type,
            target_id=self.key_of(obj),
            reason=filled["why"],
            channel=filled["channel"],
            category=filled.get("category", ""),
        )
        report(request, made)
        return redirect(request.path)

    def page_of(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Its evidence, and what can be decided about it now."""
        return {
            "title": f"{self.target_type.label} {obj}",
            "original": obj,
            **evidence_for(request, self.target_type, self.key_of(obj)),
        }


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
    """The filter by lock, hold, hiding and flag."""

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
        """The choices of the filter, by value and label."""
        return [(value, label) for value, (label, _) in self._CHOICES.items()]

    def queryset(self, request: Any, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows of the chosen value; all if none is chosen."""
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
        """The channel's id, else its handle, else None."""
        return video.channel_id or (video.channel_handle and f"@{video.channel_handle}")

    @admin.display(description="standing")
    def standing(self, video: Video) -> str:
        """What moderators, bursts and rival claims make of it."""
        return _pill(
            video.locked and f"locked as {words.of(video.verdict)}",
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
            # Read first: within the statement an OR would have all videos looked through.
            pks = [key, *hashed.values_list("pk", flat=True)[:1000]]
            return queryset.filter(pk__in=pks), False
        return advised(request, queryset.filter(found), text), False


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
            channel.locked and ("locked as AI" if channel.score else "cleared"),
            channel.auto_flag_new and "new videos flagged",
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By whatever was pasted."""
        keys = _channel_keys(search_term)
        found = queryset.filter(pk__in=Channel.objects.named(keys)) if keys else queryset
        return advised(request, found, search_term.strip(), "channel"), False


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
        keys = _channel_keys(search_term)
        named = Q(channel_id__in=keys) | Q(handle__in=[key.removeprefix("@") for key in keys])
        found = queryset.filter(named) if keys else queryset
        return advised(request, found, search_term.strip(), "channel"), False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The entry, next to the channel that it is about."""
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


@admin.register(VoterWarning)
class VoterWarningAdmin(ReadOnlyAdmin):
    """Warnings sent to voters, and whether they have read them."""

    list_display = ("created_at", "voter_id", "reason", "acknowledged_at")
    search_fields = ("=voter__public_id",)
    ordering = ("-id",)


def _pill(*words: object) -> str:
    """Those of the words that are any, each on a ground of its own."""
    return format_html_join(" ", '<span class="pill">{}</span>', ((w,) for w in words if w)) or "-"


def _is_hex(text: str) -> bool:
    return _PREFIX_MIN <= len(text) <= 64 and set(text.lower()) <= _HEX


def _channel_keys(term: str) -> list[str]:
    """What may be meant by what was pasted: an id, an `@handle`, also without its `@`."""
    text = term.strip()
    target = youtube.parse(text, "channel")
    key = target[1] if target else text
    # A word alone is no address; here it can only be a handle, or an id of another form.
    handle = ids.normalise_handle(key)
    return [key, f"@{handle}"] if handle else [key] if key else []
