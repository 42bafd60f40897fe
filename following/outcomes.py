"""Writing down what became of deliveries; no line of the log says to whom they were."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import structlog
from django.db import transaction
from django.db.models.functions import Now

from common.telemetry import metrics
from following import ending, subscribing
from following.models import ERROR_MAX, Delivery, Follower

TRIES = 10
log = structlog.get_logger()


@dataclass(frozen=True)
class Outcome:
    """How a try at a delivery ended: with an `error`, or it was sent.

    `final`: trying again is idle. `gone`: there is nobody any more. `proved`: a webhook has shown
    whose it is. `message_id` as of `Delivery`.
    """

    delivery: Delivery
    error: str = ""
    final: bool = False
    gone: bool = False
    proved: bool = False
    message_id: str = ""

    @property
    def state(self) -> str:
        """What it is counted as: `sent`, `failed` (tried again later), `dead` or `gone`."""
        if self.gone:
            return "gone"
        if not self.error:
            return Delivery.State.SENT
        if not (self.final or self.delivery.tries >= TRIES):
            return "failed"
        return "gone" if self.delivery.is_first_notice else Delivery.State.DEAD


@transaction.atomic
def write(outcomes: Collection[Outcome]) -> None:
    """Store the outcomes of a batch, set by set."""
    by_state: dict[str, list[Outcome]] = {}
    for it in outcomes:
        by_state.setdefault(it.state, []).append(it)
    for state, found in by_state.items():
        metrics.DELIVERIES.labels(way=found[0].delivery.way, state=state).inc(len(found))
        errors = sorted({it.error for it in found})
        write_line = log.info if state == Delivery.State.SENT else log.warning
        write_line(f"deliveries {state}", way=found[0].delivery.way, n=len(found), errors=errors)
        _store(state, found)
    for it in outcomes:
        if it.proved:
            _confirm(it.delivery)


def _confirm(delivery: Delivery) -> None:
    """What has shown whose it is follows from now on, unless it follows enough."""
    try:
        subscribing.confirm(delivery.follower.token)
    except subscribing.TooMany as refused:
        shown = {"state": Delivery.State.DEAD, "error": str(refused)}
        Delivery.objects.filter(pk=delivery.pk).update(**shown)


def _store(state: str, found: Collection[Outcome]) -> None:
    if state == "gone":
        gone = [it.delivery.follower_id for it in found]
        ending.forget(Follower.objects.filter(pk__among=gone))
        return
    for error in {it.error for it in found}:
        same = Delivery.objects.filter(
            pk__among=[it.delivery.pk for it in found if it.error == error]
        )
        if state == "failed":
            same.update(error=error[:ERROR_MAX])
        else:
            same.update(state=state, error=error[:ERROR_MAX], ended_at=Now())
    named = [it for it in found if it.message_id]
    for it in named:
        it.delivery.message_id = it.message_id
    Delivery.objects.bulk_update([it.delivery for it in named], ["message_id"])
