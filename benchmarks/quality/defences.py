"""Each defence, and how the laboratory switches it off; the product has a setting for some only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

from videos.scoring import Evidence, Step, steps


@dataclass(frozen=True)
class Defences:
    """What is on. The defaults are the product's.

    `min_voices` is the setting; `count_disputes` off is a plain minimum, which disputes do not
    raise.
    """

    prefixes: bool = True
    trust: bool = True
    bursts: bool = True
    clusters: bool = True
    min_voices: int = 8
    count_disputes: bool = True
    prior: float = 1.5

    @contextmanager
    def switched(self) -> Iterator[None]:
        """Run the service's code like that."""
        from django.test import override_settings  # noqa: PLC0415

        never = 1_000_000
        settings: dict[str, Any] = {
            "MIN_INDEPENDENT_VOTERS": self.min_voices,
            "PRIOR_WEIGHT": self.prior,
        }
        if not self.bursts:
            settings |= {"BURST_VOTERS": never, "BURST_DISPUTERS": never}
        with ExitStack() as stack:
            stack.enter_context(override_settings(**settings))
            if not self.trust:  # nobody ever earns any
                for name, nothing in (
                    ("recompute_trust", lambda voters: 0),
                    ("recompute_trust_after", lambda after, limit: (0, None)),
                ):
                    stack.enter_context(patch(f"votes.recompute.{name}", nothing))
            stack.enter_context(patch("videos.scoring.steps", self._steps))
            yield

    def _steps(self, evidence: Evidence, **rules: Any) -> list[Step]:
        """`videos.scoring.steps` on the evidence without what is off."""
        return steps(self._left(evidence), **rules)

    def _left(self, evidence: Evidence) -> Evidence:
        if not self.count_disputes:
            evidence = replace(evidence, disputers=0)
        return evidence


BASE = Defences()
# What a flag took at first (docs/contract.md#r55).
CONTRACT = Defences(min_voices=3, count_disputes=False)
WITHOUT = {
    "prefix merging": Defences(prefixes=False),
    "trust": Defences(trust=False),
    "burst holds": Defences(bursts=False),
    "clusters": Defences(clusters=False),
    "counting disputers": Defences(count_disputes=False),
    "minimum of 8 voices": Defences(min_voices=1),
    "prior K (0.1)": Defences(prior=0.1),
}
OTHERS = {
    "the contract's: 3 voices": CONTRACT,
    "5 voices more": Defences(min_voices=5),
    "10 voices more": Defences(min_voices=10),
}
