"""The repository's changelog as HTML."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

MOST_BYTES = 24_000
"""Of it, the newest first: a page is to stay small."""


@cache
def html() -> SafeString:
    """The newest of it, without its title; empty if it is not there. Links are text.

    Markdown's own HTML is escaped.
    """
    try:
        text = (settings.BASE_DIR / "CHANGELOG.md").read_text(encoding="utf-8")
    except OSError:
        return SafeString("")
    _, _, text = text.partition("\n")
    shown = text[:MOST_BYTES].rpartition("\n- " if len(text) > MOST_BYTES else "\n")[0]
    parser = MarkdownIt("commonmark", {"html": False})
    tokens = parser.parse(shown)
    for token in tokens:
        # They lead to files of the repository, which are not here.
        for child in token.children or []:
            if child.type in ("link_open", "link_close"):
                child.tag, child.attrs = "span", {}
    html: str = parser.renderer.render(tokens, parser.options, {})
    return mark_safe(html)  # noqa: S308 - see above
