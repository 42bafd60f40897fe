"""Whose a clip is to be: an open appeal, or the vote of a trusted voter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from django.conf import settings
from django.db.models import Sum

from common import errors, ids, throttling
from common.locks import wait_for_name
from evidence.models import Clip, ClipQuerySet, Kind, State
from votes.models import Appeal, AppealOwner, Case, TargetType, Vote

MEGABYTE = 2**20
_ENOUGH = "Your network has sent as many clips as it may in a day. Please go on tomorrow."


@dataclass(frozen=True)
class Owner:
    """Somebody who may see, send and remove the clips of one appeal or of one vote."""

    target_type: str
    target_id: str
    is_open: bool
    """Whether another clip may be sent; those there are can always be seen and removed."""
    appeal: Appeal | None = None
    vote: Vote | None = None

    @classmethod
    def by_appeal(cls, token: str) -> Self:
        """Whoever has the token of an appeal. Raises `NotFound`."""
        check_on()
        appeal = Appeal.objects.select_related("case").filter(pk=token).first()
        if appeal is None:
            raise errors.NotFound("There is no such appeal.")
        case = appeal.case
        is_open = case.state != Case.State.CLOSED
        return cls(case.target_type, case.target_id, is_open, appeal=appeal)

    @classmethod
    def by_vote(cls, user_id: str | None, video_id: str) -> Self:
        """The voter of this wire id who has voted on the video.

        Raises `NotFound` for a vote that there is not, or where voters can send nothing;
        `Forbidden` for a voter who is not trusted enough.
        """
        check_on()
        if not settings.EVIDENCE_VOTER_TRUST:
            raise errors.NotFound("Voters can send no clips here.")
        if user_id is None:
            raise errors.InvalidField("X-User-ID is not a user id.", field="X-User-ID")
        voter = ids.public_id(user_id, key=settings.VOTER_KEY)
        vote = (
            Vote.objects.select_related("voter")
            .filter(voter_id=voter, video_id=video_id, retracted_at=None)
            .first()
        )
        if vote is None or vote.voter is None:
            raise errors.NotFound("Vote on the video first; a clip goes with a vote.")
        if vote.voter.is_shadowbanned or vote.voter.trust < settings.EVIDENCE_VOTER_TRUST:
            raise errors.Forbidden("Only voters who were right for long can send clips.")
        return cls(TargetType.VIDEO, video_id, True, vote=vote)

    @property
    def clips(self) -> ClipQuerySet:
        """Its clips, the oldest first."""
        mine = Clip.objects.filter(kind=Kind.FILM, appeal=self.appeal, vote=self.vote, case=None)
        return mine.kept().order_by("created_at", "pk")

    def find(self, number: str) -> Clip:
        """One of its clips. Raises `UploadGone` for one that is none of its, or is no more."""
        found = self.clips.filter(pk=number).first()
        if found is None:
            raise errors.UploadGone
        return found

    def room(self) -> int:
        """How many more clips there may be; 0 where it is not open any more."""
        return max(0, self._most() - self._counted().count()) if self.is_open else 0

    def admit(self, *, size: int) -> None:
        """Have room for a clip of `size` bytes until the transaction ends.

        Raises `Forbidden` once the case is closed, `PayloadTooLarge` or `TooManyClips`.
        """
        if not self.is_open:
            raise errors.Forbidden("This was decided: no more clips are taken for it.")
        if size > settings.EVIDENCE_CLIP_BYTES:
            raise errors.PayloadTooLarge(
                f"A clip may have {_megabytes(settings.EVIDENCE_CLIP_BYTES)}. "
                "Please send the part that matters, or a smaller version."
            )
        # Of two at once, the second must see the first.
        wait_for_name(f"evidence {self.target_type} {self.target_id}")
        if self._counted().count() >= self._most():
            raise errors.TooManyClips(
                f"There can be {self._most()} clips about this {self.target_type}. "
                "Remove one of yours to send another."
            )
        used = self.clips.exclude(state=State.FAILED).aggregate(bytes=Sum("size"))["bytes"] or 0
        if used + size > settings.EVIDENCE_APPEAL_BYTES:
            raise errors.TooManyClips(
                f"The clips of one appeal may have {_megabytes(settings.EVIDENCE_APPEAL_BYTES)} "
                "together. Remove one to send another."
            )

    def _counted(self) -> ClipQuerySet:
        """The clips that count towards the most there may be.

        Strangers can appeal, too. They leave no room for each other, but do not take it from
        somebody whom a moderator has seen to own the channel.
        """
        is_seen = self.appeal is not None and AppealOwner.objects.filter(appeal=self.appeal)
        if is_seen and is_seen.exists():
            return self.clips.exclude(state=State.FAILED)
        about = Clip.objects.of_target(self.target_type, self.target_id)
        return about.kept().filter(kind=Kind.FILM, case=None).exclude(state=State.FAILED)

    def _most(self) -> int:
        return int(settings.EVIDENCE_CLIPS)


def check_on() -> None:
    """Raises `NotFound` where evidence is switched off."""
    if not settings.EVIDENCE:
        raise errors.NotFound("Clips are not taken here.")


def count_network(client: str, *, size: int, route: str) -> throttling.Usage:
    """Count a clip of `size` bytes for the network of `client`, a day. Raises `LimitExceeded`."""
    megabytes = max(1, -(-size // MEGABYTE))
    limits = [
        *throttling.by_network("evidence_clips", client, window_s=throttling.DAY_S),
        *throttling.by_network("evidence_mb", client, cost=megabytes, window_s=throttling.DAY_S),
    ]
    for number, limit in enumerate(limits, start=1):
        try:
            usage = throttling.count([limit], route=route)
        except throttling.LimitExceeded as exceeded:
            # What is not taken is not counted: a smaller clip may still have room.
            throttling.give_back(limits[:number])
            wait_s = exceeded.retry_after_s or throttling.DAY_S
            raise throttling.LimitExceeded(exceeded.usage, wait_s, _ENOUGH) from None
    return usage


def _megabytes(size: int) -> str:
    return f"{size // MEGABYTE:,} MB"
