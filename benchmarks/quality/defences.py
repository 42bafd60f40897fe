"""Each defence, and how the laboratory switches it off; the product has a setting for some only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from unittest.mock import patch


@dataclass(frozen=True)
class Defences:
    """What is on. The defaults are the product's.

    `dispute_factor` and `min_voices` > 3 are proposals: disputes of voters with resolved votes
    weigh so many times as much.
    """

    prefixes: bool = True
    trust: bool = True
    hysteresis: bool = True
    bursts: bool = True
    clusters: bool = True
    min_voices: int = 3
    prior: float = 1.5
    dispute_factor: int = 1

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
            if not self.hysteresis or self.dispute_factor != 1:
                stack.enter_context(patch("videos.scoring.score", self._score()))
            yield

    def _score(self) -> Any:
        """The real formula on changed evidence."""
        from videos import scoring  # noqa: PLC0415

        real = scoring.score

        def score(evidence: scoring.Evidence, **more: Any) -> Decimal:
            if not self.hysteresis:
                evidence = replace(evidence, stood=False)
            proven = evidence.resolved_disputes * self.dispute_factor
            weights = dict(evidence.weights)
            weights[scoring.DISPUTE] = (
                weights.get(scoring.DISPUTE, Decimal(0)) + proven - evidence.resolved_disputes
            )
            # `real` calls this function again for the calm evidence.
            return real(replace(evidence, weights=weights, resolved_disputes=proven), **more)

        return score


BASE = Defences()
WITHOUT = {
    "prefix merging": Defences(prefixes=False),
    "trust": Defences(trust=False),
    "hysteresis": Defences(hysteresis=False),
    "burst holds": Defences(bursts=False),
    "clusters": Defences(clusters=False),
    "minimum of 3 voices": Defences(min_voices=1),
    "prior K (0.1)": Defences(prior=0.1),
}
PROPOSED = {
    "5 voices": Defences(min_voices=5),
    "5 voices, disputes x 4": Defences(min_voices=5, dispute_factor=4),
}
