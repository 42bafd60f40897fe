"""The writes of facts. Each is one transaction that also leaves its dirty marks."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.db.models.functions import Coalesce, Now

from common import ids, metrics
from common.db import prepared_rows
from common.locks import Lock, wait_for_transaction_lock
from votes import brakes, cases, decisions, sql
from votes.decisions import Refused
from votes.models import (
    Action,
    Appeal,
    Brake,
    Case,
    Cluster,
    Decision,
    DirtyVideo,
    Erasure,
    Hold,
    Outcome,
    TargetType,
    Vote,
    Voter,
    VoterWarning,
)
from votes.networks import origin_of

DELAYS_AT_ONCE = 10_000
WARNING_MAX = 2000
ANSWER_MAX = 2000
REST = timedelta(days=30)
"""How long a decision stands before the same is asked again."""
RESOLVED_ITSELF = "resolved itself"
# The oldest backup there may be; deploy/postgres/backup keeps none for longer.
BACKUPS_KEPT = timedelta(days=35)


@dataclass(frozen=True)
class Ballot:
    """What one vote says, validated. `handle` is in its normal form."""

    voter_id: str
    video_id: str
    category: str
    client_name: str = ""
    client_version: str = ""
    channel_id: str | None = None
    handle: str | None = None
    is_short: bool | None = None


@dataclass(frozen=True)
class Receipt:
    """A stored vote: the voter's trust, 0-1, and until when the vote waits before it counts."""

    trust: float
    waits_until: datetime | None


@dataclass(frozen=True)
class Cast:
    """A ballot on its way: the client's `address`, empty if unknown, and the brake's delay."""

    ballot: Ballot
    address: str
    delay_minutes: int | None = None

    @property
    def key(self) -> tuple[str, str]:
        """Whose opinion about what; a statement may hold each once."""
        return self.ballot.voter_id, self.ballot.video_id


def cast_vote(ballot: Ballot, *, address: str, delay_minutes: int | None = None) -> Receipt:
    """Store a voter's opinion; a second vote on the same video replaces the first.

    `address` is the client's, of which only pseudonyms are kept; empty if unknown. A new opinion
    counts after `delay_minutes`, at once if None; repeating one neither hastens nor delays it.
    """
    return cast_votes([Cast(ballot, address, delay_minutes)])[0]


def cast_votes(casts: Sequence[Cast]) -> list[Receipt]:
    """Store several opinions, of different keys, as `cast_vote` does; the receipts in order.

    One statement and one commit; all are stored, or none.
    """
    receipts: dict[tuple[str, str], Receipt] = {}
    missing = list(casts)
    while missing:
        for voter_id, video_id, trust, waits_until in prepared_rows(sql.CAST, _columns(missing)):
            receipts[voter_id, video_id] = Receipt(float(trust), waits_until)
        missing = [cast for cast in missing if cast.key not in receipts]
    for cast in casts:
        metrics.VOTES.labels(category=cast.ballot.category).inc()
    return [receipts[cast.key] for cast in casts]


def _columns(casts: Sequence[Cast]) -> dict[str, list[Any]]:
    origins = [origin_of(c.address, video_id=c.ballot.video_id) for c in casts]
    ballots = [cast.ballot for cast in casts]
    return {
        "voters": [b.voter_id for b in ballots],
        "videos": [b.video_id for b in ballots],
        "categories": [b.category for b in ballots],
        "ips": [o.ip for o in origins],
        "prefixes": [o.prefix for o in origins],
        "site_prefixes": [o.site_prefix for o in origins],
        "voices": [o.voice for o in origins],
        "voices_before": [o.voice_before for o in origins],
        "sites": [o.site for o in origins],
        "sites_before": [o.site_before for o in origins],
        "client_names": [b.client_name for b in ballots],
        "client_versions": [b.client_version for b in ballots],
        "channel_ids": [b.channel_id for b in ballots],
        "handles": [b.handle for b in ballots],
        "shorts": [b.is_short for b in ballots],
        "delays": [cast.delay_minutes for cast in casts],
    }


def end_delays() -> int:
    """Let votes count whose delay is over, up to `DELAYS_AT_ONCE`; how many."""
    with connection.cursor() as cursor:
        cursor.execute(sql.END_DELAYS, {"limit": DELAYS_AT_ONCE})
        return int(cursor.fetchone()[0])


def retract_vote(*, voter_id: str, video_id: str) -> bool:
    """Withdraw a voter's vote; False if there is none. The row stays, and weighs nothing."""
    with connection.cursor() as cursor:
        cursor.execute(sql.RETRACT, {"voter": voter_id, "video": video_id})
        return bool(cursor.fetchone()[0])


@transaction.atomic
def erase_voter(voter_id: str) -> bool:
    """Delete a voter and all votes; votes on locked videos stay without identity.

    Returns False if nothing was stored about the voter.
    """
    # Locked first, as a vote does: one order for all writers, no deadlock.
    if not Voter.objects.select_for_update().filter(pk=voter_id).exists():
        return False
    with connection.cursor() as cursor:
        cursor.execute(sql.MARK_VIDEOS_OF_VOTER, {"voter": voter_id})
        cursor.execute(sql.ANONYMISE_ON_LOCKED, {"voter": voter_id})
        cursor.execute(sql.FORGET_VOTER_IN_MARKS, {"voter": voter_id})
    VoterWarning.objects.filter(voter_id=voter_id).delete()
    Outcome.objects.filter(voter_id=voter_id).delete()
    Vote.objects.filter(voter_id=voter_id).delete()
    Voter.objects.filter(pk=voter_id).delete()
    Erasure.objects.bulk_create(
        [Erasure(mark=ids.erasure_mark(voter_id, key=settings.VOTER_KEY), erased_at=Now())],
        update_conflicts=True,
        unique_fields=["mark"],
        update_fields=["erased_at"],
    )
    return True


def reapply_erasures(erased: Mapping[str, datetime]) -> int:
    """Erase again, after a restore, who was erased: time by mark; how many voters went.

    Whoever came back after their erasure is a new voter since, and stays.
    """
    voters = Voter.objects.values_list("public_id", "first_seen").iterator()
    again = [
        public_id
        for public_id, first_seen in voters
        if (at := erased.get(ids.erasure_mark(public_id, key=settings.VOTER_KEY)))
        and first_seen < at
    ]
    return sum(erase_voter(public_id) for public_id in again)


def forget_erasures() -> int:
    """Forget erasures that no backup is old enough to undo; how many."""
    return Erasure.objects.filter(erased_at__lt=Now() - BACKUPS_KEPT).delete()[0]


_VIDEO_ACTIONS = frozenset(
    {
        Action.LOCK_AI,
        Action.LOCK_HUMAN,
        Action.UNLOCK,
        Action.HIDE,
        Action.UNHIDE,
        Action.SHADOW_HIDE,
        Action.SHADOW_UNHIDE,
        Action.HOLD,
        Action.RELEASE,
        Action.NAME_CHANNEL,
        Action.DENY_CHANNELS,
        Action.UNNAME_CHANNEL,
    }
)
_SETTLES_CLAIMS = frozenset({Action.NAME_CHANNEL, Action.DENY_CHANNELS})
_LOCKS = frozenset({Action.LOCK_AI, Action.LOCK_HUMAN})
_VOTER_ACTIONS = frozenset({Action.SHADOWBAN, Action.UNBAN, Action.MAKE_VIP, Action.REVOKE_VIP})


@transaction.atomic
def decide_video(
    *,
    actor: str,
    action: str,
    video_id: str,
    reason: str,
    channel: str = "",
    reverses: Decision | None = None,
    part_of: Decision | None = None,
) -> Decision:
    """Record a moderator's decision about a video and have it scored again.

    `release` also says that a burst of newcomers was genuine: their votes count in full.
    `name_channel` says that the video is that of `channel`, an id or `@handle` in normal form.
    `reverses` is the decision that this takes back, `part_of` the one about many that it carries
    out. Raises `ValueError` for an action that is not about videos, and for no channel.
    """
    if action not in _VIDEO_ACTIONS or bool(channel) != (action == Action.NAME_CHANNEL):
        raise ValueError(f"{action} is not a decision about a video, or lacks its channel")
    decisions.serialise(TargetType.VIDEO, [video_id])
    DirtyVideo.objects.append([video_id])
    aspect, value = ("channel", channel) if channel else decisions.EFFECTS[action]
    bursts = bursts_of(action, [video_id], reverses)
    decision = Decision.objects.create(
        actor=actor,
        action=action,
        target_type=TargetType.VIDEO,
        target_id=video_id,
        reason=reason,
        before={aspect: decisions.standing(TargetType.VIDEO, [video_id])[aspect], **bursts.before},
        after={aspect: value, **bursts.after},
        reverses=reverses,
        part_of=part_of,
    )
    settle_bursts(bursts, [video_id], decision)
    if action in _LOCKS:
        for kind in (Case.Kind.APPEAL, Case.Kind.DISPUTE):
            close_cases(kind, TargetType.VIDEO, [video_id], decision)
    if action in _SETTLES_CLAIMS:
        close_cases(Case.Kind.CLAIM_CONFLICT, TargetType.VIDEO, [video_id], decision)
    return decision


@transaction.atomic
def decide_voter(
    *, actor: str, action: str, voter_id: str, reason: str, reverses: Decision | None = None
) -> Decision:
    """Ban, unban or promote a voter; every video they voted on is scored again.

    Raises `ValueError` for other actions, `Voter.DoesNotExist` for an unknown voter.
    """
    if action not in _VOTER_ACTIONS:
        raise ValueError(f"{action} is not a decision about a voter")
    aspect, value = decisions.EFFECTS[action]
    changes: dict[str, Any] = {aspect: value}
    if aspect == "is_shadowbanned":
        given = reverses.before.get("ban_reason", "") if reverses else reason
        changes["ban_reason"] = given if value else ""
    voter = Voter.objects.select_for_update().get(pk=voter_id)
    decision = Decision.objects.create(
        actor=actor,
        action=action,
        target_type=TargetType.VOTER,
        target_id=voter_id,
        reason=reason,
        before={name: getattr(voter, name) for name in changes},
        after=changes,
        reverses=reverses,
    )
    decision.refresh_from_db(fields=["created_at"])
    Voter.objects.filter(pk=voter_id).update(**changes, standing_changed_at=decision.created_at)
    with connection.cursor() as cursor:
        cursor.execute(sql.MARK_VIDEOS_OF_VOTER, {"voter": voter_id})
    return decision


@transaction.atomic
def warn_voter(
    *, actor: str, voter_id: str, reason: str, reverses: Decision | None = None
) -> VoterWarning:
    """Tell a voter what they did wrong; it changes nothing about their votes.

    The voter reads `reason` (1-`WARNING_MAX` characters). Raises `ValidationError` for one that
    is empty or too long, `Voter.DoesNotExist` for an unknown voter.
    """
    reason = reason.strip()
    if not 1 <= len(reason) <= WARNING_MAX:
        raise ValidationError({"reason": f"A reason of 1-{WARNING_MAX} characters is required."})
    # Locked, so that nobody is warned while being erased.
    voter = Voter.objects.select_for_update().get(pk=voter_id)
    warning = VoterWarning.objects.create(voter=voter, reason=reason)
    Decision.objects.create(
        actor=actor,
        action=Action.WARN,
        target_type=TargetType.VOTER,
        target_id=voter_id,
        reason=reason,
        after={"warning": warning.pk},
        reverses=reverses,
    )
    return warning


@transaction.atomic
def withdraw_warning(*, actor: str, reason: str, reverses: Decision) -> Decision:
    """Take back what a voter was told; raises `Refused` if it has been taken back already."""
    warning = VoterWarning.objects.filter(pk=reverses.after["warning"]).select_for_update().first()
    if warning is None:
        raise Refused("This warning is gone: withdrawn, or its voter was erased.")
    decision = Decision.objects.create(
        actor=actor,
        action=Action.WITHDRAW_WARNING,
        target_type=TargetType.VOTER,
        target_id=warning.voter_id,
        reason=reason,
        before={"warning": warning.pk, "text": warning.reason},
        reverses=reverses,
    )
    warning.delete()
    return decision


def acknowledge_warning(*, voter_id: str, warning_id: int) -> bool:
    """Note that the voter has read a warning, the first time; False if they have none such."""
    found = VoterWarning.objects.filter(pk=warning_id, voter_id=voter_id)
    return bool(found.update(acknowledged_at=Coalesce("acknowledged_at", Now())))


@transaction.atomic
def file_appeal(*, target_type: str, target_id: str, reason: str, contact: str = "") -> Appeal:
    """Ask for a review of a video (id) or channel (key); all about one target share a case.

    A case that was granted within `REST` answers at once, unless something was decided since. One
    that was rejected answers nobody else: whoever files first, or with junk, is not the creator.
    """
    target = {"target_type": target_type, "target_id": target_id}
    answered = _granted(target)
    if answered is None:
        with connection.cursor() as cursor:
            cursor.execute(sql.APPEAL_CASE, target)
            case_id, answer = cursor.fetchone()[0], None
    else:
        case_id = answered.pk
        answer = answered.appeals.exclude(answer="").values_list("answer", flat=True).first()
    return Appeal.objects.create(
        token=secrets.token_hex(16),
        case_id=case_id,
        reason=reason,
        contact=contact,
        answer=answer or "",
    )


def appeal_joins(*, target_type: str, target_id: str) -> bool:
    """Whether an appeal would be answered at once or join an open case, and begin no review."""
    target = {"target_type": target_type, "target_id": target_id}
    waiting = Case.objects.exclude(state=Case.State.CLOSED)
    return waiting.filter(kind=Case.Kind.APPEAL, **target).exists() or _granted(target) is not None


def _granted(target: Mapping[str, str]) -> Case | None:
    """The case in which appeals about a target were granted lately, if that still holds."""
    later = Decision.objects.filter(created_at__gt=models.OuterRef("closed_at"), **target)
    return (
        Case.objects.filter(
            ~models.Exists(later),
            kind=Case.Kind.APPEAL,
            outcome__in=decisions.GRANTING,
            closed_at__gt=Now() - REST,
            **target,
        )
        .order_by("-id")
        .first()
    )


@transaction.atomic
def answer_appeals(case_id: int, *, answer: str) -> None:
    """Tell those who appealed why (0-`ANSWER_MAX` characters); they alone read it.

    Raises `ValidationError` for an answer that is too long.
    """
    answer = ids.plain_text(answer) or ""
    if len(answer) > ANSWER_MAX:
        raise ValidationError({"answer": f"An answer has at most {ANSWER_MAX} characters."})
    Appeal.objects.filter(case_id=case_id).update(answer=answer)


@transaction.atomic
def reject_appeal(*, actor: str, target_type: str, target_id: str, reason: str) -> Decision:
    """Let everything stand as it is. Raises `Case.DoesNotExist` if nobody waits for an answer."""
    case = (
        Case.objects.select_for_update()
        .exclude(state=Case.State.CLOSED)
        .get(kind=Case.Kind.APPEAL, target_type=target_type, target_id=target_id)
    )
    return _decide_case(Action.REJECT_APPEAL, case, actor=actor, reason=reason)


@transaction.atomic
def dismiss_case(
    *, actor: str, case_id: int, reason: str, reverses: Decision | None = None
) -> Decision:
    """Close a case that asks for nothing; of an appeal, that is to reject it."""
    case = cases.lock(case_id, actor=actor)
    appeal = case.kind == Case.Kind.APPEAL
    action = Action.REJECT_APPEAL if appeal else Action.DISMISS_CASE
    return _decide_case(action, case, actor=actor, reason=reason, reverses=reverses)


@transaction.atomic
def reopen_case(*, actor: str, reason: str, reverses: Decision) -> Decision:
    """Have somebody look again at what was dismissed. Raises `Refused` if it is open already."""
    case = Case.objects.select_for_update().filter(decision=reverses).first()
    if case is None:
        raise Refused("The case is open again already.")
    decision = _about_case(Action.REOPEN_CASE, case, actor=actor, reason=reason, reverses=reverses)
    decisions.reopen(reverses)
    return decision


def _decide_case(
    action: Action, case: Case, *, actor: str, reason: str, reverses: Decision | None = None
) -> Decision:
    decision = _about_case(action, case, actor=actor, reason=reason, reverses=reverses)
    decisions.close([case], decision)
    return decision


def _about_case(
    action: Action, case: Case, *, actor: str, reason: str, reverses: Decision | None = None
) -> Decision:
    closes = action != Action.REOPEN_CASE
    return Decision.objects.create(
        actor=actor,
        action=action,
        target_type=case.target_type,
        target_id=case.target_id,
        reason=reason,
        before={"case": case.pk, "state": case.state},
        after={"case": case.pk, "state": Case.State.CLOSED if closes else Case.State.OPEN},
        reverses=reverses,
    )


def forget_contacts() -> int:
    """Clear how to reach those whose appeals were answered 30 days ago; how many."""
    with connection.cursor() as cursor:
        cursor.execute(sql.FORGET_CONTACTS)
        return int(cursor.rowcount)


_CLUSTER_ACTIONS = frozenset(
    {Action.CONFIRM_CLUSTER, Action.DISSOLVE_CLUSTER, Action.REOPEN_CLUSTER}
)


@transaction.atomic
def decide_cluster(
    *, actor: str, action: str, key: str, reason: str, reverses: Decision | None = None
) -> Decision:
    """Say that accounts do vote together, or do not; what they voted on is scored again.

    The nightly job keeps to it. Raises `ValueError` for other actions, `Cluster.DoesNotExist`.
    """
    if action not in _CLUSTER_ACTIONS:
        raise ValueError(f"{action} is not a decision about a cluster")
    _, state = decisions.EFFECTS[action]
    wait_for_transaction_lock(Lock.PIPELINE)  # it updates voters, too
    cluster = Cluster.objects.select_for_update().get(pk=key)
    decision = Decision.objects.create(
        actor=actor,
        action=action,
        target_type=TargetType.CLUSTER,
        target_id=key,
        reason=reason,
        before={"state": cluster.state},
        after={"state": state},
        reverses=reverses,
    )
    Cluster.objects.filter(pk=key).update(state=state)
    if state == Cluster.State.DISSOLVED:
        set_cluster(Voter.objects.filter(cluster=key).values_list("pk", flat=True), None)
    else:
        free = Voter.objects.filter(memberships__cluster=key, cluster=None)
        set_cluster(free.values_list("pk", flat=True), key)
    if action != Action.REOPEN_CLUSTER:
        close_cases(Case.Kind.CLUSTER, TargetType.CLUSTER, [key], decision)
    return decision


@transaction.atomic
def set_brakes(
    *, actor: str, reason: str, changes: Mapping[str, Any], reverses: Decision | None = None
) -> Decision | None:
    """Change runtime brakes, by their names on `Brake`; None if that changes nothing.

    Every process goes by it within `brakes.MEMORY_S` seconds, this one at once. Raises
    `ValidationError` for a value out of range, an unknown name, or without a reason.
    """
    if not reason.strip():
        raise ValidationError({"reason": "A reason is required."})
    unknown = sorted(set(changes) - set(brakes.NAMES))
    if unknown:
        raise ValidationError(f"There is no brake named {', '.join(unknown)}.")
    Brake.objects.bulk_create([Brake()], ignore_conflicts=True)
    brake = Brake.objects.select_for_update().get()
    before = brakes.as_dict(brake)
    for name, value in changes.items():
        setattr(brake, name, value)
    brake.full_clean()
    after = brakes.as_dict(brake)
    changed = [name for name in brakes.NAMES if before[name] != after[name]]
    if not changed:
        return None
    brake.save()
    transaction.on_commit(brakes.forget)
    return Decision.objects.create(
        actor=actor,
        action=Action.SET_BRAKES,
        target_type=TargetType.SERVICE,
        target_id="brakes",
        reason=reason.strip(),
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
        reverses=reverses,
    )


def set_cluster(voter_ids: Iterable[str], key: str | None) -> None:
    """Make voters one voice, or voices of their own; under the pipeline's lock."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SET_CLUSTER, {"voters": sorted(voter_ids), "cluster": key})


@dataclass(frozen=True)
class Bursts:
    """The bursts that a decision lets count, and those that it holds again, by number."""

    released: Sequence[int] = ()
    held: Sequence[int] = ()
    releases: bool = False

    @property
    def before(self) -> dict[str, list[int]]:
        """Which of them were held before, for the log."""
        return {"bursts": list(self.released)} if self.releases or self.held else {}

    @property
    def after(self) -> dict[str, list[int]]:
        """Which of them are held afterwards, for the log."""
        return {"bursts": list(self.held)} if self.releases or self.held else {}


def bursts_of(action: str, scopes: Sequence[str], reverses: Decision | None) -> Bursts:
    """What a decision about a video, or a channel of these names, does about the bursts upon it.

    A release lets all of them count; to take one back holds these again, and to take that back
    lets them count once more. To take back a hold says nothing about bursts.
    """
    if reverses is None:
        if action != Action.RELEASE:
            return Bursts()
        concerned = models.Q(video_id__in=scopes) | models.Q(scope__in=scopes)
        held = Hold.objects.filter(concerned, genuine=False).order_by("pk")
        return Bursts(released=list(held.values_list("pk", flat=True)), releases=True)
    again = reverses.after.get("bursts", [])
    return Bursts(released=again, held=reverses.before.get("bursts", []), releases=bool(again))


def settle_bursts(bursts: Bursts, scopes: Sequence[str], decision: Decision) -> None:
    """Let the votes of bursts upon `scopes` count, which closes their case, or hold them again.

    The newcomers of a burst that is held again are one voice, as after any.
    """
    with connection.cursor() as cursor:
        if bursts.held:
            cursor.execute(sql.HOLD_AGAIN, {"holds": list(bursts.held)})
        if bursts.released:
            cursor.execute(sql.RELEASE, {"holds": list(bursts.released)})
    if bursts.releases:
        close_cases(Case.Kind.BURST, TargetType(decision.target_type), scopes, decision)


def open_cases(
    kind: Case.Kind,
    target_type: TargetType,
    evidence: Mapping[str, Mapping[str, Any]],
    *,
    rest: timedelta | None = None,
) -> None:
    """Ask a person to look at these targets; what was decided on the same evidence stays closed.

    With `rest`, so does for that long whatever somebody has decided about.
    """
    if evidence:
        with connection.cursor() as cursor:
            cursor.execute(
                sql.OPEN_CASES,
                {
                    "kind": kind,
                    "target_type": target_type,
                    "targets": list(evidence),
                    "evidence": [json.dumps(found) for found in evidence.values()],
                    "rest_s": rest.total_seconds() if rest else None,
                },
            )


def close_pointless_cases(kind: Case.Kind, target_type: TargetType, targets: Iterable[str]) -> None:
    """Close what has resolved itself about these targets, unless somebody works on it."""
    with connection.cursor() as cursor:
        cursor.execute(
            sql.CLOSE_CASES,
            {
                "kind": kind,
                "target_type": target_type,
                "targets": list(targets),
                "outcome": RESOLVED_ITSELF,
            },
        )


def close_cases(
    kind: Case.Kind, target_type: TargetType, targets: Iterable[str], decision: Decision
) -> None:
    """Close what is open about these targets, by a decision."""
    concerned = Case.objects.filter(
        kind=kind, target_type=target_type, target_id__in=list(targets)
    ).exclude(state=Case.State.CLOSED)
    decisions.close(concerned.select_for_update(), decision)
