"""Accounts that vote together become one voice; a moderator has the last word."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from sync import pipeline
from tests.flow.test_attacks import rebuilt_as_it_stands
from videos.models import Video
from votes.casting import Ballot, cast_vote
from votes.clusters import dense_groups, votes_together
from votes.covoting import decide_cluster, find_clusters
from votes.erasures import erase_voter
from votes.models import Case, Cluster, Decision, DirtyVideo, Membership, Vote, Voter

links = st.lists(st.tuples(st.sampled_from("abcdefghij"), st.sampled_from("abcdefghij")))


def test_five_rare_videos_and_half_of_all_make_two_accounts_a_pair():
    assert votes_together(shared=5, votes_a=10, votes_b=6)
    assert not votes_together(shared=4, votes_a=4, votes_b=4)
    assert not votes_together(shared=5, votes_a=11, votes_b=5)


def test_a_chain_is_no_group_and_a_clique_in_a_chain_is():
    chain = [(f"{n}", f"{n + 1}") for n in range(9)]
    assert dense_groups(chain) == []
    clique = [("a", "b"), ("b", "c"), ("c", "d"), ("a", "d"), ("a", "c")]
    assert dense_groups([*chain, ("9", "a"), *clique]) == [frozenset("abcd")]


@given(links, st.randoms())
def test_groups_are_dense_disjoint_and_do_not_depend_on_the_order(pairs, rng):
    groups = dense_groups(pairs)
    linked = {frozenset(pair) for pair in pairs}
    for group in groups:
        assert len(group) >= 3
        for member in group:
            others = sum(frozenset({member, other}) in linked for other in group - {member})
            assert 2 * others >= len(group) - 1
    assert sum(map(len, groups)) == len(frozenset().union(*groups))
    shuffled = [(b, a) for a, b in pairs]
    rng.shuffle(shuffled)
    assert dense_groups(shuffled) == groups


def ring(names, videos, *, category="fully_ai", minutes=1):
    """All of `names` vote on each of `videos`, one after the other."""
    for name in names:
        Voter.objects.get_or_create(pk=name)
    start = timezone.now() - timedelta(days=2)
    Vote.objects.bulk_create(
        Vote(
            voter_id=name,
            video_id=video,
            category=category,
            trust_weight="0.3",
            cast_at=start + timedelta(hours=hour, minutes=minutes * n),
        )
        for hour, video in enumerate(videos)
        for n, name in enumerate(names)
    )
    DirtyVideo.objects.append(videos)
    pipeline.advance_until_idle()


RING = ["ring1", "ring2", "ring3", "ring4"]
VIDEOS = [f"rare{n}" for n in range(6)]


def voices(video="rare0"):
    pipeline.advance_until_idle()
    return Video.objects.get(pk=video).independent_voters


@pytest.mark.django_db(transaction=True)
class TestTheNightlyJob:
    def test_makes_a_ring_one_voice_and_opens_a_case_but_bans_nobody(self):
        ring(RING, VIDEOS)
        assert voices() == 4
        assert find_clusters() == 1
        assert voices() == 1
        assert not Voter.objects.filter(is_shadowbanned=True).exists()
        case, cluster = Case.objects.get(), Cluster.objects.get()
        assert (case.kind, case.target_type, case.target_id) == ("cluster", "cluster", cluster.key)
        assert case.evidence == {
            "members": 4,
            "links": 6,
            "sharedVideos": {"least": 6, "most": 6},
        }
        assert rebuilt_as_it_stands()

    def test_finds_the_same_again_without_a_new_case_and_lets_a_cluster_grow(self):
        ring(RING, VIDEOS)
        find_clusters()
        find_clusters()
        assert (Cluster.objects.count(), Case.objects.count()) == (1, 1)
        ring(["ring5"], VIDEOS, minutes=0)
        find_clusters()
        assert Cluster.objects.get().members.count() == 5
        assert voices() == 1

    def test_finds_a_ring_whose_members_say_something_else_hours_apart(self):
        ring(RING, VIDEOS)
        for n, name in enumerate(RING):
            for video in VIDEOS:
                cast_vote(Ballot(name, video, "ai_visuals"), address="")
            Vote.objects.filter(voter=name).update(cast_at=F("cast_at") - timedelta(hours=n))
        assert find_clusters() == 1
        assert voices() == 1

    def test_leaves_alone_who_votes_hours_apart_or_otherwise_or_on_popular_videos(self):
        ring(["slow1", "slow2", "slow3"], VIDEOS, minutes=11)
        ring(["other1", "other2"], VIDEOS, category="not_ai")
        ring([f"fan{n:02}" for n in range(31)], [f"hit{n}" for n in range(6)], minutes=0)
        assert find_clusters() == 0
        assert not Case.objects.exists()

    def test_leaves_alone_whoever_also_votes_elsewhere_most_of_the_time(self):
        ring(RING[:3], VIDEOS)
        for name in RING[:3]:
            own = [f"{name}-{n}" for n in range(7)]
            ring([name], own)
            ring([f"{name}-friend"], own, minutes=0)
            Vote.objects.filter(voter_id=f"{name}-friend").update(cast_at=timezone.now())
        assert find_clusters() == 0

    @pytest.mark.parametrize("nights", [1, 2])
    def test_does_not_find_again_what_a_moderator_dissolved(self, nights):
        ring(RING, VIDEOS)
        find_clusters()
        key = Cluster.objects.get().key
        decide_cluster(actor="mod", action="dissolve_cluster", key=key, reason="a film club")
        assert voices() == 4
        for _ in range(nights):
            find_clusters()
        assert voices() == 4
        assert Cluster.objects.get().state == "dissolved"
        assert Case.objects.get().state == "closed"
        made = Decision.objects.get()
        assert (made.before, made.after) == ({"state": "found"}, {"state": "dissolved"})
        assert rebuilt_as_it_stands()

    def test_keeps_what_a_moderator_confirmed_and_takes_back_what_was_dissolved(self):
        ring(RING, VIDEOS)
        find_clusters()
        key = Cluster.objects.get().key
        decide_cluster(actor="mod", action="dissolve_cluster", key=key, reason="a film club")
        decide_cluster(actor="mod", action="confirm_cluster", key=key, reason="no, a farm")
        assert voices() == 1
        Vote.objects.update(cast_at=timezone.now() - timedelta(days=40))
        assert find_clusters() == 0
        assert voices() == 1

    def test_forgets_who_is_erased(self):
        ring(RING, VIDEOS)
        find_clusters()
        erase_voter("ring1")
        assert Membership.objects.count() == 3
        assert not Case.objects.filter(evidence__icontains="ring1").exists()

    def test_refuses_other_decisions(self):
        with pytest.raises(ValueError, match="cluster"):
            decide_cluster(actor="m", action="shadowban", key="x", reason="r")
        with pytest.raises(Cluster.DoesNotExist):
            decide_cluster(actor="m", action="confirm_cluster", key="x", reason="r")

    @pytest.mark.slow
    def test_finds_each_ring_in_a_crowd(self):
        rng = random.Random(1)
        for n in range(3):
            ring([f"r{n}{k}" for k in "abc"], [f"v{n}{k}" for k in range(5)])
        for n in range(20):
            ring([f"honest{n:02}"], rng.sample([f"common{k}" for k in range(40)], 10), minutes=0)
        assert find_clusters() == 3
        assert Voter.objects.filter(cluster__isnull=False).count() == 9
