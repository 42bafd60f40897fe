"""Jurors: to enrol, to see what is asked, to answer, to leave."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers

from common import errors, ids
from common.fields import StrictSerializer, UserIdField
from common.http import (
    BODY_ERRORS,
    ApiView,
    JsonResponse,
    check_writable,
    json_body,
    limits_of_voter,
)
from common.schema import answers
from common.throttling import DAY_S, by_network
from votes import brakes
from votes.juries import facts, reading
from votes.models import AI_CATEGORIES, Answer, Juror
from votes.notes import facts as notes
from votes.serializers import CategoryField, ProofField, SuccessSerializer
from votes.signs.wire import NamedSignSerializer
from votes.views import USER_ID_HEADER, voter_of


class QuestionIdField(serializers.CharField):
    """The opaque id of a question."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """The id as it was sent. Raises `InvalidField` if there is none."""
        if data is serializers.empty or not ids.is_request_id(data):
            raise errors.InvalidField("question must be a question's id.", field="question")
        return data


class AnswerField(serializers.ChoiceField):
    """What a juror says."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """One of the choices. Raises `InvalidField`."""
        if data is serializers.empty or data not in self.choices:
            raise errors.InvalidField(
                f"answer must be one of {', '.join(self.choices)}.", field="answer"
            )
        return data


class AgreedField(serializers.BooleanField):
    """Says that whoever this is wants to be asked."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """True. Raises `InvalidField` for anything else."""
        if data is not True:
            raise errors.InvalidField("agreed must be true.", field="agreed")
        return data


class EnrolSerializer(StrictSerializer):
    """Body of POST /api/jurors."""

    userId = UserIdField()
    agreed = AgreedField(help_text="`true`: whoever this is wants to be asked.")
    proof = ProofField(
        required=False, help_text="`<challenge>:<counter>`, of `GET /api/challenge?for=juror`."
    )


class JurorAnswerSerializer(StrictSerializer):
    """Body of POST /api/jurors/me/answers."""

    userId = UserIdField()
    question = QuestionIdField(help_text="Its `id`.")
    answer = AnswerField(choices=Answer.values)
    kind = CategoryField(
        choices=AI_CATEGORIES, required=False, help_text="The kind of AI, with `ai` or `partly`."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """With the kind that the answer names. Raises `InvalidField` where it cannot have one."""
        kind = attrs.get("kind")
        if kind and attrs["answer"] not in (Answer.AI, Answer.PARTLY):
            raise errors.InvalidField("kind goes with ai or partly.", field="kind")
        return {**attrs, "kind": facts.kind_of(attrs["answer"], kind)}


class TrainingSerializer(serializers.Serializer[Any]):
    """How far the training is."""

    answered = serializers.IntegerField(help_text="Settled videos judged.")
    of = serializers.IntegerField(help_text="How many it takes.")


class AccuracySerializer(serializers.Serializer[Any]):
    """Posterior means, 0-1, as of last night."""

    ai = serializers.FloatField(help_text="Of AI videos, how many one finds.")
    human = serializers.FloatField(help_text="Of human videos, how many one leaves alone.")
    needed = serializers.FloatField(help_text="What both take.")


class NoticedSerializer(NamedSignSerializer):
    """What voters say gives a video away that the juror has judged."""

    videoId = serializers.CharField()


class GivenSerializer(serializers.Serializer[Any]):
    """An answer, and what became of the question."""

    videos = serializers.ListField(child=serializers.CharField())
    channel = serializers.CharField(required=False)
    answer = serializers.ChoiceField(choices=Answer.values)
    kind = serializers.ChoiceField(choices=AI_CATEGORIES, required=False)
    answeredAt = serializers.DateTimeField()
    outcome = serializers.ChoiceField(choices=["ai", "human", "undecided"], required=False)
    training = serializers.BooleanField(required=False)
    signs = NoticedSerializer(
        many=True, required=False, help_text="What voters noticed in these videos."
    )


class JurorSerializer(serializers.Serializer[Any]):
    """A juror as they may see themselves."""

    state = serializers.ChoiceField(choices=["training", "rooted", "paused"])
    since = serializers.DateTimeField()
    questionsLeft = serializers.IntegerField(help_text="That may still be asked today.")
    answered = serializers.IntegerField(help_text="Answers given, unsure ones among them.")
    training = TrainingSerializer(required=False)
    accuracy = AccuracySerializer(required=False)
    answers = GivenSerializer(many=True, help_text="The newest first, 50 at most.")


class QuestionSerializer(serializers.Serializer[Any]):
    """One question: one video, or some of a channel, which are answered together."""

    id = serializers.CharField()
    videos = serializers.ListField(child=serializers.CharField())
    channel = serializers.CharField(required=False, help_text="An id or `@handle`.")
    closesAt = serializers.DateTimeField(required=False)


class JurorQuestionsSerializer(serializers.Serializer[Any]):
    """What is open for a juror."""

    questions = QuestionSerializer(many=True)
    training = QuestionSerializer(many=True, help_text="What is left of a training round.")


class ResultSerializer(serializers.Serializer[Any]):
    """A video of a training round."""

    videoId = serializers.CharField()
    answer = serializers.ChoiceField(choices=Answer.values)
    truth = serializers.ChoiceField(choices=["ai", "human"])
    kind = serializers.ChoiceField(choices=AI_CATEGORIES, required=False)
    right = serializers.BooleanField()


class AnsweredSerializer(serializers.Serializer[Any]):
    """A stored answer."""

    success = serializers.BooleanField()
    round = ResultSerializer(
        many=True, required=False, help_text="When the answer ends a training round: how it went."
    )


class JurorView(ApiView):
    """What is alike in all of them."""

    def validated(self, request: HttpRequest, serializer: StrictSerializer) -> dict[str, Any]:
        """The body's members, after counting the request: refused ones count too."""
        failure: errors.ApiError | None = None
        body: dict[str, Any] = {}
        try:
            body = json_body(request)
        except errors.ApiError as error:
            failure = error
        self.count(*limits_of_voter("juror_user", request, body.get("userId"), self.client))
        if failure:
            raise failure
        data: dict[str, Any] = serializer.run_validation(body)
        return data

    def juror_of(self, request: HttpRequest) -> str:
        """The public id of the juror of the header. Raises `InvalidField` or `NotFound`."""
        voter_id = voter_of(request)
        if not Juror.objects.filter(pk=voter_id).exists():
            raise errors.NotFound("This user is no juror.")
        return voter_id


class JurorsView(JurorView):
    """Enrolling."""

    endpoint: ClassVar[str] = "/api/jurors"
    writes = True

    @extend_schema(
        request=EnrolSerializer,
        responses=answers(JurorSerializer, *BODY_ERRORS, errors.InvalidField, errors.Forbidden),
    )
    def post(self, request: HttpRequest) -> HttpResponse:
        """Become a juror: somebody who is asked about videos that they did not choose.

        A first round of training is there at once. Who is a juror already stays one.
        """
        data = self.validated(request, _ENROL)
        voter_id = data["userId"]
        if not Juror.objects.filter(pk=voter_id).exists():
            brakes.admit_juror(voter_id=voter_id, proof=data.get("proof"), route=self.endpoint)
            self.count(*by_network("juror_network", self.client, window_s=DAY_S))
            facts.enrol(voter_id, address=self.client)
        return JsonResponse(reading.juror_object(voter_id))


class MyJurorView(JurorView):
    """The juror of the `X-User-ID` header."""

    endpoint: ClassVar[str] = "/api/jurors/me"
    writes = True
    limit = "lookup"

    @extend_schema(
        parameters=[USER_ID_HEADER],
        responses=answers(JurorSerializer, errors.InvalidField, errors.NotFound),
    )
    def get(self, request: HttpRequest) -> HttpResponse:
        """How far one is, how good, and what became of one's answers."""
        return JsonResponse(reading.juror_object(self.juror_of(request)))

    @extend_schema(
        parameters=[USER_ID_HEADER],
        responses=answers(SuccessSerializer, errors.InvalidField, errors.NotFound),
    )
    def delete(self, request: HttpRequest) -> HttpResponse:
        """Be no juror any more; all answers are forgotten. Votes stay, and so do outcomes."""
        if not notes.leave(self.juror_of(request)):
            raise errors.NotFound("This user is no juror.")
        return JsonResponse({"success": True})


class QuestionsView(JurorView):
    """What a juror is asked."""

    endpoint: ClassVar[str] = "/api/jurors/me/questions"
    limit = "lookup"

    @extend_schema(
        parameters=[USER_ID_HEADER],
        responses=answers(JurorQuestionsSerializer, errors.InvalidField, errors.NotFound),
    )
    def get(self, request: HttpRequest) -> HttpResponse:
        """The questions that are open for this juror; at most three new ones a day."""
        voter_id = self.juror_of(request)
        try:
            check_writable()
        except errors.ReadOnly:
            pass  # Nothing is written down then; what is asked can be read.
        else:
            facts.seen(voter_id, address=self.client)
        return JsonResponse(reading.questions(voter_id))


class AnswersView(JurorView):
    """A juror's answer."""

    endpoint: ClassVar[str] = "/api/jurors/me/answers"
    writes = True

    @extend_schema(
        request=JurorAnswerSerializer,
        responses=answers(
            AnsweredSerializer,
            *BODY_ERRORS,
            errors.InvalidField,
            errors.InvalidCategory,
            errors.Forbidden,
            errors.NotFound,
            errors.AlreadyAnswered,
            errors.QuestionClosed,
        ),
    )
    def post(self, request: HttpRequest) -> HttpResponse:
        """Answer a question that this juror was asked, once; to repeat it changes nothing."""
        data = self.validated(request, _ANSWER)
        said = facts.Said(data["userId"], data["question"], data["answer"], data["kind"])
        results = facts.answer(said, address=self.client)
        if results is None:
            return JsonResponse({"success": True})
        return JsonResponse({"success": True, "round": [_result(it) for it in results]})


def _result(it: facts.Result) -> dict[str, Any]:
    return {
        "videoId": it.video_id,
        "answer": it.answer,
        "truth": it.truth,
        **({"kind": it.kind} if it.kind else {}),
        "right": it.is_right,
    }


_ENROL, _ANSWER = EnrolSerializer(), JurorAnswerSerializer()
