"""The table of moderators' actions is whole, and can be undone."""

from __future__ import annotations

import pytest

from votes.models import Action, TargetType
from votes.moderation.actions import NAMED, RULES, action_for, fits, offered, setting, value_sql


def test_every_action_has_its_line_in_the_table():
    assert set(RULES) == set(Action)


@pytest.mark.parametrize("action", Action)
def test_every_action_can_be_undone(action):
    rule = RULES[action]
    if rule.undone_by:
        assert RULES[rule.undone_by].targets == rule.targets
    else:
        others = setting(rule.sets[0]).keys() - {action}
        assert any(set(rule.targets) & set(RULES[other].targets) for other in others)


def test_what_an_action_sets_leads_back_to_the_action():
    for action, rule in RULES.items():
        aspect, value = rule.sets
        if aspect:
            assert action_for(aspect, "@name" if value is NAMED else value) == action


def test_the_desk_offers_only_what_fits_the_target():
    for target_type in TargetType:
        assert all(fits(action, target_type) for action in offered(target_type))
    assert offered("channel")[-1] == Action.RELEASE  # videos have it, too
    assert not offered("service")


def test_an_action_that_does_not_exist_fits_nothing():
    assert not fits("no_such_action", TargetType.VIDEO)


def test_statements_read_the_value_from_the_action():
    assert value_sql("d.action", "lock") == (
        "CASE d.action WHEN 'lock_ai' THEN 'ai' WHEN 'lock_human' THEN 'human' END"
    )
    assert value_sql("a", "held") == "CASE a WHEN 'hold' THEN true WHEN 'release' THEN false END"
