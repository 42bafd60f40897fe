"""Who works on a case: one moderator at a time, and nobody for ever."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import F

from sync.schedule import plan
from votes.models import CLAIM_LASTS, Case
from votes.moderation import cases
from votes.moderation.actions import Refused
from votes.tasks import return_lapsed_cases

pytestmark = pytest.mark.django_db(transaction=True)


def opened(target_id):
    return Case.objects.create(kind="dispute", target_type="video", target_id=target_id)


def pass_time(hours):
    Case.objects.update(claimed_at=F("claimed_at") - timedelta(hours=hours))


def test_a_claim_lapses_and_the_case_is_everybodys_again():
    case = opened("a")
    assert cases.claim_next(actor="one") == case
    pass_time(CLAIM_LASTS / timedelta(hours=1) - 0.1)
    assert return_lapsed_cases() == 0
    assert cases.claim_next(actor="two") is None
    pass_time(0.2)
    assert cases.claim_next(actor="two") == case
    pass_time(3)
    assert return_lapsed_cases() == 1
    case.refresh_from_db()
    assert (case.state, case.assignee, case.claimed_at) == ("open", None, None)
    assert return_lapsed_cases.name in plan()


def test_a_claim_of_the_release_before_lapses_too():
    case = opened("a")
    Case.objects.update(state="claimed", assignee="one", opened_at=F("opened_at") - CLAIM_LASTS)
    assert cases.claim(case.pk, actor="two").assignee == "two"


def test_whose_claim_has_lapsed_may_still_decide_unless_somebody_else_has_it():
    case = opened("a")
    cases.claim(case.pk, actor="one")
    pass_time(3)
    with transaction.atomic():
        cases.lock(case.pk, actor="one")
    cases.claim(case.pk, actor="two")
    told = pytest.raises(Refused, match=r"two is working on this case until \d\d:\d\d UTC")
    with told, transaction.atomic():
        cases.lock(case.pk, actor="one")


def test_to_take_a_case_again_is_to_keep_it_longer():
    case = opened("a")
    cases.claim(case.pk, actor="one")
    pass_time(0.4)
    cases.claim(case.pk, actor="one")
    pass_time(0.4)
    assert return_lapsed_cases() == 0


def test_the_next_case_is_found_before_this_one_when_there_is_none_behind():
    first, second = opened("a"), opened("b")
    assert cases.claim_next(actor="one", after=second.pk) == first
    assert cases.claim_next(actor="one", after=second.pk) is None
    assert cases.claim_next(actor="one") == second
