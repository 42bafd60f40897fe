"""What goes with an appeal: an address for answers, questions, proof, and a second opinion."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from votes.models.cases import Appeal, Case
from votes.models.decisions import Action

KEY_LENGTH_OF_LINKS = 32


class AppealAddress(models.Model):
    """Where whoever appealed wants to hear of it: encrypted, used once it is confirmed.

    `key` is in the link that confirms it; they are written to in `language`. `told_at` is when the
    case was closed of whose outcome they were told. Goes 30 days after the outcome, or unconfirmed
    after two days.
    """

    appeal = models.OneToOneField(
        Appeal, on_delete=models.CASCADE, primary_key=True, related_name="address"
    )
    sealed = models.TextField()
    key = models.CharField(max_length=KEY_LENGTH_OF_LINKS, unique=True, db_collation="C")
    language = models.CharField(max_length=8, blank=True, db_default="")
    asked_at = models.DateTimeField(db_default=Now())
    confirmed_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return "confirmed" if self.confirmed_at else "not confirmed"


class AppealQuestion(models.Model):
    """What a moderator asked whoever appealed, and what they answered; one waits at a time.

    `answer` is empty of one that ended without.
    """

    appeal = models.ForeignKey(Appeal, on_delete=models.CASCADE, related_name="questions")
    text = models.TextField()
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField(db_default=Now())
    answer = models.TextField(db_default="", blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["appeal"],
                condition=models.Q(answered_at=None),
                name="appealquestion_one_waits",
            )
        ]

    def __str__(self) -> str:
        return self.text[:80]


class AppealOwner(models.Model):
    """A moderator has seen the appeal's token in the description of the channel."""

    appeal = models.OneToOneField(
        Appeal, on_delete=models.CASCADE, primary_key=True, related_name="owner"
    )
    seen_by = models.CharField(max_length=150)
    seen_at = models.DateTimeField(db_default=Now())

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"seen by {self.seen_by}"


class FirstOfTwo(models.Model):
    """A moderator would grant the appeal of a large channel, which waits for a second one."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="firsts")
    actor = models.CharField(max_length=150)
    action = models.CharField(max_length=32, choices=Action)
    reason = models.TextField()
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "actor"], name="firstoftwo_one_per_moderator")
        ]

    def __str__(self) -> str:
        return f"{self.actor}: {self.get_action_display()}"
