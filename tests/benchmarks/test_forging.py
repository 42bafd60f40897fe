"""How long a forged measurement lasts, by the rule itself."""

from __future__ import annotations

import pytest

from benchmarks.quality import forging


@pytest.mark.parametrize("accounts", [3, 20])
def test_where_visitors_speak_up_it_never_comes_into_force(accounts):
    labelled, in_force, case = forging.last(accounts, 1.0, aged=True, seed=1)
    assert 0 < labelled < 24 and not in_force and case


def test_two_accounts_measure_nothing_and_fresh_ones_gain_nothing_by_waiting():
    assert forging.last(2, 1.0, aged=True, seed=1) == (0, 0, False)
    aged, fresh = (forging.last(20, 1.0, aged=age, seed=1) for age in (True, False))
    assert aged == fresh


def test_who_is_not_contradicted_lasts():
    _, in_force, case = forging.last(3, 0.0, aged=True, seed=1)
    assert in_force == forging.LASTS_HOURS - forging.NOTICE_HOURS and not case
