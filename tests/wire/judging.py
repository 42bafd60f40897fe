"""The requests of jurors: enrolling, training, answering, leaving."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from common import ids
from tests.wire.reading import malformed
from tests.wire.recording import Recorder
from tests.wire.scenario import World, user
from tests.wire.writing import ANSWERS, JURORS, solved
from votes.juries import gold
from votes.models import GoldItem, Question
from votes.moderation.decisions import decide_voter


def said(voter: str, question: str, answer: str = "ai", **more: Any) -> dict[str, Any]:
    """The body of a juror's answer."""
    return {"userId": user(voter), "question": question, "answer": answer, **more}


def jurors(ask: Recorder, world: World) -> None:
    """Enrolling, a round of training, answers of every kind, leaving."""
    for video, secret in (("published01", False), ("secret00001", True)):
        gold.take([gold.Item(video, "ai", secret, "ai_music")])
    me = {"X-User-ID": user("judith")}
    ask("nothing of who is none", f"{JURORS}/me", headers=me)
    ask("nothing to answer", f"{JURORS}/me/questions", headers=me)
    ask("for what there is no challenge", "/api/challenge?for=all", headers=me)
    asked = ask("what a juror has to prove", "/api/challenge?for=juror", headers=me).json()
    enrol = {"userId": user("judith"), "agreed": True}
    for what, body in (
        ("who has not agreed", enrol | {"agreed": False}),
        ("without a proof", enrol),
        ("a user that is none", enrol | {"userId": "xyz"}),
    ):
        ask(f"refused: {what}", JURORS, method="POST", body=body)
    malformed(ask, JURORS)
    proof = {"proof": solved(asked["challenge"], asked["bits"])}
    ask("a new juror", JURORS, method="POST", body=enrol | proof)
    ask("the same again", JURORS, method="POST", body=enrol)
    asked = ask("a round of training", f"{JURORS}/me/questions", headers=me).json()
    question = asked["training"][0]["id"]
    _answers(ask, question)
    ask("the juror afterwards", f"{JURORS}/me", headers=me)
    ask("everything about a juror", "/api/users/me/data", headers=me)
    ask("a juror leaves", f"{JURORS}/me", method="DELETE", headers=me)
    ask("and again", f"{JURORS}/me", method="DELETE", headers=me)
    for path, method in ((f"{JURORS}/me", "GET"), (f"{JURORS}/me/questions", "GET")):
        ask("without a user", path, method=method)
    ask("without a user", f"{JURORS}/me", method="DELETE")


def _answers(ask: Recorder, question: str) -> None:
    def answer(what: str, **body: Any) -> None:
        ask(what, ANSWERS, method="POST", body=said("judith", question) | body)

    answer("refused: no answer", answer="")
    answer("refused: an answer that is none", answer="perhaps")
    answer("refused: a kind of what is human", answer="human", kind="ai_music")
    answer("refused: a kind that is none", kind="not_ai")
    answer("refused: a question that nobody was asked", question="q" + "0" * 31)
    answer("refused: somebody else's question", userId=user("anna"))
    malformed(ask, ANSWERS)
    voter = ids.public_id(user("judith"), key=settings.VOTER_KEY)
    decide_voter(actor="wire", action="pause_juror", voter_id=voter, reason="wire")
    answer("while paused")
    decide_voter(actor="wire", action="resume_juror", voter_id=voter, reason="wire")
    answer("the last of the round", kind="ai_visuals")
    answer("the same answer again", kind="ai_visuals")
    answer("another answer", answer="human")
    late = Question.objects.create(
        juror_id=voter,
        gold=GoldItem.objects.get(is_secret=True),
        day="2026-01-01",
        slot=1,
        closes_at="2026-01-02T00:00:00Z",
    )
    answer("too late", question=late.pk)
