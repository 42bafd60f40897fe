"""Channel lookups and appeals."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from drf_spectacular.utils import extend_schema

from channels import appeals
from channels.cache import CHANNEL_TTL_S, LISTS_KEY, LISTS_TTL_S, channel_cache_key
from channels.creators import questions
from channels.models import Channel, ListSource
from channels.present import channel_object, explanation
from channels.recompute import made_of
from channels.serializers import (
    AnswerSerializer,
    AppealReceiptSerializer,
    AppealSerializer,
    ChannelSerializer,
    PublishedListsSerializer,
    channel_key,
)
from common import cache, errors
from common.http import BODY_ERRORS, ApiView, JsonResponse, json_body, wants_explanation
from common.schema import EXPLAIN, answers


class ChannelView(ApiView):
    """A channel by id, or by `@handle` in any case and encoding."""

    endpoint: ClassVar[str] = "/api/channels/:channelId"
    limit = "lookup"
    cache_control = "public, max-age=60"

    @extend_schema(
        parameters=[EXPLAIN],
        responses=answers(
            ChannelSerializer,
            errors.InvalidField,
            errors.NotFound,
        ),
    )
    def get(self, request: HttpRequest, channel_id: str) -> HttpResponse:
        """One channel object."""
        key = channel_key(channel_id, field="channelId")
        if wants_explanation(request):
            channel = Channel.objects.known_as(key)
            if channel is None:
                raise errors.NotFound("This channel is not known.")
            explained = {"explain": explanation(made_of(channel))}
            return JsonResponse(channel_object(channel) | explained)
        found = cache.read_through(
            channel_cache_key(key), ttl_s=CHANNEL_TTL_S, load=lambda: _load(key)
        )
        if found is None:
            raise errors.NotFound("This channel is not known.")
        return JsonResponse(found)


def _load(key: str) -> dict[str, Any] | None:
    channel = Channel.objects.known_as(key)
    return channel_object(channel) if channel else None


class ListsView(ApiView):
    """Which imported lists are in what this server publishes."""

    endpoint: ClassVar[str] = "/api/lists"
    limit = "stats"
    cache_control = "public, max-age=300"

    @extend_schema(responses=answers(PublishedListsSerializer))
    def get(self, request: HttpRequest) -> HttpResponse:
        """The lists by name, five minutes old at most; none on a mirror, which imports none."""
        found = cache.read_through(LISTS_KEY, ttl_s=LISTS_TTL_S, load=ListSource.objects.sizes)
        return JsonResponse({"lists": found or []})


class AppealsView(ApiView):
    """Asking that a video or a channel be looked at again."""

    endpoint: ClassVar[str] = "/api/appeals"
    writes = True

    @extend_schema(
        request=AppealSerializer,
        responses=answers(
            AppealReceiptSerializer,
            *BODY_ERRORS,
            errors.InvalidField,
            errors.NotFound,
            errors.NotFlagged,
            status=202,
        ),
    )
    def post(self, request: HttpRequest) -> HttpResponse:
        """File an appeal; moderators read it, and its token shows what became of it.

        All appeals about a target share a case. Within 30 days of one that was granted they get
        its answer at once. What is not flagged is refused. Only what is filed counts towards the
        appeals of a day.
        """
        self.usage = appeals.count_try(self.client, route=self.endpoint)
        serializer = AppealSerializer(data=json_body(request))
        serializer.is_valid(raise_exception=True)
        data = serializer.validated_data
        appeal, self.usage = appeals.submit(
            client=self.client,
            route=self.endpoint,
            target_type=data["targetType"],
            target_id=data["targetId"],
            reason=data["reason"],
            contact=data.get("contact", ""),
            email=data.get("email", ""),
        )
        return JsonResponse(appeals.appeal_object(appeal.token), status=202)


class AppealView(ApiView):
    """One appeal, for anybody who has its token."""

    endpoint: ClassVar[str] = "/api/appeals/:token"
    limit = "lookup"

    @extend_schema(responses=answers(AppealReceiptSerializer, errors.NotFound))
    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Its state."""
        return JsonResponse(appeals.appeal_object(token))


class AppealAnswerView(ApiView):
    """The answer to a moderator's question about an appeal."""

    endpoint: ClassVar[str] = "/api/appeals/:token/answer"
    limit = "lookup"
    writes = True

    @extend_schema(
        request=AnswerSerializer,
        responses=answers(
            AppealReceiptSerializer, *BODY_ERRORS, errors.InvalidField, errors.NotFound
        ),
    )
    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Answer the question that waits; moderators alone read it.

        404 for a token that nobody was given, and where no question waits: it was answered, has
        ended, or the appeal is decided.
        """
        serializer = AnswerSerializer(data=json_body(request))
        serializer.is_valid(raise_exception=True)
        questions.answer(token, serializer.validated_data["answer"])
        return JsonResponse(appeals.appeal_object(token))
