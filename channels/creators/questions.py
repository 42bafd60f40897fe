"""A moderator's question to whoever appealed, which they answer there or on its page.

It does not wait for ever: after some days it ends without an answer, and another can be asked.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now

from channels.creators import mailing
from common import errors, ids
from votes.models import Appeal, AppealQuestion, Case
from votes.moderation.actions import Refused

TEXT_MAX = 2000
SHOWN = 20
_WAITING = (Case.State.OPEN, Case.State.CLAIMED)


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
    end_old(appeal)  # the task may be late
    if appeal.questions.filter(answered_at=None).exists():
        raise Refused("A question to them still waits for its answer. Nothing was asked.")
    question = AppealQuestion.objects.create(appeal=appeal, text=text, asked_by=actor)
    mailing.ask(appeal, text)
    return question


def until(question: AppealQuestion) -> datetime:
    """How long it waits for an answer."""
    return question.asked_at + _life()


def waiting(token: str) -> AppealQuestion | None:
    """The question that whoever has this token may answer, if one waits."""
    return _waiting(token).first()


def answer(token: str, text: str) -> None:
    """Answer the question that waits, with 1-`TEXT_MAX` characters. Raises `NotFound` if none does.

    Of two answers at once the first counts.
    """
    if not _waiting(token).update(answer=text, answered_at=Now()):
        raise errors.NotFound("No question waits for an answer.")


def end_old(appeal: Appeal | None = None) -> int:
    """End the questions, of one appeal or all, that nobody has answered in `QUESTION_DAYS`; how
    many."""
    old = AppealQuestion.objects.filter(answered_at=None, asked_at__lte=Now() - _life())
    return (old.filter(appeal=appeal) if appeal else old).update(answered_at=Now())


def unanswered() -> list[AppealQuestion]:
    """The last questions of appeals that wait for a moderator again, as nobody answered them; the
    oldest first, `SHOWN` at most, each with its case."""
    later = AppealQuestion.objects.filter(appeal=OuterRef("appeal"), pk__gt=OuterRef("pk"))
    ended = AppealQuestion.objects.filter(
        ~Exists(later), answered_at__isnull=False, answer="", appeal__case__state__in=_WAITING
    )
    return list(ended.select_related("appeal__case").order_by("answered_at")[:SHOWN])


def _waiting(token: str) -> QuerySet[AppealQuestion]:
    # The task that ends them may be late.
    unended = AppealQuestion.objects.filter(appeal=token, answered_at=None)
    return unended.filter(asked_at__gt=Now() - _life(), appeal__case__state__in=_WAITING)


def _life() -> timedelta:
    return timedelta(days=settings.QUESTION_DAYS)
