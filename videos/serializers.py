"""The shape of videos on the wire, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from votes.models import AI_CATEGORIES


class CategoryScoreSerializer(serializers.Serializer[Any]):
    """Votes and score of one category."""

    votes = serializers.IntegerField(min_value=0)
    weightedScore = serializers.FloatField(min_value=0, max_value=100)


class DisputesSerializer(serializers.Serializer[Any]):
    """Votes that say it is not AI."""

    votes = serializers.IntegerField(min_value=1)


class ExplainSerializer(serializers.Serializer[Any]):
    """What a score is made of; weights are in units of trust."""

    weightAi = serializers.FloatField()
    weightDisputes = serializers.FloatField()
    priorWeight = serializers.FloatField()
    voters = serializers.IntegerField()
    independentVoters = serializers.IntegerField()


class VideoSerializer(serializers.Serializer[Any]):
    """What the community found of one video."""

    videoId = serializers.CharField(max_length=16)
    score = serializers.FloatField(min_value=0, max_value=100)
    categories = serializers.DictField(
        child=CategoryScoreSerializer(), help_text="Keys: " + ", ".join(AI_CATEGORIES)
    )
    totalVotes = serializers.IntegerField(min_value=0)
    locked = serializers.BooleanField()
    lastUpdated = serializers.DateTimeField()
    channelId = serializers.CharField(required=False)
    channelHandle = serializers.CharField(required=False)
    channelScore = serializers.FloatField(required=False, min_value=0, max_value=100)
    verdict = serializers.ChoiceField(["ai", "human"], required=False)
    disputes = DisputesSerializer(required=False)
    preliminary = serializers.BooleanField(required=False)
    explain = ExplainSerializer(required=False)
