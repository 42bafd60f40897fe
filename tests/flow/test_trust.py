"""Trust is earned by what others decided afterwards, and by nothing that voters do together."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from channels.services import decide_channel
from common import ids
from sync import pipeline
from tests.conftest import Api, new_user, published
from tests.flow.test_attacks import pass_time, rebuilt_as_it_stands, trusted, vote
from videos.nightly import run
from votes.brakes import set_brakes
from votes.models import DirtyVideo, Outcome, Panel, Vote, Voter
from votes.moderation.decisions import decide_video

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_limits(settings):
    settings.LIMITS = dict.fromkeys(settings.LIMITS, 10**9)


def jury(video_id, outcome, **more):
    """A jury's outcome about a video, or about what else is said."""
    about = {"target_type": "video", "target_id": video_id, "videos": [video_id]} | more
    now = timezone.now()
    Panel.objects.create(**about, cause="suspected", outcome=outcome, decided_at=now)
    DirtyVideo.objects.append([video_id])
    pipeline.advance_until_idle()


def records(users):
    """Resolved and right votes of these voters."""
    known = [ids.public_id(user, key=settings.VOTER_KEY) for user in users]
    return list(
        Voter.objects.filter(pk__in=known).values_list("resolved_count", "correct_count").distinct()
    )


def months_pass():
    pass_time(days=60)
    call_command("recompute_trust")
    pipeline.advance_until_idle()


def nothing_was_earned():
    months_pass()
    standings = Voter.objects.values_list("trust", "accuracy").distinct()
    return list(standings) == [(Decimal("0.3"), Decimal("0.5"))] and not Outcome.objects.exists()


def suspected(crowd, *videos):
    """Videos that may be disputed."""
    for video in videos:
        crowd(3, video)
    pipeline.advance_until_idle()


class TestWhatEarnsNothing:
    def test_a_ring_that_settles_its_own_invented_videos(self):
        ring = [new_user() for _ in range(22)]
        for n in range(11):
            for user in ring:
                vote([user], f"invented{n}")
                pipeline.advance_until_idle()
            pass_time(hours=2)
        assert published("invented0")["score"] > 80
        assert nothing_was_earned()

    def test_throwaways_who_are_there_to_be_disputed(self, crowd):
        suspected(crowd, *(f"thrown{n}" for n in range(11)))
        ring = [new_user() for _ in range(8)]
        for n in range(11):
            vote(ring, f"thrown{n}", "not_ai")
            pipeline.advance_until_idle()
        assert nothing_was_earned()

    def test_griefers_of_human_videos_who_lose_by_it_once_a_jury_decides(self, crowd):
        griefers = [new_user() for _ in range(24)]
        for n in range(10):
            vote(griefers, f"human{n}")
            pass_time(hours=2)
        pipeline.advance_until_idle()
        assert published("human0")["score"] > 80
        assert nothing_was_earned()
        for n in range(10):
            jury(f"human{n}", "human")
        assert records(griefers) == [(10, 0)]
        months_pass()
        (trust,) = Voter.objects.values_list("trust", flat=True).distinct()
        assert float(trust) == 0.3  # age and diligence would have made it 0.39
        (accuracy,) = Voter.objects.values_list("accuracy", flat=True).distinct()
        assert float(accuracy) == pytest.approx(2 / 14, abs=1e-3)

    def test_votes_on_what_is_already_decided(self, crowd, video_id):
        early = crowd(2, video_id)
        jury(video_id, "ai")
        late = crowd(2, video_id)
        jury(video_id, "ai")  # who says so again makes them no earlier
        run(restart=True)
        assert (records(early), records(late)) == ([(1, 1)], [(0, 0)])

    def test_what_is_decided_of_a_channel(self, crowd, video_id):
        """Or a ring would invent a thousand videos of a channel that is about to be flagged."""
        crowd(9, video_id, channelHandle="@slop")
        pipeline.advance_until_idle()
        jury("@slop", "ai", target_type="channel", videos=[video_id])
        decide_channel(actor="mod", action="flag_channel", key="@slop", reason="seen")
        run(restart=True)
        assert not Outcome.objects.exists()


@pytest.mark.parametrize("confirms", ["votes", "juries"])
def test_a_jury_judges_the_votes_before_it_whoever_confirms(crowd, video_id, confirms):
    set_brakes(actor="m", reason="r", changes={"confirms": confirms})
    right = crowd(3, video_id)
    pipeline.advance_until_idle()
    wrong = crowd(2, video_id, "not_ai")
    jury(video_id, "ai")
    assert (records(right), records(wrong)) == ([(1, 1)], [(1, 0)])
    assert rebuilt_as_it_stands()
    set_brakes(actor="m", reason="r", changes={"confirms": "votes"})
    pipeline.advance_until_idle()
    assert (records(right), records(wrong)) == ([(1, 1)], [(1, 0)])


def test_a_moderators_lock_stands_above_a_jury_until_it_is_taken_back(crowd, video_id):
    wrong = crowd(3, video_id)
    pipeline.advance_until_idle()
    right = crowd(2, video_id, "not_ai")
    jury(video_id, "ai")
    assert records(right) == [(1, 0)]
    decide_video(actor="mod", action="lock_human", video_id=video_id, reason="filmed it myself")
    published(video_id)
    assert (records(right), records(wrong)) == ([(1, 1)], [(1, 0)])
    decide_video(actor="mod", action="unlock", video_id=video_id, reason="not so sure")
    published(video_id)
    assert records(right) == [(1, 0)]


def test_a_lock_judges_and_unlocking_takes_it_back(crowd, video_id):
    users = crowd(8, video_id)
    published(video_id)
    assert not Outcome.objects.exists()
    decide_video(actor="mod", action="lock_human", video_id=video_id, reason="filmed it myself")
    published(video_id)
    assert list(Outcome.objects.values_list("correct", flat=True)) == [False] * 8
    assert Api().get(f"/api/users/{users[0]}").json()["accuracyRate"] == 0.4
    decide_video(actor="mod", action="unlock", video_id=video_id, reason="not so sure")
    assert published(video_id)["score"] == 61.54
    assert not Outcome.objects.exists()
    assert Api().get(f"/api/users/{users[0]}").json()["accuracyRate"] == 0.5


def test_trust_is_earned_with_ten_resolved_votes_and_seven_days(crowd):
    honest, liar = new_user(), new_user()
    suspected(crowd, *(f"earn{n}" for n in range(10)))
    for n in range(10):
        vote([honest], f"earn{n}")
        vote([liar], f"earn{n}", "not_ai")
        jury(f"earn{n}", "ai")
    young = Api().get(f"/api/users/{honest}").json()
    assert (young["trustScore"], young["accuracyRate"]) == (0.3, 0.857143)  # 12 / 14
    pass_time(days=8)
    call_command("recompute_trust")
    old = Api().get(f"/api/users/{honest}").json()
    assert old["trustScore"] == pytest.approx(0.3 * 8 / 60 + 0.5 * 12 / 14 + 0.2 * 0.1, abs=1e-3)
    found = Api().get(f"/api/users/{liar}").json()
    assert found["trustScore"] == pytest.approx(0.3 * 8 / 60 + 0.5 * 2 / 14 + 0.2 * 0.1, abs=1e-3)


def test_changing_ones_mind_afterwards_does_not_undo_a_wrong_vote(crowd, video_id):
    wrong, gone, flips = new_user(), new_user(), new_user()
    suspected(crowd, video_id)
    vote([wrong, gone, flips], video_id, "not_ai")
    vote([flips], video_id)  # in time
    jury(video_id, "ai")
    vote([wrong], video_id)
    Api().delete("/api/votes", {"videoId": video_id, "userId": gone})
    vote([gone], video_id)
    vote([flips], video_id, "not_ai")
    run(restart=True)
    assert (records([wrong, gone]), records([flips])) == ([(1, 0)], [(1, 1)])


def test_what_votes_settled_under_older_rules_goes_in_the_night(crowd, video_id):
    user = crowd(1, video_id)[0]
    pipeline.advance_until_idle()
    vote_ = Vote.objects.get()
    Outcome.objects.create(
        vote_id=vote_.pk, voter_id=vote_.voter_id, cast_at=vote_.cast_at, correct=True
    )
    run(restart=True)
    assert not Outcome.objects.exists()
    assert Api().get(f"/api/users/{user}").json()["accuracyRate"] == 0.5


def test_erasing_a_voter_erases_the_outcomes(crowd, video_id):
    users = crowd(5, video_id)
    decide_video(actor="mod", action="lock_ai", video_id=video_id, reason="seen")
    published(video_id)
    Api().delete("/api/users/me", **{"X-User-ID": users[0]})
    assert Outcome.objects.count() == 4


class TestNothingThatVotesDoMovesWhatIsConfirmed:
    @pytest.mark.parametrize(("says", "score"), [("ai", 90), ("human", 0)])
    def test_by_a_jury(self, crowd, video_id, says, score):
        set_brakes(actor="m", reason="r", changes={"confirms": "juries"})
        crowd(3, video_id)
        jury(video_id, says)
        self.shield(crowd, video_id)
        assert published(video_id)["score"] == score
        assert published(video_id)["decidedBy"] == "jury"
        assert rebuilt_as_it_stands()

    @pytest.mark.parametrize(("says", "score"), [("lock_ai", 95), ("lock_human", 0)])
    def test_by_a_moderator(self, crowd, video_id, says, score):
        decide_video(actor="m", action=says, video_id=video_id, reason="seen")
        self.shield(crowd, video_id)
        assert published(video_id)["score"] == score
        assert rebuilt_as_it_stands()

    @staticmethod
    def shield(crowd, video_id):
        """Bursts of both sides, repeated and turned within the hour; trusted voters against it."""
        accounts, judges = crowd(26, video_id), trusted(12)
        shown = published(video_id)["score"] > 0
        for _ in range(2):
            vote(accounts, video_id)
            if shown:  # else there is nothing to dispute
                vote([*accounts[:20], *judges], video_id, "not_ai")
            published(video_id)
            pass_time(minutes=50)
        vote([*accounts, *judges], video_id)
