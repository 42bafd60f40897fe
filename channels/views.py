"""Channel lookups."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from drf_spectacular.utils import extend_schema

from channels.cache import CHANNEL_TTL_S, channel_cache_key
from channels.models import Channel
from channels.present import channel_object
from channels.serializers import ChannelSerializer
from realtube.common import cache, errors, ids
from realtube.common.http import ApiView, JsonResponse
from realtube.common.schema import answers


class ChannelView(ApiView):
    """A channel by id, or by `@handle` in any case and encoding."""

    endpoint: ClassVar[str] = "/api/channels/:channelId"
    limit = "lookup"
    cache_control = "public, max-age=60"

    @extend_schema(
        responses=answers(
            ChannelSerializer,
            errors.InvalidField,
            errors.NotFound,
            errors.RateLimited,
            errors.Overloaded,
        )
    )
    def get(self, request: HttpRequest, channel_id: str) -> HttpResponse:
        """One channel object."""
        key = _key(channel_id.strip())
        found = cache.read_through(
            channel_cache_key(key), ttl_s=CHANNEL_TTL_S, load=lambda: _load(key)
        )
        if found is None:
            raise errors.NotFound("This channel is not known.")
        return JsonResponse(found)


def _key(given: str) -> str:
    if given.startswith("@"):
        handle = ids.normalise_handle(given)
        if handle:
            return f"@{handle}"
    elif ids.is_channel_id(given):
        return given
    raise errors.InvalidField("channelId must be an id or an @handle.", field="channelId")


def _load(key: str) -> dict[str, Any] | None:
    wanted = Q(handle=key[1:]) if key.startswith("@") else Q(channel_id=key)
    channel = Channel.objects.filter(wanted).first()
    return channel_object(channel) if channel else None
