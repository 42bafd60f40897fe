"""Parameters that several views read."""

from __future__ import annotations

import re

from django.http import HttpRequest

from common import errors


def whole_number(request: HttpRequest, name: str, *, low: int, high: int, default: int) -> int:
    """A parameter, or its default. Raises `InvalidParam` unless `low` <= n <= `high`."""
    given = request.GET.get(name)
    if given is None:
        return default
    if not re.fullmatch(r"[0-9]{1,5}", given) or not low <= int(given) <= high:
        raise errors.InvalidParam(f"{name} must be from {low} to {high}.", field=name)
    return int(given)
