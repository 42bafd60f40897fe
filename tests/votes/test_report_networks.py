"""Who reports a channel is counted by networks, for as long as these can be told apart."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F

from common.db import copy, execute, rows
from tests.votes.test_reports import SLOP, report, voices, work
from votes import networks
from votes.models import Case, ChannelReport, ReportedChannel
from votes.reports import sql
from votes.tasks import expire_addresses

pytestmark = pytest.mark.django_db


def flood(reports):
    """So many more reports by accounts of one network."""
    before = ChannelReport.objects.count()
    voters = [f"{n:032x}" for n in range(before, before + reports)]
    copy("COPY votes_voter (public_id) FROM STDIN", ((voter,) for voter in voters))
    members = "voter_id, channel_key, category, trust_weight, voice"
    copy(
        f"COPY votes_channelreport ({members}) FROM STDIN",
        ((voter, SLOP, "not_ai", "0.3", "flood") for voter in voters),
    )


def read_of(table, plan):
    """How many rows of a table each part of an executed plan has read."""
    if plan.get("Relation Name") == table:
        yield (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * plan["Actual Loops"]
    for part in plan.get("Plans", ()):
        yield from read_of(table, part)


def test_one_network_pushes_nobody_out_however_much_it_reports():
    voices(1, 2, 3, 4, 5)
    flood(2010)
    work()
    assert ReportedChannel.objects.get().voices == 6
    assert Case.objects.get().state == Case.State.OPEN


def test_a_network_is_one_voice_for_as_long_as_its_reports_count(monkeypatch):
    period = networks.current_period()
    for n, days in enumerate((10, 26, 0)):
        monkeypatch.setattr(networks, "current_period", lambda n=n: period + n)
        assert report(address=f"10.9.113.{n}").status_code == 200
        expire_addresses()
        work()
        assert ReportedChannel.objects.get().voices == 1
        ChannelReport.objects.update(reported_at=F("reported_at") - timedelta(days=days))
    assert ChannelReport.objects.count() == 2  # the first is 36 days old


def test_what_cannot_be_compared_any_more_adds_no_voice(monkeypatch):
    period = networks.current_period()
    for n in range(3):
        monkeypatch.setattr(networks, "current_period", lambda n=n: period + 2 * n)
        report(address="10.9.113.9")
        expire_addresses()
        work()
        assert ReportedChannel.objects.get().voices == 1
        ChannelReport.objects.update(reported_at=F("reported_at") - timedelta(days=60))


def test_to_count_reads_a_few_reports_of_each_network_however_many_there_are():
    voices(1, 2, 3, 4, 5)
    flood(2000)
    execute("ANALYZE votes_channelreport")
    explain = "EXPLAIN (ANALYZE, FORMAT JSON) " + sql.VOICES
    (((plan,),),) = rows(explain, {"numbers": [0], "keys": [SLOP]})
    assert 6 <= sum(read_of("votes_channelreport", plan["Plan"])) < 50
