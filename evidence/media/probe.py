"""What a file says of itself, as ffmpeg tells it, and whether that is anything we take."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from evidence.media import ffmpeg
from evidence.media.reasons import Reason, Unusable
from evidence.media.sandbox import Limits

LONGEST_S = 3 * 3600
"""Seconds of a clip that are taken at most."""
SMALLEST_SIDE = 16
LARGEST_SIDE = 16_384
_LIMITS = Limits(wall_s=30, cpu_s=20, memory_bytes=2 * 1024**3, file_bytes=1024**2)
# Exactly two spaces: what a file says in its metadata stands further right.
_CONTAINER = re.compile(r"^Input #0, ([a-z0-9_,]+), from ", re.M)
_DURATION = re.compile(r"^  Duration: (?:N/A|(\d+):(\d\d):(\d\d(?:\.\d+)?))", re.M)
_STREAM = re.compile(r"^  Stream #0:\d+\S*: (Video|Audio): ([a-z0-9_]+)([^\n]*)$", re.M)
_SIZE = re.compile(r"\b(\d{1,6})x(\d{1,6})\b")
_RATE = re.compile(r"\b(\d+(?:\.\d+)?)(k?) (?:fps|tbr)\b")


@dataclass(frozen=True)
class Probed:
    """What it claims to be; `duration_s` and `frame_rate` are None where it does not say."""

    container: str
    duration_s: float | None
    width: int
    height: int
    frame_rate: float | None
    video_codec: str
    audio_codec: str


def probe(path: Path, *, folder: Path) -> Probed:
    """Read the head of a file, and its first picture. Raises `Unusable` or `Broken`."""
    if not path.stat().st_size:
        raise Unusable(Reason.TRUNCATED, "it is empty")
    return check(parse(ffmpeg.said_of(path, folder=folder, limits=_LIMITS)))


def parse(said: str) -> Probed:
    """What ffmpeg says of an input. Raises `Unusable`. Pure."""
    # The same lines follow for what it writes.
    said = said.partition("\nOutput #0")[0]
    container, length = _CONTAINER.search(said), _DURATION.search(said)
    streams = {kind: (codec, rest) for kind, codec, rest in reversed(_STREAM.findall(said))}
    if container is None:
        raise Unusable(Reason.NOT_VIDEO, "no container that is known")
    video, rest = streams.get("Video", ("", ""))
    size, rate = _SIZE.search(rest), _RATE.search(rest)
    if not video:
        raise Unusable(Reason.NO_PICTURE)
    if size is None:
        raise Unusable(Reason.TRUNCATED, "it does not say how large its pictures are")
    seconds = None
    if length and length[1] is not None:
        seconds = int(length[1]) * 3600 + int(length[2]) * 60 + float(length[3])
    return Probed(
        container=container[1],
        duration_s=seconds,
        width=int(size[1]),
        height=int(size[2]),
        frame_rate=float(rate[1]) * (1000 if rate[2] else 1) if rate else None,
        video_codec=video,
        audio_codec=streams.get("Audio", ("", ""))[0],
    )


def check(probed: Probed) -> Probed:
    """The same, if it is within what we take. Raises `Unusable`. Pure."""
    sides = (probed.width, probed.height)
    if max(sides) > LARGEST_SIDE or probed.width * probed.height > ffmpeg.MOST_PIXELS:
        raise Unusable(Reason.TOO_LARGE, f"{probed.width} x {probed.height} pixels")
    if min(sides) < SMALLEST_SIDE:
        raise Unusable(Reason.NO_PICTURE, f"{probed.width} x {probed.height} pixels")
    if (probed.duration_s or 0) > LONGEST_S:
        raise Unusable(Reason.TOO_LONG, f"{probed.duration_s:.0f} s")
    return probed
