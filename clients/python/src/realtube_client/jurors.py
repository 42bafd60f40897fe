"""What jurors ask and say: people who are asked about videos that they did not choose.

Values as the server gives them (docs/contract.md), and the calls as flows (`realtube_client.wire`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from realtube_client import calls, shape
from realtube_client.asking import Asking
from realtube_client.values import Challenge, NamedSign
from realtube_client.wire import Flow, Request

_PATH = "/api/jurors"
_ME = f"{_PATH}/me"


@dataclass(frozen=True)
class Question:
    """One video, or some of a `channel`, which are answered together. `id` is opaque."""

    id: str
    videos: tuple[str, ...]
    channel: str | None = None
    closes_at: datetime | None = None

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Question:
        """From a question. Raises ValueError if it is none."""
        return cls(
            id=shape.text(given, "id"),
            videos=shape.texts(given, "videos"),
            channel=shape.maybe_text(given, "channel"),
            closes_at=shape.maybe_moment(given, "closesAt"),
        )


@dataclass(frozen=True)
class Questions:
    """What is open: drawn `questions`, three a day at most, and what is left of a `training`
    round of ten."""

    questions: tuple[Question, ...]
    training: tuple[Question, ...]

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Questions:
        """From the answer. Raises ValueError if it is none."""
        return cls(
            *(
                tuple(map(Question.of, shape.objects(given, name)))
                for name in ("questions", "training")
            )
        )


@dataclass(frozen=True)
class Given:
    """An answer that was given, and what became of it: `outcome` is `ai`, `human` or `undecided`,
    None while that is open. `signs` is what voters noticed in these videos, by video."""

    videos: tuple[str, ...]
    answer: str
    answered_at: datetime
    channel: str | None = None
    kind: str | None = None
    outcome: str | None = None
    training: bool = False
    signs: tuple[tuple[str, NamedSign], ...] = ()

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Given:
        """From one of a juror's answers. Raises ValueError if it is none."""
        noticed = shape.objects(given, "signs") if "signs" in given else []
        return cls(
            videos=shape.texts(given, "videos"),
            answer=shape.text(given, "answer"),
            answered_at=shape.moment(given, "answeredAt"),
            channel=shape.maybe_text(given, "channel"),
            kind=shape.maybe_text(given, "kind"),
            outcome=shape.maybe_text(given, "outcome"),
            training=shape.flag(given, "training", default=False),
            signs=tuple((shape.text(it, "videoId"), NamedSign.of(it)) for it in noticed),
        )


@dataclass(frozen=True)
class Accuracy:
    """Posterior means (0-1) as of last night: what is found of AI videos, what is left alone of
    human ones, and what both have to be."""

    ai: float
    human: float
    needed: float


@dataclass(frozen=True)
class Juror:
    """A juror, as they may see themselves. `state` is `training`, `rooted` (their answers decide)
    or `paused`; `trained` is how many settled videos they have judged and how many it takes, while
    they train; of `answers` the newest come first, 50 at most."""

    state: str
    since: datetime
    questions_left: int
    answered: int
    answers: tuple[Given, ...]
    trained: tuple[int, int] | None = None
    accuracy: Accuracy | None = None

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Juror:
        """From a juror. Raises ValueError if it is none."""
        training, means = shape.mapping(given, "training"), shape.mapping(given, "accuracy")
        return cls(
            state=shape.text(given, "state"),
            since=shape.moment(given, "since"),
            questions_left=shape.count(given, "questionsLeft"),
            answered=shape.count(given, "answered"),
            answers=tuple(map(Given.of, shape.objects(given, "answers"))),
            trained=(shape.count(training, "answered"), shape.count(training, "of"))
            if training
            else None,
            accuracy=Accuracy(*(shape.score(means, name, 1.0) for name in _MEANS))
            if means
            else None,
        )


_MEANS = ("ai", "human", "needed")


@dataclass(frozen=True)
class Result:
    """How a question of a training round went; `truth` is `ai` or `human`."""

    video_id: str
    answer: str
    truth: str
    is_right: bool
    kind: str | None = None

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Result:
        """From one of a round. Raises ValueError if it is none."""
        return cls(
            video_id=shape.text(given, "videoId"),
            answer=shape.text(given, "answer"),
            truth=shape.text(given, "truth"),
            is_right=shape.flag(given, "right"),
            kind=shape.maybe_text(given, "kind"),
        )


def enrol(asking: Asking, user_id: str) -> Flow[Juror]:
    """Become a juror, which always takes a proof of work; who is one already stays one."""
    request = Request("GET", "/api/challenge", (("for", "juror"),), _named(user_id), is_named=True)
    asked = calls.of((yield from asking.ask(request)), Challenge.of)
    body: dict[str, object] = {"userId": user_id, "agreed": True}
    if asked.required:
        body["proof"] = yield from calls.solved(asked)
    answer = yield from asking.ask(Request("POST", _PATH, body=body, is_named=True))
    return calls.of(answer, Juror.of)


def juror(asking: Asking, user_id: str) -> Flow[Juror | None]:
    """How far a juror is; None for who is none."""
    answer = yield from calls.if_found(asking, _about(user_id, "GET", _ME))
    return None if answer is None else calls.of(answer, Juror.of)


def questions(asking: Asking, user_id: str) -> Flow[Questions | None]:
    """What is open for a juror; None for who is none."""
    answer = yield from calls.if_found(asking, _about(user_id, "GET", f"{_ME}/questions"))
    return None if answer is None else calls.of(answer, Questions.of)


def answer(
    asking: Asking, user_id: str, question: str, said: str, kind: str | None
) -> Flow[tuple[Result, ...]]:
    """Answer a question; the results of the training round that this ends, else none."""
    body = {"userId": user_id, "question": question, "answer": said}
    if kind is not None:
        body["kind"] = kind
    request = Request("POST", f"{_ME}/answers", body=body, is_named=True)
    return calls.of((yield from asking.ask(request)), _results)


def leave(asking: Asking, user_id: str) -> Flow[bool]:
    """Be no juror any more; whether they were one."""
    return (yield from calls.if_found(asking, _about(user_id, "DELETE", _ME))) is not None


def _results(given: Mapping[str, Any]) -> tuple[Result, ...]:
    calls.done(given)
    return tuple(map(Result.of, shape.objects(given, "round"))) if "round" in given else ()


def _about(user_id: str, method: str, path: str) -> Request:
    return Request(method, path, headers=_named(user_id), is_named=True)


def _named(user_id: str) -> dict[str, str]:
    return {"X-User-ID": user_id}
