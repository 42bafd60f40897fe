"""Notes of jurors: to see what there is, to write, to take back, to rate."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema

from common import errors
from common.http import BODY_ERRORS, JsonResponse
from common.schema import answers
from common.throttling import by_address
from votes.juries.views import JurorView
from votes.notes import facts, reading
from votes.notes.wire import (
    JurorNotesSerializer,
    RateNoteSerializer,
    WriteNoteSerializer,
    WrittenSerializer,
)
from votes.serializers import SuccessSerializer
from votes.views import USER_ID_HEADER

_NOTE_ID = OpenApiParameter(
    "note_id", OpenApiTypes.STR, OpenApiParameter.PATH, description="Its id."
)


def require_notes() -> None:
    """Raise `NotFound` where the operator has switched notes off."""
    if not settings.NOTES:
        raise errors.NotFound("There are no notes on this server.")


class JurorNotesView(JurorView):
    """The notes of the juror of the header, and what they may do."""

    endpoint: ClassVar[str] = "/api/jurors/me/notes"
    writes = True

    @extend_schema(
        parameters=[USER_ID_HEADER],
        responses=answers(JurorNotesSerializer, errors.InvalidField, errors.NotFound),
    )
    def get(self, request: HttpRequest) -> HttpResponse:
        """What this juror may write about, what they are asked to rate, and what they wrote."""
        self.count(*by_address("lookup", self.client))
        require_notes()
        return JsonResponse(reading.for_juror(self.juror_of(request)))

    @extend_schema(
        request=WriteNoteSerializer,
        responses=answers(
            WrittenSerializer,
            *BODY_ERRORS,
            errors.InvalidField,
            errors.Forbidden,
            errors.NotFound,
            errors.AlreadyAnswered,
            errors.QuestionClosed,
        ),
    )
    def post(self, request: HttpRequest) -> HttpResponse:
        """Add a note to a verdict of a jury that this juror sat on; to repeat it is no change."""
        data = self.validated(request, _WRITE)
        require_notes()
        note = facts.write(
            data["userId"],
            (data["targetType"], data["targetId"]),
            facts.Text(data["text"], data.get("link", ""), data.get("at")),
            address=self.client,
        )
        return JsonResponse({"success": True, "id": note})


class JurorNoteView(JurorView):
    """A note of the juror of the header."""

    endpoint: ClassVar[str] = "/api/jurors/me/notes/:id"
    writes = True
    limit = "lookup"

    @extend_schema(
        parameters=[USER_ID_HEADER, _NOTE_ID],
        responses=answers(SuccessSerializer, errors.InvalidField, errors.NotFound),
    )
    def delete(self, request: HttpRequest, note_id: str) -> HttpResponse:
        """Take a note back: what it said is forgotten, and there is no other one about this."""
        require_notes()
        if not facts.withdraw(self.juror_of(request), note_id):
            raise errors.NotFound("This user has no such note.")
        return JsonResponse({"success": True})


class NoteRatingsView(JurorView):
    """Whether a note helps."""

    endpoint: ClassVar[str] = "/api/jurors/me/notes/:id/ratings"
    writes = True

    @extend_schema(
        request=RateNoteSerializer,
        parameters=[_NOTE_ID],
        responses=answers(
            SuccessSerializer,
            *BODY_ERRORS,
            errors.InvalidField,
            errors.Forbidden,
            errors.NotFound,
            errors.QuestionClosed,
        ),
    )
    def post(self, request: HttpRequest, note_id: str) -> HttpResponse:
        """Say whether a note helps that this juror is asked about; the last word counts."""
        data = self.validated(request, _RATE)
        require_notes()
        facts.rate(data["userId"], note_id, helpful=data["helpful"], address=self.client)
        return JsonResponse({"success": True})


_WRITE, _RATE = WriteNoteSerializer(), RateNoteSerializer()
