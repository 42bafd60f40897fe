"""One decision that clears a channel with its videos: what it would do, and doing it.

Each video is locked as human by a decision of its own, a part of the one about the channel: that
holds whatever voters claim about whose it is, and what the channel publishes later is judged by
itself. A worker makes these, since a channel may have thousands of videos.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.core.paginator import Page, Paginator
from django.db import models, transaction

from channels.models import Channel
from channels.services import channel_keys
from channels.ties import open_ties
from desk import batches, services
from desk.models import Batch
from videos.models import Video
from videos.scoring import FLAGGED
from votes.models import Action, Case, Decision, TargetType
from votes.moderation.actions import Refused

MOST = batches.MOST
SHOWN = 50


class Group(models.TextChoices):
    """Why a video is flagged, or is not, as a moderator reads it before clearing its channel."""

    VOTES = "votes", "Flagged by votes"
    CHANNEL = "channel", "Flagged because of its channel"
    UNFLAGGED = "unflagged", "Reported, but not flagged"
    LOCKED = "locked", "Locked as AI by a moderator"
    CONTESTED = "contested", "Rival claims about whose it is"
    UNTIED = "untied", "Of this handle and of an id that is not tied to it"
    HUMAN = "human", "Locked as human already"


OPTIONAL = (Group.LOCKED, Group.CONTESTED, Group.UNTIED)
"""These stay as they are unless the moderator says otherwise."""


def _group(channel_id: str | None) -> models.Case:
    """Of which group a video of the channel of this id is."""
    untied = models.Q(channel_id__isnull=False) & ~models.Q(channel_id=channel_id or "")
    return models.Case(
        models.When(locked=True, verdict="human", then=models.Value(Group.HUMAN)),
        models.When(locked=True, then=models.Value(Group.LOCKED)),
        models.When(claims_contested=True, then=models.Value(Group.CONTESTED)),
        models.When(untied, then=models.Value(Group.UNTIED)),
        models.When(evidence_score__gte=FLAGGED, then=models.Value(Group.VOTES)),
        models.When(score__gte=FLAGGED, then=models.Value(Group.CHANNEL)),
        default=models.Value(Group.UNFLAGGED),
    )


@dataclass(frozen=True)
class Line:
    """A video in the preview."""

    video_id: str
    score: Decimal
    group: Group

    @property
    def stays(self) -> bool:
        """Whether it stays as it is, unless the moderator says otherwise."""
        return self.group in OPTIONAL


@dataclass(frozen=True)
class Preview:
    """What a draft would do: how many videos by group, and a page of them; `left` are not in it.

    `ties` are open cases about whether another name is the channel's, too.
    """

    groups: list[tuple[Group, int]]
    lines: list[Line]
    page: Page[str]
    left: int
    ties: list[Case]


def draft(*, actor: str, key: str, case_id: int = 0, reason: str = "") -> Batch:
    """A clearing of the channel of this key that waits to be confirmed, as the answer to a case.

    The actor's earlier drafts go; `reason` is what they have written so far. Raises `Refused` if
    nothing is known about the channel.
    """
    channel = Channel.objects.known_as(key)
    if channel is None:
        raise Refused("Nothing is known about this channel.")
    names = channel.names
    naming = Video.objects.naming_channel(channel_id=names.channel_id, handles=names.handles)
    grouped = naming.annotate(of=_group(names.channel_id))
    ranked = grouped.exclude(of=Group.HUMAN).order_by("-score", "pk")
    found: dict[str, list[str]] = {}
    for video_id, group in ranked.values_list("pk", "of")[:MOST]:
        found.setdefault(group, []).append(video_id)
    counts = dict(grouped.order_by().values_list("of").annotate(models.Count("pk")))
    case = Case.objects.filter(
        pk=case_id, target_type=TargetType.CHANNEL, target_id__in=channel_keys(channel.key)
    ).first()
    with transaction.atomic():
        Batch.objects.filter(actor=actor, confirmed_at=None).delete()
        return Batch.objects.create(
            actor=actor,
            action=Action.LOCK_HUMAN,
            target_type=TargetType.VIDEO,
            targets=[pk for g in Group if g not in OPTIONAL for pk in found.get(g, [])],
            channel=channel.key,
            case=case,
            reason=reason,
            plan={"counts": counts, **{group: found.get(group, []) for group in OPTIONAL}},
        )


def preview(batch: Batch, page: str | None) -> Preview:
    """What a draft would do; nothing is written."""
    counts = batch.plan["counts"]
    optional = [pk for group in OPTIONAL for pk in batch.plan[group]]
    chosen = Paginator([*batch.targets, *optional], SHOWN).get_page(page)
    channel_id = None if batch.channel.startswith("@") else batch.channel
    shown = Video.objects.filter(pk__in=list(chosen.object_list)).annotate(of=_group(channel_id))
    known = {pk: (score, Group(of)) for pk, score, of in shown.values_list("pk", "score", "of")}
    in_it = len(batch.targets) + len(optional) + counts.get(Group.HUMAN, 0)
    return Preview(
        groups=[(group, counts[group]) for group in Group if counts.get(group)],
        lines=[Line(pk, *known[pk]) for pk in chosen.object_list if pk in known],
        page=chosen,
        left=sum(counts.values()) - in_it,
        ties=list(Case.objects.filter(pk__in=open_ties(channel_keys(batch.channel)))),
    )


@transaction.atomic
def confirm(
    batch_id: int, *, actor: str, reason: str, also: Collection[str], answer: str = ""
) -> Decision:
    """Clear the channel now, and let a worker clear the videos of a draft of `actor`.

    `also` names those of `OPTIONAL` that are cleared, too; `answer` goes to those who appealed.
    Raises `Refused` if it runs already, is not theirs, or its case is another's.
    """
    batch = batches.confirm(batch_id, actor=actor, reason=reason)
    added = [pk for group in OPTIONAL if group in also for pk in batch.plan[group]]
    targets = [*batch.targets, *added]
    decision = services.clear_with_videos(
        actor=actor,
        key=batch.channel,
        videos=len(targets),
        case_id=batch.case_id,
        reason=batch.reason,
        answer=answer,
    )
    batch.targets, batch.plan, batch.decision = targets, {}, decision
    batch.save(update_fields=["targets", "plan", "decision"])
    return decision
