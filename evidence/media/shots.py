"""Pictures that strangers sent, made into pictures of our own: decoded and written anew.

A process of its own with limits does it, since decoders read what strangers chose. Nothing of a
file but its pixels comes through.
"""

from __future__ import annotations

import base64
import json
import sys
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image

from evidence.media.reasons import Reason, Unusable
from evidence.media.sandbox import Failed, Limits, run

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 4096 * 4096
WIDEST = (1280, 1280)
_LIMITS = Limits(wall_s=60, cpu_s=30, memory_bytes=1024**3, file_bytes=4 * 1024**2)
_REPOSITORY = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Redrawn:
    """A picture of ours in a file `name`, of what was played at `at` seconds."""

    at: float
    name: str
    width: int
    height: int


def redraw(packed: Path, *, folder: Path) -> list[Redrawn]:
    """The pictures of a file of `evidence.shots` as JPEG in `folder`, without those that are none.

    Raises `Unusable` if none is left, and `Broken` if they cannot be read here.
    """
    code = f"import sys; sys.path.insert(0, {str(_REPOSITORY)!r}); "
    code += "from evidence.media.shots import main; main()"
    try:
        said = run([sys.executable, "-I", "-c", code, str(packed)], folder=folder, limits=_LIMITS)
    except Failed as failed:
        raise Unusable(Reason.NO_PICTURE, failed.shown) from failed
    found = [Redrawn(**it) for it in json.loads(said.strip().rpartition("\n")[2])]
    if not found:
        raise Unusable(Reason.NO_PICTURE, "no picture can be decoded")
    return found


def main() -> None:
    """Redraw what the command line names into this folder; print what became of it as one line."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    found = []
    for number, it in enumerate(json.loads(Path(sys.argv[1]).read_bytes()), start=1):
        name = f"shot-{number}.jpg"
        try:
            width, height = _redraw(base64.b64decode(it["picture"]), name)
        except Exception as error:  # of a decoder, on what a stranger chose
            sys.stderr.write(f"{type(error).__name__}\n")
            continue
        found.append({"at": it["at"], "name": name, "width": width, "height": height})
    sys.stdout.write(json.dumps(found) + "\n")


def _redraw(picture: bytes, name: str) -> tuple[int, int]:
    """Raises what decoders raise, and `ValueError` for what is too large."""
    with Image.open(BytesIO(picture), formats=FORMATS) as image:
        if image.width * image.height > MOST_PIXELS:
            raise ValueError("too many pixels")
        drawn = image.convert("RGB")
    drawn.info.clear()  # comments would be written again
    drawn.thumbnail(WIDEST)
    drawn.save(name, "JPEG", quality=85)
    return drawn.size
