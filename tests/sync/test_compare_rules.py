"""`manage.py compare_rules`: what the switch would change, without changing anything."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command

from sync.management.commands import compare_rules
from sync.models import Change, Revision
from sync.tasks import run_pipeline
from tests.flow.test_histories import projections
from tests.sync.test_two_levels import SURE, UNSURE, _no_limits, confirm_by, voted  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)


def said(*arguments):
    out = io.StringIO()
    call_command("compare_rules", *arguments, stdout=out)
    return out.getvalue()


def test_it_shows_what_would_fall_and_changes_nothing(voted):  # noqa: F811
    before = projections(), Revision.objects.count(), Change.objects.count()
    shown = said()
    assert (projections(), Revision.objects.count(), Change.objects.count()) == before
    assert "Now votes confirm. If juries did:" in shown
    assert "1 videos would change" in shown
    assert "strongly flagged" in shown
    assert SURE in shown
    assert "79.90" in shown
    assert UNSURE not in shown


def test_what_it_shows_is_what_the_switch_does_there_and_back(voted):  # noqa: F811
    there = said()
    confirm_by("juries")
    run_pipeline()
    back = said("--show", "0")
    assert "Now juries confirm. If votes did:" in back
    assert "strongly flagged" in there
    assert "strongly flagged" in back
    assert SURE not in back


def test_it_reads_no_more_names_than_a_page_at_a_time(voted, monkeypatch):  # noqa: F811
    whole = said("--show", "50")
    monkeypatch.setattr(compare_rules, "CHUNK", 1)
    assert said("--show", "50") == whole
