"""Outcomes and trust in SQL equal what Python makes of the same random facts."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from sync.tasks import run_pipeline
from tests.thorough import SEEDS
from videos import nightly
from votes import recompute
from votes.models import (
    Category,
    Cluster,
    Decision,
    DirtyVideo,
    Hold,
    Job,
    Outcome,
    Panel,
    Vote,
    Voter,
)
from votes.trust import accuracy, judged, trust

pytestmark = pytest.mark.django_db(transaction=True)
NOW = timezone.now()
NEWCOMER = Decimal("0.3")


def ago(rng, most):
    return NOW - timedelta(minutes=rng.randrange(1, most))


def populate(rng):
    """Voters, votes, locks, panels and holds that need not make sense together."""
    Cluster.objects.create(key="c")
    networks = [*[(None, None)] * 8, ("n1", None), *((f"n{n}", "s") for n in range(2, 7))]
    voters = Voter.objects.bulk_create(
        Voter(
            public_id=f"{n:032x}",
            is_vip=rng.random() < 0.1,
            is_shadowbanned=rng.random() < 0.1,
            cluster="c" if rng.random() < 0.15 else None,
            vote_count=rng.randrange(150),
            first_seen=ago(rng, 100 * 1440),
        )
        for n in range(40)
    )
    for n in range(30):
        video = f"video{n}"
        mood = rng.choice([0.02, 0.1, 0.5, 0.9])
        homes = {voter.pk: rng.choice(networks) for voter in voters}
        Vote.objects.bulk_create(
            Vote(
                voter_id=None if rng.random() < 0.03 else voter.pk,
                video_id=video,
                category="not_ai" if rng.random() < mood else rng.choice(Category.values),
                trust_weight=rng.choice([NEWCOMER, Decimal("0.05"), Decimal("0.8"), Decimal(1)]),
                voice=homes[voter.pk][0],
                site=homes[voter.pk][1],
                cast_at=ago(rng, 60 * 1440),
                first_ai_at=rng.choice([None] * 3 + [NOW - timedelta(days=61)]),
                first_human_at=rng.choice([None] * 3 + [NOW - timedelta(days=62)]),
                retracted_at=rng.choice([None] * 6 + [ago(rng, 2000)]),
                settled_category=rng.choice([None] * 4 + ["not_ai", "fully_ai"]),
            )
            for voter in rng.sample(voters, rng.randrange(1, len(voters)))
        )
        for action in rng.sample(["lock_ai", "lock_human", "unlock", "hold", "release"], 5)[
            : rng.choice([0, 0, 1, 2, 3])
        ]:
            Decision.objects.create(
                actor="m",
                action=action,
                target_type="video",
                target_id=video,
                reason="r",
                created_at=ago(rng, 60000),
            )
        for outcome in rng.choices(["ai", "human", "undecided"], k=rng.choice([0, 0, 1, 2])):
            Panel.objects.create(
                target_type="video",
                target_id=video,
                videos=[video],
                cause="suspected",
                outcome=outcome,
                decided_at=ago(rng, 60000),
            )
        if rng.random() < 0.4:
            since = ago(rng, 50000)
            Hold.objects.create(
                video_id=video,
                side=rng.choice(["ai", "human"]),
                since=since,
                until=rng.choice([None, since + timedelta(days=9)]),
                genuine=rng.random() < 0.2,
                scope=video,
                threshold=1,
            )


def first_cast(vote, category):
    """When its voter first took the side of the category."""
    first = vote.first_human_at if category == "not_ai" else vote.first_ai_at
    return first or vote.cast_at


LOCKS = {"lock_ai": "ai", "lock_human": "human", "unlock": None}


def decided(video):
    """What holds of the video, and since when it was first decided so; None if nothing does."""
    locks = [
        (LOCKS[it.action], it.created_at)
        for it in Decision.objects.filter(target_id=video, action__in=LOCKS).order_by("id")
    ]
    panels = Panel.objects.filter(target_type="video", target_id=video, outcome__in=["ai", "human"])
    found = [(it.outcome, it.decided_at) for it in panels.order_by("id")]
    side = (locks and locks[-1][0]) or (found and found[-1][0])
    return side and (side, min(at for said, at in [*locks, *found] if said == side))


def expected():
    result = {}
    for vote in Vote.objects.filter(voter__isnull=False):
        holds = decided(vote.video_id)
        if not holds:
            continue
        side, since = holds
        opinion = vote.category
        if vote.cast_at >= since:
            opinion = vote.settled_category
        elif vote.retracted_at is not None and vote.retracted_at < since:
            opinion = None
        if opinion:
            right = (opinion == "not_ai") == (side == "human")
            result[vote.pk] = (vote.voter_id, first_cast(vote, opinion), right)
    return result


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(SEEDS))
def test_votes_are_judged_in_sql_by_what_was_decided_after_them(seed):
    populate(random.Random(seed))
    videos = sorted(set(Vote.objects.values_list("video_id", flat=True)))
    concerned = recompute.judge(videos)
    found = {o.vote_id: (o.voter_id, o.cast_at, o.correct) for o in Outcome.objects.all()}
    want = expected()
    assert found == want
    assert {correct for *_, correct in want.values()} == {True, False}
    assert concerned == {voter for voter, *_ in want.values()}
    assert recompute.judge(videos) == set()


@pytest.mark.parametrize("seed", range(3))
def test_trust_in_sql_equals_the_formula(seed):
    rng = random.Random(seed)
    Voter.objects.bulk_create(
        Voter(
            public_id=f"{n:032x}",
            vote_count=rng.randrange(150),
            first_seen=NOW - timedelta(days=rng.choice([0, 6, 7, 8, 30, 59, 61, 400])),
        )
        for n in range(60)
    )
    rows = [
        Outcome(
            vote_id=n,
            voter_id=f"{int(60 * rng.random() ** 2):032x}",
            cast_at=NOW - timedelta(days=rng.choice([1, 20, 29, 31, 200])),
            correct=rng.random() < 0.8,
        )
        for n in range(1500)
    ]
    Outcome.objects.bulk_create(rows)
    half = [f"{n:032x}" for n in range(30)]
    assert recompute.recompute_trust(half) == 30
    after, total = f"{29:032x}", 0
    while (step := recompute.recompute_trust_after(after, limit=7))[1]:
        total, after = total + step[0], step[1]
    assert total == 30
    for voter in Voter.objects.all():
        mine = [o for o in rows if o.voter_id == voter.pk]
        recent = [o for o in mine if o.cast_at > NOW - timedelta(days=30)]
        correct, resolved = judged(
            correct=sum(o.correct for o in mine),
            resolved=len(mine),
            recent_correct=sum(o.correct for o in recent),
            recent_resolved=len(recent),
        )
        share = accuracy(correct=correct, resolved=resolved)
        age = (timezone.now() - voter.first_seen).total_seconds() / 86400
        assert float(voter.accuracy) == pytest.approx(share, abs=1e-6)
        assert float(voter.trust) == pytest.approx(
            trust(age_days=age, accuracy=share, resolved=len(mine), votes=voter.vote_count),
            abs=1e-4,
        )
        assert (voter.resolved_count, voter.correct_count) == (
            len(mine),
            sum(o.correct for o in mine),
        )
    assert len(set(Voter.objects.values_list("trust", flat=True))) > 10


def test_the_nightly_run_survives_a_kill_anywhere(monkeypatch):
    populate(random.Random(7))
    monkeypatch.setattr(nightly, "CHUNK_VIDEOS", 4)
    monkeypatch.setattr(nightly, "CHUNK_VOTERS", 7)
    nightly.run(restart=True)

    def state():
        return (
            list(Outcome.objects.order_by("pk").values_list()),
            list(Voter.objects.order_by("pk").values_list("accuracy", "resolved_count")),
        )

    whole = state()
    assert whole[0]
    Outcome.objects.all().delete()
    Voter.objects.update(trust="0.3", accuracy="0.5")
    Job.objects.all().delete()

    class Killed(Exception):
        pass

    steps = 0

    def die(*_):
        nonlocal steps
        steps += 1
        if steps % 2:
            raise Killed

    finished, restart = False, True
    while not finished:
        with suppress(Killed):
            finished = nightly.run(restart=restart, progress=die)
        restart = False
    assert steps > 20
    assert state() == whole


def test_a_night_is_done_once(monkeypatch):
    assert nightly.tick(seconds=10)
    started = Job.objects.get().started_at
    assert nightly.tick(seconds=10)
    assert Job.objects.get().started_at == started
    Job.objects.update(started_at=started - timedelta(days=1))
    assert nightly.tick(seconds=0) is False
    assert Job.objects.get().finished_at is None
    Voter.objects.create(pk="v")
    DirtyVideo.objects.append(["x"])
    assert nightly.tick(seconds=100, between=run_pipeline)
    assert Job.objects.get().finished_at
    assert not DirtyVideo.objects.exists()
