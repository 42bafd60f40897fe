"""What voters say gives a video away: counted by voices, shown from two on, and gone with them."""

from __future__ import annotations

import pytest
from django.db import connection

from desk.casework import glance
from sync.export.tables import TABLES
from sync.tasks import run_pipeline
from tests.conftest import Api, new_user
from votes.models import Sign, Vote, Voter
from votes.signs.facts import clock

pytestmark = pytest.mark.django_db(transaction=True)

MARK = {"sign": "watermark", "at": 12}


def explained(video_id="v"):
    return Api().get(f"/api/videos?videoId={video_id}&explain=1").json()["explain"]["signs"]


def exported():
    (table,) = (it for it in TABLES if it.name == "video_signs")
    with connection.cursor() as cursor:
        cursor.execute(table.rows)
        return cursor.fetchall()


def stored():
    return sorted(Sign.objects.values_list("video_id", "sign", "at"))


def test_two_networks_that_say_the_same_are_shown_to_everybody(crowd):
    crowd(1, "v", signs=[MARK, {"sign": "voice"}])
    assert explained() == []
    crowd(1, "v", signs=[{"sign": "voice", "at": 7}])
    assert explained() == [{"sign": "voice", "voices": 2}]
    crowd(2, "v", signs=[{"sign": "watermark", "at": 14}])
    assert explained() == [
        {"sign": "watermark", "voices": 3, "at": 14},
        {"sign": "voice", "voices": 2},
    ]


def test_the_time_is_the_middle_one_so_that_one_liar_does_not_move_it(crowd):
    for at in (10, 12, 13, 14, 43_200):
        crowd(1, "v", signs=[{"sign": "watermark", "at": at}])
    assert explained() == [{"sign": "watermark", "voices": 5, "at": 13}]


def test_one_network_is_one_voice(crowd):
    for _ in range(5):
        Api("10.7.7.7").vote("v", signs=[MARK])
    assert explained() == []
    crowd(1, "v", signs=[MARK])
    assert explained() == [{"sign": "watermark", "voices": 2, "at": 12}]


def test_accounts_that_vote_together_are_one_voice(crowd):
    crowd(4, "v", signs=[MARK])
    Voter.objects.update(cluster="together")
    assert explained() == []
    crowd(1, "v", signs=[MARK])
    assert explained()[0]["voices"] == 2


def test_only_votes_that_count_speak(crowd):
    crowd(3, "v", signs=[MARK])
    crowd(1, "v")
    Voter.objects.filter(pk__in=Sign.objects.values("voter")[:1]).update(is_shadowbanned=True)
    assert explained()[0]["voices"] == 2
    Vote.objects.filter(voter__in=Sign.objects.values("voter")).update(
        waits_until="2100-01-01T00:00Z"
    )
    assert explained() == []


def test_sent_again_they_take_the_place_of_those_before(crowd):
    (user,) = crowd(1, "v", signs=[MARK, {"sign": "voice"}])
    Api().vote("v", user=user)
    assert stored() == [("v", "voice", None), ("v", "watermark", 12)]
    Api().vote("v", user=user, signs=[{"sign": "watermark"}, {"sign": "text", "at": 0}])
    assert stored() == [("v", "text", 0), ("v", "watermark", None)]
    Api().vote("v", user=user, signs=[])
    assert stored() == []


def test_who_says_it_is_not_ai_has_seen_no_signs_of_it(crowd):
    (user, *_) = crowd(4, "v", signs=[MARK])
    assert Api().vote("v", user=user, category="not_ai", signs=[MARK]).status_code == 200
    assert Sign.objects.count() == 3


def test_they_go_with_the_vote_and_with_the_voter(crowd):
    first, second, _ = crowd(3, "v", signs=[MARK])
    assert Api().delete("/api/votes", {"videoId": "v", "userId": first}).status_code == 200
    assert Sign.objects.count() == 2
    mine = Api().get("/api/users/me/data", **{"X-User-ID": second}).json()
    assert [(it["video_id"], it["sign"], it["at"]) for it in mine["signs"]] == [
        ("v", "watermark", 12)
    ]
    assert Api().delete("/api/users/me", **{"X-User-ID": second}).status_code == 200
    assert Sign.objects.count() == 1
    assert explained() == []


def test_they_go_with_a_report_that_is_withdrawn():
    user = new_user()
    body = {"userId": user, "category": "fully_ai", "videos": [{"videoId": "v"}]}
    Api().post("/api/channels/@mill/reports", body)
    Api().vote("v", user=user, signs=[MARK])
    assert Sign.objects.count() == 1
    Api().delete("/api/channels/@mill/reports", **{"X-User-ID": user})
    assert not Sign.objects.exists()


def test_the_export_counts_them_by_video_and_names_nobody(crowd):
    crowd(2, "v", signs=[MARK])
    crowd(1, "other", signs=[MARK])
    crowd(3, "silent")
    run_pipeline()
    assert exported() == [("v", "watermark", 2, 12)]


def test_a_moderator_sees_them_in_words(crowd):
    crowd(2, "v", signs=[MARK, {"sign": "says_so"}])
    found = glance.of("video", ["v"], None, None)["signs"]
    assert [(it["noticed"], it["when"], it["voices"]) for it in found] == [
        ("it says so itself", "", 2),
        ("a generator's watermark", "0:12", 2),
    ]
    assert [clock(at) for at in (0, 59, 600, 3723)] == ["0:00", "0:59", "10:00", "1:02:03"]


@pytest.mark.parametrize(
    "bad",
    [
        [{"sign": "ears"}],
        [{"sign": 1}],
        [{"sign": ["voice"]}],
        [{}],
        ["voice"],
        [None],
        [{"sign": "voice"}, {"sign": "voice", "at": 1}],
        *([{"sign": "voice", "at": at}] for at in (-1, 43_201, 1.5, "1", True, 1e30, [])),
    ],
)
def test_what_is_no_sign_is_refused(bad):
    answer = Api().vote("v", signs=bad)
    assert answer.status_code == 400
    assert (answer.json()["error"]["code"], answer.json()["error"]["field"]) == (
        "INVALID_FIELD",
        "signs",
    )
    assert not Vote.objects.exists()


@pytest.mark.parametrize("bad", ["voice", {"sign": "voice"}, 7, True])
def test_what_is_no_list_is_refused(bad):
    assert Api().vote("v", signs=bad).json()["error"]["code"] == "INVALID_BODY"
