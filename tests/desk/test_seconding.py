"""Large channels need two moderators, whatever way leads to their being cleared."""

from __future__ import annotations

import pytest

from desk import services
from desk.creators import seconding
from tests.conftest import Api
from votes.models import Action, Case, Decision
from votes.moderation import cases
from votes.moderation.actions import Refused

pytestmark = pytest.mark.django_db(transaction=True)
FARM = {"target_type": "channel", "target_id": "@farm"}


@pytest.fixture
def videos(settings, farm):
    """Of a channel about which two must agree."""
    settings.SECOND_MODERATOR_VIDEOS, settings.ALONE_VIDEOS = 3, 2
    return farm(5)


def appeal():
    body = {"targetType": "channel", "targetId": "@farm", "reason": "mine"}
    assert Api().post("/api/appeals", body).status_code == 202
    return Case.objects.get(kind="appeal")


def flag(actor="one"):
    return services.decide(actor=actor, action=Action.FLAG_CHANNEL, reason="r", **FARM)


def lock(video, actor="one"):
    return services.decide(
        actor=actor, action=Action.LOCK_HUMAN, target_type="video", target_id=video, reason="r"
    )


def test_a_flag_is_taken_back_by_two(videos):
    made, case = flag(), appeal()
    back = {"decision_id": made.pk, "reason": "r"}
    with pytest.raises(seconding.NeedsSecond) as waits:
        services.reverse(actor="one", **back)
    seconding.propose(waits.value, actor="one")
    with pytest.raises(seconding.NeedsSecond):
        services.reverse(actor="one", **back)
    assert seconding.firsts(case).count() == 1
    assert services.reverse(actor="two", **back).reverses == made


def test_the_desk_notes_who_would_take_a_flag_back(videos, desk):
    made, case = flag(), appeal()
    first, path = desk(name="first"), f"/admin/votes/decision/{made.pk}/change/"
    answer = first.post(path, {"reason": "mistaken"})
    assert answer["Location"] == f"/admin/appeals/{case.pk}/"
    assert Decision.objects.filter(reverses=made).count() == 0
    assert desk(name="second").post(path, {"reason": "mistaken"}).status_code == 302
    assert Decision.objects.get(reverses=made).actor == "second"


def test_unlocking_a_flagged_channel_takes_two_and_a_cleared_one_one(videos):
    flag()
    appeal()
    unlock = {"action": Action.UNLOCK_CHANNEL, "reason": "r", **FARM}
    with pytest.raises(seconding.NeedsSecond) as waits:
        services.decide(actor="one", **unlock)
    seconding.propose(waits.value, actor="one")
    assert services.decide(actor="two", **unlock).action == Action.UNLOCK_CHANNEL


def test_without_an_appeal_a_mistaken_flag_is_taken_back_alone(videos):
    made = flag()
    assert services.reverse(actor="one", decision_id=made.pk, reason="r").reverses == made


def test_nobody_clears_a_large_channels_videos_one_by_one(videos):
    for video in videos[:2]:
        lock(video)
    with pytest.raises(Refused, match="second moderator"):
        lock(videos[2])
    assert lock(videos[2], actor="two").actor == "two"
    taken = Decision.objects.get(actor="one", target_id=videos[0])
    services.reverse(actor="one", decision_id=taken.pk, reason="r")
    assert lock(videos[3]).actor == "one"  # what was taken back does not count


def test_a_small_channels_videos_are_cleared_one_by_one(videos, settings):
    settings.SECOND_MODERATOR_VIDEOS = 6
    for video in videos:
        lock(video)


def test_the_next_case_is_none_that_waits_for_somebody_elses_word(videos):
    case = appeal()
    with pytest.raises(seconding.NeedsSecond) as waits:
        services.decide(actor="one", action=Action.CLEAR_CHANNEL, reason="r", **FARM)
    seconding.propose(waits.value, actor="one")
    assert cases.claim_next(actor="one") is None
    assert cases.claim_next(actor="two") == case
    cases.give_back(case.pk, actor="two")
    Decision.objects.create(actor="two", action=Action.UNLOCK_CHANNEL, reason="r", **FARM)
    assert cases.claim_next(actor="one") == case  # what was decided since makes it void
