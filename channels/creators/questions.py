"""A moderator's question to whoever appealed, which they answer on the page of their appeal."""

from __future__ import annotations

from django.db import transaction
from django.db.models.functions import Now

from channels.creators import mailing
from common import errors, ids
from votes.models import Appeal, AppealQuestion, Case
from votes.moderation.actions import Refused

TEXT_MAX = 2000


@transaction.atomic
def ask(token: str, *, actor: str, text: str) -> AppealQuestion:
    """Ask whoever filed this appeal (1-`TEXT_MAX` characters).

    Raises `Refused` if there is none, it is decided, or another question still waits.
    """
    text = (ids.plain_text(text) or "").strip()
    if not 1 <= len(text) <= TEXT_MAX:
        raise Refused(f"A question has 1-{TEXT_MAX} characters.")
    appeal = (
        Appeal.objects.select_for_update(of=("self",))
        .select_related("case")
        .filter(pk=token)
        .first()
    )
    if appeal is None:
        raise Refused("There is no such appeal.")
    if appeal.case.state == Case.State.CLOSED:
        raise Refused("This appeal is decided already. Nothing was asked.")
    if appeal.questions.filter(answered_at=None).exists():
        raise Refused("A question to them still waits for its answer. Nothing was asked.")
    question = AppealQuestion.objects.create(appeal=appeal, text=text, asked_by=actor)
    mailing.ask(appeal, text)
    return question


def answer(token: str, text: str) -> None:
    """Answer the question that waits. Raises `NotFound` if none does."""
    waiting = AppealQuestion.objects.filter(appeal=token, answered_at=None)
    if not waiting.update(answer=text, answered_at=Now()):
        raise errors.NotFound("No question waits for an answer.")
