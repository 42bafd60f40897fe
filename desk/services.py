"""What a moderator can do at the desk: one way to decide about anything, and to take it back."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.db import transaction
from django.db.models.functions import Now

from channels.services import decide_channel
from channels.ties import decide_tie
from desk import standing
from desk.creators import seconding
from desk.models import Batch
from videos.models import Video
from votes import brakes, covoting
from votes.models import AI_CATEGORIES, Action, Brake, Case, Cluster, Decision, TargetType, Voter
from votes.moderation import appeals, cases, decisions, warnings
from votes.moderation.actions import RULES, Refused, action_for
from votes.notes import facts as notes

REASON_MAX = 2000
_BY_KEY: Mapping[str, Callable[..., Decision]] = {
    TargetType.CHANNEL: decide_channel,
    TargetType.CLUSTER: covoting.decide_cluster,
    TargetType.NOTE: notes.decide_note,
}
"""What decides about targets of which there is nothing more to say than their key."""


class Unchanged(Refused):
    """A decision that would change nothing."""


@transaction.atomic
def decide(
    *,
    actor: str,
    action: str,
    target_type: str,
    target_id: str,
    reason: str,
    channel: str = "",
    category: str = "",
    reverses: Decision | None = None,
    part_of: Decision | None = None,
) -> Decision:
    """Make any decision about one target. Raises `Refused`, with a message for the moderator.

    That is `Unchanged` where it would change nothing, unless it `reverses` another. `channel` is
    the key of the one that `name_channel` names, `category` the kind of AI that `lock_ai` does;
    empty: what most voters say. Decisions about videos may be `part_of` another.
    """
    reason = checked_reason(reason)
    if reverses is None:
        if action == Action.LOCK_AI:
            category = category or _kind_of(target_id)
        _refuse_unchanged(action, target_type, target_id, channel)
        if part_of is None:
            seconding.require(action, (target_type, target_id), actor=actor, reason=reason)
    try:
        if target_type == TargetType.VIDEO:
            return decisions.decide_video(
                actor=actor,
                action=action,
                video_id=target_id,
                reason=reason,
                channel=channel,
                category=category if action == Action.LOCK_AI else "",
                reverses=reverses,
                part_of=part_of,
            )
        if by_key := _BY_KEY.get(target_type):
            return by_key(
                actor=actor, action=action, key=target_id, reason=reason, reverses=reverses
            )
        if target_type == TargetType.TIE:
            return decide_tie(
                actor=actor, action=action, target=target_id, reason=reason, reverses=reverses
            )
        if action == Action.WARN:
            warning = warnings.warn_voter(
                actor=actor, voter_id=target_id, reason=reason, reverses=reverses
            )
            return Decision.objects.get(action=Action.WARN, after={"warning": warning.pk})
        return decisions.decide_voter(
            actor=actor, action=action, voter_id=target_id, reason=reason, reverses=reverses
        )
    except (Voter.DoesNotExist, Cluster.DoesNotExist):
        raise Refused(f"There is no such {target_type} any more.") from None


def _refuse_unchanged(action: str, target_type: str, target_id: str, channel: str) -> None:
    """Raise `Unchanged` where it would change nothing; the target then waits for nobody else."""
    keys = standing.keys_of(target_type, target_id)
    decisions.serialise(target_type, keys)
    named = channel and decisions.standing(target_type, keys)["channel"] == channel
    if named or action not in standing.applicable(target_type, keys):
        raise Unchanged(
            f"{Action(action).label}: {target_type} {target_id} is already so. Nothing was changed."
        )


@transaction.atomic
def decide_case(
    *,
    actor: str,
    action: str,
    case_id: int,
    reason: str,
    answer: str = "",
    channel: str = "",
    category: str = "",
) -> Decision:
    """Decide what a case is about, which closes it; `answer` goes to those who appealed.

    A second decision changes nothing: raises `Refused`, which says so.
    """
    # In the order of every other decision: first the target, then its cases.
    about = Case.objects.get(pk=case_id)
    decisions.serialise(about.target_type, standing.keys_of(about.target_type, about.target_id))
    case = cases.lock(case_id, actor=actor)
    if case.kind == Case.Kind.APPEAL and answer:
        appeals.answer_appeals(case_id, answer=answer)
    if action in (Action.DISMISS_CASE, Action.REJECT_APPEAL):
        return cases.dismiss_case(actor=actor, case_id=case_id, reason=checked_reason(reason))
    decision = decide(
        actor=actor,
        action=action,
        target_type=case.target_type,
        target_id=case.target_id,
        reason=reason,
        channel=channel,
        category=category,
    )
    cases.close([case], decision)
    return decision


@transaction.atomic
def clear_with_videos(
    *, actor: str, key: str, videos: int, case_id: int | None, reason: str, answer: str = ""
) -> Decision:
    """Clear a channel; a worker clears so many of its videos as parts of the decision.

    Closes the case, if it answers one; `answer` goes to those who appealed. Raises `Refused` if
    that is closed or another's.
    """
    decisions.serialise(TargetType.CHANNEL, standing.keys_of(TargetType.CHANNEL, key))
    case = cases.lock(case_id, actor=actor) if case_id else None
    if case and answer:
        appeals.answer_appeals(case.pk, answer=answer)
    seconding.require(Action.CLEAR_CHANNEL, (TargetType.CHANNEL, key), actor=actor, reason=reason)
    decision = decide_channel(
        actor=actor, action=Action.CLEAR_CHANNEL, key=key, reason=reason, videos=videos
    )
    if case:
        cases.close([case], decision)
    return decision


@transaction.atomic
def reverse(
    *, actor: str, decision_id: int, reason: str, part_of: Decision | None = None
) -> Decision:
    """Take a decision back: what it changed becomes as it was, and its cases open again.

    A worker takes back its parts, too; those about which something was decided later stay so.
    Raises `Refused` if it was taken back already, or a later decision prevents it.
    """
    done = Decision.objects.select_related("reversed_by").get(pk=decision_id)
    reason = checked_reason(reason)
    if done.target_type in (TargetType.VIDEO, TargetType.CHANNEL, TargetType.TIE):
        decisions.serialise(done.target_type, standing.keys_of(done.target_type, done.target_id))
    if done.action == Action.SET_BRAKES:
        decisions.serialise(done.target_type, [done.target_id])
    taken_back = Decision.objects.filter(reverses=done).first()
    if taken_back:
        raise Refused(f"This was taken back already, by {taken_back.actor}.")
    if done.action == Action.FLAG_CHANNEL:
        about = (done.target_type, done.target_id)
        seconding.require(Action.UNLOCK_CHANNEL, about, actor=actor, reason=reason)
    made = _take_back(done, actor=actor, reason=reason, part_of=part_of)
    _take_back_parts(done, made)
    if RULES[done.action].undone_by != Action.REOPEN_CASE:
        cases.reopen(done)
    return made


def _kind_of(video_id: str) -> str:
    """The kind of AI that most voters say a video is."""
    said = Video.objects.filter(pk=video_id).values_list("primary_category", flat=True).first()
    return said or AI_CATEGORIES[0]


def checked_reason(reason: str) -> str:
    """The reason, trimmed. Raises `Refused` unless it has 1-`REASON_MAX` characters."""
    reason = reason.strip()
    if not 1 <= len(reason) <= REASON_MAX:
        raise Refused(f"Give a reason of 1-{REASON_MAX} characters.")
    return reason


def _take_back_parts(done: Decision, made: Decision) -> None:
    """Have a worker take back what a batch has decided as parts of `done`; it does no more."""
    batch = Batch.objects.select_for_update().filter(decision=done).first()
    if batch is None:
        return
    if batch.finished_at is None:
        Batch.objects.filter(pk=batch.pk).update(finished_at=Now())
    Batch.objects.create(
        actor=made.actor,
        action=Action.LOCK_HUMAN if made.action == Action.CLEAR_CHANNEL else Action.UNLOCK,
        target_type=batch.target_type,
        targets=batch.targets[: batch.done],
        channel=batch.channel,
        reason=made.reason,
        decision=made,
        confirmed_at=Now(),
    )


def _take_back(
    done: Decision, *, actor: str, reason: str, part_of: Decision | None = None
) -> Decision:
    undo = RULES[done.action].undone_by
    if undo == Action.WITHDRAW_WARNING:
        return warnings.withdraw_warning(actor=actor, reason=reason, reverses=done)
    if undo == Action.WARN:
        return decide(
            actor=actor,
            action=undo,
            target_type=done.target_type,
            target_id=done.target_id,
            reason=done.before["text"],
            reverses=done,
        )
    if undo == Action.REOPEN_CASE:
        return cases.reopen_case(actor=actor, reason=reason, reverses=done)
    if undo == Action.DISMISS_CASE:
        return cases.dismiss_case(
            actor=actor, case_id=done.after["case"], reason=reason, reverses=done
        )
    if undo == Action.SET_BRAKES:
        return _take_back_brakes(done, actor=actor, reason=reason)
    aspect = RULES[done.action].sets[0]
    if aspect not in done.before:
        raise Refused("The state before this decision is not known; decide it anew.")
    now = standing.standing(done.target_type, standing.keys_of(done.target_type, done.target_id))
    if now.get(aspect) != done.after[aspect]:
        raise Refused(
            "Something later was decided about this, so there is nothing to take back. "
            "Reverse the later decision first, or decide anew."
        )
    return decide(
        actor=actor,
        action=action_for(aspect, done.before[aspect]),
        target_type=done.target_type,
        target_id=done.target_id,
        reason=reason,
        channel=(done.before["channel"] or "") if aspect == "channel" else "",
        category=done.before.get("category", ""),
        reverses=done,
        part_of=part_of,
    )


def _take_back_brakes(done: Decision, *, actor: str, reason: str) -> Decision:
    present = brakes.as_dict(Brake.objects.first() or Brake())
    if any(present[name] != value for name, value in done.after.items()):
        raise Refused("These brakes were changed again since; set them anew.")
    made = brakes.set_brakes(actor=actor, reason=reason, changes=done.before, reverses=done)
    if made is None:
        raise Refused("The brakes are already set so.")
    return made
