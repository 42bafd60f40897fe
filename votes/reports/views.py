"""Reporting a channel in one step."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers

from common import addresses, errors, ids
from common.fields import (
    ChannelIdField,
    HandleField,
    StrictSerializer,
    UserIdField,
    VideoIdField,
    timestamp,
)
from common.http import BODY_ERRORS, ApiView, JsonResponse, json_body, user_id_header
from common.schema import answers
from common.throttling import Limit
from votes import brakes
from votes.casting import Ballot, Cast
from votes.models import AI_CATEGORIES, REPORT_MAX
from votes.reports import facts
from votes.serializers import CategoryField, ClientField, ProofField


class ReportedVideoSerializer(StrictSerializer):
    """A video of the reported channel."""

    videoId = VideoIdField()
    isShort = serializers.BooleanField(required=False)


@extend_schema_field(ReportedVideoSerializer(many=True))
class ReportedVideosField(serializers.ListField):
    """Different videos of one channel, 1-5."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Their members. Raises `MissingFields`, `InvalidField`, or what a video raises."""
        if data is serializers.empty:
            raise errors.MissingFields("videos is required.", field="videos")
        if 1 <= len(data) <= REPORT_MAX and all(isinstance(video, dict) for video in data):
            videos = [_VIDEO.run_validation(video) for video in data]
            if len({video["videoId"] for video in videos}) == len(videos):
                return videos
        raise errors.InvalidField(f"videos has 1 to {REPORT_MAX} different ones.", field="videos")


class ReportSerializer(StrictSerializer):
    """Body of POST /api/channels/{key}/reports."""

    userId = UserIdField()
    category = CategoryField(choices=AI_CATEGORIES)
    videos = ReportedVideosField(help_text="1-5 different ones.")
    userAgent = ClientField(required=False)
    proof = ProofField(required=False, help_text="As for a vote, where one is asked for.")


class ReportedSerializer(serializers.Serializer[Any]):
    """A stored report."""

    success = serializers.BooleanField()
    votes = serializers.IntegerField(min_value=1, max_value=REPORT_MAX)
    userTrust = serializers.FloatField(min_value=0, max_value=1)
    countsFrom = serializers.DateTimeField(
        required=False, help_text="When a new voter's votes start to count, while that is delayed."
    )


class ReportsView(ApiView):
    """Reporting channels."""

    endpoint: ClassVar[str] = "/api/channels/reports"
    writes = True

    @extend_schema(
        request=ReportSerializer,
        responses=answers(
            ReportedSerializer,
            *BODY_ERRORS,
            errors.InvalidField,
            errors.MissingFields,
            errors.InvalidCategory,
            errors.Forbidden,
        ),
    )
    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        """Report a channel, by id or `@handle`: a vote on each of up to five of its videos.

        All votes are stored, or none. They are as single votes in every respect, and count as so
        many against the limits.
        """
        data = self._validated(request)
        handle = HandleField().run_validation(key) if key.startswith("@") else None
        channel_id = None if handle else ChannelIdField().run_validation(key)
        delay = brakes.admit(
            voter_id=data["userId"],
            category=data["category"],
            proof=data.get("proof"),
            route=self.endpoint,
        )
        name, version = data.get("userAgent", ("", ""))
        casts = [
            Cast(
                Ballot(
                    voter_id=data["userId"],
                    video_id=video["videoId"],
                    category=data["category"],
                    client_name=name,
                    client_version=version,
                    channel_id=channel_id,
                    handle=handle,
                    is_short=video.get("isShort"),
                ),
                self.client,
                delay,
            )
            for video in data["videos"]
        ]
        reported = f"@{handle}" if handle else str(channel_id)
        receipts = facts.report(reported, casts, address=self.client)
        answer: dict[str, Any] = {
            "success": True,
            "votes": len(receipts),
            "userTrust": receipts[0].trust,
        }
        if waits := [r.waits_until for r in receipts if r.waits_until]:
            answer["countsFrom"] = timestamp(max(waits))
        return JsonResponse(answer)

    def _validated(self, request: HttpRequest) -> dict[str, Any]:
        """The body's members, after counting it as its votes: refused ones count too."""
        failure: errors.ApiError | None = None
        body: dict[str, Any] = {}
        try:
            body = json_body(request)
        except errors.ApiError as error:
            failure = error
        videos, user = body.get("videos"), body.get("userId")
        cost = min(max(len(videos), 1), REPORT_MAX) if isinstance(videos, list) else 1
        users = {user_id_header(request)}
        if isinstance(user, str):
            users.add(ids.normalise_user_id(user, min_length=settings.USER_ID_MIN_LENGTH))
        self.count(
            *(
                Limit("vote_user", ids.public_id(one, key=settings.VOTER_KEY), cost=cost)
                for one in sorted(filter(None, users))
            ),
            Limit("vote_address", addresses.limit_key(self.client), cost=cost),
            Limit("vote_prefix", addresses.neighbourhood(self.client), cost=cost),
        )
        if failure:
            raise failure
        data: dict[str, Any] = _REPORT.run_validation(body)
        return data


_VIDEO, _REPORT = ReportedVideoSerializer(), ReportSerializer()
