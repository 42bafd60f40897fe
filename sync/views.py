"""What is read from published files: prefix lookups, the full copy, stats; and the delta."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, ClassVar

import orjson
from django.http import HttpRequest, HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema

from realtube.common import addresses, errors, ids
from realtube.common.http import ApiView, JsonResponse, json_body
from realtube.common.schema import answers
from realtube.common.throttling import Limit
from sync import delta, publish, snapshot, stats
from sync.serializers import (
    PREFIXES_MAX,
    DeltaSerializer,
    FullSerializer,
    LookupAnswerSerializer,
    LookupSerializer,
    StatsSerializer,
)
from videos.serializers import VideoSerializer
from votes.models import AI_CATEGORIES

LIMIT = 10_000
_NUMBER = re.compile(r"[0-9]{1,3}(\.[0-9]{1,6})?")


class PrefixView(ApiView):
    """The private lookup: all videos whose hash starts with a prefix."""

    endpoint: ClassVar[str] = "/api/videos/:hashPrefix"
    limit = "lookup"
    cache_control = "public, max-age=5, stale-while-revalidate=60"

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
            errors.RateLimited,
        ),
    )
    def get(self, request: HttpRequest, hash_prefix: str) -> HttpResponse:
        """Video objects, ordered by id. Send 4 characters: more come close to naming a video."""
        prefix = ids.normalise_prefix(hash_prefix.strip())
        if prefix is None:
            raise errors.InvalidPrefix(field="hashPrefix")
        keep = _filters(request)
        found = publish.read_bucket(prefix[: ids.BUCKET_LENGTH])
        if found is None:
            raise errors.NotFound("No reported video has this prefix.")
        body, etag = found
        if keep is None and len(prefix) == ids.BUCKET_LENGTH:
            response = JsonResponse(body)
            response["ETag"] = etag
            return response
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

    @extend_schema(
        request=LookupSerializer,
        responses=answers(
            LookupAnswerSerializer,
            errors.InvalidBody,
            errors.InvalidPrefix,
            errors.PayloadTooLarge,
            errors.UnsupportedMediaType,
            errors.RateLimited,
        ),
    )
    def post(self, request: HttpRequest) -> HttpResponse:
        """Videos by prefix, an empty list for none; 1-100 distinct prefixes."""
        who = addresses.limit_key(self.client)
        failure: errors.ApiError | None = None
        prefixes: list[str] = []
        try:
            prefixes = _prefixes(json_body(request))
        except errors.ApiError as error:
            failure = error
        self.count(Limit("lookup", who), Limit("prefixes", who, cost=max(1, len(prefixes))))
        if failure:
            raise failure
        results: dict[str, list[Any]] = {}
        for prefix in prefixes:
            found = publish.read_bucket(prefix[: ids.BUCKET_LENGTH])
            results[prefix] = (
                _with_prefix(found[0], prefix)[: publish.MAX_IN_BUCKET] if found else []
            )
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
        ],
        responses=answers(
            DeltaSerializer,
            errors.MissingParam,
            errors.InvalidParam,
            errors.SyncExpired,
            errors.RateLimited,
            errors.Overloaded,
        ),
    )
    def get(self, request: HttpRequest) -> HttpResponse:
        """Entries to apply in any order; then go on from `nextCursor` or `syncTimestamp`."""
        limit = request.GET.get("limit", str(LIMIT))
        if not re.fullmatch(r"[0-9]{1,5}", limit) or not 1 <= int(limit) <= LIMIT:
            raise errors.InvalidParam("limit must be from 1 to 10000.", field="limit")
        if "cursor" in request.GET:
            position = delta.parse_cursor(request.GET["cursor"])
            return JsonResponse(delta.after(position, limit=int(limit)))
        moment = delta.parse_since(request.GET.get("since", "").strip())
        return JsonResponse(delta.since(moment, limit=int(limit)))


class FullView(ApiView):
    """The full copy, at most 15 minutes old."""

    endpoint: ClassVar[str] = "/api/sync/full"
    limit = "sync"
    cache_control = "public, max-age=900"

    @extend_schema(responses=answers(FullSerializer, errors.RateLimited, errors.Overloaded))
    def get(self, request: HttpRequest) -> HttpResponse:
        """Videos and channels with a score, highest first; delta goes on from `generatedAt`."""
        try:
            body = snapshot.path().read_bytes()
        except FileNotFoundError:
            snapshot.build()
            body = snapshot.path().read_bytes()
        return JsonResponse(body)


class StatsView(ApiView):
    """The service in numbers."""

    endpoint: ClassVar[str] = "/api/stats"
    limit = "stats"
    cache_control = "public, max-age=300"

    @extend_schema(responses=answers(StatsSerializer, errors.RateLimited, errors.Overloaded))
    def get(self, request: HttpRequest) -> HttpResponse:
        """Counts, a minute old at most."""
        return JsonResponse(stats.current())


def _filters(request: HttpRequest) -> Callable[[dict[str, Any]], bool] | None:
    """The filter that the query asks for; None for none. Raises `InvalidParam`."""
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
