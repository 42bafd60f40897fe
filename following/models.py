"""Who wants to hear of changes, and what they are told."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from common import ids
from sync.models import StatusChange

TOKEN_LENGTH = 32
ERROR_MAX = 200
MESSAGE_ID_MAX = 255


class Way(models.TextChoices):
    """How somebody is told."""

    MAIL = "mail"
    PUSH = "push"
    WEBHOOK = "webhook"


class Follower(models.Model):
    """Who wants to hear when the verdict about a video or channel, or of anything, changes.

    `token` is in the links that they have, and all that they are known by. `sealed` says where they
    are reached (`following.reaching`), encrypted; `digest` is by what the same place is recognised.
    They hear of changes after `since`, the number of a line of the history, unless the verdict is
    what it was when they were `told` the last time. Those who have not confirmed go after two days.
    """

    class Of(models.TextChoices):
        """What it is about; of `all` the key is empty."""

        VIDEO = "video"
        CHANNEL = "channel"
        ALL = "all"

    token = models.CharField(max_length=TOKEN_LENGTH, unique=True, db_collation="C")
    way = models.CharField(max_length=7, choices=Way)
    kind = models.CharField(max_length=7, choices=Of)
    key = models.CharField(
        max_length=ids.HANDLE_MAX + 1, blank=True, db_default="", db_collation="C"
    )
    sealed = models.TextField()
    digest = models.CharField(max_length=32, db_collation="C")
    language = models.CharField(max_length=8)
    since = models.BigIntegerField(db_default=0)
    told = models.CharField(max_length=5, blank=True, db_default="")
    asked_at = models.DateTimeField(db_default=Now())
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "key", "way", "digest"],
                condition=models.Q(confirmed_at__isnull=False),
                name="follower_once_of_a_target",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["digest"], name="follower_digest"),
            models.Index(
                fields=["asked_at"],
                condition=models.Q(confirmed_at__isnull=True),
                name="follower_unconfirmed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.way} follower {self.pk} of {self.kind} {self.key}".rstrip()


class Delivery(models.Model):
    """A change that a follower is to be told of, and afterwards the log that they were.

    Without a `change` it is what a new follower gets at once: a webhook its challenge, a browser
    its first notice. A worker that is at it has put `next_at` off, so that one that was lost loses
    it. `message_id` is what a provider will call a mail when it bounces.
    """

    class State(models.TextChoices):
        """What became of it; `dead` was given up."""

        QUEUED = "queued"
        SENT = "sent"
        DEAD = "dead"

    follower = models.ForeignKey(Follower, on_delete=models.CASCADE)
    change = models.ForeignKey(StatusChange, on_delete=models.CASCADE, null=True, db_index=False)
    way = models.CharField(max_length=7, choices=Way)
    state = models.CharField(max_length=6, choices=State, db_default=State.QUEUED)
    tries = models.PositiveSmallIntegerField(db_default=0)
    error = models.CharField(max_length=ERROR_MAX, blank=True, db_default="")
    message_id = models.CharField(
        max_length=MESSAGE_ID_MAX, blank=True, db_default="", db_collation="C"
    )
    created_at = models.DateTimeField(db_default=Now())
    next_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["follower", "change"], name="delivery_once_to_a_follower"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["way", "next_at"],
                condition=models.Q(state="queued"),
                name="delivery_waiting",
            ),
            models.Index(
                fields=["message_id"],
                condition=~models.Q(message_id=""),
                name="delivery_message_id",
            ),
            models.Index(fields=["created_at"], name="delivery_created_at"),
            models.Index(fields=["id"], condition=~models.Q(error=""), name="delivery_troubled"),
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk}: {self.state}"

    @property
    def is_first_notice(self) -> bool:
        """Whether it shows that an address takes notices: no challenge is asked of push servers."""
        return self.way == Way.PUSH and self.change_id is None


class Position(models.Model):
    """Up to which line of the history somebody has been told: `followers`, or the WebSub `hub`."""

    FOLLOWERS, HUB = "followers", "hub"

    name = models.CharField(max_length=9, primary_key=True)
    line = models.BigIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.name}: {self.line}"
