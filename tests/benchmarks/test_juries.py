"""The laboratory of juries lives a tiny world from the first vote to the last table."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.juries import (
    bars,
    cells,
    court,
    crowd,
    figures,
    measures,
    networks,
    panels,
    report,
    runner,
)
from benchmarks.juries.rules import Court, decide
from benchmarks.juries.world import (
    EARNED,
    Attack,
    Setup,
    Video,
    Viewer,
    Vote,
    World,
    build,
)
from votes.juries.rule import PARAMETERS, Outcome, Side, Skill

GROUPS = ("HONEST", "POPULAR", "CORRELATED", "ACCOUNTS", "RINGS", "FLOODS", "PARTS", "SITES")
TINY = Setup(1, videos=20, voters=60, days=4, more=4, jurors=14)


def heard(setup, rule=None):
    world = build(setup)
    seen = crowd.look(world)
    return world, seen, court.hear(world, seen, rule or Court())


def outcomes(setup, rule=None, *, target=False):
    world, _, life = heard(setup, rule)
    return {
        name: verdict.outcome
        for name, verdict in life.verdicts.items()
        if world.videos[name].target is target
    }


def test_a_seed_is_a_world_and_its_verdicts():
    (one, _, first), (same, _, second), (other, *_) = (
        heard(replace(TINY, seed=seed)) for seed in (1, 1, 2)
    )
    assert one.votes == same.votes != other.votes
    assert first == second
    assert first.verdicts


def test_juries_find_the_truth_of_what_was_admitted():
    world, _, life = heard(replace(TINY, jurors=40))
    decided = [(name, it) for name, it in life.verdicts.items() if it.outcome != Outcome.UNDECIDED]
    right = [world.videos[name].ai == (it.outcome is Outcome.AI) for name, it in decided]
    assert len(right) > 5
    assert sum(right) >= 0.9 * len(right)


def test_nobody_is_asked_more_than_three_questions_a_day():
    *_, life = heard(TINY)
    assert max(life.asked.values()) <= PARAMETERS.a_day * life.days


def test_there_are_no_panels_with_too_few_jurors():
    assert set(outcomes(replace(TINY, jurors=9)).values()) <= {Outcome.OPEN}


def test_votes_of_one_network_admit_nothing():
    attack = Attack("line", 24, 3, networks=1, judges=0)
    assert outcomes(replace(TINY, attack=attack), target=True) == {}
    spread = replace(attack, networks=2)
    assert len(outcomes(replace(TINY, attack=spread), target=True)) == 3


def test_a_ring_of_all_jurors_has_its_way():
    """The laboratory can see an attack succeed."""
    attack = Attack("ring", 2, 4, judges=0, ring=1)
    found = outcomes(replace(TINY, attack=attack), target=True)
    assert set(found.values()) == {Outcome.AI}


def test_volunteers_votes_suspect_and_no_more():
    world, seen, _ = heard(replace(TINY, videos=40, audience=50))
    suspected = [world.videos[name].ai for name, it in seen.items() if it.suspected]
    assert suspected
    assert all(suspected)
    assert crowd.MOST < 80


def test_weights_that_are_tried_agree_with_the_lead_where_all_are_alike():
    skills = [(Side.AI, Skill(0.9, 0.9))] * 4
    for rule in (Court(), Court(weights="ratio"), Court(weights="own side")):
        assert decide(skills, 6, rule) is Outcome.AI
        assert decide(skills[:1], 6, rule) is Outcome.OPEN
        assert decide(skills[:1], 42, rule) is Outcome.UNDECIDED


def test_fewer_of_the_unskilled_are_rooted():
    found = [panels.passing(skill, PARAMETERS, 1, tries=100) for skill in (0.5, 0.75, 0.95)]
    assert found == sorted(found)
    assert found[0] < 5
    assert found[-1] > 95


@pytest.fixture
def few(monkeypatch):
    """A laboratory of one small world of each kind."""
    small = {"videos": 10, "voters": 40, "days": 3, "more": 2}
    for group in (
        "HONEST",
        "POPULAR",
        "CORRELATED",
        "ACCOUNTS",
        "RINGS",
        "FLOODS",
        "PARTS",
        "SITES",
    ):
        name, cell = next(iter(getattr(cells, group).items()))
        attack = cell.setup.attack and replace(cell.setup.attack, accounts=3, targets=2)
        changed = replace(cell.setup, **small, attack=attack, jurors=12)
        monkeypatch.setattr(cells, group, {name: replace(cell, setup=changed, times=1)})
    lived = {name: cell for group in GROUPS for name, cell in getattr(cells, group).items()}
    monkeypatch.setattr(cells, "ALL", lived)
    monkeypatch.setattr(cells, "RULES", dict(list(cells.RULES.items())[:1]))
    monkeypatch.setattr(cells, "BENCHES", dict(list(cells.BENCHES.items())[:1]))
    monkeypatch.setattr(cells, "GOLD", dict(list(cells.GOLD.items())[:1]))
    monkeypatch.setattr(cells, "HALF_LIVES", {"a year": 365.0})
    monkeypatch.setattr(cells, "SERVICE", ())  # tests/benchmarks/test_world.py
    tiny = {
        name: replace(it, **small, attack=it.attack and replace(it.attack, targets=2))
        for name, it in networks.WORLDS.items()
    }
    monkeypatch.setattr(networks, "WORLDS", tiny)


def test_the_page_has_every_bar_whether_it_is_met_or_not(few, tmp_path):
    found: runner.Found = {}
    for kind, name, seed in runner.tasks(1):
        if kind == "draw":
            continue  # it takes a database of ten thousand jurors
        for rule, counts in runner.live((kind, name, seed))[1].items():
            found.setdefault(kind, {}).setdefault(f"{name} | {rule}", {})[str(seed)] = counts
    results = figures.summary(found, 1)
    results["made"] |= {"minutes": 61, "processor minutes": 20, "cores": 2, "load": 1.5}
    report.write(results, tmp_path)
    text = (tmp_path / "docs" / "quality" / "juries.md").read_text()
    assert "<!--" not in text
    for bar in ("precision >= 99 %", "false flags <= 0.5 %, 90+ judges", "recall >= 95 %"):
        assert bar in text
    assert "| all of this in under an hour | 61.00 minutes | NOT MET |" in text
    assert "| a draw for 1,000 questions among 10,000 jurors in under 1 s | - | no data |" in text
    for name in (*bars.RING_BARS, *networks.ATTACKS):
        assert f", {name} |" in text
    pictures = sorted(it.name for it in (tmp_path / "docs" / "quality").glob("*.svg"))
    assert len(pictures) == 4
    assert all(name in text for name in pictures)


def test_a_bar_that_is_missed_is_said_to_be_missed():
    figure = {"value": 0.02, "low": 0.01, "high": 0.03, "n": 100}
    assert bars.at_most(figure, 0.005) == "NOT MET"
    assert bars.at_most(figure, 0.025) == "met, interval too wide to prove it"
    assert bars.at_most(figure, 0.03) == "met"
    assert bars.at_most(None, 0.03) == "no data"


def test_a_tree_has_fewer_voices_than_networks():
    for those in networks.CASES.values():
        assert 1 <= networks.before(address for address, _ in those) <= len(those)
    assert "| one customer, 200 /56s of a /48 | 200 | 2 | 2 |" in networks.report()


def test_whoever_sees_that_videos_are_not_the_channels_saves_it():
    """Five AI videos of others, said to be of a channel whose own are human."""
    channels = replace(TINY, of_channel=5, jurors=40)
    for notices, wanted in ((0, Outcome.AI), (1, Outcome.HUMAN)):
        attack = Attack("claims", 6, 5, judges=0, an_hour=60, claimed=5, notices=notices)
        *_, life = heard(replace(channels, attack=attack), Court(channels=True))
        assert life.verdicts["target 0"].outcome is wanted


def test_of_what_a_list_decided_no_jury_is_asked():
    attack = Attack("list", 2, 3, judges=0, listed=True)
    world, seen, life = heard(replace(TINY, attack=attack))
    assert not {it for it in life.verdicts if world.videos[it].target}
    assert measures.counted(world, seen, life)["target human ai"] == 3


def test_a_vip_votes_alone_and_moves_nothing_that_a_jury_decides():
    attack = Attack("vip", 1, 3, says="not_ai", ai=True, judges=20, vip=True)
    assert set(outcomes(replace(TINY, jurors=40, attack=attack), target=True).values()) == {
        Outcome.AI
    }


def test_before_juries_a_disputer_who_has_earned_trust_took_two_voices():
    viewers = {f"v{n}": Viewer(f"v{n}", 0.9, EARNED, network=f"n{n}") for n in range(12)}
    votes = [Vote(n, f"v{n}", "v", "fully_ai") for n in range(10)]
    votes.append(Vote(11, "v10", "v", "not_ai"))
    world = World(TINY, viewers, {"v": Video("v", True, 0, "c")}, votes)
    assert crowd.before_juries(world)["v"].suspected
    votes.append(Vote(12, "v11", "v", "not_ai"))
    assert not crowd.before_juries(world)["v"].suspected


def test_votes_behind_few_networks_count_by_those_who_are_rooted():
    """And those of an attacker's provider by the square root."""
    crowded = Setup(2, videos=40, voters=100, days=4, audience=50, shared=1, jurors=40)
    one, tree = (crowd.look(build(crowded), tree=it) for it in (False, True))
    assert not any(it.suspected for it in one.values())
    assert any(it.suspected for it in tree.values())
    line = Attack("line", 40, 3, networks=32, of_provider=True, judges=0, an_hour=100)
    world = build(replace(TINY, attack=line))
    for rule, wanted in ((False, 3), (True, 0)):
        seen = crowd.look(world, tree=rule)
        assert sum(it.suspected for name, it in seen.items() if world.videos[name].target) == wanted
