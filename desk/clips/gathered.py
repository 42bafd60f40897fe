"""The clips about a target with all that a page says of them, by one statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import Case, CharField, F, Func, OuterRef, Q, Subquery, Value, When, Window
from django.db.models.functions import Coalesce, JSONObject, RowNumber

from channels.models import Channel
from evidence.models import Clip, Frame, Kind, Match, State
from videos.models import Video
from votes.models import TargetType

MOST = 20
"""Films of a page."""
MOST_MATCHES = 10
"""Other clips that are named for each."""

if TYPE_CHECKING:

    class Gathered(Clip):
        """A clip with its frames (`at`, `why`, `picture`, `width`, `height`), in their order, and
        its matches (`_shared`), most first; nothing of either before it is ready."""

        taken: list[dict[str, Any]]
        shared: list[dict[str, Any]]
else:
    Gathered = Clip


def about(target_type: str, keys: Sequence[str]) -> list[Gathered]:
    """Films, and pictures of reports that stand, the oldest first; the first so many of each."""
    mine = Clip.objects.of_target_keys(target_type, keys).filter(
        Q(kind=Kind.FILM) | Q(vote__retracted_at=None)
    )
    place = Window(RowNumber(), partition_by=F("kind"), order_by=("created_at", "pk"))
    found = (
        mine.annotate(place=place, taken=_taken(), shared=_shared())
        .filter(place__lte=max(MOST, settings.EVIDENCE_SHOTS))
        .order_by("created_at", "pk")
    )
    return cast("list[Gathered]", list(found))


def _taken() -> ArraySubquery:
    """The frames of a ready clip."""
    frames = Frame.objects.filter(clip=OuterRef("pk"), clip__state=State.READY)
    names = ("at", "why", "picture", "width", "height")
    return ArraySubquery(frames.order_by("at").values(of=JSONObject(**{it: it for it in names})))


def _shared() -> ArraySubquery:
    """Other ready clips that share pictures or sound with a ready one.

    That several reporters took the same pictures of one video says nothing.
    """
    matches = Match.objects.filter(
        clip=OuterRef("pk"), clip__state=State.READY, other__state=State.READY
    ).exclude(
        clip__kind=Kind.SHOTS,
        other__kind=Kind.SHOTS,
        other__target_type=F("clip__target_type"),
        other__target_id=F("clip__target_id"),
    )
    said = JSONObject(
        frames="frames",
        of="of",
        sound_s="sound_s",
        kind="other__kind",
        target_type="other__target_type",
        target_id="other__target_id",
        case_id=Coalesce("other__case_id", "other__appeal__case_id"),
        is_ai=_decided(),
    )
    return ArraySubquery(
        matches.order_by("-frames", "-sound_s", "other_id").values(said=said)[:MOST_MATCHES]
    )


def _decided() -> Case:
    """What the video or channel of the other clip is locked as: whether AI, NULL if it is not."""
    is_ai = Case(When(score__gt=0, then=True), default=False)
    key = OuterRef("other__target_id")
    handle = Func(key, Value("@"), Value(2), function="split_part", output_field=CharField())
    worn = Func(handle, template="ARRAY[%(expressions)s]", output_field=ArrayField(CharField()))
    named = Q(channel_id=key) | Q(handle=handle) | Q(former_handles__contains=worn)
    videos = Video.objects.filter(pk=key, locked=True)
    channels = Channel.objects.filter(named, locked=True)
    by_kind = {TargetType.VIDEO: videos, TargetType.CHANNEL: channels}
    return Case(
        *(
            When(other__target_type=kind, then=Subquery(found.values(said=is_ai)[:1]))
            for kind, found in by_kind.items()
        )
    )
