"""The shape of what is published, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from channels.serializers import ChannelSerializer
from realtube.common.fields import StrictSerializer
from videos.serializers import VideoSerializer

PREFIXES_MAX = 100


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
    syncTimestamp = serializers.DateTimeField()  # noqa: N815
    nextCursor = serializers.CharField(required=False)  # noqa: N815
    hasMore = serializers.BooleanField(required=False)  # noqa: N815
    fullSyncRequired = serializers.BooleanField(required=False)  # noqa: N815


class FullSerializer(serializers.Serializer[Any]):
    """The full copy."""

    videos = VideoSerializer(many=True)
    channels = ChannelSerializer(many=True)
    generatedAt = serializers.DateTimeField()  # noqa: N815
    total = serializers.DictField(child=serializers.IntegerField())
    truncated = serializers.BooleanField()


class StatsSerializer(serializers.Serializer[Any]):
    """The service in numbers."""

    totalVideos = serializers.IntegerField()  # noqa: N815
    totalChannels = serializers.IntegerField()  # noqa: N815
    totalVotes = serializers.IntegerField()  # noqa: N815
    totalUsers = serializers.IntegerField()  # noqa: N815
    activeUsers24h = serializers.IntegerField()  # noqa: N815
    topCategories = serializers.DictField(child=serializers.IntegerField())  # noqa: N815
    generatedAt = serializers.DateTimeField()  # noqa: N815
