"""What voters' pages call a video: bounded, cleaned, agreed by voices, and gone in time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F

from common import ids
from desk.casework import glance
from tests.conftest import Api, new_user
from votes.models import Title, Vote, Voter
from votes.tasks import expire_addresses

pytestmark = pytest.mark.django_db(transaction=True)


def called(video_id="v"):
    found = glance.of("video", [video_id], None, None)["called"]
    return {kind: (it["claim"], it["voices"]) for kind, it in found.items()}


def test_what_three_networks_say_is_what_it_is_called(crowd):
    crowd(2, "v", title="The  old\tmill", channelName="Mill")
    assert called() == {}
    crowd(1, "v", title="The old mill")
    assert called() == {"title": ("The old mill", 3)}
    crowd(4, "v", title="Another", channelName="Mill")
    assert called() == {"title": ("Another", 4), "channel": ("Mill", 6)}


def test_one_network_is_one_voice(crowd):
    for _ in range(5):
        Api("10.7.7.7").vote("v", title="Mine")
    assert called() == {}
    crowd(2, "v", title="Mine")
    assert called() == {"title": ("Mine", 3)}


def test_networks_of_one_customer_or_provider_are_few_voices(crowd):
    for n in range(4):
        Api(f"2001:db8:1:{n}00::7").vote("v", title="Mine")
    assert called() == {}
    for n in range(2, 6):
        Api(f"2001:db8:{n}::7").vote("w", title="Mine")
    assert called("w") == {}
    crowd(1, "v", title="Mine")
    assert called() == {"title": ("Mine", 3)}


def test_only_votes_that_count_speak(crowd):
    users = crowd(4, "v", title="It")
    Voter.objects.filter(pk__in=Voter.objects.values("pk")[:1]).update(is_shadowbanned=True)
    assert called() == {"title": ("It", 3)}
    Vote.objects.update(waits_until="2100-01-01T00:00Z")
    assert called() == {}
    assert users


def test_the_newest_word_of_a_voter_counts_and_nothing_is_no_word(crowd):
    (user,) = crowd(1, "v", title="First", channelName="Mill")
    Api().vote("v", user=user)
    Api().vote("v", user=user, title="Second")
    assert Title.objects.values_list("title", "channel_name").get() == ("Second", "Mill")


def test_it_goes_with_the_vote_the_voter_and_time(crowd):
    first, second, third = crowd(3, "v", title="It")
    assert Api().delete("/api/votes", {"videoId": "v", "userId": first}).status_code == 200
    assert Title.objects.count() == 2
    stored = Api().get("/api/users/me/data", **{"X-User-ID": second}).json()
    assert [it["title"] for it in stored["titles"]] == ["It"]
    assert Api().delete("/api/users/me", **{"X-User-ID": second}).status_code == 200
    assert Title.objects.count() == 1
    Title.objects.update(said_at=F("said_at") - timedelta(days=89))
    expire_addresses()
    assert Title.objects.count() == 1
    Title.objects.update(said_at=F("said_at") - timedelta(days=2))
    expire_addresses()
    assert not Title.objects.exists()
    assert third


def test_it_goes_with_a_report_that_is_withdrawn():
    user = new_user()
    body = {"userId": user, "category": "fully_ai", "videos": [{"videoId": "v"}]}
    Api().post("/api/channels/@mill/reports", body)
    Api().vote("v", user=user, title="It")
    assert Title.objects.count() == 1
    Api().delete("/api/channels/@mill/reports", **{"X-User-ID": user})
    assert not Title.objects.exists()


@pytest.mark.parametrize("bad", ["", " ", "\u200b\u202e", "x" * 201, "\ud800"])
@pytest.mark.parametrize("member", ["title", "channelName"])
def test_what_is_no_line_is_refused(bad, member):
    answer = Api().vote("v", **{member: bad})
    assert answer.json()["error"]["code"] == "INVALID_FIELD"
    assert not Title.objects.exists()


def test_what_cannot_be_seen_does_not_stay():
    Api().vote("v", title="\u202eA\u200b\u2066 b\u0007\u00a0\n c\ufeff\U000e0041e\u0301")
    assert Title.objects.get().title == "A b c\u00e9"
    assert ids.line("x" * 10_000) == "x" * 10_000
    assert Api().vote("v", title=7).json()["error"]["code"] == "INVALID_BODY"
