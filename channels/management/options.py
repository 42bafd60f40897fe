"""What the commands about lists have in common: options, and how a list's use is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.management import CommandError

from channels.models import ListSource

USES = ("passed-on", "here", "nowhere")
"""What an operator can answer; see `ListSource.Use`."""


def text_of(options: Mapping[str, Any], name: str, *, longest: int, needed: bool = True) -> str:
    """A text of one line. Raises `CommandError` for one that is too long, or missing."""
    value = str(options[name] or "").strip()
    if not value and not needed:
        return ""
    if not 1 <= len(value) <= longest or not value.isprintable():
        raise CommandError(f"--{name} has to have 1 to {longest} characters of one line.")
    return value


def use_of(options: Mapping[str, Any]) -> str:
    """The answer as it is stored; empty for none."""
    return (options["use"] or "").replace("-", "_")


def printed_use(source: str) -> str:
    """One line: where what a list says may go, and how to say otherwise."""
    found = ListSource.objects.get(name=source)
    line = f"{found.name}, licence {found.stated}: {found.get_use_display()}"
    if found.use in (ListSource.Use.UNKNOWN, ListSource.Use.NOWHERE):
        line += f"; to say otherwise: manage.py lists --source NAME --use {'|'.join(USES)}"
    return line
