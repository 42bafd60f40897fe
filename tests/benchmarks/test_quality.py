"""The quality laboratory lives a world from the first vote to the last table."""

from __future__ import annotations

import pytest

from benchmarks.quality import figures, limit, world


def test_a_seed_is_a_world():
    one, same, other = (world.build(world.Setup(seed, videos=30)) for seed in (1, 1, 2))
    assert one.casts == same.casts != other.casts
    assert {video.ai for video in one.videos} == {True, False}
    assert all(at <= world.HISTORY_DAYS * 24 + world.ATTACK_HOURS for at, *_ in one.casts)
    assert {target.family for target in one.targets} == set(world.SIZES)


def test_whoever_disputes_sees_every_earlier_vote():
    a_world = world.build(world.Setup(1, videos=30))
    hours = world.ticks(a_world)
    assert list(hours) == sorted(set(hours))
    voted: dict[str, float] = {}
    disputes = 0
    for at, _, video, _, _, _, least in sorted(a_world.casts):
        if least == world.SHOWN and voted.get(video, 0) <= at - world.MOMENT:
            disputes += 1
            assert any(voted.get(video, 0) <= hour < at for hour in hours)
        voted[video] = at
    assert disputes > 100


def test_the_fewer_dispute_the_more_the_best_rule_gets_wrong():
    few, more = (limit.least_false_positives(world.Setup(0, 0.9, rate)) for rate in (0.05, 0.15))
    assert few > 0.005 > more > 0
    # Nothing to go by but reports, and a rule that need not find anything.
    assert limit.least_false_positives(world.Setup(0, 0.9, 0.0)) > 0.1
    assert limit.least_false_positives(world.Setup(0, 0.9, 0.05), recall=0) == pytest.approx(0)


def test_intervals_know_what_was_never_seen():
    assert figures.ratio([(0, 0)]) is None
    never, always = figures.ratio([(0, 100)] * 3), figures.ratio([(100, 100)] * 3)
    assert (never["value"], never["high"]) == (0, 0.01)
    assert (always["value"], always["low"]) == (1, 0.99)
    some = figures.ratio([(n, 10) for n in range(10)])
    assert some["low"] < some["value"] == 0.45 < some["high"]


@pytest.mark.parametrize(
    ("wins", "survives"), [([0, 0, 1, 0], 10), ([1, 1, 1, 1], 0), ([0, 0, 0, 0], 30)]
)
def test_the_largest_k_is_the_last_before_one_that_succeeds(wins, survives):
    rows = [
        {"family": "fresh", "k": k, **dict.fromkeys(("alone", "judged", "share", "three"), w)}
        for k, w in zip((5, 10, 20, 30), ({"value": win} for win in wins), strict=True)
    ]
    assert figures.survived(rows)["fresh"]["alone 5"] == survives
