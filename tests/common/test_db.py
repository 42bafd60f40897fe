"""How statements are run."""

from __future__ import annotations

import pytest
from django.db import connection

from common.db import prepared_rows, rows
from tests.conftest import Api

PREPARED = (
    "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement = %(text)s"
)


@pytest.mark.django_db
def test_a_prepared_statement_is_planned_once_for_all_values():
    text = "SELECT video_id FROM votes_vote WHERE video_id = ANY($1::text[])"
    for video_ids in (["a"], ["b", "c"], ["d"] * 500):
        assert prepared_rows(text.replace("$1", "%(videos)s"), {"videos": video_ids}) == []
    assert rows(PREPARED, {"text": text}) == [(3, 0)]


@pytest.mark.django_db
def test_a_parameter_may_stand_several_times_beside_percent_signs():
    text = "SELECT %(a)s::int - %(b)s::int, %(a)s::int %% 4, 'b' LIKE '%%b'"
    assert prepared_rows(text, {"b": 2, "a": 7, "c": "not used"}) == [(5, 3, True)]


@pytest.mark.django_db(transaction=True)
def test_votes_are_stored_and_scored_by_prepared_statements(video_id):
    connection.close()
    for category in ("fully_ai", "ai_visuals"):
        assert Api().vote(video_id, category).status_code == 200
    found = rows("SELECT statement FROM pg_prepared_statements ORDER BY prepare_time")
    assert len(found) == 2
    assert "INSERT INTO votes_vote" in found[0][0]
