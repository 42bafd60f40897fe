"""What the watch over juries tells: stats for everybody, metrics for alerts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F

from desk.tasks import keep_samples
from sync.tasks import refresh_stats, run_juries
from tests.conftest import Api
from tests.juries.test_samples import answer_all, decided, last_month
from tests.juries.world import kit, rooted, suspect
from votes.juries import wear
from votes.models import GoldItem, Juror, JurorPair, Question, Sample

pytestmark = pytest.mark.django_db(transaction=True)


def metrics():
    """By name and labels, as Prometheus reads them."""
    lines = Api("127.0.0.1").get("/metrics").content.decode().splitlines()
    return {
        name: float(value)
        for name, value in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    }


def test_stats_have_error_rates_once_a_sample_is_closed():
    decided(12, "ai")
    keep_samples()
    refresh_stats()
    assert "errorRates" not in Api().get("/api/stats").json()
    answer_all(lambda item: "ai")
    keep_samples()
    refresh_stats()
    told = Api().get("/api/stats").json()["errorRates"]
    assert [(it["month"], it["side"], it["answered"]) for it in told] == [
        (f"{last_month():%Y-%m}", "ai", 12),
        (f"{last_month():%Y-%m}", "human", 0),
    ]
    assert (told[0]["rate"], told[0]["low"]) == (0, 0)
    assert told[1]["tooFew"] and "rate" not in told[1]


def test_metrics_say_what_waits_for_moderators_and_what_was_wrong():
    assert metrics()["realtube_sample_left"] == 0
    decided(12, "ai")
    keep_samples()
    Sample.objects.update(drawn_at=F("drawn_at") - timedelta(days=3))
    now = metrics()
    assert now["realtube_sample_left"] == 12
    assert now["realtube_sample_age_seconds"] == pytest.approx(3 * 86400, rel=0.01)
    assert not any(name.startswith("realtube_error_") for name in now)
    answer_all(lambda item: "human" if item.place < 3 else "ai")
    keep_samples()
    now = metrics()
    assert (now["realtube_sample_left"], now["realtube_sample_age_seconds"]) == (0, 0)
    assert now['realtube_error_ratio{side="ai"}'] == 0.25
    assert now['realtube_error_low_ratio{side="ai"}'] == pytest.approx(0.0889, abs=1e-4)
    assert 'realtube_error_ratio{side="human"}' not in now


def test_metrics_say_what_is_suspected_who_agrees_and_how_much_gold_is_left(settings):
    assert "realtube_jury_gold_left" not in metrics()
    kit(0, 12)
    (_, one, _), (_, other, _) = rooted(settings, 2)
    for n, gold in enumerate(GoldItem.objects.all()[:3]):
        Question.objects.create(juror_id=one, gold=gold, day="2026-01-01", slot=n + 1)
    JurorPair.objects.create(
        first_id=one, second_id=other, together=60, agreed=60, both_wrong=7, expected=49.2, excess=4
    )
    suspect("suspect0001", "suspect0002")
    assert "realtube_jury_gold_left" not in metrics()
    wear.count()
    now = metrics()
    assert now["realtube_jury_gold_left"] == 9
    assert wear.left_for(one).least == 9
    assert wear.left_for(other).least == wear.left().of == 12
    Juror.objects.update(is_rooted=False)
    run_juries()
    assert wear.left() is wear.left_for(one) is None
    assert now["realtube_jury_pairs"] == 1
    assert now["realtube_jury_suspects"] == 2
