"""What voters may see and erase of themselves."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema

from common import errors, ids
from common.fields import timestamp
from common.http import ApiView, JsonResponse, user_id_header, wants_explanation
from common.schema import EXPLAIN, answers
from votes import brakes, challenges, erasures, trust
from votes.juries import reading
from votes.models import ChannelReport, Observation, Outcome, Sign, Title, Vote, Voter, VoterWarning
from votes.moderation import warnings
from votes.notes import facts as notes
from votes.serializers import (
    ChallengeSerializer,
    SuccessSerializer,
    VoterDataSerializer,
    VoterSerializer,
)

USER_ID_HEADER = OpenApiParameter(
    "X-User-ID", str, OpenApiParameter.HEADER, required=True, description="The secret user id."
)
FOR = OpenApiParameter(
    "for", str, enum=["juror"], description="To enrol as a juror, which always takes a proof."
)
# Longer numbers are no ids, and would not fit the column.
WARNING_ID = re.compile(r"[0-9]{1,18}", re.ASCII)

kept_above: dict[str, Callable[[str], list[Mapping[str, Any]]]] = {}
"""What apps above keep of a voter, by the name of the member that shows it: given the public id,
the rows. Apps add theirs."""


def voter_object(wire_id: str, *, explain: bool) -> dict[str, Any]:
    """The public facts of a voter; defaults for one never seen, and nothing is written."""
    public_id = ids.public_id(wire_id, key=settings.VOTER_KEY)
    voter = (
        Voter.objects.filter(pk=public_id)
        .annotate(
            active_votes=models.Count("votes", filter=models.Q(votes__retracted_at=None)),
            age=Now() - models.F("first_seen"),
        )
        .first()
    )
    result: dict[str, Any] = {
        "userId": wire_id,
        "publicId": public_id,
        "trustScore": float(voter.trust) if voter else trust.NEW_VOTER_TRUST,
        "totalVotes": voter.active_votes if voter else 0,
        "accuracyRate": float(voter.accuracy) if voter else 0.5,
        "accountAge": max(0, voter.age.days) if voter else 0,
        "isVip": bool(voter and voter.is_vip),
        "warnings": [_warning_object(warning) for warning in voter.warnings.order_by("id")]
        if voter
        else [],
    }
    if explain:
        result["explain"] = _trust_explained(voter)
    return result


def _trust_explained(voter: Any) -> dict[str, Any]:
    """How a voter's trust, or that of somebody never seen, comes about; `age` is annotated."""
    age_days = voter.age / timedelta(days=1) if voter else 0.0
    resolved = voter.resolved_count if voter else 0
    accuracy = float(voter.accuracy) if voter else 0.5
    votes = voter.vote_count if voter else 0
    shares = trust.shares(age_days=age_days, accuracy=accuracy, votes=votes)
    now = trust.trust(age_days=age_days, accuracy=accuracy, resolved=resolved, votes=votes)
    return {
        "resolvedVotes": resolved,
        "correctVotes": voter.correct_count if voter else 0,
        "earned": trust.is_earned(age_days=age_days, resolved=resolved),
        "shares": {name: round(share, 6) for name, share in shares.items()},
        "trustNow": round(now, 6),
    }


def _warning_object(warning: VoterWarning) -> dict[str, Any]:
    return {
        "id": warning.pk,
        "reason": warning.reason,
        "createdAt": timestamp(warning.created_at),
        "acknowledged": warning.acknowledged_at is not None,
    }


def wire_id_of(request: HttpRequest) -> str:
    """The user id of the header. Raises `InvalidField` if absent or not valid."""
    wire_id = user_id_header(request)
    if wire_id is None:
        raise errors.InvalidField("X-User-ID must carry a user id.", field="X-User-ID")
    return wire_id


def voter_of(request: HttpRequest) -> str:
    """The public id of the header's voter. Raises `InvalidField` if absent or not valid."""
    return ids.public_id(wire_id_of(request), key=settings.VOTER_KEY)


class UserView(ApiView):
    """A voter, by the secret user id in the path."""

    endpoint: ClassVar[str] = "/api/users/:userId"
    limit = "lookup"

    @extend_schema(
        parameters=[EXPLAIN],
        responses=answers(VoterSerializer, errors.InvalidField),
    )
    def get(self, request: HttpRequest, user_id: str) -> HttpResponse:
        """Trust, votes and accuracy of a voter; defaults for one never seen."""
        wire_id = ids.normalise_user_id(user_id, min_length=settings.USER_ID_MIN_LENGTH)
        if wire_id is None:
            raise errors.InvalidField("userId is not a user id.", field="userId")
        return JsonResponse(voter_object(wire_id, explain=wants_explanation(request)))


class MeView(ApiView):
    """The voter of the `X-User-ID` header."""

    endpoint: ClassVar[str] = "/api/users/me"
    writes = True
    limit = "lookup"

    @extend_schema(
        parameters=[USER_ID_HEADER, EXPLAIN],
        responses=answers(VoterSerializer, errors.InvalidField),
    )
    def get(self, request: HttpRequest) -> HttpResponse:
        """As `/api/users/{userId}`, without the secret in the address."""
        wire_id = wire_id_of(request)
        return JsonResponse(voter_object(wire_id, explain=wants_explanation(request)))

    @extend_schema(
        parameters=[USER_ID_HEADER],
        responses=answers(
            SuccessSerializer,
            errors.InvalidField,
            errors.NotFound,
        ),
    )
    def delete(self, request: HttpRequest) -> HttpResponse:
        """Erase the voter and all votes; votes on locked videos stay without identity."""
        public_id = voter_of(request)
        if not erasures.erase_voter(public_id):
            raise errors.NotFound("Nothing is stored about this user.")
        return JsonResponse({"success": True})


class MyDataView(ApiView):
    """Everything stored about the voter of the header."""

    endpoint: ClassVar[str] = "/api/users/me/data"
    limit = "lookup"

    @extend_schema(
        parameters=[USER_ID_HEADER],
        responses=answers(
            VoterDataSerializer,
            errors.InvalidField,
            errors.NotFound,
        ),
    )
    def get(self, request: HttpRequest) -> HttpResponse:
        """All that is stored of the voter: votes with how they ended, and what they did besides."""
        public_id = voter_of(request)
        voter = Voter.objects.filter(pk=public_id).values().first()
        if voter is None:
            raise errors.NotFound("Nothing is stored about this user.")
        votes = list(Vote.objects.filter(voter_id=public_id).order_by("id").values())
        warnings = VoterWarning.objects.filter(voter_id=public_id).order_by("id").values()
        reported = ChannelReport.objects.filter(voter_id=public_id).order_by("id").values()
        observed = Observation.objects.filter(voter_id=public_id).order_by("id").values()
        said = Title.objects.filter(voter_id=public_id).order_by("id").values()
        signs = Sign.objects.filter(voter_id=public_id).order_by("id").values()
        right = dict(Outcome.objects.filter(voter_id=public_id).values_list("vote_id", "correct"))
        return JsonResponse(
            {
                "voter": _plain(voter),
                "votes": [_plain({**vote, "correct": right.get(vote["id"])}) for vote in votes],
                "warnings": [_plain(warning) for warning in warnings],
                "observations": [_plain(observation) for observation in observed],
                "reports": [_plain(report) for report in reported],
                "titles": [_plain(title) for title in said],
                "signs": [_plain(sign) for sign in signs],
                **{
                    name: [_plain(row) for row in found]
                    for read in (reading.stored, notes.stored)
                    for name, found in read(public_id).items()
                },
                **{
                    name: [_plain(row) for row in read(public_id)]
                    for name, read in kept_above.items()
                },
            }
        )


class AcknowledgeView(ApiView):
    """A warning that the voter of the header was given."""

    endpoint: ClassVar[str] = "/api/users/me/warnings/:id/acknowledge"
    writes = True
    limit = "lookup"

    @extend_schema(
        request=None,
        parameters=[
            USER_ID_HEADER,
            OpenApiParameter("warning_id", int, OpenApiParameter.PATH, description="Its id."),
        ],
        responses=answers(
            SuccessSerializer,
            errors.InvalidField,
            errors.NotFound,
        ),
    )
    def post(self, request: HttpRequest, warning_id: str) -> HttpResponse:
        """Say that the warning was read; doing so again changes nothing."""
        voter_id = voter_of(request)
        number = int(warning_id) if WARNING_ID.fullmatch(warning_id) else 0
        if not warnings.acknowledge_warning(voter_id=voter_id, warning_id=number):
            raise errors.NotFound("This user has no such warning.")
        return JsonResponse({"success": True})


class ChallengeView(ApiView):
    """Proof of work, asked of new voters while an operator wants it."""

    endpoint: ClassVar[str] = "/api/challenge"
    limit = "lookup"

    @extend_schema(
        parameters=[USER_ID_HEADER, FOR],
        responses=answers(ChallengeSerializer, errors.InvalidField, errors.InvalidParam),
    )
    def get(self, request: HttpRequest) -> HttpResponse:
        """What the next vote of this voter must bring along as `proof`; mostly nothing.

        Or what enrolling as a juror must, which is always something.
        """
        voter_id = voter_of(request)
        purpose = request.GET.get("for", "")
        if purpose not in ("", "juror"):
            raise errors.InvalidParam("for is juror, or absent.", field="for")
        challenge = brakes.juror_challenge(voter_id) if purpose else brakes.challenge_for(voter_id)
        if challenge is None:
            return JsonResponse({"proofRequired": False})
        return JsonResponse(
            {
                "proofRequired": True,
                "algorithm": "sha256",
                "challenge": challenge,
                "bits": challenges.bits_of(challenge),
                "expiresIn": challenges.LIFETIME_S,
            }
        )


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value if isinstance(value, bool | int | str | list | None.__class__) else str(value)
        for name, value in row.items()
    }
