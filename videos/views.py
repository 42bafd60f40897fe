"""Direct lookups, and votes: their answer has the video's score, so they live here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, TypeGuard

from django.db import DataError, IntegrityError
from django.http import HttpRequest, HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.serializers import Serializer

from common import cache, errors, ids
from common.fields import timestamp
from common.gather import Gatherer
from common.http import (
    BODY_ERRORS,
    ApiView,
    JsonResponse,
    json_body,
    limits_of_voter,
    wants_explanation,
)
from common.schema import EXPLAIN, answers
from evidence import shots
from videos import scoring
from videos.cache import EXPLAINED_TTL_S, VIDEO_TTL_S, explained_cache_key, video_cache_key
from videos.models import Video
from videos.present import explanation, is_published, video_object
from videos.recompute import Live, is_large, live, scores_now
from videos.serializers import VideoSerializer
from videos.store import categories_of
from votes import brakes, casting
from votes.models import Category
from votes.serializers import (
    SuccessSerializer,
    UnvoteSerializer,
    VoteAnswerSerializer,
    VoteSerializer,
)
from votes.signs import facts as signs

# Among many, a vote waits this long for others to share its commit with.
GATHER_S = 0.008
# Their fields are copied for each new one, which takes longer than to look at a vote.
_VOTE, _UNVOTE = VoteSerializer(), UnvoteSerializer()


class VideoView(ApiView):
    """A video by its full id, for third parties; clients that care for privacy use prefixes."""

    endpoint: ClassVar[str] = "/api/videos"
    limit = "lookup"
    cache_control = "public, max-age=5, stale-while-revalidate=60"

    @extend_schema(
        parameters=[OpenApiParameter("videoId", str, required=True), EXPLAIN],
        responses=answers(
            VideoSerializer,
            errors.InvalidField,
            errors.NotFound,
        ),
    )
    def get(self, request: HttpRequest) -> HttpResponse:
        """One video object."""
        video_id = request.GET.get("videoId", "").strip()
        if not ids.is_video_id(video_id):
            raise errors.InvalidField(
                "videoId is required and has 1-16 characters.", field="videoId"
            )
        if wants_explanation(request):
            found = _explained(video_id)
        else:
            found = cache.read_through(
                video_cache_key(video_id), ttl_s=VIDEO_TTL_S, load=lambda: _shown(video_id)
            )
        if found is None:
            raise errors.NotFound("Nobody has reported this video.")
        return JsonResponse(found)


def ballot_of(vote: Mapping[str, Any]) -> casting.Ballot:
    """What a body of `POST /api/votes` says, once `VoteSerializer` has checked it."""
    name, version = vote.get("userAgent", ("", ""))
    return casting.Ballot(
        voter_id=vote["userId"],
        video_id=vote["videoId"],
        category=vote["category"],
        client_name=name,
        client_version=version,
        channel_id=vote.get("channelId"),
        handle=vote.get("channelHandle"),
        is_short=vote.get("isShort"),
        title=vote.get("title", ""),
        channel_name=vote.get("channelName", ""),
        signs=vote.get("signs"),
    )


class VotesView(ApiView):
    """Casting and withdrawing votes."""

    endpoint: ClassVar[str] = "/api/votes"
    writes = True

    @extend_schema(
        request=VoteSerializer,
        responses=answers(
            VoteAnswerSerializer,
            *BODY_ERRORS,
            errors.InvalidField,
            errors.MissingFields,
            errors.InvalidCategory,
            errors.Forbidden,
        ),
    )
    def post(self, request: HttpRequest) -> HttpResponse:
        """Store a vote; a second one on the same video replaces the first.

        `not_ai` disputes a video, and is accepted once it has a score of at least 20. While
        operators brake new voters, a first vote may be refused (403, 429), need a `proof` (see
        `GET /api/challenge`), or count later (`countsFrom`).
        """
        vote = self._validated(request, _VOTE, "vote_user")
        ballot = ballot_of(vote)
        if ballot.category == Category.NOT_AI and not _disputable(ballot.video_id):
            raise errors.InvalidCategory(
                "There is nothing to dispute: this video has no AI score.", field="category"
            )
        delay = brakes.admit(
            voter_id=ballot.voter_id,
            category=ballot.category,
            proof=vote.get("proof"),
            route=self.endpoint,
        )
        receipt, score = _cast(casting.Cast(ballot, self.client, delay))
        answer: dict[str, Any] = {"success": True, "userTrust": receipt.trust, **score}
        if receipt.waits_until:
            answer |= {"pending": True, "countsFrom": timestamp(receipt.waits_until)}
        if taken := shots.taken_with(ballot.category):
            answer["shots"] = taken
        return JsonResponse(answer)

    @extend_schema(
        request=UnvoteSerializer,
        responses=answers(
            SuccessSerializer,
            *BODY_ERRORS,
            errors.InvalidField,
            errors.NotFound,
        ),
    )
    def delete(self, request: HttpRequest) -> HttpResponse:
        """Withdraw a vote; `?videoId=` with `X-User-ID` works where bodies get lost."""
        vote = self._validated(request, _UNVOTE, "unvote_user")
        if not casting.retract_vote(voter_id=vote["userId"], video_id=vote["videoId"]):
            raise errors.NotFound("This user has no vote on this video.")
        cache.forget([video_cache_key(vote["videoId"])])
        return JsonResponse({"success": True})

    def _validated(
        self, request: HttpRequest, serializer: Serializer, user_limit: str
    ) -> dict[str, Any]:
        """The body's members, after counting the request: refused ones count too."""

        def read() -> dict[str, Any]:
            if request.method == "DELETE" and "videoId" in request.GET:
                user_id = request.META.get("HTTP_X_USER_ID", "")
                return {"videoId": request.GET["videoId"], "userId": user_id}
            return json_body(request)

        body = self.counted(
            read,
            lambda body: limits_of_voter(user_limit, request, body.get("userId"), self.client),
        )
        data: dict[str, Any] = serializer.run_validation(body)
        return data


def _shown(video_id: str) -> dict[str, Any] | None:
    """The video object; a video the pipeline has not seen is scored on the spot."""
    video = Video.objects.filter(pk=video_id).first()
    if video is None:
        found = live(video_id, None)
        return video_object(found.row, found.categories) if _is_shown(found) else None
    if not is_published(video):
        return None
    return video_object(video, categories_of([video_id]).get(video_id, {}))


def _explained(video_id: str) -> dict[str, Any] | None:
    """The video object with what its score is made of, both of the same moment.

    That is now, or with many votes at most `EXPLAINED_TTL_S` ago.
    """
    stored = Video.objects.filter(pk=video_id).first()

    def load() -> dict[str, Any] | None:
        found = live(video_id, stored)
        if not _is_shown(found):
            return None
        return video_object(found.row, found.categories) | {
            "explain": explanation(found, signs.shown(video_id))
        }

    if stored is None or not is_large(stored):
        return load()
    if not is_published(stored):
        return None
    return cache.read_through(explained_cache_key(video_id), ttl_s=EXPLAINED_TTL_S, load=load)


def _is_shown(found: Live | None) -> TypeGuard[Live]:
    return found is not None and is_published(found.row)


def with_scores(
    casts: Sequence[casting.Cast], receipts: Sequence[casting.Receipt]
) -> list[tuple[casting.Receipt, dict[str, Any]]]:
    """How the videos of stored votes score with them (docs/contract.md#r32)."""
    video_ids = {cast.ballot.video_id for cast in casts}
    cache.forget(map(video_cache_key, video_ids))
    exact, stored = scores_now(video_ids)
    scores: dict[str, dict[str, Any]] = {
        **{video_id: {"newScore": float(score)} for video_id, score in exact.items()},
        **{key: {"newScore": float(score), "pending": True} for key, score in stored.items()},
    }
    # Nothing is left of a vote whose voter was erased meanwhile.
    return [
        (receipt, scores.get(cast.ballot.video_id, {"newScore": 0.0}))
        for receipt, cast in zip(receipts, casts, strict=True)
    ]


_cast = Gatherer(
    casting.cast_votes,
    then=with_scores,
    key=lambda cast: cast.key,
    split=lambda error: isinstance(error, DataError | IntegrityError),
    pause_s=GATHER_S,
)


def _disputable(video_id: str) -> bool:
    """Whether there is an AI score of at least 20 to dispute, as of now or nearly so."""
    stored = Video.objects.filter(pk=video_id).first()
    if stored is not None and is_large(stored):
        return stored.score >= scoring.DISPUTABLE
    found = live(video_id, stored)
    return found is not None and (found.row.score >= scoring.DISPUTABLE or found.row.preliminary)
