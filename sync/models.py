"""What was published, in order: revisions and the change log clients follow."""

from __future__ import annotations

from typing import Any, ClassVar

import structlog
from django.contrib.postgres.indexes import BrinIndex
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Now

from common import ids
from sync.client import selectors

log = structlog.get_logger()


class Revision(models.Model):
    """One committed run of the pipeline; numbers follow commit order."""

    number = models.BigAutoField(primary_key=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["created_at"], name="revision_created_at")]

    def __str__(self) -> str:
        return str(self.number)


class Change(models.Model):
    """One object's public state as of a revision; kept 48 hours.

    `payload` is the delta entry (docs/contract.md#delta). `bucket` is the 4-hex bucket of a video.
    """

    class Kind(models.TextChoices):
        """What changed."""

        VIDEO = "video"
        CHANNEL = "channel"

    # Written with its revision: the database need not look for it again, row by row, and the
    # constraint below is the index.
    revision = models.ForeignKey(
        Revision,
        on_delete=models.CASCADE,
        related_name="changes",
        db_constraint=False,
        db_index=False,
    )
    kind = models.CharField(max_length=8, choices=Kind)
    key = models.CharField(max_length=ids.HANDLE_MAX + 1, db_collation="C")
    bucket = models.CharField(max_length=ids.BUCKET_LENGTH, null=True, db_collation="C")
    payload = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["revision", "kind", "key"], name="change_one_per_object_and_revision"
            )
        ]

    def __str__(self) -> str:
        return f"{self.revision_id} {self.kind} {self.key}"


class StatusChange(models.Model):
    """One line of the public history of a video or channel (`sync.history`)."""

    class Kind(models.TextChoices):
        """What it is about."""

        VIDEO = "video"
        CHANNEL = "channel"

    kind = models.CharField(max_length=8, choices=Kind)
    key = models.CharField(max_length=ids.HANDLE_MAX + 1, db_collation="C")
    at = models.DateTimeField()
    before = models.CharField(max_length=16)
    after = models.CharField(max_length=16)
    cause = models.CharField(max_length=16)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["kind", "key", "id"], name="statuschange_object"),
            # Lines are appended in the order of their times, so the smallest index will do.
            BrinIndex(fields=["at"], name="statuschange_at", autosummarize=True),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.before} to {self.after}"


class Snapshot(models.Model):
    """A published file: of which revision, its name, size and SHA-256 (`sync.signed`).

    Of snapshots, text lists and exports, of every node; for 48 hours, the newest of a name longer.
    """

    revision = models.BigIntegerField()
    format = models.CharField(max_length=64)
    checksum = models.CharField(max_length=64)
    bytes = models.BigIntegerField()
    path = models.TextField()
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.format} at {self.revision}"


class Mirror(models.Model):
    """How far this copy of another server is; at most one row (`pk` 1).

    `cursor` is the source's; `resync` asks for a new copy, because the old cursor has expired.
    """

    source = models.URLField()
    cursor = models.CharField(max_length=64)
    resync = models.BooleanField(db_default=False)
    synced_at = models.DateTimeField(null=True)
    # What the source signed of the copy, as it was checked.
    signed = models.JSONField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="mirror_is_one_row")
        ]

    def __str__(self) -> str:
        return self.source


class Backup(models.Model):
    """When a base backup was last made and restored to see that it can be; at most one row."""

    completed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="backup_is_one_row")
        ]

    def __str__(self) -> str:
        return str(self.completed_at)


class S3CopyQuerySet(models.QuerySet["S3Copy"]):
    """At most one row."""

    def here(self, target: str) -> S3Copy:
        """The row; begun anew where another place is meant than before."""
        copy, _ = self.get_or_create(pk=1, defaults={"target": target})
        if copy.target != target:
            copy.delete()
            return self.here(target)
        return copy


class S3Copy(models.Model):
    """How far the copy in S3 is (`sync.s3`); at most one row (`pk` 1).

    `files` has the SHA-256 of each file by its key; `retired` when those ceased to be named that
    are still kept, by SHA-256.
    """

    target = models.TextField()
    revision = models.BigIntegerField(null=True)
    files = models.JSONField(default=dict)
    retired = models.JSONField(default=dict)
    begun_at = models.DateTimeField(db_default=Now())
    published_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(db_default=Now())
    failing_since = models.DateTimeField(null=True)
    error = models.TextField(default="")

    objects = S3CopyQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="s3copy_is_one_row")
        ]

    def __str__(self) -> str:
        return f"{self.target} at {self.revision}"


class Purge(models.Model):
    """Paths that changed in S3 and that a CDN is still to be told of; gone once it was."""

    paths = models.JSONField()
    revision = models.BigIntegerField()
    state = models.CharField(max_length=8, default="queued")
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    next_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["next_at"], name="purge_next_at")]

    def __str__(self) -> str:
        return f"{len(self.paths)} paths at {self.revision}"


class DueTask(models.Model):
    """When a background task was last sent to the workers, and last begun by one."""

    name = models.CharField(max_length=100, primary_key=True)
    first_sent_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class ClientSelectorsQuerySet(models.QuerySet["ClientSelectors"]):
    """What the extension may replace its knowledge of YouTube's pages with."""

    LOOKED_AT = 5

    def current(self) -> dict[str, Any]:
        """The newest that is valid, or what the extension comes with if that is newer.

        A later release may have tighter bounds than the one that took an entry.
        """
        for entry in self.order_by("-pk")[: self.LOOKED_AT]:
            try:
                found = selectors.parse(entry.content)
            except ValidationError as error:
                log.warning("stored selectors are not valid", entry=entry.pk, faults=error.messages)
                continue
            return max(found, selectors.BUILT_IN, key=lambda content: content["version"])
        return selectors.BUILT_IN


class ClientSelectors(models.Model):
    """A version of the extension's selectors that an administrator entered; append-only.

    To go back to an earlier one, enter it again with a higher version.
    """

    content = models.JSONField()
    reason = models.CharField(max_length=200)
    author = models.CharField(max_length=150, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = ClientSelectorsQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "client selectors"

    def __str__(self) -> str:
        return f"version {self.content['version']}"

    def clean(self) -> None:
        """Raises `ValidationError` unless the content is valid and newer than what is served."""
        try:
            self.content = selectors.parse(self.content)
        except ValidationError as error:
            raise ValidationError({"content": error.messages}) from None
        newest = ClientSelectors.objects.current()["version"]
        if self.content["version"] <= newest:
            raise ValidationError({"content": f"version: It must be above {newest}, the newest."})
