"""The selectors, for extensions."""

from __future__ import annotations

import hashlib
from typing import ClassVar

from django.http import HttpRequest, HttpResponse
from drf_spectacular.utils import extend_schema

from common.http import ApiView, JsonResponse
from common.schema import answers
from sync.client.selectors import SelectorsSerializer
from sync.models import ClientSelectors


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
