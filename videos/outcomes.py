"""Which votes agreed with how their videos settled: scores meet facts here, trust is in `votes`."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.conf import settings

from common.db import rows
from videos import sql


def judge(video_ids: Sequence[str]) -> set[str]:
    """Bring the outcomes of the votes on these videos up to date; the voters concerned."""
    if not video_ids:
        return set()
    concerned = rows(
        sql.STORE_OUTCOMES,
        {
            "videos": list(video_ids),
            "prior_weight": Decimal(str(settings.PRIOR_WEIGHT)),
            "min_independent": settings.MIN_INDEPENDENT_VOTERS,
        },
    )
    return {row[0] for row in concerned}
