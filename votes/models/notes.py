"""Notes that jurors add to what juries decided, and what others say of them (docs/juries.md)."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from votes.models.juries import Juror, Panel
from votes.models.signs import AT_MAX_S

NOTE_MAX = 280
"""Characters of a note."""
LINK_MAX = 500
"""Characters of the address of its source."""


def _note_id() -> str:
    return "n" + secrets.token_hex(8)


class Note(models.Model):
    """Why a verdict is as it is, in the words of a juror who sat on its panel, with its source.

    That is a `link` or a second (`at`) of the video. Raters are asked until `closes_at`, which is
    None from then on; `part` of the jurors, 0-1, by lot. `helpful` of `rated` voices said that it
    helps, when it was last judged. `voice` labels the network that wrote it, for this note alone,
    as long as it is rated. A withdrawn note keeps its row, without what it said: there is one a
    panel. `reported` counts visitors who found it out of place, since a moderator last looked.
    """

    class State(models.TextChoices):
        """What has become of it. `UNSHOWN`: its time is over, and raters did not agree on it."""

        WAITING = "waiting"
        SHOWN = "shown"
        UNSHOWN = "unshown"
        WITHDRAWN = "withdrawn"

    id = models.CharField(primary_key=True, max_length=17, default=_note_id, db_collation="C")
    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="notes")
    # The constraint below is the index.
    author = models.ForeignKey(
        Juror, on_delete=models.CASCADE, related_name="notes", db_index=False
    )
    text = models.CharField(max_length=NOTE_MAX, blank=True)
    link = models.CharField(max_length=LINK_MAX, blank=True, db_default="")
    at = models.PositiveIntegerField(null=True)
    state = models.CharField(
        max_length=16, choices=State, db_default=State.WAITING.value, db_collation="C"
    )
    is_hidden = models.BooleanField(db_default=False)
    written_at = models.DateTimeField(db_default=Now())
    closes_at = models.DateTimeField(null=True)
    part = models.FloatField()
    helpful = models.PositiveIntegerField(db_default=0)
    rated = models.PositiveIntegerField(db_default=0)
    reported = models.PositiveIntegerField(db_default=0)
    voice = models.CharField(max_length=32, null=True, db_collation="C")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["author", "panel"], name="note_one_of_juror_a_panel"),
            models.CheckConstraint(
                condition=models.Q(state="withdrawn", text="", link="", at=None)
                | (
                    ~models.Q(state="withdrawn")
                    & ~models.Q(text="")
                    & (
                        (models.Q(link="", at__isnull=False, at__lte=AT_MAX_S))
                        | (~models.Q(link="") & models.Q(at=None))
                    )
                ),
                name="note_has_text_and_one_source",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["id"], condition=models.Q(closes_at__isnull=False), name="note_rated_now"
            ),
            models.Index(
                fields=["-reported", "-written_at"],
                condition=models.Q(reported__gt=0),
                name="note_reported",
            ),
            models.Index(fields=["-written_at"], name="note_by_age"),
        ]

    def __str__(self) -> str:
        return self.pk


class NoteRating(models.Model):
    """Whether a note helps, as a juror says who was asked; it goes when the note's time is over.

    `voice` labels the network that it came from, for this note alone.
    """

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="ratings", db_index=False)
    juror = models.ForeignKey(Juror, on_delete=models.CASCADE, related_name="ratings")
    helpful = models.BooleanField()
    rated_at = models.DateTimeField(db_default=Now())
    voice = models.CharField(max_length=32, null=True, db_collation="C")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["note", "juror"], name="note_rated_once_by_juror"),
        ]

    def __str__(self) -> str:
        return f"{self.note_id}: {self.helpful}"
