"""The laboratory of notes lives small worlds, and its page has a place for each table."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.notes import cells, rules, runner
from benchmarks.notes.world import GOOD, PUSHED, Attack, Setup, build

TINY = Setup(cells.FIRST_SEED, notes=40)


def shown(setup, rule="two sides"):
    """Of each kind of note how many are shown, of how many."""
    world = build(setup)
    found = rules.RULES[rule](world)
    return {
        kind: (
            sum(it for note, it in zip(world.notes, found, strict=True) if note.kind == kind),
            sum(note.kind == kind for note in world.notes),
        )
        for kind in {note.kind for note in world.notes}
    }


def test_a_seed_is_a_world():
    one, same, other = (build(replace(TINY, seed=seed)).ratings for seed in (1, 1, 2))
    assert one == same != other


def test_spam_is_shown_by_no_rule_and_good_notes_are():
    setup = replace(TINY, attack=Attack(0.1, writes=10, poses=True))
    for rule in rules.RULES:
        found = shown(setup, rule)
        assert found[PUSHED] == (0, 10)
        assert found[GOOD][0] > found[GOOD][1] / 4


def test_a_ring_that_rates_what_it_pleases_wins_and_by_lot_it_does_not():
    attack = Attack(0.1, writes=10, appeal=-1.1, poses=True)
    setup = replace(TINY, jurors=400, attack=attack)
    assert shown(setup)[PUSHED][0] <= 1
    assert shown(replace(setup, chosen=True))[PUSHED] == (10, 10)


def test_every_table_has_its_place_on_the_page_and_a_row_for_each_world(tmp_path):
    worlds = {name: replace(it, notes=6) for name, it in runner.WORLDS.items()}
    found = runner.lived(worlds, 1)
    runner.write(found, 1, tmp_path)
    page = (tmp_path / "docs/quality/notes.md").read_text()
    assert "<!--" not in page
    assert all(f"| {name} |" in page for name in worlds)
    assert (tmp_path / "benchmarks/notes/results.json").exists()
