"""The signed statement, for whoever gets our files from somebody else."""

from __future__ import annotations

from typing import ClassVar

from django.http import HttpRequest, HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema

from common import errors
from common.http import ApiView, JsonResponse
from common.schema import answers
from sync.serializers import SignedSerializer
from sync.signed import statement


class SignedView(ApiView):
    """What this server publishes, signed."""

    endpoint: ClassVar[str] = "/api/sync/signed"
    limit = "stats"
    # Longer, and a file that has just been made would be in nobody's statement.
    cache_control = "public, max-age=5"

    @extend_schema(
        parameters=[
            OpenApiParameter("file", str, description="Only files of this name: compact.bin, ..."),
        ],
        responses=answers(SignedSerializer, errors.InvalidParam, errors.NotFound),
    )
    def get(self, request: HttpRequest) -> HttpResponse:
        """Bytes and SHA-256 of the newest files, with the time, signed with Ed25519.

        `statement` is JSON as text, byte for byte what was signed. Each signature is the text of
        a minisign signature file: of the key in use first, then of the one before it.
        """
        return JsonResponse(statement.signed(request.GET.get("file", "")))
