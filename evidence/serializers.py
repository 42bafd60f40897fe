"""The shape of clips on the wire, for those whose they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db.models import Count, F
from rest_framework import serializers

from common.fields import timestamp
from evidence import store, words
from evidence.files import archive_link
from evidence.models import Clip, State
from evidence.owners import Owner
from evidence.uploads import arrivals

# Of whose vote it is they know, and a fingerprint is nothing to read.
_NOT_TEXT = ("appeal_id", "case_id", "fingerprint")


class ClipSerializer(serializers.Serializer[Any]):
    """A clip as its owner sees it."""

    id = serializers.UUIDField()
    name = serializers.CharField(help_text="Of the file, as it was sent.")
    size = serializers.IntegerField(help_text="Bytes.")
    offset = serializers.IntegerField(help_text="Bytes that have arrived.")
    state = serializers.ChoiceField(choices=list(words.STATES))
    words = serializers.CharField(help_text="The state, or why it failed, in English for people.")
    sizeWords = serializers.CharField(help_text="Its size for people.")
    progress = serializers.IntegerField(help_text="Of the work on it, 0-100.")
    sentAt = serializers.DateTimeField()
    found = serializers.ListField(
        child=serializers.CharField(), help_text="What was found in it, in English for people."
    )
    sheet = serializers.CharField(required=False, help_text="Link to a picture of all its frames.")
    archive = serializers.CharField(required=False, help_text="Link to its frames as a ZIP.")
    expiresAt = serializers.DateTimeField(required=False, help_text="When it is deleted.")
    upload = serializers.CharField(required=False, help_text="Where the rest is to be sent.")


class OwnersClipsSerializer(serializers.Serializer[Any]):
    """All clips of one owner."""

    clips = ClipSerializer(many=True)
    room = serializers.IntegerField(help_text="How many more may be sent.")
    largest = serializers.IntegerField(help_text="Bytes that one may have.")


def clips_of_voter(voter_id: str) -> list[Mapping[str, Any]]:
    """All that is stored of the clips that a voter sent."""
    fields = [field.attname for field in Clip._meta.fields if field.attname not in _NOT_TEXT]
    mine = Clip.objects.filter(vote__voter_id=voter_id).order_by("created_at", "pk")
    return list(mine.values(*fields, video_id=F("vote__video_id")))


def clips_object(owner: Owner, *, path: str) -> dict[str, Any]:
    """What `OwnersClipsSerializer` describes; `path` is the address of the owner's clips."""
    clips = owner.clips.annotate(frame_count=Count("frames"))
    return {
        "clips": [_clip_object(arrivals.settle(clip), path) for clip in clips],
        "room": owner.room(),
        "largest": settings.EVIDENCE_CLIP_BYTES,
    }


def _clip_object(clip: Clip, path: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": str(clip.pk),
        "name": clip.name,
        "size": clip.size,
        "offset": clip.offset,
        "state": clip.state,
        "words": clip.reason or words.STATES[clip.state],
        "sizeWords": words.size(clip.size),
        "progress": clip.progress,
        "sentAt": timestamp(clip.created_at),
        "found": [],
    }
    if clip.state == State.READY:
        frames: int = getattr(clip, "frame_count")  # noqa: B009 - annotated
        found["found"] = words.found(
            duration_s=clip.duration_s,
            width=clip.width,
            height=clip.height,
            frames=frames,
            credentials=clip.credentials,
        )
        if frames:
            found["archive"] = archive_link(clip)
        if clip.sheet:
            found["sheet"] = store.link(clip.sheet, content_type="image/jpeg")
    if clip.state == State.RECEIVING:
        found["upload"] = f"{path}/{clip.pk}"
        found["expiresAt"] = timestamp(arrivals.given_up_at(clip.changed_at))
    elif clip.expires_at:
        found["expiresAt"] = timestamp(clip.expires_at)
    return found
