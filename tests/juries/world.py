"""Jurors, gold and answers for tests, made by the service's own functions where there are any."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

from django.db.models import F

from common import ids
from tests.conftest import Api, new_user
from votes.juries import facts, gold
from votes.models import Juror, Question

_networks = itertools.count(1)
_days = itertools.count()


def public(user, settings):
    return ids.public_id(user, key=settings.VOTER_KEY)


def network(n=None):
    """An address of a network of its own, or of number `n`."""
    n = next(_networks) if n is None else n
    return f"11.{n >> 8 & 255}.{n & 255}.9"


def kit(published=40, secret=40):
    """Gold of which every second is AI."""
    items = [
        gold.Item(
            f"{'secret' if hidden else 'public'}{n:05d}",
            "ai" if n % 2 else "human",
            hidden,
            "fully_ai" if n % 2 else None,
        )
        for hidden, count in ((False, published), (True, secret))
        for n in range(count)
    ]
    gold.take(items)


def enrolled(settings, *, address=""):
    """A new juror; their user id and public id."""
    user = new_user()
    voter = public(user, settings)
    facts.enrol(voter, address=address or network())
    return user, voter


def rooted(settings, n, *, sensitivity=0.9, specificity=0.9, networks=None):
    """As many rooted jurors, each of a network of their own; (user, public id) of each."""
    found = []
    for k in range(n):
        address = network(networks[k]) if networks else network()
        found.append((*enrolled(settings, address=address), address))
    voters = [voter for _, voter, _ in found]
    Juror.objects.filter(pk__in=voters).update(
        is_rooted=True, sensitivity=sensitivity, specificity=specificity
    )
    Question.objects.filter(juror_id__in=voters).delete()
    return found


def say(user, question, answer, *, address="", **more):
    body = {"userId": user, "question": question, "answer": answer, **more}
    return Api(address or network()).post("/api/jurors/me/answers", body)


def questions(user):
    answer = Api().get("/api/jurors/me/questions", **{"X-User-ID": user})
    assert answer.status_code == 200, answer.content
    return answer.json()


def me(user):
    return Api().get("/api/jurors/me", **{"X-User-ID": user})


def truths(voter, *, right=True):
    """Answer everything that a juror is asked of gold, rightly or not."""
    for question in Question.objects.filter(juror_id=voter, answer=None, gold__isnull=False):
        truth = question.gold.truth
        wrong = "human" if truth == "ai" else "ai"
        facts.answer(facts.Said(voter, question.pk, truth if right else wrong), address=network())


def new_day():
    """Whatever was asked today was asked on a day long ago."""
    past = date(2020, 1, 1) + timedelta(days=next(_days))
    Question.objects.filter(day__gt="2026-01-01").update(day=past)


def later(**span):
    """Let all that was asked and answered have been so much earlier, and on another day."""
    ago = timedelta(**span)
    Question.objects.filter(answered_at__isnull=False).update(answered_at=F("answered_at") - ago)
    Question.objects.filter(closes_at__isnull=False).update(closes_at=F("closes_at") - ago)
    new_day()
