"""The outbox."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

KIND_MAX = 32
ABOUT_MAX = 64
MESSAGE_ID_MAX = 255


class Mail(models.Model):
    """A mail that waits to be sent, and afterwards the log that it was.

    `sealed` is whom to and what (`post.outbox`), encrypted, and empty once nothing is to be sent.
    `about` is what the sender of the mail knows it by. `message_id` is what a provider will call it
    when it bounces. A worker that is at it has put
    `next_at` off, so that one that was lost loses it.
    """

    class State(models.TextChoices):
        """What became of it."""

        QUEUED = "queued"
        SENT = "sent"
        FAILED = "failed"
        BOUNCED = "bounced"

    kind = models.CharField(max_length=KIND_MAX)
    about = models.CharField(max_length=ABOUT_MAX, blank=True, db_default="", db_collation="C")
    sealed = models.TextField(blank=True, db_default="")
    state = models.CharField(max_length=8, choices=State, db_default=State.QUEUED)
    tries = models.PositiveSmallIntegerField(db_default=0)
    message_id = models.CharField(
        max_length=MESSAGE_ID_MAX, blank=True, db_default="", db_collation="C"
    )
    created_at = models.DateTimeField(db_default=Now())
    next_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [
            models.Index(
                fields=["next_at"], condition=models.Q(state="queued"), name="mail_waiting"
            ),
            models.Index(
                fields=["message_id"], condition=~models.Q(message_id=""), name="mail_message_id"
            ),
            models.Index(fields=["about"], condition=~models.Q(about=""), name="mail_about"),
            models.Index(fields=["created_at"], name="mail_created_at"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}: {self.state}"
