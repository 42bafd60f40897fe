"""What one line can do: an IPv6 /56 is one voice, a /48 two at most, a /32 their square root; an
IPv4 /24 is one, and more with rooted jurors in it."""

from __future__ import annotations

import random
from collections import Counter
from typing import ClassVar

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common import ids
from sync import pipeline
from sync.tasks import watch_bursts
from tests.channels.test_safety import VICTIM
from tests.conftest import Api, new_user, published
from tests.flow.test_attacks import rebuilt_as_it_stands, trusted
from videos.explain import explain
from videos.models import Video
from votes.casting import Ballot, cast_vote
from votes.erasures import erase_voter
from votes.juries import facts, tree
from votes.juries.tree import place
from votes.models import Case, Hold, Juror, Vote, Voter
from votes.moderation.decisions import decide_voter

pytestmark = pytest.mark.django_db(transaction=True)


def line(site, network, part=1, provider="2001:db8"):
    """An address: of which /48, which /56 of that, and which /64 of that."""
    return f"{provider}:{site:x}:{network:02x}{part:02x}::1"


def home(n):
    """An address of a provider of its own."""
    return f"2a00:{n:x}::1"


def vote(addresses, video_id, category="fully_ai", users=None):
    for address, user in zip(addresses, users or [new_user() for _ in addresses], strict=True):
        answer = Api(address).vote(video_id, category, user)
        assert answer.status_code == 200, answer.content


def voices(video_id):
    pipeline.advance_until_idle()
    return Video.objects.get(pk=video_id).independent_voters


def test_the_64s_of_a_56_are_one_voice(video_id):
    vote([line(1, 7, part) for part in range(8)], video_id)
    video = published(video_id)
    assert (video["score"], video["totalVotes"]) == (16.67, 8)


def test_the_56s_of_a_48_are_two_voices(video_id):
    vote([line(1, 1), line(1, 2)], video_id)
    assert published(video_id)["score"] == 28.57  # 0.6 / (0.6 + 1.5)
    vote([line(1, n) for n in range(3, 13)], video_id)
    video = published(video_id)
    assert (video["score"], video["totalVotes"], voices(video_id)) == (28.57, 12, 2)
    assert rebuilt_as_it_stands()


def test_people_in_other_48s_are_not_concerned(video_id):
    vote([home(n) for n in range(8)], video_id)
    assert published(video_id)["score"] == 61.54


def test_the_48s_of_a_32_are_the_square_root_of_their_voices(video_id):
    vote([line(site, 1) for site in range(16)], video_id)
    assert voices(video_id) == 4
    vote([line(16, 1)], video_id)
    assert voices(video_id) == 5  # rounded up
    assert rebuilt_as_it_stands()


def test_a_44_flags_nothing(video_id):
    vote([line(site, n) for site in range(16) for n in range(4)], video_id)
    assert voices(video_id) == 6
    assert published(video_id)["score"] == 49.9  # a flag takes eight


def test_the_heaviest_voices_of_a_32_count_whatever_they_say(video_id):
    users = [*trusted(1, "0.4"), *trusted(1, "0.9"), *trusted(1, "0.7"), *trusted(1, "0.5")]
    vote([line(site, 1) for site in range(4)], video_id, users=users)
    vote([line(9, 1)], video_id, "not_ai", users=trusted(1, "0.8"))
    pipeline.advance_until_idle()
    video = Video.objects.get(pk=video_id)
    assert (float(video.weight_ai), float(video.weight_disputes)) == (1.6, 0.8)
    explained = explain(video_id, video).votes
    assert sorted(vote.standing for vote in explained if not vote.weight) == ["crowded"] * 2


def test_the_heaviest_two_voices_of_a_48_count(video_id):
    users = [*trusted(1, "0.4"), *trusted(1, "0.9"), *trusted(1, "0.7"), *trusted(1, "0.5")]
    vote([line(1, n) for n in range(4)], video_id, users=users)
    vote([line(1, 1, part) for part in range(2, 5)], video_id, users=trusted(3, "0.8"))
    pipeline.advance_until_idle()
    video = Video.objects.get(pk=video_id)
    assert (float(video.weight_ai), video.independent_voters) == (1.6, 2)
    explained = explain(video_id, video)
    counting = [(vote.standing, float(vote.weight)) for vote in explained.votes if vote.weight]
    assert counting == [("counts", 0.9), ("counts", 0.7)]
    others = sorted(vote.standing for vote in explained.votes if not vote.weight)
    assert others == ["crowded", "crowded", "merged", "merged", "merged"]


def test_disputes_of_a_48_are_two_voices(crowd, video_id):
    crowd(12, video_id)
    assert published(video_id)["score"] == 70.59
    vote([line(1, n) for n in range(9)], video_id, "not_ai")
    assert published(video_id)["score"] == 63.16  # 3.6 / (3.6 + 0.6 + 1.5); twelve are needed
    assert not Case.objects.exists()


def test_a_48_makes_no_burst_and_so_no_shield(crowd, video_id):
    """A burst would hold down what others vote: it takes as many voices as anything else."""
    vote([line(1, n) for n in range(30)], video_id)
    pipeline.advance_until_idle()
    assert not Hold.objects.exists()
    crowd(8, video_id)
    assert published(video_id)["score"] == 66.67  # 3 / (3 + 1.5)
    vote([line(site, 1) for site in range(2, 18)], video_id)
    pipeline.advance_until_idle()
    assert not Hold.objects.exists()  # nor does a /32
    vote([home(n) for n in range(12)], video_id)
    assert published(video_id)["score"] == 49.9
    case = Case.objects.get()
    assert (case.evidence["newcomers"], case.evidence["voices"]) == (25, 25)


def test_a_burst_ends_though_a_48_goes_on(video_id):
    vote([home(n) for n in range(25)], video_id)
    pipeline.advance_until_idle()
    assert Hold.objects.get().until is None
    Vote.objects.update(cast_at="2020-01-01T00:00Z")
    vote([line(99, n) for n in range(20)], video_id)
    watch_bursts()
    assert Hold.objects.get().until


def test_a_48_makes_no_burst_upon_a_channel(crowd):
    for n in range(3):
        crowd(8, f"chan{n}", channelHandle="@victim")
    for n in range(3):
        vote([line(1, network) for network in range(12)], f"chan{n}")
    pipeline.advance_until_idle()
    watch_bursts()
    assert not Hold.objects.exists()


def test_a_vote_that_says_which_channel_it_is_needs_a_voice(video_id):
    for n in range(6):
        cast_vote(Ballot(f"{n:032x}", video_id, "fully_ai", channel_id=VICTIM), address=line(1, n))
    pipeline.advance_until_idle()
    assert Video.objects.get(pk=video_id).channel_id is None


def test_votes_stored_before_keep_the_one_label_that_they_have(video_id):
    vote([line(1, n) for n in range(4)], video_id)
    assert voices(video_id) == 2
    Vote.objects.update(site=None, site_pseudonym=None, provider=None)
    vote([line(1, n) for n in range(10, 14)], video_id)
    assert voices(video_id) == 4 + 2
    Vote.objects.exclude(site=None).update(provider=None)
    vote([line(2, 1), line(3, 1), line(4, 1)], video_id)
    assert voices(video_id) == 4 + 2 + 2
    assert rebuilt_as_it_stands()


class TestShared:
    """Homes behind one IPv4 /24, as providers do it who have too few addresses."""

    HOMES: ClassVar = [f"192.0.2.{n}" for n in range(12)]

    def jurors(self, n, settings):
        """So many rooted jurors; their wire ids."""
        users = [new_user() for _ in range(n)]
        for user in users:
            voter = ids.public_id(user, key=settings.VOTER_KEY)
            Juror.objects.create(voter=Voter.objects.create(pk=voter), is_rooted=True)
        return users

    def test_are_one_voice(self, video_id):
        vote(self.HOMES, video_id)
        assert voices(video_id) == 1

    @pytest.mark.parametrize(("rooted", "heard"), [(1, 2), (2, 2), (3, 3), (6, 3), (7, 4)])
    def test_are_heard_by_the_rooted_jurors_among_them(self, video_id, settings, rooted, heard):
        users = self.jurors(rooted, settings)
        vote(self.HOMES, video_id, users=[*users, *(new_user() for _ in range(12 - rooted))])
        assert voices(video_id) == heard
        stored = Video.objects.get(pk=video_id)
        explained = Counter(it.standing for it in explain(video_id, stored).votes)
        assert explained == {"counts": heard, "merged": 12 - heard}
        assert float(stored.weight_ai) == pytest.approx(0.3 * heard)
        assert rebuilt_as_it_stands()

    def test_thirty_behind_six_flag_what_they_agree_on(self, settings, video_id):
        for n in range(6):
            users = [*self.jurors(1, settings), *(new_user() for _ in range(4))]
            vote([f"198.51.{n}.{k}" for k in range(5)], video_id, users=users)
        assert voices(video_id) == 12
        assert published(video_id)["score"] == 70.59

    def test_a_rooted_juror_alone_is_one_voice(self, video_id, settings):
        vote(self.HOMES[:1], video_id, users=self.jurors(1, settings))
        assert voices(video_id) == 1

    def test_rooted_jurors_of_one_line_or_cluster_are_one_voice(self, video_id, settings):
        users = self.jurors(7, settings)
        vote([line(1, 1, part) for part in range(7)], video_id, users=users)
        assert voices(video_id) == 1
        Voter.objects.update(cluster="ring")
        vote(self.HOMES[:7], "another", users=users)
        assert voices("another") == 1

    @pytest.mark.parametrize("change", ["unrooted", "paused", "left", "erased"])
    def test_who_is_a_rooted_juror_no_more_is_heard_as_anybody(self, video_id, settings, change):
        user, *others = self.jurors(2, settings)
        vote(self.HOMES[:4], video_id, users=[user, *(new_user() for _ in range(3))])
        vote(self.HOMES[:4], "another", users=[*others, *(new_user() for _ in range(3))])
        assert (voices(video_id), voices("another")) == (2, 2)
        voter = ids.public_id(user, key=settings.VOTER_KEY)
        if change == "unrooted":
            facts.weigh()  # they have answered nothing
        if change == "paused":
            decide_voter(actor="m", action="pause_juror", voter_id=voter, reason="r")
        if change == "left":
            facts.leave(voter)
        if change == "erased":
            erase_voter(voter)
        assert voices(video_id) == 1
        assert voices("another") == (1 if change == "unrooted" else 2)
        assert rebuilt_as_it_stands()
        if change == "paused":
            decide_voter(actor="m", action="resume_juror", voter_id=voter, reason="r")
            assert voices(video_id) == 2


def test_votes_and_scores_cost_as_many_statements_from_anywhere(settings):
    """Neither levels nor jurors are looked up one by one."""

    def cost(video_id, addresses, users=None):
        with CaptureQueriesContext(connection) as asked:
            vote(addresses, video_id, users=users)
        with CaptureQueriesContext(connection) as scored:
            pipeline.advance()
        # The brakes are read every few seconds.
        counted = [it for it in asked.captured_queries if "votes_brake" not in (it["sql"] or "")]
        return len(counted), len(scored)

    cost("warm", [home(0)] * 3)
    jurors = TestShared().jurors(3, settings)
    apart = cost("apart", [home(n) for n in range(12)])
    assert cost("lines", [line(site, n) for site in range(4) for n in range(3)]) == apart
    users = [*jurors, *(new_user() for _ in range(9))]
    assert cost("shared", TestShared.HOMES, users) == apart


@pytest.mark.parametrize("seed", range(12))
def test_statements_count_as_the_rule_does(seed, video_id):
    """`votes.voices` in SQL and `votes.juries.tree` in Python are one rule."""
    rng = random.Random(seed)
    addresses = [
        rng.choice(
            [
                f"192.0.2.{rng.randrange(9)}",
                f"198.51.{rng.randrange(3)}.1",
                line(rng.randrange(1 + seed), rng.randrange(4), rng.randrange(3)),
                home(rng.randrange(4)),
            ]
        )
        for _ in range(rng.randrange(1, 60))
    ]
    places = []
    for n, address in enumerate(addresses):
        voter = Voter.objects.create(pk=f"{n:032x}", trust=rng.choice(["0.3", "0.5", "0.8"]))
        rooted = rng.random() < 0.4
        Juror.objects.create(voter=voter, is_rooted=rooted)
        places.append(place(address, rooted=rooted))
        cast_vote(Ballot(voter.pk, video_id, "fully_ai"), address=address)
    assert voices(video_id) == tree.voices(places)
