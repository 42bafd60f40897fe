"""Floods wait for themselves; honest nominations have their turn."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from votes.juries.queue import Candidate, chosen, is_admitted, payers, places, turns


def who(name, network=None):
    return (name, network or f"network of {name}")


def candidate(name, *nominators, viewers=None, since=0.0):
    return Candidate(name, nominators, len(nominators) if viewers is None else viewers, since)


def honest(count):
    """Nominations by two people each, who nominate nothing else."""
    return [candidate(f"honest {n}", who(f"a{n}"), who(f"b{n}")) for n in range(count)]


def flood(count, accounts, *, loud):
    """Nominations by the same few, who make them look as much viewed as they can."""
    names = [who(f"attacker {n}") for n in range(accounts)]
    return [
        candidate(
            f"flood {n:05}",
            *(names if loud else (names[n % accounts], names[(n + 1) % accounts])),
        )
        for n in range(count)
    ]


def test_it_takes_two_independent_voices():
    assert not is_admitted([])
    assert not is_admitted([who("a")])
    assert not is_admitted([who("a"), who("b", "network of a")])
    assert not is_admitted([("a", "one"), ("a", "other")])
    assert is_admitted([who("a"), who("b", "network of a"), who("c")])


@given(st.integers(1, 20), st.integers(0, 200), st.integers(2, 24), st.booleans())
def test_a_flood_of_any_size_leaves_honest_nominations_their_share(count, size, accounts, loud):
    """Of the first turn, k accounts have half of k at most, however many they nominate."""
    waiting = honest(count) + flood(size, accounts, loud=loud)
    turn = turns(waiting, {})
    assert all(turn[f"honest {n}"] == 0 for n in range(count))
    first = [name for name, n in turn.items() if n == 0 and name.startswith("flood")]
    assert len(first) <= accounts / 2
    asked = chosen(waiting, count + accounts // 2, {})
    assert {it.id for it in asked} >= {f"honest {n}" for n in range(count)}


@given(st.integers(1, 10), st.integers(0, 60), st.integers(2, 12), st.booleans())
def test_what_was_asked_for_nothing_puts_the_next_flood_behind(count, size, accounts, loud):
    waiting = honest(count) + flood(size, accounts, loud=loud)
    load = {label: 1.0 for n in range(accounts) for label in who(f"attacker {n}")}
    assert {it.id for it in chosen(waiting, count, load)} == {f"honest {n}" for n in range(count)}


@given(
    st.lists(
        st.tuples(
            st.lists(st.integers(0, 8), min_size=2, max_size=5, unique=True), st.integers(0, 9)
        ),
        min_size=1,
        max_size=12,
    ),
    st.lists(st.integers(0, 11), max_size=6),
)
def test_whoever_joins_a_nomination_does_not_push_it_back(nominated, joined):
    """Attackers who are new to the queue cannot use up the turns of honest nominators."""
    waiting = [
        candidate(str(n), *(who(f"v{v}") for v in voters), viewers=viewers)
        for n, (voters, viewers) in enumerate(nominated)
    ]
    other = [
        Candidate(it.id, [*it.nominators, who(f"new {it.id}")], it.viewers, it.since)
        if int(it.id) in joined
        else it
        for it in waiting
    ]
    one = joined[:1]
    alone = [o if int(o.id) in one else w for w, o in zip(waiting, other, strict=True)]
    before, after = turns(waiting, {}), turns(alone, {})
    for n in map(str, one):
        if n in before:
            assert after[n] <= before[n]


def test_in_a_turn_the_most_viewed_come_first_and_some_places_are_for_those_that_wait():
    waiting = [candidate(str(n), who(f"a{n}"), who(f"b{n}"), viewers=n, since=n) for n in range(20)]
    asked = [it.id for it in chosen(waiting, 10, {})]
    assert asked[:8] == [str(n) for n in range(19, 11, -1)]
    assert asked[8:] == ["0", "1"]


@given(st.integers(0, 30), st.integers(0, 40))
def test_no_place_is_left_empty_while_something_waits(count, free):
    waiting = honest(count) + flood(5, 2, loud=False)
    asked = chosen(waiting, free, {})
    assert len(asked) == len({it.id for it in asked}) == min(free, len(waiting))


def test_two_independent_nominators_pay():
    crowd = [who("a"), who("b", "network of a"), who("c"), who("d")]
    assert payers(crowd, {}) == [who("a"), who("c")]
    assert payers(crowd, {"a": 2.0, "network of a": 2.0, "c": 3.0}) == [who("d"), who("a")]
    assert payers([who("a")], {}) == []


def test_panels_begin_as_far_as_the_rest_of_the_day_allows():
    assert places(120, 2, 6) == 10
    assert places(60, 1, 6) == 10
    assert places(5, 1, 6) == 0
