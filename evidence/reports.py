"""Pictures that come with a report (docs/contract.md#r84)."""

from __future__ import annotations

import base64
import binascii
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers

from common import errors, ids, throttling
from common.fields import StrictSerializer, UserIdField
from common.http import BODY_ERRORS, ApiView, JsonResponse, json_body, limits_of_voter
from common.schema import answers
from evidence import shots
from evidence.owners import check_on
from evidence.shots import Shot
from votes.models import AT_MAX_S
from votes.serializers import SuccessSerializer

_ENOUGH = "Your network has sent as many pictures as it may in a day. Please go on tomorrow."


def kind_of(picture: bytes) -> str:
    """The type of a picture whose bytes these are, by their beginning; empty for any other."""
    if picture.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if picture.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    return "image/webp" if picture[:4] == b"RIFF" and picture[8:12] == b"WEBP" else ""


@extend_schema_field(
    {
        "type": "array",
        "maxItems": shots.MOST,
        "items": {
            "type": "object",
            "required": ["at", "picture"],
            "properties": {
                "at": {"type": "number", "minimum": 0, "maximum": AT_MAX_S},
                "picture": {"type": "string", "format": "byte"},
            },
        },
    }
)
class ShotsField(serializers.ListField):
    """Pictures, each with its own second of the video."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """`Shot`s. Raises `MissingFields`, `InvalidField`, `UnsupportedMediaType`."""
        if data is serializers.empty:
            raise errors.MissingFields("shots is required.", field="shots")
        if len(data) > shots.MOST:
            raise self._wrong(f"be a list of {shots.MOST} at most")
        found: dict[float, Shot] = {}
        for it in data:
            given: dict[str, Any] = it if isinstance(it, dict) else {}
            at: Any = given.get("at")
            if type(at) not in (int, float) or not 0 <= at <= AT_MAX_S:
                raise self._wrong(f"have seconds, 0 to {AT_MAX_S}, as `at` of each")
            if at in found:
                raise self._wrong("have another second for each")
            found[at] = Shot(float(at), self._picture(given.get("picture")))
        return list(found.values())

    def _picture(self, text: Any) -> bytes:
        try:
            picture = base64.b64decode(text, validate=True) if isinstance(text, str) else b""
        except (binascii.Error, ValueError):
            picture = b""
        if not 0 < len(picture) <= shots.PICTURE_BYTES:
            raise self._wrong(f"have up to {shots.PICTURE_BYTES} bytes in Base64 as `picture`")
        if not kind_of(picture):
            raise errors.UnsupportedMediaType("A picture must be JPEG, PNG or WebP.")
        return picture

    def _wrong(self, rule: str) -> errors.InvalidField:
        return errors.InvalidField(f"shots must {rule}.", field="shots")


class ReportPicturesSerializer(StrictSerializer):
    """Body of POST /api/evidence/votes/{videoId}/shots."""

    userId = UserIdField()
    shots = ShotsField(help_text="In the place of those sent before; none removes them.")


_BODY = ReportPicturesSerializer()


class ShotsView(ApiView):
    """Pictures of the player that go with a voter's report of a video."""

    endpoint: ClassVar[str] = "/api/evidence/votes/:videoId/shots"
    writes = True

    @extend_schema(
        request=ReportPicturesSerializer,
        parameters=[OpenApiParameter("video_id", str, OpenApiParameter.PATH)],
        responses=answers(
            SuccessSerializer,
            *BODY_ERRORS,
            errors.InvalidField,
            errors.MissingFields,
            errors.NotFound,
            errors.TooManyClips,
            errors.StorageFull,
        ),
    )
    def post(self, request: HttpRequest, video_id: str) -> HttpResponse:
        """Show moderators what was seen: at most three pictures, once the answer to the vote says
        that some are taken (`shots`).
        """
        check_on()
        body = self.counted(
            lambda: json_body(request, most=shots.BODY_BYTES),
            lambda body: limits_of_voter("shots_user", request, body.get("userId"), self.client),
        )
        if not ids.is_video_id(video_id):
            raise errors.InvalidField("The video's id has 1-16 characters.", field="videoId")
        given: dict[str, Any] = _BODY.run_validation(body)
        if given["shots"]:
            self._count_network()
        shots.keep(given["userId"], video_id, given["shots"])
        return JsonResponse({"success": True})

    def _count_network(self) -> None:
        day = throttling.by_network("evidence_shots", self.client, window_s=throttling.DAY_S)
        try:
            throttling.count(day, route=self.endpoint)
        except throttling.LimitExceeded as exceeded:
            wait_s = exceeded.retry_after_s or throttling.DAY_S
            raise throttling.LimitExceeded(exceeded.usage, wait_s, _ENOUGH) from None
