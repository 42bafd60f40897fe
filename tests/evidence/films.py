"""Clips that ffmpeg makes for the tests, each once for all tests of a process."""

from __future__ import annotations

import functools
import shutil
import subprocess
import tempfile
from pathlib import Path

from evidence.media import sandbox
from evidence.models import Clip, State
from evidence.uploads import incoming
from tests.tools import needs
from votes.moderation.appeals import file_appeal

needs_ffmpeg = needs("ffmpeg")
# Of many tests at once, those of programs that give way to all others would never end.
sandbox.NICE = 0
_FOLDER = tempfile.TemporaryDirectory(prefix="realtube-clips-")
FOLDER = Path(_FOLDER.name)
# Tones that change, and so have something to be known again by.
TONES = (
    "aevalsrc='0.3*sin(2*PI*(220+110*floor(mod(t,7)))*t)"
    "+0.2*sin(2*PI*(330+55*floor(mod(t*1.7,5)))*t)+0.2*sin(2*PI*(500+70*floor(mod(t*2.3,11)))*t)'"
)
OTHER_TONES = (
    "aevalsrc='0.3*sin(2*PI*(250+130*floor(mod(t*1.1,6)))*t)"
    "+0.2*sin(2*PI*(310+75*floor(mod(t*1.3,7)))*t)+0.2*sin(2*PI*(470+50*floor(mod(t*2.9,9)))*t)'"
)
# Three scenes of two seconds each, of nothing alike.
SCENES = (
    "testsrc2=s=320x180:r=10:d=2[a];mandelbrot=s=320x180:r=10,trim=duration=2[b];"
    "cellauto=s=320x180:r=10:rule=110:random_seed=7,trim=duration=2,format=yuv420p[c];"
    "[a][b][c]concat=n=3:v=1:a=0"
)
FAST = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")


def ffmpeg(*arguments: str) -> None:
    """Run ffmpeg, as whoever makes clips does."""
    subprocess.run(["ffmpeg", "-y", "-nostdin", "-loglevel", "error", *arguments], check=True)


@functools.cache
def made(name: str, *arguments: str) -> Path:
    """A file made with these arguments."""
    path = FOLDER / name
    ffmpeg(*arguments, str(path))
    return path


def scenes() -> Path:
    """Six seconds, three scenes, with sound."""
    return made(
        "scenes.mp4",
        *("-f", "lavfi", "-i", SCENES, "-f", "lavfi", "-i", f"{TONES}:d=6"),
        *(*FAST, "-c:a", "aac", "-shortest"),
    )


def arrived(path: Path, *, target: str = "dQw4w9WgXcQ", name: str = "") -> Clip:
    """A clip all of whose bytes have come, for a new appeal about `target`."""
    appeal = file_appeal(target_type="video", target_id=target, reason="I made it.")
    size = path.stat().st_size
    clip = Clip.objects.create(
        appeal=appeal,
        target_type="video",
        target_id=target,
        name=name or path.name,
        size=size,
        offset=size,
        state=State.RECEIVED,
    )
    shutil.copy(path, incoming.path_of(clip.pk))
    return clip
