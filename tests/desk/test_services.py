"""Every decision can be taken back, the log can only grow, and nobody decides a case twice."""

from __future__ import annotations

import threading
from importlib import import_module

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.utils import IntegrityError

from channels.models import Channel
from channels.services import decide_channel
from common import ids
from desk import services as desk
from tests.conftest import Api, new_user
from votes import brakes, covoting
from votes.models import (
    Action,
    Brake,
    Case,
    Cluster,
    Decision,
    Hold,
    Membership,
    TargetType,
    Voter,
    VoterWarning,
)
from votes.moderation import appeals, cases
from votes.moderation.actions import Refused

pytestmark = pytest.mark.django_db(transaction=True)


def decide(action, target_id="v", target_type=TargetType.VIDEO):
    return desk.decide(
        actor="mod", action=action, target_type=target_type, target_id=target_id, reason="because"
    )


def reverse(decision, reason="mistake"):
    return desk.reverse(actor="second", decision_id=decision.pk, reason=reason)


def case(kind=Case.Kind.DISPUTE, target_id="v", target_type=TargetType.VIDEO):
    return Case.objects.create(kind=kind, target_type=target_type, target_id=target_id)


def voter():
    user = new_user()
    Api().vote("v", user=user)
    return Voter.objects.get(pk=ids.public_id(user, key=settings.VOTER_KEY))


@pytest.mark.parametrize(
    ("action", "back", "shown"),
    [
        ("lock_ai", "unlock", {"locked": True}),
        ("lock_human", "unlock", {"score": 0.0}),
        ("hold", "release", {}),
    ],
)
def test_reversing_a_decision_brings_back_what_lookups_said(crowd, lookup, action, back, shown):
    crowd(4, "v")
    before = lookup("v")
    made = decide(action)
    assert (lookup("v") | shown) == lookup("v")
    undone = reverse(made)
    assert (undone.action, undone.reverses, undone.actor) == (back, made, "second")
    assert (undone.before, undone.after) == (made.after, made.before)
    assert lookup("v") | {"lastUpdated": ""} == before | {"lastUpdated": ""}


def test_a_reversal_restores_the_lock_that_was_there(crowd, lookup):
    crowd(1, "v")
    decide("lock_ai")
    second = decide("lock_human")
    assert second.before == {"lock": "ai", "category": "fully_ai"}
    assert second.after == {"lock": "human"}
    assert reverse(second).action == "lock_ai"
    assert lookup("v")["score"] == 95


@pytest.mark.parametrize(
    ("action", "target_type"), [("hide", "video"), ("clear_channel", "channel")]
)
def test_what_stands_so_already_is_not_decided_again(crowd, action, target_type):
    target = {"video": "v", "channel": "@farm"}[target_type]
    Channel.objects.create(handle="farm", score=80)
    decide(action, target, target_type)
    with pytest.raises(desk.Unchanged, match="is already so"):
        decide(action, target, target_type)
    assert Decision.objects.count() == 1


def test_a_burst_can_be_released_although_nobody_held_the_video():
    with pytest.raises(desk.Unchanged):
        decide("release")
    Hold.objects.create(video_id="v", side="ai", since="2026-01-01T00:00Z", scope="v", threshold=5)
    decide("release")
    assert Hold.objects.get().genuine


def test_an_appeal_can_be_granted_although_the_video_is_locked_as_human():
    decide("lock_human")
    appeal = appeals.file_appeal(target_type="video", target_id="v", reason="still blocked")
    made = desk.decide_case(
        actor="mod", action="lock_human", case_id=appeal.case_id, reason="it is"
    )
    assert Case.objects.get().decision == made


def test_nothing_is_taken_back_twice_nor_under_a_later_decision():
    first = decide("lock_ai")
    later = decide("lock_human")
    with pytest.raises(Refused, match="Something later"):
        reverse(first)
    reverse(later)
    with pytest.raises(Refused, match="already, by second"):
        reverse(later)
    with pytest.raises(Refused, match="reason"):
        reverse(first, reason="  ")
    assert Decision.objects.count() == 3


def test_a_reversal_can_be_reversed():
    again = reverse(reverse(decide("hide")))
    assert (again.action, again.after) == ("hide", {"hidden": True})


@pytest.mark.parametrize("action", ["shadowban", "make_vip"])
def test_a_voters_standing_comes_back(action):
    who = voter()
    made = decide(action, who.pk, TargetType.VOTER)
    reverse(made)
    restored = Voter.objects.get(pk=who.pk)
    assert (restored.is_shadowbanned, restored.is_vip, restored.ban_reason) == (False, False, "")


def test_taking_back_an_unban_restores_the_reason_of_the_ban():
    who = voter()
    decide("shadowban", who.pk, TargetType.VOTER)
    reverse(decide("unban", who.pk, TargetType.VOTER))
    assert Voter.objects.get(pk=who.pk).ban_reason == "because"


def test_a_warning_is_withdrawn_and_given_again():
    who = voter()
    withdrawn = reverse(decide("warn", who.pk, TargetType.VOTER))
    assert not VoterWarning.objects.exists()
    reverse(withdrawn)
    assert VoterWarning.objects.get().reason == "because"


def test_a_channels_standing_comes_back_by_either_key(crowd):
    made = decide("flag_channel", "@farm", TargetType.CHANNEL)
    assert made.before == {"standing": None}
    assert reverse(made).action == "unlock_channel"
    # Of before, which nobody is offered any more.
    confirmed = decide_channel(actor="m", action="confirm_claims", key="@farm", reason="r")
    assert reverse(confirmed).action == "question_claims"


def test_taking_back_a_release_holds_the_burst_again():
    hold = Hold.objects.create(
        video_id="v", side="ai", since="2026-01-01T00:00Z", scope="v", threshold=5
    )
    opened = case(Case.Kind.BURST)
    made = decide("release")
    assert made.before == {"held": False, "bursts": [hold.pk]}
    assert Hold.objects.get().genuine
    assert Case.objects.get().state == Case.State.CLOSED
    reverse(made)
    assert not Hold.objects.get().genuine
    assert Case.objects.get(pk=opened.pk).state == Case.State.OPEN


def test_taking_back_a_hold_releases_no_burst():
    made = decide("hold")
    Hold.objects.create(video_id="v", side="ai", since="2026-01-01T00:00Z", scope="v", threshold=5)
    reverse(made)
    assert not Hold.objects.get().genuine


def test_a_cluster_goes_back_to_what_it_was():
    who = voter()
    Cluster.objects.create(key="c")
    Membership.objects.create(cluster_id="c", voter=who)
    covoting.set_cluster([who.pk], "c")
    made = decide("dissolve_cluster", "c", TargetType.CLUSTER)
    assert Voter.objects.get(pk=who.pk).cluster is None
    reverse(made)
    assert Cluster.objects.get().state == Cluster.State.FOUND
    assert Voter.objects.get(pk=who.pk).cluster == "c"


def test_brakes_go_back_unless_they_were_set_again():
    made = brakes.set_brakes(actor="a", reason="raid", changes={"read_only": True})
    reverse(made)
    assert not Brake.objects.get().read_only
    first = brakes.set_brakes(actor="a", reason="raid", changes={"challenge_bits": 8})
    brakes.set_brakes(actor="a", reason="more", changes={"challenge_bits": 12})
    with pytest.raises(Refused, match="changed again"):
        reverse(first)


def test_a_decision_closes_its_case_and_a_reversal_opens_it_again():
    opened = case()
    cases.claim(opened.pk, actor="mod")
    made = desk.decide_case(actor="mod", action="lock_human", case_id=opened.pk, reason="seen it")
    closed = Case.objects.get()
    assert (closed.state, closed.outcome, closed.decision) == ("closed", "lock_human", made)
    reverse(made)
    assert (Case.objects.get().state, Case.objects.get().assignee) == ("open", None)


def test_dismissing_is_a_decision_too():
    opened = case()
    made = desk.decide_case(actor="mod", action="dismiss_case", case_id=opened.pk, reason="fine")
    assert made.action == Action.DISMISS_CASE
    reopened = reverse(made)
    assert Case.objects.get().state == Case.State.OPEN
    reverse(reopened)
    assert Case.objects.get().state == Case.State.CLOSED


def test_an_appeal_is_rejected_with_an_answer():
    appeal = appeals.file_appeal(target_type="video", target_id="v", reason="I am human")
    made = desk.decide_case(
        actor="mod",
        action="reject_appeal",
        case_id=appeal.case_id,
        reason="no",
        answer="We looked.",
    )
    appeal.refresh_from_db()
    assert (made.action, appeal.answer, appeal.case.state) == (
        "reject_appeal",
        "We looked.",
        "closed",
    )


def test_a_case_that_another_has_is_refused_and_one_is_never_given_to_two():
    first, second = case(target_id="a"), case(target_id="b")
    assert cases.claim_next(actor="one") == first
    assert cases.claim_next(actor="two") == second
    assert cases.claim_next(actor="three") is None
    with pytest.raises(Refused, match="one is working on this case"):
        desk.decide_case(actor="two", action="lock_ai", case_id=first.pk, reason="mine")
    cases.give_back(first.pk, actor="two")
    assert cases.claim_next(actor="three") == first


def test_two_who_decide_one_case_at_once_make_one_decision():
    opened = case()
    barrier, results = threading.Barrier(2), []

    def decide_it(actor, action):
        try:
            barrier.wait()
            desk.decide_case(actor=actor, action=action, case_id=opened.pk, reason="seen")
            results.append("decided")
        except Refused as refused:
            results.append(str(refused))
        finally:
            connection.close()

    threads = [
        threading.Thread(target=decide_it, args=args)
        for args in (("one", "lock_ai"), ("two", "lock_human"))
    ]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert Decision.objects.count() == 1
    assert sorted(results, key=len)[0] == "decided"
    made = Decision.objects.get()
    assert f"decided already by {made.actor} ({made.get_action_display()})" in max(results, key=len)


def test_the_log_cannot_be_emptied_either():
    decide("hide")
    operation = import_module("votes.migrations.0010_decision_refuse_truncate")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(operation.Migration.operations[0].sql)
            cursor.execute("TRUNCATE votes_decision CASCADE")
    for statement in ("UPDATE votes_decision SET reason = 'x'", "DELETE FROM votes_decision"):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL session_replication_role = replica")
                cursor.execute(statement)
    assert Decision.objects.count() == 1
