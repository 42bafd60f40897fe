"""A channel reported in one step: votes as any others, one event, a case at five voices."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from channels.models import Channel, Listing
from channels.services import decide_channel
from common import ids
from common.db import rows
from desk import sql as desk_sql
from desk.casework import queue
from sync.tasks import run_pipeline
from tests.conftest import Api, new_user
from votes import sql
from votes.brakes import set_brakes
from votes.casting import Ballot, Cast
from votes.covoting import find_clusters, set_cluster
from votes.erasures import erase_voter, reapply_erasures
from votes.models import (
    Case,
    ChannelReport,
    Erasure,
    ReportedChannel,
    Vote,
    Voter,
)
from votes.moderation import cases, decisions
from votes.reports import facts
from votes.tasks import end_delays, expire_addresses

pytestmark = pytest.mark.django_db
SLOP = "UCslopslopslopslopslopsl"
PATH = f"/api/channels/{SLOP}/reports"
TWO = ("slop0000001", "slop0000002")
FIVE = tuple(f"slop000000{n}" for n in range(5))


def report(user="", *, videos=TWO, key=SLOP, address="", **more):
    body = {
        "userId": user or new_user(),
        "category": "fully_ai",
        "videos": [{"videoId": video} for video in videos],
        **more,
    }
    return Api(address).post(f"/api/channels/{key}/reports", body)


def withdraw(user, *, key=SLOP, address=""):
    return Api(address).delete(f"/api/channels/{key}/reports", {}, **{"X-User-ID": user})


def voices(*numbers, **more):
    """As many voters, each on a network of their own; their user ids."""
    users = [new_user() for _ in numbers]
    for n, user in zip(numbers, users, strict=True):
        answer = report(user, address=f"10.{n}.113.9", **more)
        assert answer.status_code == 200, answer.content
    return users


def work():
    end_delays()
    run_pipeline()


def brake(**changes):
    return set_brakes(actor="admin", reason="attack", changes=changes)


def public(user, settings):
    return ids.public_id(user, key=settings.VOTER_KEY)


class TestStoring:
    def test_each_video_gets_a_vote_that_claims_the_channel(self):
        answer = report(channelHandle="@Slop")
        assert answer.status_code == 200, answer.content
        assert answer.json() == {
            "success": True,
            "userTrust": 0.3,
            "votes": [{"videoId": video, "newScore": 16.67} for video in TWO],
        }
        number = ChannelReport.objects.get().pk
        votes = Vote.objects.values_list(
            "video_id", "claimed_channel_id", "claimed_handle", "report"
        )
        assert sorted(votes) == [(video, SLOP, "slop", number) for video in TWO]

    def test_a_handle_is_claimed_as_one(self):
        assert report(key="@Slop", channelHandle="@SLOP").status_code == 200
        assert set(Vote.objects.values_list("claimed_handle", "claimed_channel_id")) == {
            ("slop", None)
        }
        assert ChannelReport.objects.get().channel_key == "@slop"

    def test_a_report_that_is_sent_again_changes_nothing(self):
        user = new_user()
        first = report(user).json()
        before = list(Vote.objects.order_by("pk").values_list("pk", "cast_at", "report"))
        assert report(user).json() == first
        assert list(Vote.objects.order_by("pk").values_list("pk", "cast_at", "report")) == before
        assert ChannelReport.objects.count() == 1

    def test_the_last_report_of_a_channel_replaces_the_one_before_and_its_votes_stay(self):
        user = new_user()
        report(user)
        report(user, videos=["slop0000002", "slop0000003"], category="ai_music")
        assert ChannelReport.objects.get().category == "ai_music"
        assert dict(Vote.objects.values_list("video_id", "category")) == {
            "slop0000001": "fully_ai",
            "slop0000002": "ai_music",
            "slop0000003": "ai_music",
        }

    def test_it_is_seen_at_once_by_who_asks_for_a_video(self):
        api = Api()
        assert api.get(f"/api/videos?videoId={TWO[0]}").status_code == 404
        report()
        assert api.get(f"/api/videos?videoId={TWO[0]}").json()["totalVotes"] == 1

    @pytest.mark.parametrize(
        ("wrong", "code", "field"),
        [
            ({"videos": ()}, "INVALID_FIELD", "videos"),
            ({"videos": ("a", "b", "c", "d", "e", "f")}, "INVALID_FIELD", "videos"),
            ({"videos": ("a", "b", "a")}, "INVALID_FIELD", "videos.2.videoId"),
            ({"videos": ("a", "?")}, "INVALID_FIELD", "videos.1.videoId"),
            ({"videos": ("a", 7)}, "INVALID_BODY", "videos.1.videoId"),
            ({"category": "not_ai"}, "INVALID_CATEGORY", "category"),
            ({"category": ""}, "MISSING_FIELDS", "category"),
            ({"key": "no channel"}, "INVALID_FIELD", "key"),
            ({"key": "@slop", "channelHandle": "@other"}, "INVALID_FIELD", "channelHandle"),
            ({"channelHandle": "?"}, "INVALID_FIELD", "channelHandle"),
            ({"user": "short"}, "INVALID_FIELD", "userId"),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_is_stored(self, wrong, code, field):
        answer = report(**wrong)
        assert answer.status_code == 400
        error = answer.json()["error"]
        assert (error["code"], error["field"]) == (code, field), error
        assert field in error["message"] or code == "INVALID_CATEGORY"
        assert not Vote.objects.exists() and not ChannelReport.objects.exists()

    @pytest.mark.parametrize("videos", [None, "a", [1], [["videoId", "a"]], {"videoId": "a"}])
    def test_videos_of_another_kind_are_refused(self, videos):
        body = {"userId": new_user(), "category": "fully_ai", "videos": videos}
        assert Api().post(PATH, body).status_code == 400
        assert not Vote.objects.exists()


class TestLimits:
    def test_it_counts_as_so_many_votes_as_it_has_videos(self):
        user = new_user()
        answers = [report(user, videos=FIVE) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert int(answers[-1]["Retry-After"]) >= 1
        assert Api().vote("another", user=user).status_code == 429

    def test_what_single_votes_left_is_all_that_is_left(self):
        user, api = new_user(), Api()
        for n in range(6):
            api.vote(f"single{n}", user=user)
        assert report(user, videos=FIVE).status_code == 429
        assert not ChannelReport.objects.exists()

    def test_an_address_has_as_many_votes_by_reports_as_one_by_one(self):
        codes = [report(videos=FIVE, address="198.51.100.7").status_code for _ in range(7)]
        assert codes == [200] * 6 + [429]

    def test_what_is_refused_counts_too(self):
        user = new_user()
        codes = [report(user, videos=["?"] * 5).status_code for _ in range(3)]
        assert codes == [400, 400, 429]

    def test_to_take_a_report_back_counts_as_five_withdrawals(self):
        user = new_user()
        report(user)
        assert withdraw(user).status_code == 200
        assert withdraw(user).status_code == 429


class TestBrakes:
    def test_a_report_of_a_new_voter_waits_as_its_votes_do(self):
        brake(new_voters="delay", delay_minutes=30)
        voices(*range(5))
        (first, _) = report(address="10.77.1.1").json()["votes"]
        assert first["pending"] and first["countsFrom"]
        work()
        assert not Case.objects.exists() and not ReportedChannel.objects.exists()
        half_an_hour = timedelta(minutes=31)
        Vote.objects.update(waits_until=F("waits_until") - half_an_hour)
        ChannelReport.objects.update(waits_until=F("waits_until") - half_an_hour)
        work()
        assert Case.objects.get().evidence["reportedBy"] == 6

    def test_who_may_not_vote_may_not_report(self):
        brake(new_voters="refuse")
        assert report().status_code == 403
        assert not Vote.objects.exists() and not ChannelReport.objects.exists()

    def test_a_first_report_needs_the_work_that_a_first_vote_needs(self):
        brake(challenge_bits=1)
        assert report().status_code == 403


class TestWithdrawing:
    def test_the_votes_that_came_with_it_go_too_but_not_what_was_said_since(self):
        user, api = new_user(), Api()
        api.vote("slop0000000", user=user)
        report(user, videos=["slop0000001", "slop0000002", "slop0000003"])
        api.vote("slop0000002", "ai_visuals", user)
        assert withdraw(user).json() == {"success": True}
        assert not ChannelReport.objects.exists()
        standing = Vote.objects.filter(retracted_at=None).values_list("video_id", flat=True)
        assert sorted(standing) == ["slop0000000", "slop0000002"]
        run_pipeline()
        assert api.get("/api/videos?videoId=slop0000001").status_code == 404

    def test_there_is_nothing_to_take_back_twice(self):
        user = new_user()
        assert withdraw(user).status_code == 404
        assert withdraw("short").status_code == 400
        assert withdraw(user, key="no channel").status_code in (400, 429)

    def test_a_vote_that_is_changed_or_withdrawn_by_itself_leaves_the_report(self):
        user, api = new_user(), Api()
        report(user, videos=["slop0000001", "slop0000002", "slop0000003"])
        api.vote("slop0000001", "ai_visuals", user)
        api.vote("slop0000002", "fully_ai", user)
        api.delete("/api/votes", {"videoId": "slop0000003", "userId": user})
        kept = Vote.objects.filter(report__isnull=False)
        assert list(kept.values_list("video_id", flat=True)) == ["slop0000002"]


class TestCases:
    def test_five_voices_open_a_case(self):
        voices(1, 2, 3, 4)
        for _ in range(3):
            report(address="10.4.113.77")  # of a network that has spoken
        work()
        assert not Case.objects.exists()
        assert ReportedChannel.objects.get().voices == 4
        report(address="10.5.113.9", category="ai_music")
        work()
        case = Case.objects.get()
        assert (case.kind, case.target_id) == (Case.Kind.REPORTS, SLOP)
        assert case.evidence == {"reportedBy": 5, "reportedAs": {"fully_ai": 4, "ai_music": 1}}

    def test_a_customer_of_ipv6_is_one_voice(self):
        for n in range(6):
            report(address=f"2001:db8:7:{n}00::1")
        work()
        assert ReportedChannel.objects.get().voices == 1

    def test_it_makes_the_flag_no_cheaper(self):
        voices(*range(9), videos=FIVE)
        work()
        channel = Channel.objects.get()
        assert (channel.flagged_videos, channel.auto_flag_new) == (5, False)

    def test_what_is_taken_back_closes_the_case(self):
        users = voices(1, 2, 3, 4, 5)
        work()
        withdraw(users[0])
        work()
        case = Case.objects.get()
        assert (case.state, case.outcome) == (Case.State.CLOSED, cases.RESOLVED_ITSELF)

    def test_a_dismissal_that_was_undone_answers_nothing(self):
        voices(1, 2, 3, 4, 5)
        work()
        case = Case.objects.get()
        cases.claim(case.pk, actor="m")
        made = cases.dismiss_case(actor="m", case_id=case.pk, reason="mistaken")
        cases.reopen_case(actor="m", reason="it was mistaken", reverses=made)
        voices(6)
        work()
        assert ReportedChannel.objects.get().voices == 6
        assert Case.objects.get().state != Case.State.CLOSED

    def test_a_decision_answers_what_was_reported_before_it(self):
        voices(1, 2, 3, 4, 5)
        work()
        decide_channel(actor="m", action="clear_channel", key=SLOP, reason="all human")
        voices(6)
        work()
        assert Case.objects.get().state == Case.State.CLOSED
        assert ReportedChannel.objects.get().voices == 1

    def test_nobody_is_asked_about_a_channel_that_is_flagged(self):
        decide_channel(actor="m", action="flag_channel", key=SLOP, reason="slop")
        voices(1, 2, 3, 4, 5)
        work()
        assert not Case.objects.exists()

    def test_bans_and_clusters_act_on_reports(self, settings):
        users = voices(1, 2, 3, 4, 5)
        work()
        decisions.decide_voter(
            actor="m", voter_id=public(users[0], settings), action="shadowban", reason="r"
        )
        work()
        assert ReportedChannel.objects.get().voices == 4
        assert Case.objects.get().state == Case.State.CLOSED
        set_cluster([public(user, settings) for user in users[1:4]], "c" * 32)
        work()
        assert ReportedChannel.objects.get().voices == 2

    def test_names_of_one_channel_are_counted_together_and_no_network_twice(self):
        Listing.objects.create(
            channel_id=SLOP, handle="slop", source="s", level="warn", first_seen=timezone.now()
        )
        voices(1, 2, 3, 4, 5)
        report(key="@slop", address="10.1.113.80")
        work()
        assert dict(ReportedChannel.objects.values_list("key", "voices")) == {SLOP: 5, "@slop": 5}
        assert Case.objects.get(kind=Case.Kind.REPORTS).target_id == SLOP

    def test_a_rebuild_says_the_same(self):
        voices(1, 2, 3, 4, 5)
        work()
        before = list(ReportedChannel.objects.values())
        ReportedChannel.objects.all().delete()
        call_command("rebuild", verbosity=0)
        assert list(ReportedChannel.objects.values()) == before
        assert Case.objects.count() == 1

    def test_as_many_statements_for_many_reports_as_for_few(self):
        def cost(n):
            report(address=f"10.200.{n}.1", videos=[f"video{n}"])
            with CaptureQueriesContext(connection) as asked:
                run_pipeline()
            return len(asked)

        voices(1, 2, 3, 4, 5)
        cost(0)
        few = cost(1)
        Voter.objects.bulk_create(Voter(public_id=f"{n:032x}") for n in range(300))
        ChannelReport.objects.bulk_create(
            ChannelReport(
                voter_id=f"{n:032x}", channel_key=SLOP, category="fully_ai", trust_weight="0.3"
            )
            for n in range(300)
        )
        assert cost(2) == few


class TestQueue:
    def test_what_more_voices_report_comes_first(self):
        old = Case.objects.create(kind="dispute", target_type="video", target_id="a")
        for n, key in enumerate(("@five", "@seven")):
            voices(*range(10 * n, 10 * n + 5 + 2 * n), key=key, videos=[f"video{n}"])
        work()
        queue.weigh()
        wanted = ["@seven", "@five", "a"]
        assert [it.target_id for it in Case.objects.all().queued()] == wanted
        taken = [cases.claim_next(actor="m") for _ in range(4)]
        assert [it and it.target_id for it in taken] == [*wanted, None]
        for case in Case.objects.all():
            cases.give_back(case.pk, actor="m")
        assert cases.claim_next(actor="m", after=taken[0].pk) == taken[1]
        assert cases.claim_next(actor="m", after=old.pk) == taken[0]

    def test_the_desk_goes_through_cases_in_that_order(self):
        Case.objects.create(kind="dispute", target_type="video", target_id="a")
        Case.objects.create(kind="dispute", target_type="video", target_id="b")
        Case.objects.create(kind="appeal", target_type="channel", target_id=SLOP)
        voices(1)
        work()
        queue.weigh()
        queued = [case.pk for case in Case.objects.all().queued()]
        anything = {"kind": "", "target_type": ""}
        found = [rows(desk_sql.NEIGHBOURS, {"case": n, **anything})[0] for n in queued]
        assert found == [(None, queued[1]), (queued[0], queued[2]), (queued[1], None)]

    def test_a_case_of_another_kind_about_the_channel_comes_first_too(self):
        Case.objects.create(kind="dispute", target_type="video", target_id="a")
        appeal = Case.objects.create(kind="appeal", target_type="channel", target_id=SLOP)
        voices(1)
        work()
        queue.weigh()
        assert Case.objects.all().queued().first() == appeal


class TestClusters:
    def cast(self, voter, channel, videos):
        casts = [Cast(Ballot(voter, video, "fully_ai", handle=channel), "") for video in videos]
        facts.report(f"@{channel}", casts)

    def test_two_who_report_the_same_channels_share_one_event_a_report(self):
        for voter in ("a" * 32, "b" * 32):
            for n in range(6):
                self.cast(voter, f"slop{n}", [f"slop{n:06}{v}" for v in range(5)])
        assert [tuple(row) for row in rows(sql.CO_VOTES)] == [("a" * 32, "b" * 32, 6, 6, 6)]

    def test_three_who_report_one_channel_are_no_cluster(self):
        for voter in "abc":
            self.cast(voter * 32, "slop", [f"slop{v}" for v in range(5)])
        assert find_clusters() == 0

    def test_to_report_one_channel_again_and_again_hides_nothing(self):
        for voter in "abc":
            for n in range(6):
                self.cast(voter * 32, "slop", [f"slop{n}{v}" for v in range(5)])
                Vote.objects.update(cast_at=F("cast_at") - timedelta(seconds=1))
        assert find_clusters() == 1


class TestKept:
    def test_it_is_seen_and_erased_with_the_voter(self, settings):
        users = voices(1, 2, 3, 4, 5)
        header = {"X-User-ID": users[0]}
        work()
        data = Api().get("/api/users/me/data", **header).json()
        (found,) = data["reports"]
        assert (found["channel_key"], found["category"]) == (SLOP, "fully_ai")
        assert {vote["report"] for vote in data["votes"]} == {found["id"]}
        assert Api().delete("/api/users/me", **header).status_code == 200
        work()
        assert ChannelReport.objects.count() == ReportedChannel.objects.get().voices == 4

    def test_a_vote_that_stays_on_a_locked_video_says_nothing_of_the_report(self, settings):
        user = new_user()
        report(user)
        decisions.decide_video(actor="m", video_id=TWO[0], action="lock_ai", reason="r")
        erase_voter(public(user, settings))
        assert list(Vote.objects.values_list("voter", "report")) == [(None, None)]

    def test_a_restored_backup_forgets_it_again(self, settings):
        user = new_user()
        report(user)
        voter = public(user, settings)
        mark = ids.erasure_mark(voter, key=settings.VOTER_KEY)
        assert reapply_erasures({mark: timezone.now() + timedelta(seconds=1)}) == 1
        assert not ChannelReport.objects.exists() and Erasure.objects.exists()

    def test_it_is_forgotten_after_30_days_and_its_votes_stay(self):
        voices(1, 2, 3, 4, 5)
        work()
        ChannelReport.objects.update(reported_at=F("reported_at") - timedelta(days=31))
        expire_addresses()
        work()
        assert not ChannelReport.objects.exists() and not ReportedChannel.objects.exists()
        assert Vote.objects.filter(retracted_at=None).count() == 10

    def test_a_time_that_a_wrong_clock_wrote_is_not_kept_for_ever(self):
        report()
        ChannelReport.objects.update(
            reported_at=timezone.now() + timedelta(days=900),
            waits_until=timezone.now() + timedelta(days=900),
        )
        work()
        assert ChannelReport.objects.get().waits_until is None
        expire_addresses()
        assert not ChannelReport.objects.exists()
