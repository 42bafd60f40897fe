"""A contact sheet: all frames of a clip in one picture, each with its time."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

COLUMNS = 6
WIDTH, HEIGHT = 200, 112
SHEET = "sheet.jpg"
_GAP = 4
_DARK, _LIGHT, _BACK = (16, 16, 18), (255, 255, 255), (0, 0, 0)


def draw(frames: Sequence[tuple[float, Path]], folder: Path) -> Path:
    """Write the sheet of frames, given as seconds and picture, into `folder`; its path.

    Pictures keep their shape within cells of 200 x 112 pixels, six in a row.
    """
    columns = min(COLUMNS, len(frames))
    lines = ceil(len(frames) / columns)
    sheet = Image.new(
        "RGB", (columns * (WIDTH + _GAP) + _GAP, lines * (HEIGHT + _GAP) + _GAP), _DARK
    )
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(13)
    for n, (at, path) in enumerate(frames):
        left = _GAP + n % columns * (WIDTH + _GAP)
        top = _GAP + n // columns * (HEIGHT + _GAP)
        with Image.open(path) as picture:
            picture.thumbnail((WIDTH, HEIGHT))
            sheet.paste(
                picture,
                (left + (WIDTH - picture.width) // 2, top + (HEIGHT - picture.height) // 2),
            )
        text = clock(at)
        box = pen.textbbox((left + 4, top + 3), text, font=font)
        pen.rectangle((box[0] - 3, box[1] - 2, box[2] + 3, box[3] + 2), fill=_BACK)
        pen.text((left + 4, top + 3), text, fill=_LIGHT, font=font)
    made = folder / SHEET
    sheet.save(made, "JPEG", quality=82, optimize=True)
    return made


def clock(seconds: float) -> str:
    """A time in a clip: 3:05, or 1:03:05."""
    minutes, left = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"
