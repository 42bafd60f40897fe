"""Scores in SQL equal the pure functions on random data."""

from __future__ import annotations

import random
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from common.db import rows
from tests.votes.test_outcomes import populate
from videos import scoring, sql
from videos.models import Video
from videos.present import categories_of
from videos.recompute import live, recompute
from votes.models import ConsensusLabel, Decision, Vote


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [0, 1, 5])  # these need every rule
def test_a_stored_video_is_what_the_pure_functions_make_of_its_facts(seed, settings):
    settings.MIN_INDEPENDENT_VOTERS = 10
    rng = random.Random(seed)
    populate(rng)
    ids = sorted(set(Vote.objects.values_list("video_id", flat=True)))
    for video_id in rng.sample(ids, 8):
        Decision.objects.create(
            actor="m", action="hold", target_type="video", target_id=video_id, reason="r"
        )
    recompute(ids, revision=1)
    of_flagged_channels = rng.sample(ids, 10)
    Video.objects.filter(pk__in=of_flagged_channels).update(prior=True)
    settled_before = dict(ConsensusLabel.objects.values_list("pk", "verdict"))
    stored = recompute(ids, revision=2)
    assert set(of_flagged_channels) >= stored.changed
    assert not stored.settled  # the first time has written it down
    categories = categories_of(ids)
    rules = set()
    for video in Video.objects.all():
        found = live(video.pk, video)
        assert {name: getattr(video, name) for name in asdict(found.row)} == asdict(found.row)
        assert categories.get(video.pk, {}) == found.categories
        rules |= {step.rule for step in found.steps}
        verdict = scoring.verdict(
            found.row.evidence_score,
            ai_voices=found.row.independent_voters,
            voices=found.row.independent_voters
            + found.evidence.proven_disputers
            + found.evidence.disputers,
            lock=found.row.verdict,
            held=found.row.held,
        )
        assert settled_before.get(video.pk) == verdict
    assert rules == set(scoring.Rule)
    assert recompute(ids, revision=3).changed == frozenset()


claims = st.dictionaries(
    st.sampled_from(["UCa", "UCb", "UCc", "UCd"]),
    st.tuples(st.integers(1, 6), st.decimals("0.1", "2", places=1)),
)


@pytest.mark.django_db(transaction=True)
@hypothesis_settings(max_examples=150, deadline=None)
@given(ids=claims, handles=claims)
def test_what_voters_agree_on_in_sql_equals_the_pure_functions(ids, handles):
    given_claims = [
        (kind, claim, *of)
        for kind, found in (("id", ids), ("handle", handles))
        for claim, of in found.items()
    ]
    columns = list(zip(*given_claims, strict=True)) or [[], [], [], []]
    named = rows(
        f"""WITH claimed AS (
          SELECT 'video'::text AS video_id, * FROM unnest(%(kinds)s::text[], %(claims)s::text[],
            %(voices)s::int[], %(weights)s::numeric[]) AS c(kind, claim, voices, weight)
        ), {sql.NAMED} SELECT channel_id, channel_handle, contested FROM named""",
        dict(zip(("kinds", "claims", "voices", "weights"), map(list, columns), strict=True)),
    )
    assert (named or [(None, None, False)])[0] == (
        *scoring.agreed_channel(ids, handles),
        scoring.contested_claim(ids) or scoring.contested_claim(handles),
    )
