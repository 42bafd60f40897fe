"""The shape of channels and appeals on the wire."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from rest_framework import serializers

from channels.appeals import CONTACT_MAX, REASON_MAX
from channels.creators.questions import TEXT_MAX
from common import errors, ids
from common.fields import PlainTextField, StrictSerializer
from post import outbox
from post.outbox import ADDRESS_MAX
from videos import scoring
from videos.serializers import RESTRICTED, RestrictedSerializer
from votes.models import TargetType

TARGET_MAX = 256  # a handle may come percent-encoded


def channel_key(given: str, *, field: str) -> str:
    """The normal form of a channel's id or `@handle`. Raises `InvalidField`."""
    given = given.strip()
    if given.startswith("@"):
        handle = ids.normalise_handle(given)
        if handle:
            return f"@{handle}"
    elif ids.is_channel_id(given):
        return given
    raise errors.InvalidField(f"{field} must be an id or an @handle.", field=field)


class ChannelStepSerializer(serializers.Serializer[Any]):
    """What the score was after the videos, a list, a jury, or a moderator had their say."""

    rule = serializers.ChoiceField(["videos", "suspected", "list", "jury", "moderator"])
    score = serializers.FloatField(min_value=0, max_value=100)


class ChannelExplainSerializer(serializers.Serializer[Any]):
    """What a channel's score is made of, as of now.

    Of its videos: `flaggedScores` / `trackedVideos`, 0 below 3 tracked. The last step has the
    score.
    """

    trackedVideos = serializers.IntegerField(
        help_text="With enough independent voters of either side, or locked."
    )
    flaggedVideos = serializers.IntegerField()
    flaggedScores = serializers.FloatField(
        help_text="The sum of the flagged videos' scores, without what the channel adds."
    )
    contestedVideos = serializers.IntegerField(
        help_text="Flagged, but voters disagree about the channel."
    )
    listing = serializers.ChoiceField(["block", "warn"], allow_null=True)
    decision = serializers.CharField(allow_null=True, help_text="A moderator's last word.")
    steps = ChannelStepSerializer(many=True)


class MeasuredSerializer(serializers.Serializer[Any]):
    """What viewers saw of YouTube's own label on a channel's videos; no part of its score."""

    since = serializers.DateTimeField()
    until = serializers.DateTimeField(help_text="Until then it is to label cards at most.")
    counts = serializers.BooleanField(help_text="Whether that day is over.")


class RestrictedChannelSerializer(RestrictedSerializer):
    """What is left of a channel without the lists that may not be passed on."""

    autoFlag = serializers.BooleanField(required=False)


class ChannelSerializer(serializers.Serializer[Any]):
    """What the community found of one channel."""

    channelId = serializers.CharField(help_text="`@handle` while the id is not known.")
    handle = serializers.CharField(required=False, help_text="`@handle`, normal form.")
    otherHandles = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="What the same channel is or was called as well, the latest first.",
    )
    score = serializers.FloatField(min_value=0, max_value=100)
    totalVideos = serializers.IntegerField(
        min_value=0, help_text="With enough independent voters of either side, or locked."
    )
    flaggedVideos = serializers.IntegerField(min_value=0)
    topCategories = serializers.ListField(child=serializers.CharField())
    locked = serializers.BooleanField()
    lastUpdated = serializers.DateTimeField()
    autoFlag = serializers.BooleanField()
    listed = serializers.BooleanField(
        required=False, help_text="`autoFlag` is by the word of imported lists alone."
    )
    decidedBy = serializers.ChoiceField(
        [scoring.JURY, scoring.MODERATOR, scoring.LIST, scoring.MEASURED],
        required=False,
        help_text="Whose word score and `autoFlag` are; absent: viewers' votes. More may come.",
    )
    restricted = RestrictedChannelSerializer(required=False, help_text=RESTRICTED)
    measured = MeasuredSerializer(
        required=False,
        help_text="Viewers on several networks saw that YouTube labels its videos as AI.",
    )
    explain = ChannelExplainSerializer(required=False, help_text="With `explain=1`.")


class PublishedListSerializer(serializers.Serializer[Any]):
    """An imported list, and how much of what is served here comes from it."""

    name = serializers.CharField()
    channels = serializers.IntegerField(min_value=1, help_text="How many it names.")
    block = serializers.IntegerField(
        min_value=0, help_text="Of these, how many whose videos start flagged because of it."
    )
    licence = serializers.CharField(required=False, help_text="As the list states it.")
    restricted = serializers.BooleanField(
        required=False, help_text="This site alone may serve it; nobody may pass it on."
    )


class PublishedListsSerializer(serializers.Serializer[Any]):
    """The imported lists that are in what this server publishes."""

    lists = PublishedListSerializer(many=True)


class TargetTypeField(serializers.ChoiceField):
    """What an appeal is about."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """`video` or `channel`. Raises `InvalidField`."""
        if data not in self.choices:
            raise errors.InvalidField("targetType must be video or channel.", field="targetType")
        return data


class EmailField(PlainTextField):
    """An address that mail can be sent to."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """As given, trimmed. Raises `InvalidField`, also where no mail is sent."""
        given = super().run_validation(data)
        if not outbox.is_on():
            raise errors.InvalidField("This site sends no mail; leave email out.", field="email")
        try:
            return outbox.address(given)
        except ValidationError:
            raise errors.InvalidField("email must be an e-mail address.", field="email") from None


class AppealSerializer(StrictSerializer):
    """Body of POST /api/appeals."""

    targetType = TargetTypeField(choices=[TargetType.VIDEO, TargetType.CHANNEL])
    targetId = PlainTextField(
        max_length=TARGET_MAX, help_text="A video id; a channel's id or `@handle`."
    )
    reason = PlainTextField(max_length=REASON_MAX, help_text="Read by moderators alone.")
    contact = PlainTextField(
        max_length=CONTACT_MAX,
        required=False,
        help_text="How moderators may ask back; kept until 30 days after the decision.",
    )
    email = EmailField(
        max_length=ADDRESS_MAX,
        required=False,
        help_text="Where you want to hear of it, if this site sends mail: it is asked by mail "
        "whether it is yours, kept encrypted, and deleted 30 days after the decision.",
    )

    def validate(self, data: Any) -> Any:
        """The id in its normal form. Raises `InvalidField`."""
        given = data["targetId"]
        if data["targetType"] == TargetType.CHANNEL:
            return data | {"targetId": channel_key(given, field="targetId")}
        if not ids.is_video_id(given):
            raise errors.InvalidField("targetId must be a video id.", field="targetId")
        return data


class AnswerSerializer(StrictSerializer):
    """Body of POST /api/appeals/{token}/answer."""

    answer = PlainTextField(max_length=TEXT_MAX, help_text="Moderators alone read it.")


class StandsNowSerializer(serializers.Serializer[Any]):
    """What is true now of what an appeal is about, whatever was decided."""

    flagged = serializers.BooleanField(help_text="The video or channel itself.")
    videos = serializers.IntegerField(required=False, help_text="Of a channel: with votes.")
    flaggedVideos = serializers.IntegerField(required=False, help_text="Of a channel.")


class ExpectedSerializer(serializers.Serializer[Any]):
    """How long appeals took that were decided in the last 30 days."""

    decided = serializers.IntegerField(min_value=1, help_text="So many were.")
    medianSeconds = serializers.IntegerField(min_value=0, help_text="Half of them took less.")
    mostSeconds = serializers.IntegerField(min_value=0, help_text="Nine of ten took less.")


class AppealReceiptSerializer(serializers.Serializer[Any]):
    """The state of an appeal."""

    token = serializers.CharField(help_text="Anybody who has it can follow the appeal.")
    targetType = serializers.ChoiceField(choices=[TargetType.VIDEO, TargetType.CHANNEL])
    targetId = serializers.CharField()
    state = serializers.ChoiceField(choices=["open", "in_review", "decided"])
    submittedAt = serializers.DateTimeField()
    now = StandsNowSerializer()
    decidedAt = serializers.DateTimeField(required=False)
    outcome = serializers.ChoiceField(
        choices=["granted", "rejected", "settled"],
        required=False,
        help_text="`settled`: something else was decided; see the target's history.",
    )
    answer = serializers.CharField(required=False, help_text="What the moderator says to you.")
    ownershipToken = serializers.CharField(
        required=False,
        help_text="While it is not decided: shows moderators that the channel is yours, once it is "
        "in the channel's description.",
    )
    expected = ExpectedSerializer(
        required=False, help_text="While it is not decided, if enough others were."
    )
    question = serializers.CharField(
        required=False, help_text="A moderator's, while it waits for an answer."
    )
    mail = serializers.ChoiceField(
        choices=["unconfirmed", "confirmed", "undeliverable"],
        required=False,
        help_text="What is known of the address, if there is one.",
    )
