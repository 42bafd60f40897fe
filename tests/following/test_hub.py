"""A WebSub hub is told which feeds have something new."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs

import pytest

from channels.services import decide_channel
from following import hub
from following.models import Position
from following.tasks import tell_hub
from sync.models import StatusChange
from sync.tasks import run_pipeline

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def changed(receiver, settings):
    """A channel's verdict has changed some minutes ago."""
    settings.SITE = replace(settings.SITE, hub=f"{receiver.origin}/hub")
    tell_hub()
    decide_channel(actor="m", action="flag_channel", key="@maker", reason="r")
    run_pipeline()
    return receiver


def ready():
    for line in StatusChange.objects.all():
        StatusChange.objects.filter(pk=line.pk).update(at=line.at - 2 * hub.READY)


def test_it_is_told_once_when_the_feeds_have_it(changed):
    assert tell_hub() == 0
    ready()
    assert (tell_hub(), tell_hub()) == (4, 0)
    ((path, headers, body),) = changed.got
    form = parse_qs(body.decode())
    assert (path, form["hub.mode"]) == ("/hub", ["publish"])
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    assert form["hub.url"] == [
        "https://realtube.example/feeds/recent.atom",
        "https://realtube.example/feeds/recent.json",
        "https://realtube.example/feeds/channel/@maker.atom",
        "https://realtube.example/feeds/channel/@maker.json",
    ]


def test_one_that_fails_is_told_twice_and_then_left_alone(changed, caplog):
    ready()
    changed.status = 500
    assert (tell_hub(), tell_hub()) == (0, 0)
    assert len(changed.got) == 2
    assert "hub not told" in caplog.text


def test_without_a_hub_nothing_is_remembered():
    assert (tell_hub(), Position.objects.count()) == (0, 0)
