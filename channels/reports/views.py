"""Reporting a channel with votes on some of its videos, and taking that back."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers

from channels.serializers import channel_key
from common import cache, errors, throttling
from common.fields import HandleField, StrictSerializer, UserIdField, VideoIdField, timestamp
from common.http import BODY_ERRORS, ApiView, JsonResponse, json_body, limits_of_voter
from common.schema import answers
from videos.cache import video_cache_key
from videos.views import with_scores
from votes import brakes
from votes.casting import Ballot, Cast
from votes.models import AI_CATEGORIES, REPORT_MAX
from votes.reports import facts
from votes.serializers import CategoryField, ClientField, ProofField, SuccessSerializer
from votes.views import USER_ID_HEADER, voter_of

KEY = OpenApiParameter("key", str, OpenApiParameter.PATH, description="Its id or `@handle`.")


class ReportedVideoSerializer(StrictSerializer):
    """A video of the reported channel."""

    videoId = VideoIdField()
    isShort = serializers.BooleanField(required=False)


@extend_schema_field(ReportedVideoSerializer(many=True))
class ReportedVideosField(serializers.ListField):
    """Different videos of one channel, 1-5."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Their members. Raises `InvalidField`, or what a video raises, naming its place."""
        given = [] if data is serializers.empty else data
        if not 1 <= len(given) <= REPORT_MAX:
            raise errors.InvalidField(
                f"videos must be a list of 1 to {REPORT_MAX}.", field="videos"
            )
        found: dict[str, dict[str, Any]] = {}
        for n, one in enumerate(given):
            place = f"videos.{n}"
            if not isinstance(one, dict):
                raise errors.InvalidBody(f"{place} must be a JSON object.", field=place)
            video = _video(one, place)
            if found.setdefault(video["videoId"], video) is not video:
                raise errors.InvalidField(
                    f"{place}.videoId is there twice.", field=f"{place}.videoId"
                )
        return list(found.values())


def _video(given: dict[str, Any], place: str) -> dict[str, Any]:
    try:
        valid: dict[str, Any] = _VIDEO.run_validation(given)
    except errors.ApiError as error:
        raise type(error)(f"{place}.{error}", field=f"{place}.{error.field}") from None
    return valid


class ReportSerializer(StrictSerializer):
    """Body of POST /api/channels/{key}/reports."""

    userId = UserIdField()
    category = CategoryField(choices=AI_CATEGORIES)
    videos = ReportedVideosField(help_text="1-5 different ones.")
    userAgent = ClientField(required=False)
    channelHandle = HandleField(
        required=False, help_text="What the page calls a channel that is reported by its id."
    )
    proof = ProofField(required=False, help_text="As for a vote, where one is asked for.")


class ReportedVoteSerializer(serializers.Serializer[Any]):
    """One of the stored votes: the video's score with it (0-100)."""

    videoId = serializers.CharField()
    newScore = serializers.FloatField(min_value=0, max_value=100)
    pending = serializers.BooleanField(
        required=False, help_text="The score does not include this vote yet."
    )
    countsFrom = serializers.DateTimeField(
        required=False, help_text="When a new voter's vote starts to count, while that is delayed."
    )


class ReportedSerializer(serializers.Serializer[Any]):
    """A stored report: its votes in the order of the videos, the voter's trust (0-1)."""

    success = serializers.BooleanField()
    userTrust = serializers.FloatField(min_value=0, max_value=1)
    votes = ReportedVoteSerializer(many=True)


class ReportsView(ApiView):
    """A voter's report of a channel."""

    endpoint: ClassVar[str] = "/api/channels/:key/reports"
    writes = True

    @extend_schema(
        parameters=[KEY],
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
        """Report a channel: a vote on each of up to five of its videos.

        All votes are stored, or none. They are as single votes in every respect, and count as so
        many against the limits. A second report of the channel replaces the first; its votes stay.
        """
        name, data = self._validated(request, key)
        delay = brakes.admit(
            voter_id=data["userId"],
            category=data["category"],
            proof=data.get("proof"),
            route=self.endpoint,
        )
        casts = [Cast(ballot, self.client, delay) for ballot in _ballots(name, data)]
        stored = with_scores(casts, facts.report(name, casts))
        votes = [
            {
                "videoId": cast.ballot.video_id,
                **score,
                **(
                    {"pending": True, "countsFrom": timestamp(receipt.waits_until)}
                    if receipt.waits_until
                    else {}
                ),
            }
            for cast, (receipt, score) in zip(casts, stored, strict=True)
        ]
        return JsonResponse({"success": True, "userTrust": stored[0][0].trust, "votes": votes})

    @extend_schema(
        parameters=[KEY, USER_ID_HEADER],
        responses=answers(SuccessSerializer, errors.InvalidField, errors.NotFound),
    )
    def delete(self, request: HttpRequest, key: str) -> HttpResponse:
        """Withdraw a report, and the votes that came with it but for those changed since."""
        # As many as there may be: who takes back five votes at once pays for five.
        self.count(*limits_of_voter("unvote_user", request, None, self.client, cost=REPORT_MAX))
        voter_id = voter_of(request)
        videos = facts.withdraw(channel_key(key, field="key"), voter_id=voter_id)
        if videos is None:
            raise errors.NotFound("This user has not reported this channel.")
        cache.forget(map(video_cache_key, videos))
        return JsonResponse({"success": True})

    def _validated(self, request: HttpRequest, key: str) -> tuple[str, dict[str, Any]]:
        """The channel and the body's members, after counting the votes: refused ones count too."""

        def limits(body: dict[str, Any]) -> list[throttling.Limit]:
            videos = body.get("videos")
            cost = min(max(len(videos), 1), REPORT_MAX) if isinstance(videos, list) else 1
            return limits_of_voter("vote_user", request, body.get("userId"), self.client, cost=cost)

        body = self.counted(lambda: json_body(request), limits)
        name = channel_key(key, field="key")
        data: dict[str, Any] = _REPORT.run_validation(body)
        handle = data.get("channelHandle")
        if handle and name.startswith("@") and name != f"@{handle}":
            raise errors.InvalidField(
                "channelHandle is another channel's than the address names.", field="channelHandle"
            )
        return name, data


def _ballots(name: str, data: dict[str, Any]) -> list[Ballot]:
    """The votes of a validated report of this channel."""
    client, version = data.get("userAgent", ("", ""))
    is_handle = name.startswith("@")
    return [
        Ballot(
            voter_id=data["userId"],
            video_id=video["videoId"],
            category=data["category"],
            client_name=client,
            client_version=version,
            channel_id=None if is_handle else name,
            handle=name[1:] if is_handle else data.get("channelHandle"),
            is_short=video.get("isShort"),
        )
        for video in data["videos"]
    ]


# Their fields are copied for each new one, which takes longer than to look at a report.
_VIDEO, _REPORT = ReportedVideoSerializer(), ReportSerializer()
