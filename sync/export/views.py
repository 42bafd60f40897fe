"""Downloads of the public export (docs/contract.md#export)."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema

from common import errors
from common.files import file_answer
from common.http import ApiView, JsonResponse
from common.schema import answers
from common.throttling import HOUR_S, WINDOW_S, by_address
from sync.export import exports, releases
from sync.export.formats import FORMATS
from sync.serializers import DataReleasesSerializer, ExportManifestSerializer


class Download(ApiView):
    """A large file, of which an address may have some an hour."""

    needs_database = False

    def send(
        self, request: HttpRequest, path: Path, *, small: bool = False, **more: Any
    ) -> HttpResponseBase:
        """The file, counted, a `small` one as a look. Ranges of one file count as one. `more`: see
        `file_answer`."""
        response = file_answer(request, path, filename=path.name, **more)
        try:
            if small:
                self.count_look()
            else:
                self._count_download(request, response.status_code, more["etag"])
        except errors.RateLimited:
            response.close()
            raise
        return response

    def _count_download(self, request: HttpRequest, status: int, checksum: str) -> None:
        if request.method == "HEAD" or status not in (200, 206):
            self.count_look()
            return
        if status == 206:
            self._count("export_range", checksum)
            if self.usage and self.usage.remaining < self.usage.limit - 1:
                return  # a further part of a download that has been counted
        self._count("export")

    def count_look(self) -> None:
        """Count what was no download."""
        self._count("stats")

    def _count(self, limit: str, of: str = "") -> None:
        window_s = HOUR_S if limit.startswith("export") else WINDOW_S
        self.count(*by_address(limit, self.client, of=of, window_s=window_s))


class ExportView(Download):
    """The newest public export."""

    endpoint: ClassVar[str] = "/api/database/export"
    cache_control = "public, max-age=3600"

    @extend_schema(
        parameters=[OpenApiParameter("format", str, enum=list(FORMATS))],
        responses=answers(
            {"application/gzip": OpenApiTypes.BINARY, "application/x-tar": OpenApiTypes.BINARY},
            errors.InvalidParam,
            errors.Forbidden,
            errors.NotFound,
            errors.RangeNotSatisfiable,
        ),
    )
    def get(self, request: HttpRequest) -> HttpResponseBase:
        """SQL if no format is named. Ranges of the same file count as one download an hour."""
        form = request.GET.get("format", "sql")
        if form not in FORMATS:
            self.count_look()
            known = ", ".join(FORMATS)
            raise errors.InvalidParam(f"format must be one of {known}.", field="format")
        try:
            found = exports.newest(form)
        except errors.ApiError:
            self.count_look()
            raise
        return self.send(
            request,
            found.path,
            etag=found.checksum[:32],
            content_type=FORMATS[form].media_type,
            modified=found.generated_at,
        )


class ExportManifestView(ApiView):
    """What the newest export is."""

    endpoint: ClassVar[str] = "/api/database/manifest"
    limit = "stats"
    cache_control = "public, max-age=300"
    needs_database = False

    @extend_schema(responses=answers(ExportManifestSerializer, errors.NotFound))
    def get(self, request: HttpRequest) -> HttpResponse:
        """Time, revision, licence, rows by table; name, bytes and SHA-256 of each file."""
        return JsonResponse(exports.current())


class ReleasesView(ApiView):
    """Which releases there are."""

    endpoint: ClassVar[str] = "/api/database/releases"
    limit = "stats"
    cache_control = "public, max-age=300"
    needs_database = False

    @extend_schema(responses=answers(DataReleasesSerializer))
    def get(self, request: HttpRequest) -> HttpResponse:
        """Their manifests, the newest month first."""
        return JsonResponse({"releases": releases.all_releases()})


class ReleaseFileView(Download):
    """A file of a release, which never changes."""

    endpoint: ClassVar[str] = "/api/database/releases/{month}/{name}"
    cache_control = "public, max-age=86400, immutable"

    @extend_schema(
        responses=answers(
            {"application/gzip": OpenApiTypes.BINARY, "application/x-tar": OpenApiTypes.BINARY},
            errors.NotFound,
            errors.RangeNotSatisfiable,
        ),
    )
    def get(self, request: HttpRequest, month: str, name: str) -> HttpResponseBase:
        """`month` is such as 2026-11, `name` as in its manifest."""
        try:
            found = releases.file_of(month, name)
        except errors.ApiError:
            self.count_look()
            raise
        return self.send(
            request,
            found.path,
            small=found.small,
            etag=found.checksum[:32],
            content_type=found.media_type,
            modified=found.made_at,
        )
