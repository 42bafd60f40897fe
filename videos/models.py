"""Projection: what the facts say of each video. Any row can be dropped and rebuilt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from django.db import models

from common import ids
from votes.models import Category

DECIDED_BY_MAX = 16
"""Of a word for who decided; a mirror's source may know more of them."""


class VideoQuerySet(models.QuerySet["Video"]):
    """Named reads."""

    def published(self) -> VideoQuerySet:
        """Videos that a lookup may return (docs/contract.md#published)."""
        return self.filter(hidden=False, shadow_hidden=False).filter(
            models.Q(total_votes__gt=0) | models.Q(locked=True) | models.Q(preliminary=True)
        )

    def naming_channel(self, *, channel_id: str | None, handles: Sequence[str]) -> VideoQuerySet:
        """The videos that voters say are of this id or one of these handles.

        Among them are those of a handle that voters give an id, too, which nobody has tied to it:
        they count as that id's.
        """
        by_id, by_handle = models.Q(channel_id=channel_id), models.Q(channel_handle__among=handles)
        if channel_id is None:
            return self.filter(by_handle)
        return self.filter(by_id | by_handle if handles else by_id)

    def with_hash_prefix(self, prefix: str) -> VideoQuerySet:
        """Videos whose hash starts with `prefix`; a range, which any B-tree serves."""
        above = format(int(prefix, 16) + 1, f"0{len(prefix)}x")
        found = self.filter(hash__gte=prefix)
        return found if len(above) > len(prefix) else found.filter(hash__lt=above)


class Video(models.Model):
    """The state of one video. All but `revision` is a function of the facts.

    `evidence_score` is the score without the channel's prior, and without the bound of votes where
    juries confirm; channels are rolled up from it, so that a flagged channel cannot feed on itself.
    `independent_voters` are the voices for AI, `independent_disputers` those against it.
    `claims_contested`: voters disagree about the channel. `restricted` names the lists, with their
    licences, because of which alone it has a prior, and that may not be passed on: what may be is
    then the `evidence_score`, or the `passed_score` if there is one, and of a `preliminary` video
    nothing. `channel_by`: it would not be flagged without its channel, which is by the word of
    imported lists alone or of a moderator (`scoring.prior_by`). `decided_by`: whose word the score
    is (`scoring.decided_by`). `jury`: what the last one found, whoever confirms. `disputed_at` and
    `suspected` (`sql.SUSPECTED`) are there to find these videos by an index. `more`: members of a
    mirror's source that this version does not know (`sync.mirror.members`). `inputs`: what the
    export tells of how the score came about (`videos.inputs`), empty on a mirror and of what was
    scored before there was any.
    """

    video_id = models.CharField(max_length=ids.VIDEO_ID_MAX, primary_key=True, db_collation="C")
    hash = models.CharField(max_length=64, db_collation="C")
    channel_id = models.CharField(max_length=ids.CHANNEL_ID_MAX, null=True, db_collation="C")
    channel_handle = models.CharField(max_length=ids.HANDLE_MAX, null=True, db_collation="C")
    prior = models.BooleanField(db_default=False)
    restricted = models.TextField(blank=True, default="", db_default="")
    channel_by = models.CharField(max_length=9, blank=True, default="", db_default="")
    decided_by = models.CharField(max_length=DECIDED_BY_MAX, blank=True, default="", db_default="")
    score = models.DecimalField(max_digits=5, decimal_places=2, db_default=0)
    evidence_score = models.DecimalField(max_digits=5, decimal_places=2, db_default=0)
    passed_score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    primary_category = models.CharField(max_length=16, null=True, choices=Category)
    weight_ai = models.DecimalField(max_digits=14, decimal_places=6, db_default=0)
    weight_disputes = models.DecimalField(max_digits=14, decimal_places=6, db_default=0)
    total_votes = models.PositiveIntegerField(db_default=0)
    disputes = models.PositiveIntegerField(db_default=0)
    voters = models.PositiveIntegerField(db_default=0)
    independent_voters = models.PositiveIntegerField(db_default=0)
    independent_disputers = models.PositiveIntegerField(db_default=0)
    locked = models.BooleanField(db_default=False)
    verdict = models.CharField(max_length=8, null=True)
    jury = models.CharField(max_length=8, null=True)
    hidden = models.BooleanField(db_default=False)
    shadow_hidden = models.BooleanField(db_default=False)
    held = models.BooleanField(db_default=False)
    preliminary = models.BooleanField(db_default=False)
    claims_contested = models.BooleanField(db_default=False)
    is_short = models.BooleanField(null=True)
    first_reported = models.DateTimeField()
    last_updated = models.DateTimeField()
    more = models.TextField(blank=True, default="", db_default="")
    inputs = models.TextField(blank=True, default="", db_default="")
    disputed_at = models.DateTimeField(null=True)
    suspected = models.PositiveSmallIntegerField(null=True)
    service = models.CharField(max_length=16, db_default="youtube")
    revision = models.BigIntegerField(db_default=0)

    objects = VideoQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(score__gte=0, score__lte=100), name="video_score_from_0_to_100"
            ),
            models.CheckConstraint(
                condition=models.Q(locked=False, verdict=None)
                | models.Q(locked=True, verdict__in=["ai", "human"]),
                name="video_lock_has_a_direction",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["hash"], name="video_hash"),
            models.Index(
                fields=["channel_id"],
                condition=models.Q(channel_id__isnull=False),
                name="video_channel_id",
            ),
            models.Index(
                fields=["channel_handle"],
                condition=models.Q(channel_handle__isnull=False),
                name="video_channel_handle",
            ),
            # The desk's filters; few videos are any of these.
            models.Index(
                fields=["verdict", "video_id"],
                condition=models.Q(locked=True),
                name="video_locked",
            ),
            models.Index(fields=["video_id"], condition=models.Q(hidden=True), name="video_hidden"),
            models.Index(
                fields=["video_id"],
                condition=models.Q(shadow_hidden=True),
                name="video_shadow_hidden",
            ),
            models.Index(fields=["video_id"], condition=models.Q(held=True), name="video_held"),
            models.Index(
                fields=["video_id"],
                condition=models.Q(claims_contested=True),
                name="video_contested",
            ),
            models.Index(
                fields=["disputed_at"],
                condition=models.Q(disputed_at__isnull=False),
                name="video_disputed_at",
            ),
            models.Index(
                fields=["-suspected"],
                condition=models.Q(suspected__isnull=False),
                name="video_suspected",
            ),
        ]

    @property
    def channel_key(self) -> str:
        """The id of its channel, or its `@handle`; empty where neither is known."""
        return self.channel_id or (f"@{self.channel_handle}" if self.channel_handle else "")

    def __str__(self) -> str:
        return self.video_id


class VideoCategory(models.Model):
    """The active votes of one category on one video."""

    # Written in one statement with the video: the database need not look for it again, row by
    # row, and the constraint below is the index.
    video = models.ForeignKey(
        Video,
        on_delete=models.CASCADE,
        related_name="categories",
        db_column="video_id",
        db_constraint=False,
        db_index=False,
    )
    category = models.CharField(max_length=16, choices=Category)
    vote_count = models.PositiveIntegerField()
    weighted_score = models.DecimalField(max_digits=5, decimal_places=2)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["video", "category"], name="videocategory_one_row_each")
        ]

    def __str__(self) -> str:
        return f"{self.video_id}: {self.category}"
