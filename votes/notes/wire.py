"""Notes on the wire, as they are sent and as they are shown."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from common import errors, ids
from common.fields import LineField, StrictSerializer, UserIdField
from votes.models import AT_MAX_S, LINK_MAX, NOTE_MAX, TargetType

TARGETS = (TargetType.VIDEO.value, TargetType.CHANNEL.value)
VERDICTS = ("ai", "human")
_ADDRESS = re.compile(r"://|\bwww\.", re.IGNORECASE)
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# A name with at least one dot that ends in a domain of letters, so no address of a machine.
_HOST = re.compile(rf"(?:{_LABEL}\.)+(?:[a-z]{{2,63}}|xn--[a-z0-9-]{{2,59}})", re.ASCII)
_PLAIN = re.compile(r"[!-~]+", re.ASCII)


def link(value: str) -> str | None:
    """An address that a page may link to, its host in lower case; None if it is none.

    `https` alone, in plain ASCII (a host of other letters as `xn--`), without a name, password or
    port: so what a page shows as its host is where it leads.
    """
    value = value.strip()
    if len(value) > LINK_MAX or not _PLAIN.fullmatch(value) or "\\" in value:
        return None
    try:
        parts = urlsplit(value)
    except ValueError:
        return None
    host = parts.netloc.lower()
    if parts.scheme != "https" or not _HOST.fullmatch(host):
        return None
    return parts._replace(netloc=host).geturl()


def host_of(address: str) -> str:
    """The host of an address that `link` has let through."""
    return urlsplit(address).netloc


class TextField(LineField):
    """What a note says, without addresses: these have a member of their own."""

    def normalise(self, value: str) -> str | None:
        """The text; None if it is not valid."""
        text = super().normalise(value)
        return None if text is None or _ADDRESS.search(text) else text


@extend_schema_field({"type": "string", "format": "uri", "maxLength": LINK_MAX})
class LinkField(serializers.CharField):
    """Where what a note says comes from."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """The address. Raises `InvalidField`."""
        found = link(data)
        if found is None:
            raise errors.InvalidField(
                f"link must be an https:// address of a named host, {LINK_MAX} characters at most.",
                field="link",
            )
        return found


class SecondField(serializers.IntegerField):
    """A place in a video, in seconds."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """The second. Raises `InvalidField`."""
        if type(data) is not int or not 0 <= data <= AT_MAX_S:
            raise errors.InvalidField(
                f"at must be whole seconds, 0 to {AT_MAX_S}.", field=self.field_name or ""
            )
        return data


class OneOfField(serializers.ChoiceField):
    """One of a few words."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """It. Raises `InvalidField`."""
        if data is serializers.empty or data not in self.choices:
            raise errors.InvalidField(
                f"{self.field_name} must be one of {', '.join(self.choices)}.",
                field=self.field_name or "",
            )
        return data


class TargetIdField(serializers.CharField):
    """A video's id, or a channel's key."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """It, in its normal form. Raises `InvalidField`."""
        text = "" if data is serializers.empty else data.strip()
        handle = ids.normalise_handle(text) if text.startswith("@") else None
        if not handle and not ids.is_channel_id(text):
            raise errors.InvalidField(
                "targetId must be a video's id, or a channel's id or @handle.", field="targetId"
            )
        return f"@{handle}" if handle else text


class HelpfulField(serializers.BooleanField):
    """Yes or no."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """It. Raises `InvalidField` if there is none."""
        if not isinstance(data, bool):
            raise errors.InvalidField("helpful must be true or false.", field="helpful")
        return data


class WriteNoteSerializer(StrictSerializer):
    """Body of POST /api/jurors/me/notes."""

    userId = UserIdField()
    targetType = OneOfField(choices=TARGETS)
    targetId = TargetIdField(help_text="A video's id, or a channel's key, as listed.")
    text = TextField(max_length=NOTE_MAX, help_text="One line, without addresses.")
    link = LinkField(required=False, help_text="Its source; or `at`.")
    at = SecondField(required=False, help_text="A second of the video; or `link`.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """With one source. Raises `InvalidField` for none, both, or a second of a channel."""
        if ("link" in attrs) == ("at" in attrs):
            raise errors.InvalidField("A note has a link or a time, and not both.", field="link")
        if "at" in attrs and attrs["targetType"] != TargetType.VIDEO:
            raise errors.InvalidField("A channel has no time; name a link.", field="at")
        return attrs


class RateNoteSerializer(StrictSerializer):
    """Body of POST /api/jurors/me/notes/{id}/ratings."""

    userId = UserIdField()
    helpful = HelpfulField(help_text="Whether it helps to understand the verdict.")


class ShownNoteSerializer(serializers.Serializer[Any]):
    """A note as everybody sees it, without a word of who wrote it."""

    id = serializers.CharField()
    verdict = serializers.ChoiceField(VERDICTS, help_text="What it is about.")
    text = serializers.CharField()
    link = serializers.CharField(required=False)
    at = serializers.IntegerField(required=False, help_text="A second of the video.")
    month = serializers.CharField(help_text="In which it was written: `YYYY-MM`.")


class ShownNotesSerializer(serializers.Serializer[Any]):
    """The notes of a target."""

    notes = ShownNoteSerializer(many=True, help_text="Three at most.")


class WritableSerializer(serializers.Serializer[Any]):
    """A verdict that a juror may add a note to."""

    targetType = serializers.ChoiceField(TARGETS)
    targetId = serializers.CharField()
    verdict = serializers.ChoiceField(VERDICTS)
    videos = serializers.ListField(child=serializers.CharField())
    until = serializers.DateTimeField()


class RatableSerializer(serializers.Serializer[Any]):
    """A note that a juror is asked about."""

    id = serializers.CharField()
    targetType = serializers.ChoiceField(TARGETS)
    targetId = serializers.CharField()
    verdict = serializers.ChoiceField(VERDICTS)
    text = serializers.CharField()
    link = serializers.CharField(required=False)
    at = serializers.IntegerField(required=False)
    closesAt = serializers.DateTimeField()


class OwnNoteSerializer(serializers.Serializer[Any]):
    """A note of the juror's own."""

    id = serializers.CharField()
    targetType = serializers.ChoiceField(TARGETS)
    targetId = serializers.CharField()
    verdict = serializers.ChoiceField(VERDICTS)
    text = serializers.CharField()
    link = serializers.CharField(required=False)
    at = serializers.IntegerField(required=False)
    state = serializers.ChoiceField(
        ["waiting", "shown", "unshown", "hidden"],
        help_text="`unshown`: raters did not agree in time; `hidden`: a moderator hid it.",
    )
    writtenAt = serializers.DateTimeField()


class JurorNotesSerializer(serializers.Serializer[Any]):
    """What a juror can do about notes."""

    write = WritableSerializer(many=True, help_text="20 at most, what was decided last first.")
    rate = RatableSerializer(many=True, help_text="10 at most, the least rated first.")
    mine = OwnNoteSerializer(many=True, help_text="50 at most, the newest first.")


class WrittenSerializer(serializers.Serializer[Any]):
    """A stored note."""

    success = serializers.BooleanField()
    id = serializers.CharField()
