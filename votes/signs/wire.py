"""Signs on the wire, as they are sent and as they are shown."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from common import errors
from votes.models import AT_MAX_S, SignKind


@extend_schema_field(
    {
        "type": "array",
        "maxItems": len(SignKind),
        "items": {
            "type": "object",
            "required": ["sign"],
            "properties": {
                "sign": {"type": "string", "enum": SignKind.values},
                "at": {"type": "integer", "minimum": 0, "maximum": AT_MAX_S},
            },
        },
    }
)
class SignsField(serializers.ListField):
    """What a voter noticed: one of each sign, with a second of the video or without."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Seconds, or None, by sign. Raises `InvalidField`."""
        found: dict[str, int | None] = {}
        for it in data:
            sign, at = (it.get("sign"), it.get("at")) if isinstance(it, dict) else (None, None)
            if not isinstance(sign, str) or sign not in SignKind.values:
                raise self._wrong(f"have one of {', '.join(SignKind.values)} as `sign` of each")
            if sign in found:
                raise self._wrong("have one of each sign at most")
            if at is not None and (type(at) is not int or not 0 <= at <= AT_MAX_S):
                raise self._wrong(f"have whole seconds, 0 to {AT_MAX_S}, as `at`, or no `at`")
            found[sign] = at
        return found

    def _wrong(self, rule: str) -> errors.InvalidField:
        return errors.InvalidField(f"{self.field_name} must {rule}.", field=self.field_name or "")


class NamedSignSerializer(serializers.Serializer[Any]):
    """What independent voters say gives a video away."""

    sign = serializers.ChoiceField(SignKind.values)
    voices = serializers.IntegerField(min_value=2, help_text="Independent voters that name it.")
    at = serializers.IntegerField(
        required=False, min_value=0, help_text="The middle one of the seconds that they name."
    )
