"""Group commit: what comes at once is done at once, each for its own thread."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from common.gather import Gatherer
from tests.dev.processes import wait_until


class Slow:
    """Doubles numbers; works on when told to. Negative ones are refused."""

    def __init__(self):
        self.calls, self.go = [], threading.Event()

    def __call__(self, items):
        self.calls.append(list(items))
        assert self.go.wait(10)
        if any(item < 0 for item in items):
            raise ValueError(min(items))
        return [2 * item for item in items]


def gathering(work, **options):
    return Gatherer(
        work,
        **{
            "then": lambda items, outcomes: outcomes,
            "key": lambda n: n,
            "split": lambda e: isinstance(e, ValueError),
            **options,
        },
    )


def ask_at_once(work, gather, items):
    """Ask for the first, then for the others while it is being worked on; futures in order."""
    pool = ThreadPoolExecutor(len(items))
    futures = [pool.submit(gather, items[0])]
    wait_until(lambda: work.calls, timeout_s=5, what="the first is being worked on")
    futures += [pool.submit(gather, item) for item in items[1:]]
    wait_until(lambda: len(gather._waiting) == len(items) - 1, timeout_s=5, what="the others wait")
    work.go.set()
    pool.shutdown()
    return futures


def test_what_comes_while_one_is_busy_goes_together():
    work = Slow()
    futures = ask_at_once(work, gathering(work), list(range(9)))
    assert [future.result() for future in futures] == [2 * n for n in range(9)]
    assert [len(call) for call in work.calls] == [1, 8]


def test_no_call_is_larger_than_the_limit_and_none_has_a_key_twice():
    work = Slow()
    gather = gathering(work, key=lambda n: n % 5, limit=4)
    futures = ask_at_once(work, gather, list(range(20)))
    assert [future.result() for future in futures] == [2 * n for n in range(20)]
    for call in work.calls:
        assert len(call) <= 4
        assert len({n % 5 for n in call}) == len(call)


def test_one_bad_item_harms_nobody_else():
    work = Slow()
    futures = ask_at_once(work, gathering(work), [1, 2, -3, 4])
    assert [futures[n].result() for n in (0, 1, 3)] == [2, 4, 8]
    with pytest.raises(ValueError, match="-3"):
        futures[2].result()


def test_what_is_nobodys_fault_is_told_to_all_and_the_next_is_served():
    work = Slow()
    gather = gathering(work, split=lambda error: False)
    futures = ask_at_once(work, gather, [1, 2, -3])
    assert futures[0].result() == 2
    for future in futures[1:]:
        with pytest.raises(ValueError):
            future.result()
    assert gather(5) == 10


def test_the_next_are_worked_on_while_the_last_ones_are_finished():
    work, finish, finished = Slow(), threading.Event(), []

    def then(items, outcomes):
        assert finish.wait(10)
        finished.append(list(items))
        return [n + outcome for n, outcome in zip(items, outcomes, strict=True)]

    gather = gathering(work, then=then)
    work.go.set()
    with ThreadPoolExecutor(3) as pool:
        futures = [pool.submit(gather, n) for n in range(3)]
        wait_until(lambda: sum(map(len, work.calls)) == 3, timeout_s=5, what="all are worked on")
        assert not finished
        finish.set()
        assert [future.result() for future in futures] == [0, 3, 6]


def test_what_fails_at_the_end_fails_for_all_of_its_call_and_for_nobody_else():
    work = Slow()

    def then(items, outcomes):
        if 2 in items:
            raise KeyError(2)
        return outcomes

    futures = ask_at_once(work, gathering(work, then=then), [1, 2, 3])
    assert futures[0].result() == 2
    for future in futures[1:]:
        with pytest.raises(KeyError):
            future.result()
