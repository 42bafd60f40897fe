"""Imported lists (facts) and channels (a projection of videos, lists and decisions)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now

from channels.names import Names
from common import ids
from videos.models import DECIDED_BY_MAX
from votes.observations.rule import Stage

SOURCE_MAX = 64
LICENCE_MAX = 100
URL_MAX = 2000
VALIDATOR_MAX = 500


class Listing(models.Model):
    """A list says so: `level` of the channel known by id, by handle, or by both.

    `place` is where the newest import of the source has it, counted over all its files from 1; of
    two entries that the import of `last_seen` has, the one named last has the higher place.

    `handle` is in the form of `common.ids.normalise_handle`. An entry with both says that
    they are one channel, and what it says of it is about the id. A `tie` flags nothing. An entry
    that a newer import of the same source no longer has is closed (`removed_at`), never deleted.
    """

    class Level(models.TextChoices):
        """What the list says."""

        BLOCK = "block"
        WARN = "warn"
        TIE = "tie"

    LISTED = (Level.BLOCK, Level.WARN)
    """What an operator can say of a whole list."""

    source = models.CharField(max_length=SOURCE_MAX)
    level = models.CharField(max_length=8, choices=Level)
    channel_id = models.CharField(
        max_length=ids.CHANNEL_ID_MAX, null=True, blank=True, db_collation="C"
    )
    handle = models.CharField(max_length=ids.HANDLE_MAX, null=True, blank=True, db_collation="C")
    first_seen = models.DateTimeField(db_default=Now())
    last_seen = models.DateTimeField(db_default=Now())
    removed_at = models.DateTimeField(null=True, blank=True)
    place = models.PositiveIntegerField(db_default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "channel_id", "handle"],
                nulls_distinct=False,
                name="listing_one_per_source_and_channel",
            ),
            models.CheckConstraint(
                condition=models.Q(channel_id__isnull=False) | models.Q(handle__isnull=False),
                name="listing_has_a_key",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["channel_id"], name="listing_channel_id"),
            models.Index(fields=["handle"], name="listing_handle"),
        ]

    def __str__(self) -> str:
        return self.channel_id or f"@{self.handle}"


class Tie(models.Model):
    """A fact: a moderator has said that an id and a handle are one channel, or that they are not.

    `handle` is in its normal form. A tie that is taken back is deleted.
    """

    channel_id = models.CharField(max_length=ids.CHANNEL_ID_MAX, db_collation="C")
    handle = models.CharField(max_length=ids.HANDLE_MAX, db_collation="C")
    confirmed = models.BooleanField()
    decided_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["handle", "channel_id"], name="tie_one_per_handle_and_id"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["channel_id"], name="tie_channel_id")]

    def __str__(self) -> str:
        return f"{self.channel_id} {'is' if self.confirmed else 'is not'} @{self.handle}"


class ListSourceQuerySet(models.QuerySet["ListSource"]):
    """Named reads."""

    def published(self) -> ListSourceQuerySet:
        """Those with open listings that are published here, by name."""
        is_open = Listing.objects.filter(source=models.OuterRef("name"), removed_at=None)
        shown = self.exclude(use=ListSource.Use.NOWHERE).filter(models.Exists(is_open))
        return shown.order_by("name")

    def passed_on(self) -> list[dict[str, str]]:
        """`name` and `licence` of published lists that state one and may be passed on, by name."""
        found = self.published().exclude(licence="").exclude(use=ListSource.Use.HERE)
        return [{"name": source.name, "licence": source.licence} for source in found]

    def restricted(self) -> list[dict[str, str]]:
        """The same of lists that this site serves and nobody may pass on, stated or not."""
        found = self.published().filter(use=ListSource.Use.HERE)
        return [{"name": source.name, "licence": source.stated} for source in found]

    def sizes(self) -> list[dict[str, Any]]:
        """What is published of lists, by name: `name`, open listings (`channels`), of which
        `block` start their channel's videos flagged, `licence` if one is stated, and `restricted`
        if nobody else may pass them on."""
        listed = Listing.objects.filter(
            removed_at=None, level__in=Listing.LISTED, source__in=self.published().values("name")
        )
        block = models.Count("pk", filter=models.Q(level=Listing.Level.BLOCK))
        counted = listed.values("source").annotate(channels=models.Count("pk"), block=block)
        of = {source.name: source for source in self.published()}
        return [
            {
                "name": it["source"],
                "channels": it["channels"],
                "block": it["block"],
                **({"licence": licence} if (licence := of[it["source"]].licence) else {}),
                **({"restricted": True} if of[it["source"]].use == ListSource.Use.HERE else {}),
            }
            for it in counted.order_by("source")
        ]

    def unanswered(self) -> ListSourceQuerySet:
        """Lists with open listings of which nobody has said whether they may be passed on."""
        return self.published().filter(use=ListSource.Use.UNKNOWN)


class ListSource(models.Model):
    """Where listings come from: the licence that a list states, which goes with what it says.

    `use` is what the operator has said of it (docs/lists.md#licences). Change it with
    `channels.subscriptions.sources.decide`, which has its channels looked at again.
    """

    class Use(models.TextChoices):
        """Where what a list says may go."""

        UNKNOWN = "unknown", "not answered: passed on until somebody answers"
        PASSED_ON = "passed_on", "may be passed on"
        HERE = "here", "this site alone may serve it"
        NOWHERE = "nowhere", "not published"

    name = models.CharField(max_length=SOURCE_MAX, primary_key=True)
    licence = models.CharField(max_length=LICENCE_MAX, blank=True)
    use = models.CharField(
        max_length=10, choices=Use, default=Use.UNKNOWN, db_default=Use.UNKNOWN.value
    )
    imported_at = models.DateTimeField(db_default=Now())

    objects = ListSourceQuerySet.as_manager()

    class Meta:
        verbose_name = "list"

    def __str__(self) -> str:
        return f"{self.name} ({self.licence})" if self.licence else self.name

    @property
    def stated(self) -> str:
        """The licence, or that none is stated."""
        return self.licence or "not stated"


class Subscription(models.Model):
    """A list that a worker fetches again and again: where from, how often, and how it went.

    A source has one at most, as an import is all that its source says. `claimed_until`: a worker
    is at it; one that was lost has lost it by then. `etag` and `last_modified` are of what was
    taken as a whole. `error` is a sentence for the operator, empty while all is well.
    """

    class State(models.TextChoices):
        """How the last fetch went."""

        NEW = "new", "not fetched yet"
        GOOD = "good", "up to date"
        SHRUNK = "shrunk", "may be cut off: nothing was closed"
        FAILED = "failed", "failed"

    TROUBLED = (State.SHRUNK, State.FAILED)
    """The states that an operator has to look at."""

    source = models.CharField(max_length=SOURCE_MAX, unique=True)
    url = models.CharField(max_length=URL_MAX)
    level = models.CharField(
        max_length=8, choices=[(level.value, level.label) for level in Listing.LISTED]
    )
    licence = models.CharField(max_length=LICENCE_MAX, blank=True)
    every_s = models.PositiveIntegerField()
    paused = models.BooleanField(default=False)
    accept_shrink = models.BooleanField(default=False)
    etag = models.CharField(max_length=VALIDATOR_MAX, blank=True)
    last_modified = models.CharField(max_length=VALIDATOR_MAX, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.NEW)
    error = models.TextField(blank=True)
    failures = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    fetched_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(db_default=Now())
    claimed_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "list by URL"
        verbose_name_plural = "lists by URL"

    def __str__(self) -> str:
        return self.source


class ChannelQuerySet(models.QuerySet["Channel"]):
    """Named reads."""

    def known_as(self, key: str) -> Channel | None:
        """The channel of this id or `@handle`, in normal form; None if nothing is known of it."""
        return self.named([key]).first()

    def named(self, keys: Collection[str]) -> ChannelQuerySet:
        """The channels of these ids and `@handle`s, also of handles that they no longer show."""
        handles = [key[1:] for key in keys if key.startswith("@")]
        return self.filter(
            models.Q(channel_id__among=[key for key in keys if not key.startswith("@")])
            | models.Q(handle__among=handles)
            | models.Q(former_handles__overlap=handles)
        )


class Channel(models.Model):
    """The state of one channel, known by its id, by handles, or by both.

    `handle` is the one named last, `former_handles` are the others, in the order in which they
    were named. `measured` is what viewers saw of YouTube's own label on its videos, since
    `measured_since`; it is no part of the score. `rules` is the version of the rules by which it
    was rolled up.

    `restricted` names the lists, with their licences, that make it more than may be passed on;
    empty if all of it may. Then `passed_score` and `passed_auto_flag` are what may be, and without
    a `passed_score` nothing may: nobody else speaks of the channel.

    `decided_by`: whose word that is (`scoring.standing`). `listed`: its videos start flagged by the
    word of imported lists alone. `more`: as of a video.
    """

    channel_id = models.CharField(
        max_length=ids.CHANNEL_ID_MAX, null=True, unique=True, db_collation="C"
    )
    handle = models.CharField(max_length=ids.HANDLE_MAX, null=True, unique=True, db_collation="C")
    former_handles = ArrayField(
        models.CharField(max_length=ids.HANDLE_MAX, db_collation="C"), default=list, db_default=[]
    )
    name = models.CharField(max_length=200, null=True, blank=True)
    score = models.DecimalField(max_digits=5, decimal_places=2, db_default=0)
    total_videos = models.PositiveIntegerField(db_default=0)
    flagged_videos = models.PositiveIntegerField(db_default=0)
    top_categories = ArrayField(models.CharField(max_length=16), default=list)
    locked = models.BooleanField(db_default=False)
    auto_flag_new = models.BooleanField(db_default=False)
    restricted = models.TextField(blank=True, default="", db_default="")
    listed = models.BooleanField(default=False, db_default=False)
    decided_by = models.CharField(max_length=DECIDED_BY_MAX, blank=True, default="", db_default="")
    passed_score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    passed_auto_flag = models.BooleanField(default=False, db_default=False)
    measured = models.CharField(
        max_length=8, null=True, choices=[(stage.value, stage.value) for stage in Stage]
    )
    measured_since = models.DateTimeField(null=True, blank=True)
    last_updated = models.DateTimeField(db_default=Now())
    more = models.TextField(blank=True, default="", db_default="")
    revision = models.BigIntegerField(db_default=0)
    inputs = models.TextField(blank=True, default="", db_default="")
    rules = models.PositiveSmallIntegerField(db_default=0)

    objects = ChannelQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(channel_id__isnull=False) | models.Q(handle__isnull=False),
                name="channel_has_a_key",
            ),
            models.CheckConstraint(
                condition=models.Q(score__gte=0, score__lte=100),
                name="channel_score_from_0_to_100",
            ),
        ]
        indexes: ClassVar = [
            GinIndex(fields=["former_handles"], fastupdate=False, name="channel_former_handles"),
            models.Index(fields=["rules"], name="channel_rules"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        """The natural key: the id, or `@handle` while the id is not known."""
        return self.names.key

    @property
    def names(self) -> Names:
        """Its id and all its handles, former ones first."""
        shown = (self.handle,) if self.handle else ()
        return Names(self.channel_id, (*self.former_handles, *shown))


class Sums(models.Model):
    """What the videos of one key, an id or an `@handle`, add up to; see `channels.sums`.

    `weights` are in the order of `votes.models.AI_CATEGORIES`.
    """

    key = models.CharField(max_length=ids.HANDLE_MAX + 1, primary_key=True, db_collation="C")
    videos = models.PositiveIntegerField()
    tracked = models.PositiveIntegerField()
    flagged = models.PositiveIntegerField()
    flagged_sum = models.DecimalField(max_digits=16, decimal_places=2)
    contested = models.PositiveIntegerField()
    weights = ArrayField(models.DecimalField(max_digits=16, decimal_places=2))
    last = models.DateTimeField()

    def __str__(self) -> str:
        return self.key


class Measurement(models.Model):
    """A fact: since when a channel is measured as labelling its videos; it counts a day later."""

    key = models.CharField(max_length=ids.HANDLE_MAX + 1, primary_key=True, db_collation="C")
    since = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.key


class DirtyChannelQuerySet(models.QuerySet["DirtyChannel"]):
    """The queue's writer."""

    def append(self, keys: list[str]) -> None:
        """Ask for channels (ids or `@handle`s) to be rolled up again, in the fact's transaction."""
        self.bulk_create([self.model(key=key) for key in keys], batch_size=5000)


class DirtyChannel(models.Model):
    """A queue row: a listing or a decision about this channel changed."""

    key = models.CharField(max_length=ids.HANDLE_MAX + 1, db_collation="C")
    marked_at = models.DateTimeField(db_default=Now())

    objects = DirtyChannelQuerySet.as_manager()

    def __str__(self) -> str:
        return self.key
