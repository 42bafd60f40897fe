"""The shape of what is published, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from channels.serializers import ChannelSerializer
from common.fields import StrictSerializer
from videos.serializers import VideoSerializer

PREFIXES_MAX = 100
LISTS = "The imported lists that state a licence, which goes with what they say."
RESTRICTED_LISTS = (
    "Lists that are served here, and whose licences let nobody pass on what they say."
)


class LookupSerializer(StrictSerializer):
    """Body of POST /api/videos/lookup."""

    prefixes = serializers.ListField(
        child=serializers.RegexField(r"^[0-9a-fA-F]{4,8}$"), min_length=1, max_length=PREFIXES_MAX
    )


class LookupAnswerSerializer(serializers.Serializer[Any]):
    """Videos by prefix."""

    results = serializers.DictField(child=serializers.ListField(child=VideoSerializer()))


class DeltaSerializer(serializers.Serializer[Any]):
    """What changed: entries with `action` `update` or `remove`."""

    videos = serializers.ListField(child=serializers.DictField())
    channels = serializers.ListField(child=serializers.DictField())
    syncTimestamp = serializers.DateTimeField()
    nextCursor = serializers.CharField(required=False)
    hasMore = serializers.BooleanField(required=False)
    fullSyncRequired = serializers.BooleanField(required=False)


class FullSerializer(serializers.Serializer[Any]):
    """The full copy."""

    videos = VideoSerializer(many=True)
    channels = ChannelSerializer(many=True)
    generatedAt = serializers.DateTimeField()
    total = serializers.DictField(child=serializers.IntegerField())
    truncated = serializers.BooleanField()
    hasMore = serializers.BooleanField(required=False)
    nextCursor = serializers.CharField(required=False)


class FileSerializer(serializers.Serializer[Any]):
    """One file in one encoding."""

    bytes = serializers.IntegerField()
    sha256 = serializers.CharField()


class ListSourceSerializer(serializers.Serializer[Any]):
    """An imported list."""

    name = serializers.CharField()
    licence = serializers.CharField()


class ManifestSerializer(serializers.Serializer[Any]):
    """What a snapshot is."""

    schema = serializers.IntegerField()
    revision = serializers.IntegerField()
    generatedAt = serializers.DateTimeField()
    builtAt = serializers.DateTimeField()
    licence = serializers.CharField(help_text="SPDX name.")
    lists = ListSourceSerializer(many=True, required=False, help_text=LISTS)
    restricted = ListSourceSerializer(many=True, required=False, help_text=RESTRICTED_LISTS)
    counts = serializers.DictField(child=serializers.IntegerField())
    files = serializers.DictField(child=serializers.DictField(child=FileSerializer()))


class SignedSerializer(serializers.Serializer[Any]):
    """A statement about published files, and who signed it."""

    statement = serializers.CharField(
        help_text="JSON as text: `format`, `time`, `revision`, `keys` (public keys of minisign, "
        "the one in use first), `files` (`name`, `revision`, `bytes`, `sha256`); of a mirror also "
        "`source`, the statement of what it copied."
    )
    signatures = serializers.ListField(
        child=serializers.CharField(), help_text="minisign signature files, one a key."
    )


class ExportFileSerializer(FileSerializer):
    """One file of an export."""

    name = serializers.CharField()


class ExportManifestSerializer(serializers.Serializer[Any]):
    """What an export is."""

    schema = serializers.IntegerField()
    generatedAt = serializers.DateTimeField()
    revision = serializers.IntegerField()
    version = serializers.CharField()
    licence = serializers.CharField(help_text="SPDX name.")
    lists = ListSourceSerializer(many=True, required=False, help_text=LISTS)
    rows = serializers.DictField(child=serializers.IntegerField())
    files = serializers.DictField(child=ExportFileSerializer())


class ReleaseSerializer(ExportManifestSerializer):
    """What a release is."""

    month = serializers.CharField(help_text="Such as `2026-11`.")


class DataReleasesSerializer(serializers.Serializer[Any]):
    """All releases, the newest first."""

    releases = ReleaseSerializer(many=True)


class StatusChangeSerializer(serializers.Serializer[Any]):
    """One change of standing."""

    at = serializers.DateTimeField()
    before = serializers.CharField()
    after = serializers.CharField()
    cause = serializers.ChoiceField(["votes", "jury", "moderator", "channel", "list", "gone"])
    appeal = serializers.BooleanField(
        required=False, help_text="The moderator granted an appeal; else it is left out."
    )


class StatusHistorySerializer(serializers.Serializer[Any]):
    """Changes of standing, the newest first, 1000 at most."""

    history = StatusChangeSerializer(many=True)


class MonthlyErrorsSerializer(serializers.Serializer[Any]):
    """What moderators who did not know found of a sample of a month's decisions of juries."""

    month = serializers.CharField(help_text="`YYYY-MM` in which juries decided.")
    side = serializers.ChoiceField(["ai", "human"], help_text="What juries said.")
    decided = serializers.IntegerField(help_text="Decisions of that side in the month.")
    asked = serializers.IntegerField(help_text="Of them drawn, and looked at by moderators.")
    setAside = serializers.IntegerField(
        help_text="Drawn, and not asked, as a moderator had decided about them before."
    )
    answered = serializers.IntegerField(help_text="Those that moderators could tell and agreed on.")
    unclear = serializers.IntegerField(help_text="Those that they could not, or did not.")
    wrong = serializers.IntegerField(help_text="Of `answered`, those that are the other side.")
    rate = serializers.FloatField(required=False, help_text="`wrong` of `answered`, 0-1.")
    low = serializers.FloatField(required=False, help_text="Low end of its 95 % interval (Wilson).")
    high = serializers.FloatField(required=False, help_text="The high end.")
    tooFew = serializers.BooleanField(
        required=False, help_text="`true`: fewer than 10 were answered, so there is no rate."
    )


class StatsSerializer(serializers.Serializer[Any]):
    """The service in numbers."""

    totalVideos = serializers.IntegerField()
    totalChannels = serializers.IntegerField()
    totalVotes = serializers.IntegerField()
    totalUsers = serializers.IntegerField()
    activeUsers24h = serializers.IntegerField()
    topCategories = serializers.DictField(child=serializers.IntegerField())
    generatedAt = serializers.DateTimeField()
    published = serializers.DictField(
        help_text="Age and size of what this node publishes, and how far running work is."
    )
    errorRates = MonthlyErrorsSerializer(
        many=True,
        required=False,
        help_text="Of twelve months with a sample, the newest first.",
    )
