"""What is stored of videos is what the rule makes of their facts."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from channels.models import Channel
from sync import pipeline
from sync.pipeline import CHANNELS
from tests.conftest import published
from tests.votes.test_outcomes import populate
from videos import scoring
from videos.models import Video
from videos.recompute import live, recompute, scores_now
from videos.rows import Whose, row_of, rules
from videos.store import categories_of
from votes.models import Decision, Vote
from votes.moderation import decisions
from votes.tallies import tallies


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 5, 6])  # these need every rule
def test_a_stored_video_is_scored_by_the_rule_that_explains_it(seed, settings):
    settings.MIN_INDEPENDENT_VOTERS = 10
    rng = random.Random(seed)
    populate(rng)
    ids = sorted(set(Vote.objects.values_list("video_id", flat=True)))
    for video_id in rng.sample(ids, 8):
        Decision.objects.create(
            actor="m", action="hold", target_type="video", target_id=video_id, reason="r"
        )
    Channel.objects.create(handle="farm", score=80, auto_flag_new=True)
    for video_id in rng.sample(ids, 10):
        decisions.decide_video(
            actor="m", video_id=video_id, action="name_channel", channel="@farm", reason="r"
        )
    first = recompute(ids, revision=1, channels=CHANNELS)
    assert Video.objects.filter(prior=True).count() == 10
    categories = categories_of(ids)
    exact, _ = scores_now(ids)
    steps_seen = set()
    for video in Video.objects.all():
        found = live(video.pk, video)
        assert {name: getattr(video, name) for name in found.row._fields} == found.row._asdict()
        assert video.score == scoring.rounded(found.steps[-1].score) == exact[video.pk]
        assert categories.get(video.pk, {}) == found.categories
        steps_seen |= {step.rule for step in found.steps}
        assert (video.pk in first.decided) == bool(video.verdict or video.jury)
    assert steps_seen == set(scoring.Rule) - {scoring.Rule.JURY, scoring.Rule.SUSPECTED}
    again = recompute(ids, revision=2, channels=CHANNELS)
    assert first.decided and not again.changes and not again.decided


@pytest.mark.django_db
def test_what_a_channel_adds_to_a_score_is_never_evidence():
    populate(random.Random(3))
    ids = sorted(set(Vote.objects.values_list("video_id", flat=True)))
    for video_id, tally in tallies(ids).items():
        alone, started = (
            row_of(video_id, tally, whose=Whose("UCx"), prior=prior, rules=rules(juries=False))
            for prior in (False, True)
        )
        assert started.evidence_score == alone.evidence_score == alone.score
        assert started.score >= alone.score or started.disputes
        assert started.preliminary == (not started.total_votes and not started.locked)


@pytest.mark.django_db(transaction=True)
def test_a_changed_constant_of_the_rule_changes_what_is_published(crowd, monkeypatch):
    crowd(9, "constant")
    pipeline.advance_until_idle()
    before = published("constant")["score"]
    monkeypatch.setattr(scoring, "UNFLAGGED_CAP", Decimal("12.34"))
    monkeypatch.setattr(scoring, "voices_needed", lambda **_: 1_000)
    pipeline.rebuild(lambda _: None)
    assert before > 50
    assert published("constant")["score"] == 12.34
