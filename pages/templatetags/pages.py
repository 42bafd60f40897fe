"""What every page's template uses: links that keep the language, numbers, the site's look."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode

from pages import words
from pages.addresses import origin
from pages.languages import chosen

register = template.Library()


@register.simple_tag
def site() -> Any:
    """What the operator says of the site (`realtube.looks.Site`)."""
    return settings.SITE


@register.simple_tag
def is_mirror() -> bool:
    """Whether this site is a copy of another."""
    return bool(settings.MIRROR_OF)


@register.simple_tag
def operator_says(page: str) -> list[str]:
    """The operator's words on a page, by paragraph."""
    return words.of_operator(page)


@register.simple_tag(takes_context=True)
def to(context: template.Context, name: str, *args: Any, **query: Any) -> str:
    """The address of a page, in the language that was asked for; `query` goes with it."""
    request = context.get("request")
    language = chosen(request) if request else ""
    query = {key: value for key, value in query.items() if value not in ("", None)}
    if language:
        query["lang"] = language
    address = reverse(name, args=[arg for arg in args if arg != ""])
    return f"{address}?{urlencode(query)}" if query else address


@register.simple_tag(takes_context=True)
def languages(context: template.Context) -> list[dict[str, Any]]:
    """This page in each language: code, name, address, whether it is shown in it now."""
    request = context.get("request")
    if request is None:
        return []
    query = {key: value for key, value in request.GET.items() if key not in ("lang", "video")}
    now = translation.get_language()
    return [
        {
            "code": code,
            "name": name,
            "address": f"{request.path}?{urlencode({**query, 'lang': code})}",
            "now": code == now,
        }
        for code, name in settings.LANGUAGES
    ]


@register.simple_tag(takes_context=True)
def absolute(context: template.Context, address: str) -> str:
    """An address with the site's origin in front, where that is known."""
    request = context.get("request")
    return f"{origin(request)}{address}" if request else address


@register.filter
def number(value: float) -> str:
    """With the digits grouped as the language does."""
    return words.number(value)


@register.filter
def minute(moment: str) -> str:
    """A time of the data to the minute, as `2026-11-21 08:00`."""
    return moment[:16].replace("T", " ")


@register.filter
def kind(category: str) -> str:
    """A kind of AI in words."""
    return words.kind(category)


@register.filter
def worded(value: str, of: str) -> str:
    """A word of the data in the visitor's language: of `bands`, `sources` or `signs`."""
    found = {"bands": words.BANDS, "sources": words.SOURCES, "signs": words.SIGNS}[of]
    return str(found.get(value, value))
