"""The moderators of a month of practice: twice a day they decide what waits, mostly rightly."""

from __future__ import annotations

import random

from desk import services
from desk.practice.story import Story, Truth
from votes.models import Action, Case, TargetType, Voter
from votes.moderation import cases
from votes.moderation.actions import Refused

NAMES = ("demo-moderator-a", "demo-moderator-b")
A_SITTING = 14
"""Cases that one of them decides at a time."""
WRONG = (1, 4)
"""The disputes, by their order, that are decided wrongly, and rightly the next time."""
_REASONS = {
    Truth.AI: "Looked at three videos: a synthetic voice over stock pictures, no source named.",
    Truth.HUMAN: "The host speaks to the camera, and the workshop is the same in all videos.",
}
_ANSWERS = {
    Truth.AI: "We looked at it and the flag stays: voice and pictures are generated.",
    Truth.HUMAN: "You were right. The flag is gone, and votes no longer change that.",
}


class Moderators:
    """Two people with one opinion each, drawn from `rng`; they know what the story knows."""

    def __init__(self, story: Story, rng: random.Random) -> None:
        self.story, self.rng = story, rng
        self.mistakes: list[tuple[str, int]] = []
        self.disputes = 0

    def sit(self) -> None:
        """Take back yesterday's mistakes, then decide the first cases of the queue."""
        for actor, decision in self.mistakes:
            other = next(name for name in NAMES if name != actor)
            try:
                services.reverse(
                    actor=other, decision_id=decision, reason="I looked at it again: that is wrong."
                )
            except Refused:
                continue  # something later was decided about it
        self.mistakes = []
        waiting = list(Case.objects.exclude(state=Case.State.CLOSED).queued()[:A_SITTING])
        for case in waiting:
            case.refresh_from_db()
            if case.state != Case.State.CLOSED:  # by what was decided a moment ago
                self._decide(case, self.rng.choice(NAMES))

    def right(self, case: Case) -> tuple[str, str, str]:
        """What settles a case rightly: the action, the channel and the kind of AI that it names."""
        action, channel = self._action(case, self._truth(case))
        return action, channel, self._kind(case, action)

    def _decide(self, case: Case, actor: str) -> None:
        truth = self._truth(case)
        self.disputes += case.kind == Case.Kind.DISPUTE
        is_wrong = case.kind == Case.Kind.DISPUTE and self.disputes in WRONG
        if is_wrong:
            truth = Truth.HUMAN if truth is Truth.AI else Truth.AI
        action, channel = self._action(case, truth)
        answer = _ANSWERS[truth] if case.kind == Case.Kind.APPEAL else ""
        cases.claim(case.pk, actor=actor)
        for wanted in (action, Action.DISMISS_CASE):
            try:
                made = services.decide_case(
                    actor=actor,
                    action=wanted,
                    case_id=case.pk,
                    reason=_REASONS[truth],
                    answer=answer,
                    channel=channel,
                    category=self._kind(case, wanted),
                )
            except Refused:
                continue  # it is so already: nothing is left but to close the case
            if is_wrong:
                self.mistakes.append((actor, made.pk))
            return

    def _kind(self, case: Case, action: str) -> str:
        """The kind of AI that a lock names."""
        if action != Action.LOCK_AI:
            return ""
        return next(it.channel.kind for it in self.story.videos if it.id == case.target_id)

    def _truth(self, case: Case) -> Truth:
        if case.target_type == TargetType.CLUSTER:
            return Truth.AI
        if case.target_type == TargetType.TIE:
            return Truth.HUMAN
        return self.story.truth_of(case.target_id)

    def _action(self, case: Case, truth: Truth) -> tuple[str, str]:
        """What settles the case rightly, and the channel it names if it names one."""
        is_ai = truth is Truth.AI
        if case.target_type == TargetType.CLUSTER:
            members = Voter.objects.filter(memberships__cluster=case.target_id)
            ring = frozenset(members.values_list("pk", flat=True))
            known = any(ring <= it or it <= ring for it in self.story.rings)
            return (Action.CONFIRM_CLUSTER if known else Action.DISSOLVE_CLUSTER), ""
        if case.target_type == TargetType.TIE:
            return Action.REJECT_TIE, ""
        if case.kind == Case.Kind.BURST:
            return (Action.RELEASE if (case.evidence["side"] == truth) else Action.DISMISS_CASE), ""
        if case.kind == Case.Kind.CLAIM_CONFLICT and case.target_type == TargetType.VIDEO:
            video = next(it for it in self.story.videos if it.id == case.target_id)
            return Action.NAME_CHANNEL, video.channel.key
        if case.kind == Case.Kind.APPEAL and is_ai:
            return Action.REJECT_APPEAL, ""
        if case.target_type == TargetType.VIDEO:
            return (Action.LOCK_AI if is_ai else Action.LOCK_HUMAN), ""
        return (Action.FLAG_CHANNEL if is_ai else Action.CLEAR_CHANNEL), ""
