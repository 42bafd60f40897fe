"""Identifiers and timestamps of the wire; the first field that fails answers.

They raise the API's errors themselves, so declaration order is the order of checks
(docs/contract.md#r16).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from common import errors, ids


def timestamp(moment: datetime) -> str:
    """Whole seconds in UTC with `Z` (docs/contract.md#r11)."""
    return f"{moment.astimezone(UTC).isoformat(timespec='seconds')[:19]}Z"


class StrictSerializer(serializers.Serializer[Any]):
    """A body whose members have the right JSON types before any rule is looked at.

    Its fields raise the API's errors, and the first to fail answers; DRF gathers all errors,
    which takes longer than the checks themselves. Fields that are not required have no defaults.
    """

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """The validated members. Raises `InvalidBody` or what the fields raise."""
        return self.validate(self.to_internal_value(data))

    def to_internal_value(self, data: Any) -> Any:
        """The members by themselves."""
        for name, _, wanted in self._members:
            value = data.get(name)
            if value is not None and not isinstance(value, wanted):
                raise errors.InvalidBody(f"{name} has the wrong JSON type.", field=name)
        valid = {}
        for name, field, _ in self._members:
            value = data.get(name)
            if value is not None:
                valid[name] = field.run_validation(value)
            elif field.required:
                valid[name] = field.run_validation()
        return valid

    @cached_property
    def _members(self) -> list[tuple[str, serializers.Field[Any, Any, Any, Any], type]]:
        """Name, field and JSON type of each."""
        types: dict[type, type] = {
            serializers.BooleanField: bool,
            serializers.IntegerField: int,
            serializers.ListField: list,
        }
        return [
            (name, field, next((t for kind, t in types.items() if isinstance(field, kind)), str))
            for name, field in self.fields.items()
        ]


class _IdField(serializers.Field[str, str, str, Any]):
    error: type[errors.ApiError] = errors.InvalidField
    rule = ""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        value = self.normalise("" if data is serializers.empty else data)
        if value is None:
            raise self.error(f"{self.field_name} must be {self.rule}.", field=self.field_name or "")
        return value

    def to_representation(self, value: str) -> str:
        return value

    def normalise(self, value: str) -> str | None:
        raise NotImplementedError


@extend_schema_field({"type": "string", "pattern": "^[A-Za-z0-9_-]{1,16}$"})
class VideoIdField(_IdField):
    """A YouTube video id."""

    rule = "1 to 16 characters of A-Z, a-z, 0-9, _ and -"

    def normalise(self, value: str) -> str | None:
        """The id without surrounding white space; None if it is none."""
        value = value.strip()
        return value if ids.is_video_id(value) else None


@extend_schema_field({"type": "string", "pattern": "^[A-Za-z0-9_-]{1,32}$"})
class ChannelIdField(_IdField):
    """A YouTube channel id."""

    rule = "1 to 32 characters of A-Z, a-z, 0-9, _ and -"

    def normalise(self, value: str) -> str | None:
        """The id without surrounding white space; None if it is none."""
        value = value.strip()
        return value if ids.is_channel_id(value) else None


@extend_schema_field({"type": "string", "example": "@somebody"})
class HandleField(_IdField):
    """A YouTube handle, with or without `@`, in any case and script."""

    rule = "a YouTube handle"

    def normalise(self, value: str) -> str | None:
        """The handle's one normal form."""
        return ids.normalise_handle(value)


@extend_schema_field({"type": "string", "pattern": "^[0-9a-f]{32,64}$"})
class UserIdField(_IdField):
    """The wire user id; validated gives the public id, so that nothing else ever sees it."""

    rule = "the hex user id made as the documentation says"

    def normalise(self, value: str) -> str | None:
        """The public id of the voter."""
        wire = ids.normalise_user_id(value, min_length=settings.USER_ID_MIN_LENGTH)
        return ids.public_id(wire, key=settings.VOTER_KEY) if wire else None


_KEY = re.compile(r"[0-9a-f]{16}", re.ASCII)


@extend_schema_field(
    {"type": "array", "items": {"type": "string", "pattern": "^[0-9a-f]{16}$"}, "maxItems": 5}
)
class VideoKeysField(serializers.ListField):
    """Keys of videos, as the compact form has them: 16 hex digits each."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """The keys. Raises `InvalidField` for too many, or one that is no key."""
        keys = list(data)
        most = self.max_length or 0
        if len(keys) > most or not all(isinstance(k, str) and _KEY.fullmatch(k) for k in keys):
            raise errors.InvalidField(
                f"{self.field_name} must be at most {most} keys of 16 hex digits.",
                field=self.field_name or "",
            )
        return keys


@extend_schema_field({"type": "string"})
class LineField(_IdField):
    """A line as a page shows it: white space as one space each, nothing that cannot be seen."""

    def __init__(self, *, max_length: int, **more: Any) -> None:
        super().__init__(**more)
        self.max_length = max_length
        self.rule = f"1 to {max_length} characters that can be seen"

    def normalise(self, value: str) -> str | None:
        """The line; None if nothing is left, it is too long, or holds half a character."""
        text = ids.line(value)
        return text if text and len(text) <= self.max_length else None


@extend_schema_field({"type": "string"})
class PlainTextField(_IdField):
    """What a person wrote: trimmed, without control characters but line breaks and tabs."""

    def __init__(self, *, max_length: int, **more: Any) -> None:
        super().__init__(**more)
        self.max_length = max_length
        self.rule = f"1 to {max_length} characters of text"

    def normalise(self, value: str) -> str | None:
        """The text; None if nothing is left, it is too long, or holds half a character."""
        text = ids.plain_text(value)
        return text if text is not None and 1 <= len(text) <= self.max_length else None
