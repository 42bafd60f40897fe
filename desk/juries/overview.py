"""What the desk's front page says of juries."""

from __future__ import annotations

from typing import Any

from channels.samples import facts as samples
from votes.juries import panels, wear
from votes.models import Juror, JurorPair


def context(moderator: str) -> dict[str, Any] | None:
    """How juries are, for `moderator`; None on a site that has no jurors and never had."""
    rates = samples.rates()
    waiting = samples.waiting(moderator)
    if not (rates or waiting.of or Juror.objects.exists()):
        return None
    counts = panels.counts()
    return {
        "counts": counts,
        "response": None if counts.response is None else round(100 * counts.response),
        "pairs": JurorPair.objects.count(),
        "gold": wear.left(),
        "waiting": waiting,
        "rates": [_with_percent(it) for it in rates],
    }


def _with_percent(it: Any) -> Any:
    """The row with its rate and both ends of its interval in percent, if it has one."""
    known = it.rate is not None
    it.percent = [f"{100 * share:.1f}" for share in (it.rate, it.low, it.high)] if known else None
    return it
