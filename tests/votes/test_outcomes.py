"""Outcomes and trust in SQL equal the pure functions on random data."""

from __future__ import annotations

import random
from collections import defaultdict
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from sync.tasks import run_pipeline
from tests.thorough import SEEDS
from videos import nightly, outcomes, scoring
from videos.scoring import Evidence
from votes import recompute
from votes.models import (
    Category,
    Cluster,
    ConsensusLabel,
    Decision,
    DirtyVideo,
    Hold,
    Job,
    Outcome,
    Vote,
    Voter,
)
from votes.trust import accuracy, is_proven, judged, trust
from votes.voices import SITE_VOICES

pytestmark = pytest.mark.django_db(transaction=True)
NOW = timezone.now()
NEWCOMER = Decimal("0.3")
K = Decimal("1.5")
VOICES = 6


def ago(rng, most):
    return NOW - timedelta(minutes=rng.randrange(1, most))


def populate(rng):
    """Voters, votes, labels, locks and holds that need not make sense together."""
    Cluster.objects.create(key="c")
    networks = [*[(None, None)] * 8, ("n1", None), *((f"n{n}", "s") for n in range(2, 7))]
    records = [(0, 0), (3, 3), (10, 6), (10, 7), (40, 27), (40, 28)]
    past = {n: rng.choice(records) for n in range(40)}
    voters = Voter.objects.bulk_create(
        Voter(
            public_id=f"{n:032x}",
            is_vip=rng.random() < 0.1,
            is_shadowbanned=rng.random() < 0.1,
            cluster="c" if rng.random() < 0.15 else None,
            resolved_count=past[n][0],
            correct_count=past[n][1],
            is_proven=is_proven(correct=past[n][1], resolved=past[n][0]),
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
        if rng.random() < 0.9:
            ConsensusLabel.objects.create(
                video_id=video,
                ai_since=rng.choice([None, ago(rng, 40000)]),
                human_since=rng.choice([None, ago(rng, 40000)]),
                stood_at=rng.choice([None, NOW]),
            )
        for action in rng.sample(["lock_ai", "lock_human", "unlock", "hold", "release"], 5)[
            : rng.choice([0, 0, 0, 1, 2])
        ]:
            Decision.objects.create(
                actor="m", action=action, target_type="video", target_id=video, reason="r"
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


def voices_of(video, without):
    """The heaviest votes of the voices that count: weight, time, id, category, whether proven."""
    holds = list(Hold.objects.filter(video_id=video, genuine=False).order_by("id"))
    by_voice, sites = defaultdict(list), {}
    for vote in Vote.objects.filter(video_id=video, retracted_at=None).select_related("voter"):
        voter = vote.voter
        if vote.pk == without or (voter and voter.is_shadowbanned):
            continue
        vip = bool(voter and voter.is_vip)
        side = "human" if vote.category == "not_ai" else "ai"
        first = first_cast(vote, vote.category)
        hold = next(
            (
                h
                for h in holds
                if h.side == side
                and h.since <= first
                and (h.until is None or first < h.until)
                and vote.trust_weight <= NEWCOMER
                and not vip
            ),
            None,
        )
        waiting = bool(hold and hold.until is None and side == "ai")
        group = (voter and voter.cluster) or (hold and not waiting and f"hold{hold.pk}")
        voice = group or vote.voice or vote.pk
        sites[voice] = None if group else vote.site
        weight = vote.trust_weight * (3 if vip else 1)
        by_voice[voice].append(
            (weight, vote.cast_at, vote.pk, vote.category, bool(voter and proven(voter)))
        )
    speakers = {
        voice: min(votes, key=lambda v: (-v[0], v[1], v[2])) for voice, votes in by_voice.items()
    }
    order = sorted(speakers, key=lambda voice: (-speakers[voice][0], str(voice)))
    of_site = [voice for voice in order if sites[voice]]
    return [speakers[voice] for voice in order if voice not in of_site[SITE_VOICES:]]


def proven(voter):
    return is_proven(correct=voter.correct_count, resolved=voter.resolved_count)


def first_cast(vote, category):
    """When its voter first took the side of the category."""
    first = vote.first_human_at if category == "not_ai" else vote.first_ai_at
    return first or vote.cast_at


def verdict_without(video, vote_id, *, label, lock, held):
    weights = defaultdict(Decimal)
    proven, ai_voices, voices, proven_disputers = Decimal(0), 0, 0, 0
    for weight, _, _, category, resolved in voices_of(video, vote_id):
        weights[category] += weight
        voices += 1
        ai_voices += category != "not_ai"
        proven += weight if category == "not_ai" and resolved else 0
        proven_disputers += category == "not_ai" and resolved
    evidence = Evidence(
        weights,
        independent_voters=ai_voices,
        disputers=voices - ai_voices - proven_disputers,
        proven_disputers=proven_disputers,
        resolved_disputes=proven,
        was_strong=label.stood_at is not None
        and not any(
            hold.since <= label.stood_at and (not hold.until or label.stood_at < hold.until)
            for hold in Hold.objects.filter(video_id=video, side="ai", genuine=False)
        ),
    )
    score = scoring.score(evidence, prior=False, prior_weight=K, min_independent=VOICES)
    return scoring.verdict(score, ai_voices=ai_voices, voices=voices, lock=lock, held=held)


def latest(video, actions):
    return (
        Decision.objects.filter(target_type="video", target_id=video, action__in=actions)
        .order_by("-id")
        .values_list("action", flat=True)
        .first()
    )


def expected():
    result = {}
    for label in ConsensusLabel.objects.all():
        video = label.video_id
        lock = {"lock_ai": "ai", "lock_human": "human"}.get(
            latest(video, ["lock_ai", "lock_human", "unlock"])
        )
        held = (
            latest(video, ["hold", "release"]) == "hold"
            or Hold.objects.filter(video_id=video, side="ai", until=None, genuine=False).exists()
        )
        for vote in Vote.objects.filter(video_id=video, voter__isnull=False):
            verdict = verdict_without(video, vote.pk, label=label, lock=lock, held=held)
            since = {"ai": label.ai_since, "human": label.human_since, None: None}[verdict]
            if since is None:
                continue
            if vote.cast_at >= since:
                opinion = vote.settled_category
            else:
                opinion = (
                    vote.category
                    if vote.retracted_at is None or vote.retracted_at >= since
                    else None
                )
            if opinion:
                right = (opinion == "not_ai") == (verdict == "human")
                result[vote.pk] = (vote.voter_id, first_cast(vote, opinion), right)
    return result


@pytest.mark.parametrize("seed", range(SEEDS))
def test_judging_in_sql_equals_the_score_without_the_vote(seed, settings):
    settings.MIN_INDEPENDENT_VOTERS = VOICES
    populate(random.Random(seed))
    videos = list(ConsensusLabel.objects.values_list("pk", flat=True))
    concerned = outcomes.judge(videos)
    found = {o.vote_id: (o.voter_id, o.cast_at, o.correct) for o in Outcome.objects.all()}
    want = expected()
    assert found == want
    assert {correct for *_, correct in want.values()} == {True, False}
    assert concerned == {voter for voter, *_ in want.values()}
    assert outcomes.judge(videos) == set()


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
    # Whose disputes are proven follows from the run before; from the third on nothing moves.
    for _ in range(3):
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
