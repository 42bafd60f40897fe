"""Lookups: videos by the prefix of their hash, read from published files."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, ClassVar

import orjson
from django.http import HttpRequest, HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema

from common import errors, ids
from common.http import BODY_ERRORS, ApiView, JsonResponse, json_body
from common.schema import answers
from common.throttling import by_address
from sync import publish
from sync.serializers import PREFIXES_MAX, LookupAnswerSerializer, LookupSerializer
from videos.serializers import VideoSerializer
from votes.models import AI_CATEGORIES

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
