"""What changed: since the last sync, and in the life of one video or channel."""

from __future__ import annotations

import time
from typing import Any, ClassVar

import orjson
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date
from drf_spectacular.utils import OpenApiParameter, extend_schema

from channels.models import Channel
from common import errors, ids
from common.files import choose_encoding
from common.http import ApiView, JsonResponse
from common.schema import answers
from sync import delta, history
from sync.encoded import encoded
from sync.models import StatusChange
from sync.serializers import DeltaSerializer, StatusHistorySerializer
from sync.views.parameters import whole_number
from videos.models import Video

# With `Expires`, and no `max-age`, which each of several caches in a row would count anew.
SHARED = "public, stale-while-revalidate=60"
# What nginx can unpack for those who do not take it.
_PACKED = ("gzip",)


class DeltaView(ApiView):
    """What changed since the last sync."""

    endpoint: ClassVar[str] = "/api/sync/delta"
    limit = "sync"

    @extend_schema(
        parameters=[
            OpenApiParameter("since", str, description="RFC 3339 time with an offset."),
            OpenApiParameter("cursor", str, description="`nextCursor` of the last answer."),
            OpenApiParameter("limit", int, description="Most changes to send, 1-10000."),
            OpenApiParameter(
                "format",
                str,
                enum=["json", "compact"],
                description="`compact`: the keys and bytes of the compact snapshot, up to the last "
                "cut (with `cursor`); kept until `Expires`.",
            ),
            OpenApiParameter(
                "minScore",
                int,
                enum=[0],
                description="0: also what is published with score 0, which otherwise is a removal.",
            ),
        ],
        responses=answers(
            DeltaSerializer,
            errors.MissingParam,
            errors.InvalidParam,
            errors.SyncExpired,
        ),
    )
    def get(self, request: HttpRequest) -> HttpResponse:
        """Entries to apply in any order; then go on from `nextCursor` or `syncTimestamp`."""
        limit = whole_number(request, "limit", low=1, high=delta.PAGE, default=delta.PAGE)
        form = _delta_form(request)
        if "cursor" in request.GET:
            position = delta.parse_cursor(request.GET["cursor"])
            body, kept_s = delta.after(position, limit=limit, form=form)
            return _for_all(request, body, kept_s) if kept_s else JsonResponse(body)
        moment = delta.parse_since(request.GET.get("since", "").strip())
        return JsonResponse(delta.since(moment, limit=limit, form=form))


class VideoHistoryView(ApiView):
    """What became of a video, by its full id, for third parties."""

    endpoint: ClassVar[str] = "/api/videos/:videoId/history"
    limit = "lookup"
    cache_control = "public, max-age=60"

    @extend_schema(
        responses=answers(
            StatusHistorySerializer,
            errors.InvalidField,
            errors.NotFound,
        )
    )
    def get(self, request: HttpRequest, video_id: str) -> HttpResponse:
        """Changes of its standing, the newest first: when, from what, to what, and why."""
        if not ids.is_video_id(video_id):
            raise errors.InvalidField("A video id has 1-16 characters.", field="videoId")
        hidden = Video.objects.filter(pk=video_id).filter(Q(hidden=True) | Q(shadow_hidden=True))
        return _history(StatusChange.Kind.VIDEO, video_id, hidden=hidden.exists())


class ChannelHistoryView(ApiView):
    """What became of a channel."""

    endpoint: ClassVar[str] = "/api/channels/:channelId/history"
    limit = "lookup"
    cache_control = "public, max-age=60"

    @extend_schema(
        responses=answers(
            StatusHistorySerializer,
            errors.InvalidField,
            errors.NotFound,
        )
    )
    def get(self, request: HttpRequest, channel_id: str) -> HttpResponse:
        """The same of a channel, by id or `@handle`."""
        handle = ids.normalise_handle(channel_id) if channel_id[:1] == "@" else None
        if not handle and not ids.is_channel_id(channel_id):
            raise errors.InvalidField("This is no channel id and no @handle.", field="channelId")
        key = f"@{handle}" if handle else channel_id
        known = Channel.objects.known_as(key)
        return _history(StatusChange.Kind.CHANNEL, known.key if known else key, hidden=False)


def _for_all(request: HttpRequest, body: dict[str, Any], kept_s: int) -> HttpResponse:
    """An answer that caches may give to everybody for `kept_s` seconds, packed once for all."""
    encoding = choose_encoding(request.META.get("HTTP_ACCEPT_ENCODING", ""), _PACKED)
    response = JsonResponse(encoded(orjson.dumps(body), encoding))
    if encoding:
        response["Content-Encoding"] = encoding
    response["Cache-Control"] = SHARED
    response["Expires"] = http_date(time.time() + kept_s)
    return response


def _history(kind: str, key: str, *, hidden: bool) -> HttpResponse:
    lines = [] if hidden else history.of(kind, key)
    if not lines:
        raise errors.NotFound("Nothing is known of it.")
    return JsonResponse({"history": lines})


def _delta_form(request: HttpRequest) -> delta.Format:
    """Which delta is asked for. Raises `InvalidParam`."""
    wanted = request.GET.get("format", "json")
    least = request.GET.get("minScore")
    if wanted not in ("json", "compact"):
        raise errors.InvalidParam("format must be json or compact.", field="format")
    if least not in (None, "0") or (least and wanted == "compact"):
        raise errors.InvalidParam("minScore can only be 0, with format json.", field="minScore")
    if wanted == "compact":
        return "compact"
    return "everything" if least else "json"
