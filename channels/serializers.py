"""The shape of channels on the wire, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class NoticeSerializer(serializers.Serializer[Any]):
    """A period of notice."""

    since = serializers.DateTimeField()
    until = serializers.DateTimeField(help_text="When the flag comes, if nothing changes.")


class ChannelSerializer(serializers.Serializer[Any]):
    """What the community found of one channel."""

    channelId = serializers.CharField(help_text="`@handle` while the id is not known.")
    handle = serializers.CharField(required=False, help_text="`@handle`, normal form.")
    score = serializers.FloatField(min_value=0, max_value=100)
    totalVideos = serializers.IntegerField(min_value=0)
    flaggedVideos = serializers.IntegerField(min_value=0)
    topCategories = serializers.ListField(child=serializers.CharField())
    locked = serializers.BooleanField()
    lastUpdated = serializers.DateTimeField()
    autoFlag = serializers.BooleanField()
    notice = NoticeSerializer(
        required=False,
        help_text="The channel meets the rule and is about to be flagged.",
    )
