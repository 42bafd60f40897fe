"""The renditions that browsers play: MP4 for all, HLS in two bitrates for long clips."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from evidence.media import ffmpeg
from evidence.media.probe import LONGEST_S, Probed, probe
from evidence.media.reasons import Reason, Unusable
from evidence.media.sandbox import Limits

RENDITION = "rendition.mp4"
MASTER = "master.m3u8"
KEYFRAME_S = 1
"""Seconds between key frames, so that a player that jumps shows the picture at once."""
LONG_S = 600
"""From here a clip is also made into HLS."""
_MIB = 1024**2
# What containers say of their length is not exact.
_MISSING, _MISSING_S = 0.1, 2.0
_FASTEST = 30
# The encoder that decides about files and speed; a rendition is for looking, not for keeping.
_H264 = ("-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high", "-pix_fmt", "yuv420p")
_KEYS = ("-force_key_frames", f"expr:gte(t,n_forced*{KEYFRAME_S})", "-keyint_min", "1")
_CLEAN = ("-map_metadata", "-1", "-map_chapters", "-1", "-sn", "-dn")


def render(
    path: Path,
    probed: Probed,
    *,
    folder: Path,
    tick: Callable[[float | None], None] = lambda seconds: None,
) -> Probed:
    """Write `RENDITION` into `folder`, at most 1280 x 720 (or upright) and 30 pictures a second.

    `tick` hears the seconds done. Returns what it has become: the length of a file is what it has,
    not what it says. Raises `Unusable` or `Broken`.
    """
    out = folder / RENDITION
    ffmpeg.convert(
        [
            *ffmpeg.source(path),
            *("-map", "0:V:0", "-map", "0:a:0?", *_CLEAN, "-t", str(LONGEST_S + 1)),
            *("-vf", _fit(1280, 720), "-fpsmax", str(_FASTEST)),
            *(*_H264, "-crf", "23", "-maxrate", "3M", "-bufsize", "6M", *_KEYS),
            *("-threads", str(ffmpeg.THREADS), "-max_muxing_queue_size", "2048"),
            *("-c:a", "aac", "-b:a", "128k", "-ac", "2", "-ar", "44100"),
            *("-movflags", "+faststart", "-f", "mp4", RENDITION),
        ],
        folder=folder,
        limits=_limits(probed.duration_s),
        tick=tick,
    )
    made = probe(out, folder=folder)
    seconds = made.duration_s or 0.0
    if seconds > LONGEST_S:
        raise Unusable(Reason.TOO_LONG, f"more than {LONGEST_S} s")
    said = probed.duration_s or 0.0
    if said - seconds > max(_MISSING_S, said * _MISSING):
        raise Unusable(Reason.TRUNCATED, f"{seconds:.0f} of {said:.0f} s can be read")
    return made


def stream(
    rendition: Path,
    made: Probed,
    *,
    folder: Path,
    tick: Callable[[float | None], None] = lambda seconds: None,
) -> list[str]:
    """Write HLS of a rendition into `folder`; the names of its files, the master first.

    Two bitrates: the rendition as it is, and one of 360 lines. Each is one file, of which the
    playlist names parts. Raises `Unusable` or `Broken`.
    """
    split = ("-f", "hls", "-hls_time", "6", "-hls_playlist_type", "vod", "-hls_list_size", "0")
    split += ("-hls_segment_type", "mpegts", "-hls_flags", "single_file+independent_segments")
    each = [*ffmpeg.source(rendition, strange=False), "-map", "0:v:0", "-map", "0:a:0?"]
    high = [*each, "-c", "copy", *split, "-hls_segment_filename", "high.ts", "high.m3u8"]
    low = [
        *(*each, "-vf", _fit(640, 360), *_H264, "-crf", "26", "-maxrate", "700k"),
        *("-bufsize", "1400k", *_KEYS, "-threads", str(ffmpeg.THREADS)),
        *("-c:a", "aac", "-b:a", "64k", "-ac", "2", *split),
        *("-hls_segment_filename", "low.ts", "low.m3u8"),
    ]
    for arguments in (high, low):
        limits = _limits(made.duration_s)
        ffmpeg.convert(arguments, folder=folder, limits=limits, tick=tick)
    width, height = made.width, made.height
    small = 360 / min(height, width) if min(height, width) > 360 else 1
    low_width, low_height = (int(side * small / 2) * 2 for side in (width, height))
    master = (
        "#EXTM3U\n#EXT-X-VERSION:4\n#EXT-X-INDEPENDENT-SEGMENTS\n"
        f"#EXT-X-STREAM-INF:BANDWIDTH=3400000,RESOLUTION={width}x{height}\nhigh.m3u8\n"
        f"#EXT-X-STREAM-INF:BANDWIDTH=850000,RESOLUTION={low_width}x{low_height}\nlow.m3u8\n"
    )
    (folder / MASTER).write_text(master)
    return [MASTER, "high.m3u8", "high.ts", "low.m3u8", "low.ts"]


def _fit(long: int, short: int) -> str:
    """A filter: within `long` x `short`, upright pictures upright, never larger, even sides."""
    return (
        f"scale=w='min(iw,if(gte(iw,ih),{long},{short}))':h='min(ih,if(gte(iw,ih),{short},{long}))'"
        ":force_original_aspect_ratio=decrease:force_divisible_by=2,format=yuv420p"
    )


def _limits(seconds: float | None) -> Limits:
    """Many times what a clip of this length needs on one slow core."""
    seconds = min(seconds or LONGEST_S / 6, LONGEST_S)
    work_s = int(120 + 8 * seconds)
    return Limits(wall_s=2 * work_s, cpu_s=work_s, file_bytes=int((64 + seconds) * _MIB))
