"""Months in numbers: counted from facts, and closed for good."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.conf import settings
from django.db import DatabaseError, transaction

from common import ids
from common.db import execute
from pages import months
from pages.models import Month
from pages.recent import files
from sync.tasks import run_pipeline
from tests.conftest import Api, new_user
from votes.brakes import set_brakes
from votes.erasures import erase_voter
from votes.moderation import appeals
from votes.moderation.decisions import decide_video

pytestmark = pytest.mark.django_db(transaction=True)

BACK = "UPDATE votes_vote SET cast_at = cast_at - interval '1 month'"


@pytest.fixture
def eventful(crowd):
    """A month with something of everything."""
    crowd(9, "dQw4w9WgXcQ")
    crowd(9, "humanvideo0")
    run_pipeline()
    Api().vote("dQw4w9WgXcQ", "not_ai")
    appeals.file_appeal(target_type="video", target_id="humanvideo0", reason="I paint")
    decide_video(actor="m", action="lock_human", video_id="humanvideo0", reason="r")
    set_brakes(actor="m", reason="r", changes={"dispute_age_hours": 1})
    user = new_user()
    Api().vote("another0000", "fully_ai", user)
    erase_voter(ids.public_id(user, key=settings.VOTER_KEY))
    run_pipeline()


def test_the_current_month_is_counted_from_facts(eventful):
    (month,) = months.bring_up()
    found = Month.objects.get()
    assert f"{found}" == month and found.closed_at is None
    facts = found.facts
    assert (facts["votes"], facts["disputes"]) == (19, 1)
    assert facts["videos"]["flagged"] == {"votes": 2}
    # With somebody who disagrees a flag takes ten.
    assert facts["videos"]["unflagged"] == {"moderator": 1, "votes": 1}
    assert facts["decisions"] == {"lock_human": 1, "set_brakes": 1}
    assert facts["brakes"] == facts["erasures"] == 1
    answered = {name: facts["appeals"][name] for name in ("filed", "answered", "granted")}
    assert answered == {"filed": 1, "answered": 1, "granted": 1}
    assert facts["appeals"]["medianDays"] == 0


def test_a_month_that_is_over_is_closed_and_nothing_changes_it(eventful):
    execute(BACK)
    last, now = months.bring_up()
    assert last < now
    closed = Month.objects.get(closed_at__isnull=False)
    assert f"{closed}" == last and closed.facts["votes"] == 19
    assert months.bring_up() == [now]
    for change in (
        lambda: Month.objects.filter(pk=closed.pk).update(facts={}),
        lambda: Month.objects.filter(pk=closed.pk).delete(),
    ):
        with pytest.raises(DatabaseError, match="closed months do not change"):
            with transaction.atomic():
                change()
    assert Month.objects.get(pk=closed.pk).facts == closed.facts


def test_what_can_no_longer_be_known_is_left_out(eventful):
    long_ago = datetime(2026, 1, 1, tzinfo=UTC).date()
    facts = months.facts(long_ago, now=datetime(2026, 11, 1, tzinfo=UTC))
    assert "erasures" not in facts and facts["votes"] == 0


def test_a_new_site_and_a_mirror_have_no_months(settings, crowd):
    assert months.bring_up() == []
    crowd(1, "dQw4w9WgXcQ")
    settings.MIRROR_OF = "https://source.example"
    assert months.bring_up() == []


def test_they_are_shown_as_words_plots_and_a_table(eventful):
    months.bring_up()
    files.write()
    page = Api().get("/transparency").content.decode()
    assert page.count('<svg class="plot bars"') == 4
    assert "1 granted, 0 rejected" in page and "so far" in page
    (row,) = csv.DictReader(StringIO(Api().get("/transparency.csv").content.decode()))
    assert (row["votes"], row["videosFlagged"], row["appealsGranted"], row["closed"]) == (
        *("19", "2", "1", "0"),
    )
