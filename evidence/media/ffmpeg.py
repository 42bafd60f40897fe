"""ffmpeg, and what it may never do: use the network, follow what a file names, or take its time."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from evidence.media.reasons import Broken, Reason, Unusable
from evidence.media.sandbox import Failed, Limits, run

# Containers that hold their own data. Playlists, image sequences, SDP and concat name other files.
CONTAINERS = (
    "mov,mp4,m4a,3gp,3g2,mj2",
    "matroska,webm",
    "avi",
    "mpegts",
    "mpeg",
    "flv",
    "asf",
    "ogg",
)
MOST_PIXELS = 8192 * 4320
"""Of one picture, before it is made smaller."""
THREADS = 2
_NEVER_ELSEWHERE = ("-protocol_whitelist", "file,pipe")
_FAULTS = (
    ("not on whitelist", Reason.NOT_VIDEO),
    ("Picture size", Reason.TOO_LARGE),
    ("maximum number of pixels", Reason.TOO_LARGE),
    ("moov atom not found", Reason.TRUNCATED),
    ("does not contain any stream", Reason.NO_PICTURE),
    ("matches no streams", Reason.NO_PICTURE),
    ("Could not find codec parameters", Reason.TRUNCATED),
)


@cache
def program() -> str:
    """Where ffmpeg is: the system's, or that of the package imageio-ffmpeg. Raises `Broken`."""
    found = shutil.which("ffmpeg")
    if found is None:
        try:
            import imageio_ffmpeg  # noqa: PLC0415 - only where the system has none
        except ImportError:
            raise Broken("ffmpeg is not installed.") from None
        found = str(imageio_ffmpeg.get_ffmpeg_exe())
    return found


def source(path: Path, *before: str, strange: bool = True) -> list[str]:
    """The arguments that read a file; a `strange` one is somebody else's."""
    whitelist = [*_NEVER_ELSEWHERE]
    if strange:
        # Extra bytes of sound or subtitles must not be looked at for minutes.
        whitelist += ["-format_whitelist", ",".join(CONTAINERS), "-max_pixels", str(MOST_PIXELS)]
    return [*whitelist, "-threads", str(THREADS), *before, "-i", f"file:{path}"]


def convert(
    arguments: Sequence[str],
    *,
    folder: Path,
    limits: Limits,
    tick: Callable[[float | None], None] = lambda seconds: None,
) -> None:
    """Run ffmpeg in `folder`; `tick` hears how many seconds are done, None for not known yet.

    Raises `Unusable` or `Broken`; what `tick` raises ends it.
    """
    command = [program(), "-nostdin", "-hide_banner", "-y", "-loglevel", "error"]
    command += ["-filter_threads", str(THREADS), "-progress", "pipe:1", *arguments]
    try:
        run(command, folder=folder, limits=limits, tick=lambda line: tick(_seconds(line)))
    except Failed as error:
        raise fault(error.said, error.shown) from error


def said_of(path: Path, *, folder: Path, limits: Limits) -> str:
    """What ffmpeg says of a file and its first picture. Raises `Unusable` or `Broken`."""
    command = [program(), "-nostdin", "-hide_banner", *source(path)]
    try:
        said = run(
            [*command, "-map", "0:V:0", "-frames:v", "1", "-f", "null", "-"],
            folder=folder,
            limits=limits,
        )
    except Failed as error:
        raise fault(error.said, error.shown) from error
    return said


def fault(said: str, shown: str) -> Unusable | Broken:
    """Which fault of a file it is that ffmpeg ended with `said`, if it is the file's."""
    if "No space left on device" in said:
        return Broken("the disk is full")
    for text, reason in _FAULTS:
        if text in said:
            return Unusable(reason, shown)
    return Unusable(Reason.NOT_VIDEO, shown)


def _seconds(line: str) -> float | None:
    name, _, value = line.partition("=")
    return int(value) / 1e6 if name == "out_time_us" and value.strip().isdecimal() else None
