"""Warnings to voters, and what a shadowban takes back, over HTTP."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError

from common import ids
from sync.tasks import run_pipeline
from tests.conftest import Api, new_user, published
from tests.flow.test_attacks import trusted
from tests.flow.test_histories import projections
from votes.models import Decision, Vote, Voter, VoterWarning
from votes.moderation.decisions import decide_voter
from votes.moderation.warnings import warn_voter

pytestmark = pytest.mark.django_db(transaction=True)


def public(user):
    return ids.public_id(user, key=settings.VOTER_KEY)


@pytest.fixture
def user(video_id):
    """Somebody with one vote."""
    user = new_user()
    Api().vote(video_id, user=user)
    return user


def warn(user, reason="You vote on what you have not seen."):
    return warn_voter(actor="mod", voter_id=public(user), reason=reason)


def acknowledge(user, warning_id):
    path = f"/api/users/me/warnings/{warning_id}/acknowledge"
    return Api().post(path, "", **{"X-User-ID": user})


def test_a_voter_sees_a_warning_until_and_after_acknowledging_it(user):
    assert Api().get(f"/api/users/{user}").json()["warnings"] == []
    first, second = warn(user), warn(user, "Again.")
    shown = Api().get("/api/users/me", **{"X-User-ID": user}).json()["warnings"]
    assert shown == Api().get(f"/api/users/{user}").json()["warnings"]
    assert [set(w) for w in shown] == [{"id", "reason", "createdAt", "acknowledged"}] * 2
    assert [(w["id"], w["reason"], w["acknowledged"]) for w in shown] == [
        (first.pk, "You vote on what you have not seen.", False),
        (second.pk, "Again.", False),
    ]
    assert acknowledge(user, first.pk).json() == {"success": True}
    when = VoterWarning.objects.get(pk=first.pk).acknowledged_at
    assert acknowledge(user, first.pk).status_code == 200
    assert VoterWarning.objects.get(pk=first.pk).acknowledged_at == when
    shown = Api().get(f"/api/users/{user}").json()["warnings"]
    assert [w["acknowledged"] for w in shown] == [True, False]


@pytest.mark.parametrize("number", ["0", "x", "-1", "9" * 30, "１", "1%00"])
def test_a_warning_that_is_not_there_is_not_found(user, number):
    response = acknowledge(user, number)
    assert (response.status_code, response.json()["error"]["code"]) == (404, "NOT_FOUND")


def test_nobody_acknowledges_or_sees_anothers_warning(user):
    warning, other = warn(user), new_user()
    Api().vote("another", user=other)
    assert acknowledge(other, warning.pk).status_code == 404
    assert acknowledge("zz", warning.pk).json()["error"]["field"] == "X-User-ID"
    assert Api().get(f"/api/users/{other}").json()["warnings"] == []
    assert VoterWarning.objects.get().acknowledged_at is None


def test_a_warning_is_a_decision_and_needs_a_reason_and_a_voter(user):
    warning = warn(user)
    decision = Decision.objects.get()
    assert (decision.actor, decision.action, decision.target_id) == ("mod", "warn", public(user))
    assert (decision.reason, decision.after) == (warning.reason, {"warning": warning.pk})
    for reason in (" ", "x" * 2001):
        with pytest.raises(ValidationError):
            warn(user, reason)
    with pytest.raises(Voter.DoesNotExist):
        warn(new_user())
    assert VoterWarning.objects.count() == Decision.objects.count() == 1


def test_access_shows_warnings_and_erasure_deletes_them(user):
    warn(user)
    me = {"X-User-ID": user}
    data = Api().get("/api/users/me/data", **me).json()
    assert [w["reason"] for w in data["warnings"]] == ["You vote on what you have not seen."]
    assert Api().delete("/api/users/me", **me).status_code == 200
    assert not VoterWarning.objects.exists()
    assert Api().get(f"/api/users/{user}").json()["warnings"] == []


def test_a_shadowban_takes_back_what_the_votes_did_and_unban_restores_it_exactly(crowd):
    flagged, disputed, alone = "flaggedbyus", "disputedone", "nobodyelse1"
    brigade = trusted(8, "0.6")
    named = {"channelHandle": "@victim"}
    crowd(2, flagged, **named)
    crowd(8, disputed)
    untouched = published(flagged), published(disputed)
    for user in brigade:
        Api().vote(flagged, user=user, **named)
        Api().vote(disputed, "not_ai", user)
        Api().vote(alone, user=user)
    with_them = [published(video) for video in (flagged, disputed, alone)]
    channel = Api().get("/api/channels/@victim").json()
    stored = projections()
    assert with_them[0]["score"] > 50 > with_them[1]["score"]
    for user in brigade:
        decide_voter(actor="mod", action="shadowban", voter_id=public(user), reason="brigade")
    for before, after in zip(untouched, (published(flagged), published(disputed)), strict=True):
        assert _without_time(after) == _without_time(before)
    assert published(alone) is None
    assert Api().get("/api/channels/@victim").status_code == 404
    # The banned are answered as everyone is, and add nothing (docs/contract.md#r33).
    assert Api().vote(flagged, "ai_visuals", brigade[0]).status_code == 200
    assert Api().vote(flagged, user=brigade[0], **named).status_code == 200
    assert _without_time(published(flagged)) == _without_time(untouched[0])
    for user in brigade:
        decide_voter(actor="mod", action="unban", voter_id=public(user), reason="mistake")
    run_pipeline()
    restored = [published(video) for video in (flagged, disputed, alone)]
    assert list(map(_without_time, restored)) == list(map(_without_time, with_them))
    assert _without_time(Api().get("/api/channels/@victim").json()) == _without_time(channel)
    assert len(projections()[0]) == len(stored[0])
    assert projections()[1] == stored[1]
    assert Vote.objects.count() == 2 + 8 + 3 * 8


def _without_time(shown):
    return {name: value for name, value in shown.items() if name != "lastUpdated"}
