"""What the desk's front page says of juries."""

from __future__ import annotations

import json
from typing import Any

from channels.samples.facts import PUBLISHED
from common.db import rows
from desk.juries.sql import OVERVIEW
from votes.juries.wear import Left


def context(moderator: str) -> dict[str, Any] | None:
    """How juries are, for `moderator`; None on a site that has no jurors and never had.

    One statement: the front page has many.
    """
    ((found,),) = rows(OVERVIEW, {"moderator": moderator, "rates": PUBLISHED})
    told: dict[str, Any] = json.loads(found)
    if not (told["rates"] or told["waiting"]["of"] or told["has_jurors"]):
        return None
    response = told["counts"]["response"]
    return {
        **told,
        "response": None if response is None else round(100 * response),
        "gold": Left(**told["gold"]) if told["gold"] else None,
        "rates": [_with_percent(it) for it in told["rates"]],
    }


def _with_percent(it: dict[str, Any]) -> dict[str, Any]:
    """A rate and both ends of its interval in percent, if there are any."""
    if it["rate"] is None:
        return it
    return it | {"percent": [f"{100 * it[name]:.1f}" for name in ("rate", "low", "high")]}
