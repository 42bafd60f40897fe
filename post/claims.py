"""What workers send one at a time and try again: mails, and notices of the desk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models.functions import Now

_FIRST_RETRY_S = 60
_LONGEST_RETRY_S = 6 * 3600
Row = TypeVar("Row", bound=models.Model)


def claim(model: type[Row], *, least_s: int = 0) -> Row | None:
    """The next row that is due and that no other worker is at, counted as a try; None if none is.

    It is put off until its next try, each time twice as long, by `least_s` seconds at least: a
    worker that is lost meanwhile loses it. `model` has `state`, `tries` and `next_at`.
    """
    rows: Any = model._default_manager
    with transaction.atomic():
        due = rows.filter(state="queued", next_at__lte=Now())
        row = due.select_for_update(skip_locked=True).order_by("next_at", "pk").first()
        if row is None:
            return None
        pause = max(min(_FIRST_RETRY_S * 2**row.tries, _LONGEST_RETRY_S), least_s)
        row.tries += 1
        rows.filter(pk=row.pk).update(tries=row.tries, next_at=Now() + timedelta(seconds=pause))
    return row  # type: ignore[no-any-return]
