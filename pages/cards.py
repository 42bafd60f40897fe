"""Pictures for links that are shared: drawn once for each thing that can be said, kept as files.

A card says what was found, of no particular video: so there are few of them, whatever is shared.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from hashlib import blake2b
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from PIL import Image, ImageDraw, ImageFont

from pages.verdicts import Verdict
from sync.folders import write_atomically

WIDTH, HEIGHT = 1200, 630
_PAPER, _INK, _SOFT, _GOOD = "#fbfbfd", "#17202a", "#55626f", "#1d6b3a"
_SUBJECTS = {"video": "This video", "channel": "This channel"}
_SAID = {
    ("ai", "votes"): ("is flagged as AI", "by viewers’ votes"),
    ("ai", "jury"): ("is AI", "a jury of viewers confirmed it"),
    ("ai", "moderator"): ("is AI", "a moderator confirmed it"),
    ("ai", "list"): ("is flagged as AI", "by a public list"),
    ("ai", "channel"): ("is flagged as AI", "because its channel is"),
    ("ai", "measured"): ("is labelled as AI", "by YouTube"),
    ("human", "jury"): ("is made by people", "a jury of viewers confirmed it"),
    ("human", "moderator"): ("is made by people", "a moderator confirmed it"),
    ("", ""): ("is not flagged", "look it up"),
}
NAMES = frozenset(
    f"{kind}-{what or 'none'}-{by or 'none'}" for kind in _SUBJECTS for what, by in _SAID
)


def name_of(kind: str, verdict: Verdict) -> str:
    """The card that says this; one of `NAMES`."""
    said = (verdict.what, verdict.by) if (verdict.what, verdict.by) in _SAID else ("", "")
    if verdict.what == "ai" and said == ("", ""):
        said = ("ai", "votes")  # by the word of somebody whom this version does not know
    return f"{kind}-{said[0] or 'none'}-{said[1] or 'none'}"


def address(kind: str, verdict: Verdict) -> str:
    """The path of the card."""
    return reverse("card", args=[name_of(kind, verdict)])


def file_of(name: str) -> tuple[Path, str]:
    """The file of a card and its tag, drawn if there is none yet. Raises KeyError, OSError."""
    if name not in NAMES:
        raise KeyError(name)
    tag = _tag()
    path = Path(settings.PUBLISH_ROOT) / "pages" / f"{name}-{tag}.png"
    if not path.exists():
        write_atomically(path, draw(name, settings.SITE.name, settings.SITE.colour))
    return path, tag


def drawn_at(path: Path) -> datetime:
    """When a card was drawn."""
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _tag() -> str:
    """What changes with the operator's look: cards of another one are other files."""
    look = f"1 {settings.SITE.name} {settings.SITE.colour}"
    return blake2b(look.encode(), digest_size=6).hexdigest()


def draw(name: str, site: str, colour: str) -> bytes:
    """A card as PNG of few colours."""
    kind, what, by = name.split("-")
    said, why = _SAID[what.replace("none", ""), by.replace("none", "")]
    picture = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    brush = ImageDraw.Draw(picture)
    accent = {"ai": colour, "human": _GOOD}.get(what, _SOFT)
    brush.rectangle((0, 0, 28, HEIGHT), fill=accent)
    brush.text((96, 110), _SUBJECTS[kind], fill=_SOFT, font=_font(56))
    brush.text((96, 190), said, fill=accent, font=_font(96))
    brush.text((96, 330), why, fill=_INK, font=_font(48))
    # The font that comes with Pillow has Latin letters alone.
    brush.text((96, 500), site if site.isascii() else "RealTube", fill=_INK, font=_font(44))
    out = BytesIO()
    picture.quantize(32).save(out, "PNG", optimize=True)
    return out.getvalue()


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
