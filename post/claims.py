"""What workers send and try again: mails, notices of the desk, and what followers are told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models.functions import Now

_FIRST_RETRY_S = 60
_LONGEST_RETRY_S = 6 * 3600
Row = TypeVar("Row", bound=models.Model)


def claim(model: type[Row], *, least_s: int = 0) -> Row | None:
    """The next row that is due and that no other worker is at, counted as a try; None if none is.

    As `claim_many` puts it off.
    """
    return next(iter(claim_many(model, most=1, least_s=least_s)), None)


def claim_many(
    model: type[Row], *, most: int, least_s: int = 0, of: Mapping[str, object] | None = None
) -> list[Row]:
    """At most so many rows that are due and that no other worker is at, each counted as a try.

    They are put off until their next try, each time twice as long, by `least_s` seconds at least: a
    worker that is lost meanwhile loses them. `model` has `state`, `tries` and `next_at`; `of` are
    further conditions.
    """
    rows: Any = model._default_manager
    with transaction.atomic():
        due = rows.filter(state="queued", next_at__lte=Now(), **(of or {}))
        found = list(due.select_for_update(skip_locked=True).order_by("next_at", "pk")[:most])
        for tries in {row.tries for row in found}:
            pause = max(min(_FIRST_RETRY_S * 2**tries, _LONGEST_RETRY_S), least_s)
            same = [row.pk for row in found if row.tries == tries]
            rows.filter(pk__in=same).update(
                tries=tries + 1, next_at=Now() + timedelta(seconds=pause)
            )
        for row in found:
            row.tries += 1
    return found
