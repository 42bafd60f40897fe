"""What each month brought, written down so that it cannot be changed later."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Now


class MonthQuerySet(models.QuerySet["Month"]):
    """Named reads."""

    def shown(self) -> list[dict[str, Any]]:
        """All months as pages show them, the newest first: `month`, `closed` and the facts."""
        return [
            {"month": f"{it.month:%Y-%m}", "closed": it.closed_at is not None, **it.facts}
            for it in self.order_by("-month")
        ]


class Month(models.Model):
    """A month (UTC, its first day) in numbers (`pages.months.facts`); nobody is named in them.

    The current one is counted anew every hour. Once `closed_at` is set a trigger refuses UPDATE,
    DELETE and TRUNCATE.
    """

    month = models.DateField(primary_key=True)
    facts = models.JSONField()
    counted_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True)

    objects = MonthQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(month__day=1), name="month_is_named_by_its_first_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
