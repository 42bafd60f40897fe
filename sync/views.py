"""What is read from published files: prefix lookups, the full copy, stats; and the delta."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any, ClassVar

import orjson
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema

from channels.models import Channel
from common import errors, ids
from common.files import ENCODINGS, choose_encoding, file_answer
from common.http import BODY_ERRORS, ApiView, JsonResponse, json_body
from common.schema import answers
from common.throttling import by_address
from sync import delta, history, lists, publish, snapshot, stats
from sync.encoded import encoded
from sync.models import ClientSelectors, StatusChange
from sync.selectors import SelectorsSerializer
from sync.serializers import (
    PREFIXES_MAX,
    DeltaSerializer,
    FullSerializer,
    HistorySerializer,
    LookupAnswerSerializer,
    LookupSerializer,
    ManifestSerializer,
    StatsSerializer,
)
from videos.models import Video
from videos.serializers import VideoSerializer
from votes.models import AI_CATEGORIES

SNAPSHOT_CACHE = f"public, max-age={int(snapshot.MAX_AGE.total_seconds())}"
_NUMBER = re.compile(r"[0-9]{1,3}(\.[0-9]{1,6})?")


class PrefixView(ApiView):
    """The private lookup: all videos whose hash starts with a prefix."""

    endpoint: ClassVar[str] = "/api/videos/:hashPrefix"
    limit = "lookup"
    cache_control = "public, max-age=5, stale-while-revalidate=60"
    needs_database = False

    @extend_schema(
        parameters=[
            OpenApiParameter("categories", str, description="Comma-separated; any of them."),
            OpenApiParameter("minScore", float, description="0-100."),
        ],
        responses=answers(
            VideoSerializer(many=True),
            errors.InvalidPrefix,
            errors.InvalidParam,
            errors.NotFound,
        ),
    )
    def get(self, request: HttpRequest, hash_prefix: str) -> HttpResponse:
        """Video objects, ordered by id. Send 4 characters: more come close to naming a video."""
        prefix = ids.normalise_prefix(hash_prefix.strip())
        if prefix is None:
            raise errors.InvalidPrefix(field="hashPrefix")
        keep = _filters(request)
        body = publish.read_bucket(prefix[: ids.BUCKET_LENGTH])
        if body is None:
            raise errors.NotFound("No reported video has this prefix.")
        if keep is None and len(prefix) == ids.BUCKET_LENGTH:
            return JsonResponse(body)
        videos = [v for v in _with_prefix(body, prefix) if keep is None or keep(v)]
        if not videos:
            raise errors.NotFound("No reported video has this prefix.")
        response = JsonResponse(videos[: publish.MAX_IN_BUCKET])
        if len(videos) > publish.MAX_IN_BUCKET:
            response["X-Truncated"] = "true"
        return response


class LookupView(ApiView):
    """Many private lookups in one request."""

    endpoint: ClassVar[str] = "/api/videos/lookup"
    needs_database = False

    @extend_schema(
        request=LookupSerializer,
        responses=answers(
            LookupAnswerSerializer,
            *BODY_ERRORS,
            errors.InvalidPrefix,
        ),
    )
    def post(self, request: HttpRequest) -> HttpResponse:
        """Videos by prefix, an empty list for none; 1-100 distinct prefixes."""
        failure: errors.ApiError | None = None
        prefixes: list[str] = []
        try:
            prefixes = _prefixes(json_body(request))
        except errors.ApiError as error:
            failure = error
        self.count(
            *by_address("lookup", self.client),
            *by_address("prefixes", self.client, cost=max(1, len(prefixes))),
        )
        if failure:
            raise failure
        results: dict[str, list[Any]] = {}
        for prefix in prefixes:
            body = publish.read_bucket(prefix[: ids.BUCKET_LENGTH])
            results[prefix] = _with_prefix(body, prefix)[: publish.MAX_IN_BUCKET] if body else []
        return JsonResponse({"results": results})


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
                description="`compact`: the keys and bytes of the compact snapshot.",
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
        limit = _whole_number(request, "limit", low=1, high=delta.PAGE, default=delta.PAGE)
        form = _delta_form(request)
        if "cursor" in request.GET:
            position = delta.parse_cursor(request.GET["cursor"])
            return JsonResponse(delta.after(position, limit=limit, form=form))
        moment = delta.parse_since(request.GET.get("since", "").strip())
        return JsonResponse(delta.since(moment, limit=limit, form=form))


class FullView(ApiView):
    """The full copy, at most 15 minutes old."""

    endpoint: ClassVar[str] = "/api/sync/full"
    limit = "sync"
    cache_control = SNAPSHOT_CACHE

    @extend_schema(
        parameters=[
            OpenApiParameter("minScore", int, description="0-100; 1 if left out."),
            OpenApiParameter("limit", int, description="Entries a page, 1-10000."),
            OpenApiParameter("cursor", str, description="`nextCursor` of the last page."),
        ],
        responses=answers(
            FullSerializer,
            errors.InvalidParam,
            errors.SyncExpired,
            errors.RangeNotSatisfiable,
        ),
    )
    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Videos and channels with a score, highest first; delta goes on from `generatedAt`.

        Without parameters the 50,000 highest of each, from a file: strong ETag, gzip and zstd,
        ranges. With `limit` in pages of one revision.
        """
        if request.GET.keys().isdisjoint({"minScore", "limit", "cursor"}):
            return _snapshot_file(request, snapshot.FULL, "application/json")
        limit = _whole_number(request, "limit", low=1, high=snapshot.PAGE_MAX, default=0)
        min_score = _whole_number(
            request, "minScore", low=0, high=100, default=snapshot.LEAST_SCORE
        )
        cursor = request.GET.get("cursor", "")
        if cursor and not limit:
            limit = snapshot.PAGE_MAX
        return JsonResponse(snapshot.page(min_score=min_score, limit=limit, cursor=cursor))


class EverythingView(ApiView):
    """All that is published, for mirrors and research."""

    endpoint: ClassVar[str] = "/api/sync/full.ndjson.zst"
    limit = "sync"
    cache_control = SNAPSHOT_CACHE

    @extend_schema(
        responses=answers({"application/zstd": OpenApiTypes.BINARY}, errors.RangeNotSatisfiable)
    )
    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Zstandard of JSON lines: the manifest, then video objects, then channel objects.

        The manifest's `counts` say how many of each. Also has what is published with score 0.
        """
        return _snapshot_file(
            request, snapshot.EVERYTHING, "application/zstd", filename="realtube-full.ndjson.zst"
        )


class CompactView(ApiView):
    """The compact snapshot (docs/compact-format.md)."""

    endpoint: ClassVar[str] = "/api/sync/compact"
    limit = "sync"
    cache_control = SNAPSHOT_CACHE

    @extend_schema(
        responses=answers(
            {"application/octet-stream": OpenApiTypes.BINARY}, errors.RangeNotSatisfiable
        )
    )
    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Binary: 64-bit keys, scores, flags. Delta with `format=compact` goes on from it."""
        return _snapshot_file(request, snapshot.COMPACT, "application/octet-stream")


class ManifestView(ApiView):
    """What the published snapshot is."""

    endpoint: ClassVar[str] = "/api/sync/manifest"
    limit = "stats"
    cache_control = "public, max-age=60"

    @extend_schema(responses=answers(ManifestSerializer))
    def get(self, request: HttpRequest) -> HttpResponse:
        """Revision, time, licence, counts; bytes and SHA-256 of each file and encoding."""
        return JsonResponse(snapshot.current().manifest)


class ListView(ApiView):
    """Text lists for clients that take nothing else."""

    endpoint: ClassVar[str] = "/api/lists/:kind"
    limit = "sync"
    cache_control = SNAPSHOT_CACHE

    @extend_schema(
        parameters=[
            OpenApiParameter("kind", str, OpenApiParameter.PATH, enum=sorted(lists.FORMS)),
            OpenApiParameter("minScore", int, description="1-100; channels 80, videos 50."),
            OpenApiParameter("format", str, enum=list(lists.FORMS["channels"])),
        ],
        responses=answers(
            {"text/plain": OpenApiTypes.STR, "application/json": OpenApiTypes.ANY},
            errors.InvalidParam,
            errors.NotFound,
        ),
    )
    def get(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        """Channels or videos by falling score. FreeTube has no list of videos."""
        form = request.GET.get("format", "plain")
        if form not in lists.FORMS[kind]:
            known = ", ".join(lists.FORMS[kind])
            raise errors.InvalidParam(f"format must be one of {known}.", field="format")
        least = _whole_number(
            request, "minScore", low=1, high=100, default=lists.DEFAULT_SCORE[kind]
        )
        wanted = lists.Wanted(kind, form, least)
        source, files, body = snapshot.text_list(wanted)
        accepted = request.META.get("HTTP_ACCEPT_ENCODING", "")
        encoding = choose_encoding(accepted, files or ENCODINGS)
        if files:
            return file_answer(
                request,
                source.folder / "lists" / (wanted.finished_name + ENCODINGS.get(encoding, "")),
                etag=files[encoding or "identity"]["sha256"][:32],
                content_type=wanted.media_type,
                modified=source.generated_at,
                encoding=encoding,
            )
        response = HttpResponse(encoded(body, encoding), content_type=wanted.media_type)
        response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        if encoding:
            response["Content-Encoding"] = encoding
        return response


class VideoHistoryView(ApiView):
    """What became of a video, by its full id, for third parties."""

    endpoint: ClassVar[str] = "/api/videos/:videoId/history"
    limit = "lookup"
    cache_control = "public, max-age=60"

    @extend_schema(
        responses=answers(
            HistorySerializer,
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
            HistorySerializer,
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


class StatsView(ApiView):
    """The service in numbers."""

    endpoint: ClassVar[str] = "/api/stats"
    limit = "stats"
    cache_control = "public, max-age=300"

    @extend_schema(responses=answers(StatsSerializer))
    def get(self, request: HttpRequest) -> HttpResponse:
        """Counts, a minute old at most."""
        return JsonResponse(stats.current())


class SelectorsView(ApiView):
    """What the extension knows of YouTube's pages."""

    endpoint: ClassVar[str] = "/api/client/selectors.json"
    limit = "stats"
    cache_control = "public, max-age=300"

    @extend_schema(responses=answers(SelectorsSerializer))
    def get(self, request: HttpRequest) -> HttpResponse:
        """The newest version of the extension's selectors; data only, with a strong ETag."""
        response = JsonResponse(ClientSelectors.objects.current())
        response["ETag"] = f'"{hashlib.blake2b(response.content, digest_size=12).hexdigest()}"'
        return response


def _history(kind: str, key: str, *, hidden: bool) -> HttpResponse:
    lines = [] if hidden else history.of(kind, key)
    if not lines:
        raise errors.NotFound("Nothing is known of it.")
    return JsonResponse({"history": lines})


def _snapshot_file(
    request: HttpRequest, name: str, content_type: str, *, filename: str = ""
) -> HttpResponseBase:
    source = snapshot.current()
    available = source.manifest["files"][name]
    encoding = choose_encoding(request.META.get("HTTP_ACCEPT_ENCODING", ""), available)
    path, checksum = source.file(name, encoding or "identity")
    return file_answer(
        request,
        path,
        etag=checksum[:32],
        content_type=content_type,
        modified=source.generated_at,
        encoding=encoding,
        filename=filename,
    )


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


def _whole_number(request: HttpRequest, name: str, *, low: int, high: int, default: int) -> int:
    """A parameter, or its default. Raises `InvalidParam` unless `low` <= n <= `high`."""
    given = request.GET.get(name)
    if given is None:
        return default
    if not re.fullmatch(r"[0-9]{1,5}", given) or not low <= int(given) <= high:
        raise errors.InvalidParam(f"{name} must be from {low} to {high}.", field=name)
    return int(given)


def _filters(request: HttpRequest) -> Callable[[dict[str, Any]], bool] | None:
    """The filter that the query asks for; None for none. Raises `InvalidParam`."""
    if not request.META.get("QUERY_STRING"):
        return None
    wanted: set[str] = set()
    least = 0.0
    if "categories" in request.GET:
        wanted = set(request.GET["categories"].split(","))
        if not wanted <= set(AI_CATEGORIES):
            raise errors.InvalidParam("categories has an unknown one.", field="categories")
    if "minScore" in request.GET:
        given = request.GET["minScore"]
        if not _NUMBER.fullmatch(given) or float(given) > 100:
            raise errors.InvalidParam("minScore must be from 0 to 100.", field="minScore")
        least = float(given)
    if not wanted and "minScore" not in request.GET:
        return None
    return lambda video: (
        video["score"] >= least and (not wanted or not wanted.isdisjoint(video["categories"]))
    )


def _prefixes(body: dict[str, Any]) -> list[str]:
    """The distinct prefixes of a batch. Raises `InvalidBody` or `InvalidPrefix`."""
    given = body.get("prefixes")
    if not isinstance(given, list) or not all(isinstance(prefix, str) for prefix in given):
        raise errors.InvalidBody("prefixes must be a list of strings.", field="prefixes")
    prefixes = [ids.normalise_prefix(prefix.strip()) for prefix in given]
    if None in prefixes:
        raise errors.InvalidPrefix(field="prefixes")
    distinct = list(dict.fromkeys(filter(None, prefixes)))
    if not 1 <= len(distinct) <= PREFIXES_MAX:
        raise errors.InvalidPrefix("Send 1 to 100 prefixes.", field="prefixes")
    return distinct


def _with_prefix(body: bytes, prefix: str) -> list[dict[str, Any]]:
    videos: list[dict[str, Any]] = orjson.loads(body)
    if len(prefix) == ids.BUCKET_LENGTH:
        return videos
    return [video for video in videos if ids.video_hash(video["videoId"]).startswith(prefix)]
