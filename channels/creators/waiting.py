"""How long a moderator's answer to an appeal takes."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import cache
from common.db import rows
from votes import sql

LEAST = 5
"""Fewer decided appeals say nothing about the next one."""
_TTL_S = 600
_KEY = "appeals:took"
_DAY_S, _HOUR_S, _MINUTE_S = 86_400, 3600, 60


@dataclass(frozen=True)
class Expected:
    """Of `decided` appeals in 30 days half took up to `median_s` seconds, 9 of 10 `most_s`."""

    decided: int
    median_s: int
    most_s: int

    def in_words(self) -> str:
        """A sentence."""
        said = _(
            "Of the %(decided)s appeals decided in the last 30 days, half were answered within "
            "%(half)s and nine of ten within %(most)s."
        )
        return said % {
            "decided": self.decided,
            "half": span(self.median_s),
            "most": span(self.most_s),
        }


def expected() -> Expected | None:
    """As of ten minutes ago at most; None where too few were decided to say."""
    found = cache.read_through(_KEY, ttl_s=_TTL_S, load=_load)
    return Expected(*found) if found else None


def _load() -> list[int] | None:
    decided, median, most = rows(sql.APPEALS_TOOK)[0]
    return [decided, round(median), round(most)] if decided >= LEAST else None


def span(seconds: int) -> str:
    """So long in words: in the largest unit that has two of it, rounded up."""
    if seconds >= 2 * _DAY_S:
        count = -(-seconds // _DAY_S)
        return ngettext("%(count)s day", "%(count)s days", count) % {"count": count}
    if seconds >= 2 * _HOUR_S:
        count = -(-seconds // _HOUR_S)
        return ngettext("%(count)s hour", "%(count)s hours", count) % {"count": count}
    count = max(1, -(-seconds // _MINUTE_S))
    return ngettext("%(count)s minute", "%(count)s minutes", count) % {"count": count}
