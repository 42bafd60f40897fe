"""A channel reported in one step: votes as any others, one event, a case at five voices."""

from __future__ import annotations

import pytest

from channels.services import decide_channel
from common import ids
from common.db import rows
from tests.conftest import Api, new_user
from votes import sql
from votes.casting import Ballot, Cast
from votes.erasures import erase_voter
from votes.models import Case, ChannelReport, Vote
from votes.reports import facts

pytestmark = pytest.mark.django_db
SLOP = "UCslopslopslopslopslopsl"


def report(user="", *, videos=("slop0000001", "slop0000002"), key=SLOP, address="", **more):
    body = {
        "userId": user or new_user(),
        "category": "fully_ai",
        "videos": [{"videoId": video} for video in videos],
        **more,
    }
    return Api(address).post(f"/api/channels/{key}/reports", body)


def of_five():
    for n in range(5):
        assert report(address=f"203.{n}.113.9").status_code == 200


def test_each_video_gets_a_vote_that_claims_the_channel():
    answer = report()
    assert answer.status_code == 200, answer.content
    assert answer.json()["votes"] == 2
    number = ChannelReport.objects.get().pk
    votes = Vote.objects.values_list("video_id", "claimed_channel_id", "report")
    assert sorted(votes) == [("slop0000001", SLOP, number), ("slop0000002", SLOP, number)]


def test_a_handle_is_claimed_as_one():
    assert report(key="@Slop").status_code == 200
    assert set(Vote.objects.values_list("claimed_handle", flat=True)) == {"slop"}
    assert ChannelReport.objects.get().channel_key == "@slop"


@pytest.mark.parametrize(
    "wrong",
    [
        {"videos": ()},
        {"videos": ("a", "a")},
        {"videos": ("a", "b", "c", "d", "e", "f")},
        {"videos": ("a", "?")},
        {"category": "not_ai"},
        {"key": "no channel"},
    ],
)
def test_what_is_wrong_stores_nothing(wrong):
    assert report(**wrong).status_code == 400
    assert not Vote.objects.exists()
    assert not ChannelReport.objects.exists()


def test_it_counts_as_so_many_votes_as_it_has_videos():
    user = new_user()
    five = [f"slop000000{n}" for n in range(5)]
    assert [report(user, videos=five).status_code for _ in range(3)] == [200, 200, 429]


def test_a_vote_that_is_changed_or_withdrawn_by_itself_leaves_the_report():
    user, api = new_user(), Api()
    report(user, videos=["slop0000001", "slop0000002", "slop0000003"])
    api.vote("slop0000001", "ai_visuals", user)
    api.vote("slop0000002", "fully_ai", user)
    api.delete("/api/votes", {"videoId": "slop0000003", "userId": user})
    kept = Vote.objects.filter(report__isnull=False)
    assert list(kept.values_list("video_id", flat=True)) == ["slop0000002"]


def test_five_voices_open_a_case_that_a_moderator_closes():
    for _ in range(6):
        report(address="198.51.100.1")
    assert not Case.objects.exists()
    of_five()
    case = Case.objects.get()
    assert (case.kind, case.target_id) == (Case.Kind.REPORTS, SLOP)
    assert case.evidence == {"reportedBy": 6, "reportedAs": {"fully_ai": 6}}
    decide_channel(actor="anna", action="clear_channel", key=SLOP, reason="all human")
    of_five()
    assert Case.objects.get().state == Case.State.CLOSED


def test_two_who_report_the_same_channels_share_one_event_a_report():
    for voter in ("a" * 32, "b" * 32):
        for n in range(25):
            videos = [f"slop{n:06}{v}" for v in range(5)]
            casts = [
                Cast(Ballot(voter, video, "fully_ai", handle=f"slop{n}"), "") for video in videos
            ]
            facts.report(f"@slop{n}", casts, address="")
    assert [tuple(row) for row in rows(sql.CO_VOTES)] == [("a" * 32, "b" * 32, 25, 25, 25)]


def test_erasing_the_voter_erases_the_report(settings):
    user = new_user()
    report(user)
    erase_voter(ids.public_id(user, key=settings.VOTER_KEY))
    assert not ChannelReport.objects.exists()
