"""How views describe themselves in the OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from common.errors import ERRORS, ApiError

EXPLAIN = OpenApiParameter("explain", str, enum=["1"], description="Add how it comes about.")


class ErrorDetailSerializer(serializers.Serializer[Any]):
    """The one member of every error answer."""

    code = serializers.ChoiceField(
        choices=sorted({error.code for error in ERRORS}), help_text="Stable, for programs."
    )
    message = serializers.CharField(help_text="English, for people; not to be parsed.")
    field = serializers.CharField(
        required=False, help_text="The member or parameter at fault, with 400."
    )
    retryAfter = serializers.IntegerField(
        required=False, min_value=1, help_text="Seconds to wait, with 429 and 503."
    )


class ErrorAnswerSerializer(serializers.Serializer[Any]):
    """Every error answer."""

    error = ErrorDetailSerializer()


class ApiSchema(AutoSchema):
    """Groups operations by their first path segment and names them after the view."""

    def get_tags(self) -> list[str]:
        """`/api/videos/...` is tagged `videos`."""
        return [self.path.removeprefix("/api").strip("/").split("/")[0]]

    def get_operation_id(self) -> str:
        """A stable name such as `videos_prefix_get`."""
        name = type(self.view).__name__.removesuffix("View")
        snake = "".join(f"_{c.lower()}" if c.isupper() else c for c in name).strip("_")
        return f"{snake}_{self.method.lower()}"

    def get_auth(self) -> list[Any]:
        """No other proof: anybody who knows a user id is that user."""
        return []

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        """The operation, with the errors that its view can give besides those it names."""
        always = getattr(type(self.view), "failures", None)
        if always:
            named: Any = type(self).get_response_serializers(self)
            answered = _with_failures(named, always(self.method.lower()))
            setattr(self, "get_response_serializers", lambda: answered)  # noqa: B010 - a method
        return super().get_operation(*args, **kwargs)


def answers(success: Any, *failures: type[ApiError], status: int = 200) -> dict[Any, Any]:
    """The responses of an operation: the success (or one a media type), the named failures.

    `ApiView.failures` are added to them.
    """
    if isinstance(success, dict):
        return _with_failures({(status, media): kind for media, kind in success.items()}, failures)
    return _with_failures({status: success}, failures)


def _with_failures(responses: dict[Any, Any], failures: Iterable[type[ApiError]]) -> dict[Any, Any]:
    found = dict(responses)
    for kind in sorted(failures, key=lambda kind: kind.status):
        text, examples = f"`{kind.code}`: {_sentence(kind)}", [_example(kind)]
        known = found.get(kind.status)
        if isinstance(known, OpenApiResponse):
            text, examples = f"{known.description} {text}", [*known.examples, *examples]
        found[kind.status] = OpenApiResponse(
            ErrorAnswerSerializer, description=text, examples=examples
        )
    return found


def _sentence(kind: type[ApiError]) -> str:
    return (kind.__doc__ or "").splitlines()[0]


def _example(kind: type[ApiError]) -> OpenApiExample:
    return OpenApiExample(
        kind.code,
        value=kind(retry_after_s=30 if kind.status in (429, 503) else None).body(),
        status_codes=[str(kind.status)],
    )


def without_trailing_slash(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Document each path without a slash at its end; both forms answer."""
    result["paths"] = {path.rstrip("/"): item for path, item in result["paths"].items()}
    return result
