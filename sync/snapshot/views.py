"""Downloads of the full copy and the text lists."""

from __future__ import annotations

import hashlib
from typing import ClassVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema

from common import errors
from common.files import ENCODINGS, choose_encoding, file_answer
from common.http import ApiView, JsonResponse
from common.schema import answers
from sync.encoded import encoded
from sync.serializers import FullSerializer, ManifestSerializer
from sync.snapshot import lists, snapshot
from sync.views.parameters import whole_number

SNAPSHOT_CACHE = f"public, max-age={int(snapshot.MAX_AGE.total_seconds())}"


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
        limit = whole_number(request, "limit", low=1, high=snapshot.PAGE_MAX, default=0)
        min_score = whole_number(request, "minScore", low=0, high=100, default=snapshot.LEAST_SCORE)
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
        least = whole_number(
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
