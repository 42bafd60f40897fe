"""A month of practice: `manage.py demo_site` on a real database."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from common.db import rows
from desk.practice import moderators, story
from sync.export import exports
from sync.models import Revision, StatusChange
from tests.described import faults
from tests.recomputing import all_come_out
from videos.models import Video
from votes.models import Case, Decision

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]


def test_the_same_seed_tells_the_same_story():
    assert story.tell(3) == story.tell(3)
    assert story.tell(3) != story.tell(4)


def test_a_month_of_practice_is_believable(tmp_path):
    out = io.StringIO()
    known = tmp_path / "truth.json"
    call_command("demo_site", "--truth", str(known), stdout=out)
    truth = json.loads(known.read_text())

    flagged = Video.objects.filter(score__gte=50).values_list("pk", flat=True)
    right = sum(truth[pk] == "ai" for pk in flagged)
    assert len(flagged) > 150
    assert 0.9 < right / len(flagged) < 1, "attacks should have some success, and not much"
    bands = set(StatusChange.objects.values_list("after", flat=True))
    assert bands >= {"suspected", "flagged", "strongly_flagged", "locked_ai", "locked_human"}

    assert "cases wait at the desk" in out.getvalue()
    waiting = Case.objects.exclude(state="closed")
    assert waiting.count() >= 40
    kinds = {"appeal", "burst", "dispute", "claim_conflict", "cluster", "tie"}
    assert set(waiting.values_list("kind", flat=True)) >= kinds
    assert {case.target_id for case in waiting if case.target_type == "video"} <= truth.keys()
    assert Decision.objects.exclude(reverses=None).exists()
    assert set(Decision.objects.values_list("actor", flat=True)) == set(moderators.NAMES)

    month = timedelta(days=story.DAYS)
    first, last = rows("SELECT min(cast_at), max(cast_at) FROM votes_vote")[0]
    assert timedelta(days=27) < last - first <= month
    assert timezone.now() - first < month + timedelta(hours=1)
    assert Revision.objects.latest("number").created_at <= timezone.now()

    # Researchers get the same scores from what is published alone.
    exports.export(["csv", "parquet"])
    assert [faults(exports.newest(form).path) for form in ("csv", "parquet")] == [[], []]
    published = all_come_out(exports.newest("parquet").path)
    assert published["videos"] > 400 and published["channels"] > 20, published

    with pytest.raises(CommandError, match="make demo-site"):
        call_command("demo_site")
    call_command("demo_site", "--if-empty", stdout=out)
    assert "nothing was made" in out.getvalue()
