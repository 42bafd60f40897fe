"""The desk's front page: what waits, what was voted, what is disputed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib import admin
from django.utils import timezone

from desk.models import Activity
from desk.tasks import count_activity
from sync.tasks import run_pipeline
from tests.desk.test_pages import text
from videos.models import Video
from votes.models import (
    Vote,
)
from votes.moderation import decisions

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_hour_of_activity_keeps_what_was_counted_while_it_lasted(crowd):
    crowd(3, "v1")
    now = timezone.now()
    Vote.objects.update(cast_at=now - timedelta(hours=2))
    count_activity()
    counted = dict(Activity.objects.values_list("hour", "votes"))
    assert len(counted) == 24
    two_hours_ago = (now - timedelta(hours=2)).replace(minute=0, second=0, microsecond=0)
    assert counted.pop(two_hours_ago) == 3
    assert set(counted.values()) == {0}
    Vote.objects.all().delete()
    Activity.objects.create(hour=now - timedelta(hours=30), votes=9)
    Activity.objects.filter(hour__gt=now - timedelta(hours=2)).delete()
    count_activity()
    # The latest hour that was counted may not have been over, and is counted again.
    assert not Activity.objects.filter(votes__gt=0)
    assert Activity.objects.count() == 24


def test_the_dashboard_names_the_videos_about_which_most_people_disagree(desk, crowd):
    for name, ai, against in (("torn", 5, 4), ("split", 4, 3), ("clear", 9, 2), ("locked", 5, 5)):
        crowd(ai, name)
        crowd(against, name, "not_ai")
    decisions.decide_video(actor="m", action="lock_ai", video_id="locked", reason="r")
    run_pipeline()
    crowd(5, "old")
    crowd(5, "old", "not_ai")
    run_pipeline()
    Video.objects.filter(pk="old").update(disputed_at=timezone.now() - timedelta(days=8))
    shown = text(desk().get("/admin/")).split("Most disputed")[1].split("</section>")[0]
    assert re.findall(r"/video/(\w+)/change/", shown) == ["torn", "split"]
    assert re.findall(r'class="number">(\d+)<', shown) == ["5", "4", "4", "3"]


def test_every_list_of_the_desk_is_found_on_its_front_page(admin_client):
    shown = text(admin_client.get("/admin/"))
    for model in admin.site._registry:
        assert f"/admin/{model._meta.app_label}/{model._meta.model_name}/" in shown, model
