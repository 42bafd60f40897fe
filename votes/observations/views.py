"""What viewers who share it saw of YouTube's label."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers

from common import errors
from common.fields import (
    ChannelIdField,
    HandleField,
    StrictSerializer,
    UserIdField,
    VideoKeysField,
    timestamp,
)
from common.http import BODY_ERRORS, ApiView, JsonResponse, json_body, limits_of_voter
from common.schema import answers
from votes import brakes
from votes.models import SAMPLE_MAX
from votes.observations import facts
from votes.serializers import ProofField, SuccessSerializer


class ObservationSerializer(StrictSerializer):
    """Body of POST /api/observations."""

    userId = UserIdField()
    channelId = ChannelIdField(required=False)
    channelHandle = HandleField(required=False)
    labelled = VideoKeysField(
        required=False, max_length=SAMPLE_MAX, help_text="Keys of videos that carry the label."
    )
    unlabelled = VideoKeysField(
        required=False, max_length=SAMPLE_MAX, help_text="Keys of videos that do not."
    )
    proof = ProofField(required=False, help_text="As for a vote, where one is asked for.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A channel, and 1-5 different videos. Raises `MissingFields` or `InvalidField`."""
        if "channelId" not in attrs and "channelHandle" not in attrs:
            raise errors.MissingFields("channelId or channelHandle is required.", field="channelId")
        keys = [*attrs.get("labelled", ()), *attrs.get("unlabelled", ())]
        if not 1 <= len(keys) <= SAMPLE_MAX or len(set(keys)) < len(keys):
            raise errors.InvalidField(
                f"labelled and unlabelled have 1 to {SAMPLE_MAX} different keys together.",
                field="labelled",
            )
        return attrs


class ForgetSerializer(StrictSerializer):
    """Body of DELETE /api/observations."""

    userId = UserIdField()


class ObservedSerializer(serializers.Serializer[Any]):
    """A stored observation."""

    success = serializers.BooleanField()
    countsFrom = serializers.DateTimeField(
        required=False, help_text="When the voter is old enough for it to count."
    )


class ObservationsView(ApiView):
    """Sharing what one saw of YouTube's label, and taking it all back."""

    endpoint: ClassVar[str] = "/api/observations"
    writes = True

    @extend_schema(
        request=ObservationSerializer,
        responses=answers(
            ObservedSerializer,
            *BODY_ERRORS,
            errors.InvalidField,
            errors.MissingFields,
            errors.Forbidden,
        ),
    )
    def post(self, request: HttpRequest) -> HttpResponse:
        """Say of up to five videos of a channel whether YouTube labels them as made with AI.

        Stored for this voter and channel in the place of what was said before. It counts once the
        voter is a week old, and is forgotten after 30 days.
        """
        data = self._validated(request, _OBSERVATION)
        brakes.admit(
            voter_id=data["userId"], category="", proof=data.get("proof"), route=self.endpoint
        )
        names = [
            data.get("channelId"),
            f"@{handle}" if (handle := data.get("channelHandle")) else None,
        ]
        counts_from = facts.observe(
            facts.Sample(
                voter_id=data["userId"],
                names=[name for name in names if name],
                labelled=data.get("labelled", []),
                unlabelled=data.get("unlabelled", []),
            ),
            address=self.client,
        )
        waits = {"countsFrom": timestamp(counts_from)} if counts_from else {}
        return JsonResponse({"success": True, **waits})

    @extend_schema(
        request=ForgetSerializer,
        responses=answers(SuccessSerializer, *BODY_ERRORS, errors.InvalidField, errors.NotFound),
    )
    def delete(self, request: HttpRequest) -> HttpResponse:
        """Delete everything that this voter has observed; votes stay."""
        data = self._validated(request, _FORGET)
        if not facts.forget_voter(data["userId"]):
            raise errors.NotFound("This user has shared no observations.")
        return JsonResponse({"success": True})

    def _validated(self, request: HttpRequest, serializer: StrictSerializer) -> dict[str, Any]:
        """The body's members, after counting the request: refused ones count too."""
        body = self.counted(
            lambda: json_body(request),
            lambda body: limits_of_voter(
                "observation_user", request, body.get("userId"), self.client
            ),
        )
        data: dict[str, Any] = serializer.run_validation(body)
        return data


_OBSERVATION = ObservationSerializer()
_FORGET = ForgetSerializer()
