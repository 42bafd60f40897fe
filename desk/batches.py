"""One decision about many targets: what it would do, and doing it in the background."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Q, Sum
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, Now

from channels import scoring as channel_scoring
from channels.models import Channel
from desk import services, sql, standing
from desk.models import Batch, BatchPart
from videos.models import Video
from videos.recompute import scores_now
from votes.models import Action, Case, Decision, Hold, TargetType, Vote, Voter
from votes.moderation.actions import RULES, Refused, offered

MOST = 10_000
"""Targets in one batch."""
SAMPLE = 10
RUN_S = 10.0


@dataclass(frozen=True)
class Effect:
    """What would become of one target's score; None where only the pipeline can compute it."""

    name: str
    before: Decimal | None
    after: Decimal | None


@dataclass(frozen=True)
class Preview:
    """What a batch would do: how many targets, how many are already in that state, and a sample."""

    total: int
    already: int
    votes: int | None
    sample: Sequence[Effect]


def draft(*, actor: str, action: str, target_type: str, targets: Sequence[str]) -> Batch:
    """A batch that waits to be confirmed; the actor's earlier drafts go. Raises `Refused`."""
    if not targets:
        raise Refused("Choose something first.")
    if len(targets) > MOST:
        raise Refused(f"At most {MOST} at once: filter the list first.")
    with transaction.atomic():
        Batch.objects.filter(actor=actor, confirmed_at=None).delete()
        return Batch.objects.create(
            actor=actor, action=action, target_type=target_type, targets=list(targets)
        )


def draft_cases(*, actor: str, action: str, case_ids: Sequence[int]) -> Batch:
    """A batch that would decide these cases, which have to be of one kind. Raises `Refused`."""
    found = Case.objects.filter(pk__in=case_ids[: MOST + 1]).order_by("pk")
    kinds = set(found.values_list("kind", "target_type"))
    if len(kinds) > 1:
        raise Refused("Choose cases of one kind, about the same type of thing: filter the list.")
    for kind, target_type in kinds:
        appeal = kind == Case.Kind.APPEAL
        leaves = Action.REJECT_APPEAL if appeal else Action.DISMISS_CASE
        if action in (Action.REJECT_APPEAL, Action.DISMISS_CASE):
            action = leaves
        elif action not in offered(target_type):
            raise Refused(f"{Action(action).label} is no decision about a {target_type}.")
        with transaction.atomic():
            batch = draft(
                actor=actor,
                action=action,
                target_type=target_type,
                targets=[str(pk) for pk in found.values_list("pk", flat=True)],
            )
            Batch.objects.filter(pk=batch.pk).update(of_cases=True)
            batch.of_cases = True
            return batch
    raise Refused("Choose something first.")


def cases_of(batch: Batch) -> list[Case]:
    """The first of the cases that a batch is about."""
    return list(Case.objects.filter(pk__in=map(int, batch.targets[:SAMPLE])).queued())


def preview(batch: Batch) -> Preview:
    """What `batch` would do; nothing is written, though the sample is really tried out."""
    if batch.of_cases:
        closed = Case.objects.filter(pk__in=map(int, batch.targets), state=Case.State.CLOSED)
        return Preview(len(batch.targets), closed.count(), None, [])
    concerned = _concerned(batch)
    unchanged = standing.unchanged_by(Action(batch.action))
    already = concerned.filter(unchanged).count() if unchanged else 0
    votes = None
    if batch.target_type == TargetType.VIDEO:
        sample = _videos(batch, batch.targets[:SAMPLE])
    elif batch.target_type == TargetType.CHANNEL:
        sample = [
            Effect(channel.key, channel.score, channel_scoring.LOCKING.get(batch.action))
            for channel in concerned.order_by("pk")[:SAMPLE]
        ]
    else:
        votes = concerned.aggregate(votes=Sum("vote_count", default=0))["votes"]
        sample = _voters(batch)
    return Preview(len(batch.targets), already, votes, sample)


@transaction.atomic
def confirm(
    batch_id: int, *, actor: str, reason: str, answer: str = "", category: str = ""
) -> Batch:
    """Let a draft of `actor` run. Raises `Refused` if it runs already, or is not theirs."""
    reason = services.checked_reason(reason)
    batch = Batch.objects.select_for_update().filter(pk=batch_id, actor=actor).first()
    if batch is None:
        raise Refused("This draft is gone: you have begun another one since.")
    if batch.confirmed_at:
        raise Refused("This runs already.")
    Batch.objects.filter(pk=batch.pk).update(
        reason=reason, answer=answer, category=category, confirmed_at=Now()
    )
    batch.refresh_from_db()
    return batch


@transaction.atomic
def reverse(batch_id: int, *, actor: str, reason: str) -> Batch:
    """Have a worker take back all that a batch has decided, the last first.

    What something was decided about since stays so. Raises `Refused` if the batch still runs, has
    decided nothing, or was taken back already.
    """
    reason = services.checked_reason(reason)
    batch = Batch.objects.select_for_update().get(pk=batch_id)
    made = batch.parts.order_by("-decision_id").values_list("decision_id", flat=True)
    if batch.finished_at is None or not made:
        raise Refused("There is nothing to take back yet.")
    if Batch.objects.filter(reverses=batch).exists():
        raise Refused("This was taken back already.")
    return Batch.objects.create(
        actor=actor,
        action=batch.action,
        target_type=batch.target_type,
        targets=[str(pk) for pk in made],
        reason=reason,
        reverses=batch,
        confirmed_at=Now(),
    )


def run() -> int:
    """Work for `RUN_S` seconds on what is confirmed, the oldest first; decisions made.

    Each target is a transaction with the progress: killed anywhere, or started twice, it decides
    about each once.
    """
    until, count = time.monotonic() + RUN_S, 0
    while time.monotonic() < until and _step():
        count += 1
    return count


@transaction.atomic
def _step() -> bool:
    waiting = Batch.objects.filter(finished_at=None).exclude(confirmed_at=None).defer("targets")
    # Of thousands of targets only the next one is read.
    following = waiting.select_related("decision").annotate(target=RawSQL("targets[done + 1]", []))
    batch = following.select_for_update(skip_locked=True, of=("self",)).order_by("pk").first()
    if batch is None:
        return False
    if batch.target is None:
        Batch.objects.filter(pk=batch.pk).update(finished_at=Now())
        return True
    try:
        with transaction.atomic():
            _decide(batch, batch.target)
    except Refused as refused:
        # A case that nothing would change still waits.
        if batch.of_cases or not isinstance(refused, services.Unchanged):
            batch.failed[batch.target] = str(refused)
    batch.done += 1
    batch.save(update_fields=["done", "failed"])
    return True


def _decide(batch: Batch, target: str) -> None:
    """Make the decision about one target, or where the batch takes others back, take it back."""
    if batch.reverses_id:
        services.reverse(actor=batch.actor, decision_id=int(target), reason=batch.reason)
        return
    if batch.of_cases:
        made = services.decide_case(
            actor=batch.actor,
            action=batch.action,
            case_id=int(target),
            reason=batch.reason,
            answer=batch.answer,
            category=batch.category,
        )
        BatchPart.objects.create(batch=batch, decision=made)
        return
    if batch.decision is None or batch.decision.reverses_id is None:
        if batch.decision and _decided_since(batch, target):
            raise Refused("Somebody has decided about it since the preview.")
        made = services.decide(
            actor=batch.actor,
            action=batch.action,
            target_type=batch.target_type,
            target_id=target,
            reason=batch.reason,
            category=batch.category,
            part_of=batch.decision,
        )
        if batch.decision is None:
            BatchPart.objects.create(batch=batch, decision=made)
        return
    part = Decision.objects.filter(part_of=batch.decision.reverses_id, target_id=target).first()
    if part is not None:
        services.reverse(
            actor=batch.actor, decision_id=part.pk, reason=batch.reason, part_of=batch.decision
        )


def _decided_since(batch: Batch, video_id: str) -> bool:
    """Whether a moderator has taken a video for AI, or its lock away, since a clearing's draft."""
    later = Decision.objects.filter(
        target_type=TargetType.VIDEO, target_id=video_id, created_at__gt=batch.created_at
    )
    return later.filter(action__in=(Action.LOCK_AI, Action.UNLOCK)).exists()


def _concerned(batch: Batch):  # type: ignore[no-untyped-def] # one of three models' querysets
    targets = RawSQL(sql.TARGETS, [batch.pk])  # noqa: S611
    if batch.target_type == TargetType.VIDEO:
        return Video.objects.filter(pk__in=targets)
    if batch.target_type == TargetType.VOTER:
        return Voter.objects.filter(pk__in=targets)
    handles = RawSQL(sql.TARGET_HANDLES, [batch.pk])  # noqa: S611
    by_id, by_handle = Q(channel_id__in=targets), Q(handle__in=handles)
    return Channel.objects.filter(by_id | by_handle)


def _videos(batch: Batch, video_ids: Sequence[str]) -> list[Effect]:
    """The videos' scores before, and in a transaction that is rolled back, after."""
    exact, large = scores_now(video_ids)
    before: dict[str, Decimal] = exact | large
    with transaction.atomic():
        _rehearse(batch, list(exact))
        after, _ = scores_now(exact)
        transaction.set_rollback(True)
    return [Effect(pk, before.get(pk), after.get(pk)) for pk in video_ids]


def _voters(batch: Batch) -> list[Effect]:
    """Videos of the first of the voters."""
    votes = Vote.objects.filter(voter__in=batch.targets[:SAMPLE], retracted_at=None)
    found = votes.order_by("-cast_at").values_list("video_id", flat=True)[: 10 * SAMPLE]
    return _videos(batch, list(dict.fromkeys(found))[:SAMPLE])


def _rehearse(batch: Batch, video_ids: Sequence[str]) -> None:
    """The facts on which scores depend as the services would leave them, of all at once."""
    aspect, value = RULES[batch.action].sets
    if batch.target_type == TargetType.VOTER:
        voters = Voter.objects.filter(pk__in=batch.targets[:SAMPLE])
        # In the order in which the pipeline locks voters, too.
        list(voters.order_by("pk").select_for_update().values_list("pk"))
        voters.update(**{aspect: value})
        return
    Decision.objects.bulk_create(
        Decision(
            actor=batch.actor,
            action=batch.action,
            target_type=batch.target_type,
            target_id=video_id,
            reason="rehearsal",
        )
        for video_id in video_ids
    )
    if batch.action == Action.RELEASE:
        Hold.objects.filter(video_id__in=video_ids, genuine=False).update(
            genuine=True, until=Coalesce("until", Now())
        )
