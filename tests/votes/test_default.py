"""Juries confirm where nobody has said otherwise; a site with votes goes on as it was."""

from __future__ import annotations

from importlib import import_module

import pytest

from common.db import execute
from desk import services as desk
from sync.tasks import run_pipeline
from tests.conftest import published
from votes import brakes
from votes.brakes import juries_confirm, set_brakes
from votes.models import Brake, Decision

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_brakes")]
KEEP_VOTES = import_module("votes.migrations.0038_juries_confirm").KEEP_VOTES


def confirms():
    brakes.forget()
    return juries_confirm(), juries_confirm(committed=True)


def test_votes_suspect_on_a_new_site(crowd, video_id):
    crowd(20, video_id)
    assert published(video_id)["score"] == 79.9
    assert confirms() == (True, True)


def test_another_brake_changes_nothing_of_it(crowd, video_id):
    set_brakes(actor="m", reason="r", changes={"challenge_bits": 1})
    set_brakes(actor="m", reason="r", changes={"challenge_bits": 0})
    crowd(20, video_id)
    assert published(video_id)["score"] == 79.9
    assert not brakes.turn()


def test_an_operator_lets_votes_confirm_and_takes_it_back(crowd, video_id):
    crowd(20, video_id)
    made = set_brakes(actor="m", reason="we have no jurors", changes={"confirms": "votes"})
    assert published(video_id)["score"] == 80
    desk.reverse(actor="m", decision_id=made.pk, reason="now we have")
    assert published(video_id)["score"] == 79.9


def test_an_upgrade_of_a_site_with_votes_changes_nothing_and_says_so(crowd, video_id):
    crowd(20, video_id)
    execute(KEEP_VOTES)
    assert confirms() == (False, False)
    run_pipeline()
    assert published(video_id)["score"] == 80
    kept = Decision.objects.get()
    assert (kept.actor, kept.before, kept.after) == (
        "upgrade",
        {"confirms": "juries"},
        {"confirms": "votes"},
    )
    assert "upgrade" in kept.reason
    execute(KEEP_VOTES)
    assert Decision.objects.count() == 1
    desk.reverse(actor="m", decision_id=kept.pk, reason="we have jurors now")
    assert published(video_id)["score"] == 79.9


def test_an_upgrade_of_an_empty_site_leaves_the_default():
    execute(KEEP_VOTES)
    assert confirms() == (True, True)
    assert not Brake.objects.exists() and not Decision.objects.exists()


def test_what_an_operator_has_chosen_stays(crowd, video_id):
    crowd(1, video_id)
    set_brakes(actor="m", reason="r", changes={"challenge_bits": 1})
    execute(KEEP_VOTES)
    assert confirms() == (True, True)
