"""What was written while the clock was days ahead does not wait until it is there again."""

from __future__ import annotations

import secrets
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from votes import casting, networks
from votes.models import Appeal, Case, Vote
from votes.moderation import appeals, cases

pytestmark = pytest.mark.django_db(transaction=True)
AHEAD = Now() + timedelta(days=400)


@pytest.fixture
def vote():
    """A vote that counts in five minutes."""
    ballot = casting.Ballot(secrets.token_hex(16), "video", "fully_ai")
    casting.cast_vote(ballot, address="192.0.2.1", delay_minutes=5)


@pytest.fixture
def case():
    """A case about an appeal whose author can be reached."""
    filed = appeals.file_appeal(target_type="video", target_id="v", reason="r", contact="me@x")
    return filed.case


def test_a_delayed_vote_counts(vote):
    assert casting.end_delays() == 0
    Vote.objects.update(waits_until=AHEAD)
    assert casting.end_delays() == 1


def test_pseudonyms_of_addresses_go(vote):
    assert networks.expire() == 0
    Vote.objects.update(refreshed_at=AHEAD)
    assert networks.expire() == 1
    assert Vote.objects.get().prefix_pseudonym is None


def test_contacts_go(case):
    cases.dismiss_case(actor="m", case_id=case.pk, reason="r")
    assert appeals.forget_contacts() == 0
    Case.objects.update(closed_at=AHEAD)
    assert appeals.forget_contacts() == 1
    assert Appeal.objects.get().contact == ""


def test_a_claim_ends(case):
    cases.claim(case.pk, actor="one")
    assert cases.return_lapsed() == 0
    Case.objects.update(claimed_at=AHEAD)
    assert cases.return_lapsed() == 1
    assert cases.claim(case.pk, actor="other").assignee == "other"
