"""Single pictures of a rendition: where scenes begin, and at even distances.

A rendition has a key frame each second and wherever the encoder saw a scene begin, and key frames
are read without the pictures in between. So this takes a hundredth of what reading all would.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from evidence.media import ffmpeg
from evidence.media.reasons import Reason, Unusable
from evidence.media.sandbox import Limits, run

MOST = 120
"""Frames of a clip."""
MOST_SCENES = 60
SCENE = 0.2
"""How much of a picture changes where a scene begins, as ffmpeg reckons, 0-1."""
CLOSEST_S = 2.0
"""Seconds between frames at even distances, at least."""
_LIMITS = Limits(wall_s=1200, cpu_s=600, file_bytes=16 * 1024**2)
_KEY = re.compile(r"pts_time:(-?[\d.]+).*?lavfi\.scene_score=([\d.]+)", re.S)
_PATTERN = "frame-%03d.jpg"


@dataclass(frozen=True)
class Chosen:
    """A picture at `at` seconds; `scene` says whether one begins there. `name` is its file."""

    at: float
    scene: bool
    name: str = ""


def extract(
    rendition: Path,
    *,
    folder: Path,
    tick: Callable[[float | None], None] = lambda seconds: None,
) -> list[Chosen]:
    """Write the chosen frames of a rendition into `folder` as JPEG. Raises `Unusable`."""
    keys = _keys(rendition, folder=folder, tick=tick)
    chosen = choose(keys)
    if not chosen:
        raise Unusable(Reason.NO_PICTURE, "no picture can be decoded")
    number = {at: n for n, (at, _) in enumerate(keys)}
    wanted = "+".join(f"eq(n,{number[it.at]})" for it in chosen)
    ffmpeg.convert(
        [
            *ffmpeg.source(rendition, "-skip_frame", "nokey", strange=False),
            *("-an", "-vf", f"select='{wanted}',scale='min(1280,iw*if(sar,sar,1))':ih,setsar=1"),
            *("-fps_mode", "passthrough", "-q:v", "4", "-f", "image2", _PATTERN),
        ],
        folder=folder,
        limits=_LIMITS,
        tick=tick,
    )
    named = [Chosen(it.at, it.scene, _PATTERN % n) for n, it in enumerate(chosen, start=1)]
    return [it for it in named if (folder / it.name).exists()]


def choose(keys: Sequence[tuple[float, float]]) -> list[Chosen]:
    """Which key frames, of their times in seconds and how much changed before each. Pure.

    The strongest changes first, then the nearest to even distances; in the order of time.
    """
    scenes = sorted(
        (key for n, key in enumerate(keys) if n and key[1] >= SCENE),
        key=lambda key: (-key[1], key[0]),
    )
    taken = {at: True for at, _ in scenes[:MOST_SCENES]}
    if keys:
        length = keys[-1][0] - keys[0][0]
        step = max(CLOSEST_S, length / (MOST - MOST_SCENES - 1))
        due = keys[0][0]
        for at, _ in keys:
            if at >= due - 1e-6:
                taken.setdefault(at, False)
                due = max(due + step, at)
    return [Chosen(at, scene) for at, scene in sorted(taken.items())][:MOST]


def _keys(
    rendition: Path, *, folder: Path, tick: Callable[[float | None], None]
) -> list[tuple[float, float]]:
    look = "scale=320:180,select='gte(scene,0)',metadata=print:file=-"
    said = run(
        [
            *(ffmpeg.program(), "-nostdin", "-hide_banner", "-loglevel", "error"),
            *ffmpeg.source(rendition, "-skip_frame", "nokey", strange=False),
            *("-an", "-vf", look, "-fps_mode", "passthrough", "-f", "null", "-"),
        ],
        folder=folder,
        limits=_LIMITS,
        tick=lambda line: tick(None),
    )
    return [(max(float(at), 0.0), float(score)) for at, score in _KEY.findall(said)]
