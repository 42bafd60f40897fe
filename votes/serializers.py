"""The shape of votes and voters on the wire."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from common import errors, ids
from common.fields import (
    ChannelIdField,
    HandleField,
    LineField,
    StrictSerializer,
    UserIdField,
    VideoIdField,
)
from votes import challenges
from votes.models import TITLE_MAX, Category
from votes.signs.wire import SignsField


class CategoryField(serializers.ChoiceField):
    """One of the categories, exactly."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """The category. Raises `MissingFields` if empty, `InvalidCategory` if unknown."""
        if data is serializers.empty or data == "":
            raise errors.MissingFields("category is required.", field="category")
        if data not in self.choices:
            raise errors.InvalidCategory(field="category")
        return data


class ClientField(serializers.CharField):
    """A user agent, of which only the client's name and version are kept."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """(name, version)."""
        return ids.client_of(data)


class ProofField(serializers.CharField):
    """A solved challenge: `<challenge>:<counter>`."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """The proof, unchecked. Raises `InvalidField` if it does not have that form."""
        if not challenges.is_proof(data):
            raise errors.InvalidField("proof must be <challenge>:<counter>.", field="proof")
        return data


class VoteSerializer(StrictSerializer):
    """Body of POST /api/votes."""

    videoId = VideoIdField()
    userId = UserIdField()
    category = CategoryField(choices=Category.values)
    userAgent = ClientField(required=False)
    channelId = ChannelIdField(required=False)
    channelHandle = HandleField(required=False)
    isShort = serializers.BooleanField(required=False)
    title = LineField(
        required=False,
        max_length=TITLE_MAX,
        help_text="What the voter's page calls the video; moderators alone see it.",
    )
    channelName = LineField(
        required=False, max_length=TITLE_MAX, help_text="The same of its channel."
    )
    signs = SignsField(
        required=False,
        help_text="What the voter noticed, with seconds or without, in the place of what was named "
        "before.",
    )
    proof = ProofField(
        required=False, help_text="`<challenge>:<counter>`, where `GET /api/challenge` asks for it."
    )


class UnvoteSerializer(StrictSerializer):
    """Body of DELETE /api/votes."""

    videoId = VideoIdField()
    userId = UserIdField()


class VoteAnswerSerializer(serializers.Serializer[Any]):
    """A stored vote: the video's score with it (0-100), the voter's trust (0-1)."""

    success = serializers.BooleanField()
    newScore = serializers.FloatField(min_value=0, max_value=100)
    userTrust = serializers.FloatField(min_value=0, max_value=1)
    pending = serializers.BooleanField(
        required=False, help_text="The score does not include this vote yet."
    )
    countsFrom = serializers.DateTimeField(
        required=False, help_text="When a new voter's vote starts to count, while that is delayed."
    )
    shots = serializers.IntegerField(
        required=False,
        help_text="How many pictures of the player can be sent with this vote, where any can.",
    )


class ChallengeSerializer(serializers.Serializer[Any]):
    """What a voter's next vote must bring along."""

    proofRequired = serializers.BooleanField(help_text="If false, vote without a proof.")
    algorithm = serializers.ChoiceField(
        choices=["sha256"], required=False, help_text="What is hashed with."
    )
    challenge = serializers.CharField(
        required=False, help_text="For this voter, for one vote. Opaque."
    )
    bits = serializers.IntegerField(
        required=False,
        min_value=1,
        help_text="Find a decimal counter such that SHA-256 of `<challenge>:<counter>` begins with"
        " this many zero bits.",
    )
    expiresIn = serializers.IntegerField(
        required=False, min_value=1, help_text="Seconds for which the challenge is valid."
    )


class SuccessSerializer(serializers.Serializer[Any]):
    """It is done."""

    success = serializers.BooleanField()


class WarningSerializer(serializers.Serializer[Any]):
    """A moderator's warning to the voter."""

    id = serializers.IntegerField()
    reason = serializers.CharField()
    createdAt = serializers.DateTimeField()
    acknowledged = serializers.BooleanField()


class SharesSerializer(serializers.Serializer[Any]):
    """What makes up an earned trust: 0-0.3, 0-0.5 and 0-0.2."""

    age = serializers.FloatField()
    accuracy = serializers.FloatField()
    votes = serializers.FloatField()


class TrustSerializer(serializers.Serializer[Any]):
    """Why a voter's trust is what it is."""

    resolvedVotes = serializers.IntegerField(help_text="Votes on what was decided afterwards.")
    correctVotes = serializers.IntegerField(help_text="Those that agreed with it.")
    earned = serializers.BooleanField(
        help_text="7 days old with 10 resolved votes; before that trust is 0.30."
    )
    shares = SharesSerializer(help_text="They sum up to the trust, once it is earned.")
    trustNow = serializers.FloatField(
        help_text="By today's numbers; `trustScore` follows when a video is decided, or at night."
    )


class VoterSerializer(serializers.Serializer[Any]):
    """What a voter may know of themselves."""

    userId = serializers.CharField(help_text="As sent.")
    publicId = serializers.CharField(
        help_text="How the voter is called in exports and by moderators."
    )
    trustScore = serializers.FloatField(min_value=0, max_value=1)
    totalVotes = serializers.IntegerField(min_value=0)
    accuracyRate = serializers.FloatField(min_value=0, max_value=1)
    accountAge = serializers.IntegerField(min_value=0, help_text="Whole days.")
    isVip = serializers.BooleanField()
    warnings = WarningSerializer(many=True, help_text="The oldest first.")
    explain = TrustSerializer(required=False, help_text="With `explain=1`.")


class VoterDataSerializer(serializers.Serializer[Any]):
    """Everything stored about a voter."""

    voter = serializers.DictField()
    votes = serializers.ListField(child=serializers.DictField())
    warnings = serializers.ListField(child=serializers.DictField())
    observations = serializers.ListField(child=serializers.DictField())
    reports = serializers.ListField(child=serializers.DictField())
    titles = serializers.ListField(
        child=serializers.DictField(), help_text="What their pages called what they voted on."
    )
    signs = serializers.ListField(
        child=serializers.DictField(), help_text="What they noticed in what they voted on."
    )
    juror = serializers.ListField(
        child=serializers.DictField(), help_text="The row of a juror; empty of who is none."
    )
    questions = serializers.ListField(
        child=serializers.DictField(), help_text="What they were asked as a juror, and said."
    )
    pairs = serializers.ListField(
        child=serializers.DictField(),
        help_text="With how many jurors they agree more often than chance explains, and how far.",
    )
    notes = serializers.ListField(
        child=serializers.DictField(), help_text="What they added to verdicts as a juror."
    )
    noteRatings = serializers.ListField(
        child=serializers.DictField(), help_text="Which of others' notes they find helpful."
    )
    clips = serializers.ListField(
        child=serializers.DictField(), help_text="What they sent as evidence with their votes."
    )
