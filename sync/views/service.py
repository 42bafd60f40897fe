"""The service in numbers."""

from __future__ import annotations

from typing import ClassVar

from django.http import HttpRequest, HttpResponse
from drf_spectacular.utils import extend_schema

from common.http import ApiView, JsonResponse
from common.schema import answers
from sync import stats
from sync.serializers import StatsSerializer


class StatsView(ApiView):
    """The service in numbers."""

    endpoint: ClassVar[str] = "/api/stats"
    limit = "stats"
    cache_control = "public, max-age=300"

    @extend_schema(responses=answers(StatsSerializer))
    def get(self, request: HttpRequest) -> HttpResponse:
        """Counts, a minute old at most."""
        return JsonResponse(stats.current())
