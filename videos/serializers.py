"""The shape of videos on the wire, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from videos import scoring
from votes.models import AI_CATEGORIES
from votes.signs.wire import NamedSignSerializer


class CategoryScoreSerializer(serializers.Serializer[Any]):
    """Votes and score of one category."""

    votes = serializers.IntegerField(min_value=0)
    weightedScore = serializers.FloatField(min_value=0, max_value=100)


class DisputesSerializer(serializers.Serializer[Any]):
    """Votes that say it is not AI."""

    votes = serializers.IntegerField(min_value=1)


class StepSerializer(serializers.Serializer[Any]):
    """A rule, and the score it led to."""

    rule = serializers.ChoiceField([rule.value for rule in scoring.Rule])
    score = serializers.FloatField(min_value=0, max_value=100)


class ExplainSerializer(serializers.Serializer[Any]):
    """What a score is made of; weights are in units of trust.

    The share is 100 (`weightAi` + `channelWeight`) / (`weightAi` + `weightDisputes` +
    `priorWeight`); the last step has the score.
    """

    weightAi = serializers.FloatField()
    weightDisputes = serializers.FloatField()
    priorWeight = serializers.FloatField()
    channelWeight = serializers.FloatField(
        help_text="What the channel adds while it is auto-flagged."
    )
    weights = serializers.DictField(
        child=serializers.FloatField(), help_text="By category; each independent voter once."
    )
    voters = serializers.IntegerField()
    independentVoters = serializers.IntegerField()
    votersNeeded = serializers.IntegerField(
        help_text="Independent voters that a flag takes, with these disputes."
    )
    steps = StepSerializer(many=True)
    signs = NamedSignSerializer(
        many=True,
        help_text="What at least two independent voters noticed, most voters first; no part of the "
        "score.",
    )


RESTRICTED = "Only if lists that may not be passed on decide what is said here."


class RestrictedSerializer(serializers.Serializer[Any]):
    """What is left without the lists that may not be passed on."""

    lists = serializers.CharField(help_text="Their names and licences.")
    score = serializers.FloatField(
        min_value=0, max_value=100, required=False, help_text="Not there if nothing is left."
    )


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
    verdict = serializers.ChoiceField(["ai", "human"], required=False)
    disputes = DisputesSerializer(required=False)
    preliminary = serializers.BooleanField(required=False)
    channelBy = serializers.ChoiceField(
        [scoring.LIST, scoring.MODERATOR],
        required=False,
        help_text="It is flagged for its channel's sake alone, and that by whose word; "
        "absent: by viewers' votes.",
    )
    decidedBy = serializers.ChoiceField(
        [scoring.JURY, scoring.MODERATOR, scoring.LIST, scoring.MEASURED],
        required=False,
        help_text="Whose word the score is; absent: viewers' votes. More may come.",
    )
    restricted = RestrictedSerializer(required=False, help_text=RESTRICTED)
    explain = ExplainSerializer(required=False)
