"""The database's clock, set back for a month of practice."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from common.db import rows
from desk.practice import clock
from votes.models import Appeal, Case
from votes.moderation import appeals

pytestmark = pytest.mark.django_db(transaction=True)
THEN = datetime(2020, 2, 29, 12, tzinfo=UTC)


def test_what_happens_while_the_clock_is_set_back_happened_then():
    with clock.set_back():
        clock.show(THEN)
        appeals.file_appeal(target_type="video", target_id="v1", reason="mine")
    assert Appeal.objects.get().created_at == THEN
    assert Case.objects.get().opened_at == THEN


def test_the_clock_is_right_again_afterwards_also_after_a_failure():
    with pytest.raises(ZeroDivisionError), clock.set_back():
        clock.show(THEN)
        appeals.file_appeal(target_type="video", target_id="v1", reason="mine")
        1 / 0  # noqa: B018
    assert not Case.objects.exists()
    with clock.set_back():
        clock.show(THEN)
    appeals.file_appeal(target_type="video", target_id="v2", reason="mine")
    assert rows("SELECT now() - max(created_at) < interval '1 minute' FROM votes_appeal")[0][0]
    assert rows("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'practice%%'")[0][0] == 0
