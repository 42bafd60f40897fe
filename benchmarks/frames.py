"""How well and how fast frames are found again among a million (docs/evidence.md#search).

python -m benchmarks.frames [--frames 1000000] [--exact 5]

Frames are of ffmpeg's own sources, each with parameters and noise of its own; what is changed about
them is changed by ffmpeg and Pillow. The rest of the million are random hashes. Writes
`benchmarks/results/frames.json`. Takes about ten minutes, most of them to build the index.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).parent / "results" / "frames.json"
SIZE = (640, 360)
A_SOURCE = 4
BACKGROUND_A_CLIP = 100
BAR_MS, BAR_RECALL, BAR_FALSE = 50.0, 0.95, 1e-4
Change = Callable[[Image.Image], Image.Image]


def sources(seed: int, count: int) -> Iterator[str]:
    """Descriptions of pictures of which no two are alike."""
    dice = random.Random(seed)
    for n in range(count):
        x, y, scale = dice.uniform(-0.8, -0.7), dice.uniform(0.05, 0.15), dice.uniform(0.002, 0.4)
        hue, noise, number = dice.randrange(360), dice.randrange(4, 18), dice.randrange(2**31)
        shape = [
            f"mandelbrot=s=640x360:r=1:start_x={x}:start_y={y}:start_scale={scale}"
            f":end_scale={scale / 50}:end_pts=20",
            f"gradients=s=640x360:r=1:seed={number}:nb_colors={dice.randrange(4, 8)}:speed=0.9",
            f"life=s=64x36:r=1:ratio={dice.uniform(0.2, 0.6)}:random_seed={number}:mold=20,"
            "scale=640:360:flags=bicubic,format=rgb24",
            f"cellauto=s=64x36:r=1:rule={dice.choice([18, 30, 73, 110, 126])}"
            f":random_seed={number}:ratio=0.5,scale=640:360:flags=bicubic,format=rgb24",
            f"testsrc2=s=640x360:r=1,rotate={dice.uniform(0, 6.28)},"
            f"crop=320:180:{dice.randrange(320)}:{dice.randrange(180)},scale=640:360",
        ][n % 5]
        grain = f"noise=alls={noise}:allf=t:all_seed={number % 9999}"
        yield f"{shape},format=yuv420p,hue=h={hue},{grain}"


def pictures(seed: int, count: int) -> list[list[Image.Image]]:
    """A few pictures of each of `count` sources."""
    found = []
    for source in sources(seed, count):
        made = subprocess.run(
            [
                *("ffmpeg", "-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", source),
                *("-vf", "select='not(mod(n,3))'", "-fps_mode", "passthrough"),
                *("-frames:v", str(A_SOURCE), "-pix_fmt", "rgb24", "-f", "rawvideo", "-"),
            ],
            check=True,
            capture_output=True,
        ).stdout
        length = SIZE[0] * SIZE[1] * 3
        found.append(
            [
                Image.frombytes("RGB", SIZE, made[at : at + length])
                for at in range(0, len(made) - length + 1, length)
            ]
        )
    return found


def encoded(picture: Image.Image, crf: int = 28) -> Image.Image:
    """As another site's encoder leaves it: H.264 at a usual rate, or at a very low one."""
    with tempfile.TemporaryDirectory() as folder:
        picture.save(f"{folder}/a.png")
        quiet = ("ffmpeg", "-nostdin", "-y", "-loglevel", "error")
        video = ("-c:v", "libx264", "-preset", "veryfast", "-crf", str(crf), "-pix_fmt", "yuv420p")
        subprocess.run([*quiet, "-i", f"{folder}/a.png", *video, f"{folder}/a.mp4"], check=True)
        subprocess.run([*quiet, "-i", f"{folder}/a.mp4", f"{folder}/b.png"], check=True)
        with Image.open(f"{folder}/b.png") as again:
            return again.convert("RGB")


def stamped(picture: Image.Image) -> Image.Image:
    """With a logo in a corner, a sixth as wide as the picture."""
    copy = picture.copy()
    width, height = picture.size
    pen = ImageDraw.Draw(copy)
    pen.rounded_rectangle(
        (width * 0.8, height * 0.05, width * 0.97, height * 0.17), 8, (250, 250, 250)
    )
    font = ImageFont.load_default(int(height * 0.08))
    pen.text((width * 0.81, height * 0.06), "channel 7", (200, 20, 20), font)
    return copy


def cropped(share: float) -> Change:
    """Without `share` of each side's length, half of it at each end."""

    def crop(picture: Image.Image) -> Image.Image:
        width, height = picture.size
        x, y = int(width * share / 2), int(height * share / 2)
        return picture.crop((x, y, width - x, height - y))

    return crop


CHANGES: dict[str, Change] = {
    "re-encoded": encoded,
    "re-encoded harshly": lambda it: encoded(it, 36),
    "scaled to a half": lambda it: it.resize((it.width // 2, it.height // 2)),
    "scaled to 1.5": lambda it: it.resize((it.width * 3 // 2, it.height * 3 // 2)),
    "logo-stamped": stamped,
    "all three": lambda it: encoded(stamped(it.resize((426, 240)))),
    "cropped by 5 %": cropped(0.05),
    "cropped by 10 %": cropped(0.10),
}
WITHIN_BAR = ("re-encoded", "scaled to a half", "scaled to 1.5", "logo-stamped")


Hashes = tuple[bytes, int, bytes | None]
"""Hash, quality, and the hash of the middle."""


def hashed(picture: Image.Image) -> Hashes:
    """As processing hashes a frame: from a JPEG."""
    from evidence.media import pdq  # noqa: PLC0415
    from evidence.search.rule import MIN_QUALITY  # noqa: PLC0415

    with tempfile.NamedTemporaryFile(suffix=".jpg") as file:
        picture.save(file.name, quality=88)
        luma = pdq.luma_of(Path(file.name))
    middle, its_quality = pdq.of(pdq.middle(luma))
    return *pdq.of(luma), middle if its_quality >= MIN_QUALITY else None


class Store:
    """Clips and frames in the database."""

    def __init__(self) -> None:
        from common.db import copy, execute  # noqa: PLC0415
        from evidence.models.hashes import as_bits  # noqa: PLC0415
        from votes.moderation.appeals import file_appeal  # noqa: PLC0415

        self.copy, self.execute, self.as_bits = copy, execute, as_bits
        self.appeal = file_appeal(target_type="video", target_id="dQw4w9WgXcQ", reason="-").pk

    def add(self, clips: list[list[Hashes]]) -> list[uuid.UUID]:
        """Clips, each with the hashes of its frames."""
        keys = [uuid.uuid4() for _ in clips]
        self.copy(
            "COPY evidence_clip (id, appeal_id, target_type, target_id, name, size, state)"
            " FROM STDIN",
            ((key, self.appeal, "video", "dQw4w9WgXcQ", "-", 1, "ready") for key in keys),
        )
        self.copy(
            "COPY evidence_frame (clip_id, at, why, picture, width, height, phash, quality,"
            " middle)"
            " FROM STDIN",
            (
                (key, n, "even", "-", 640, 360, self.as_bits(whole), quality, self.bits(middle))
                for key, frames in zip(keys, clips, strict=True)
                for n, (whole, quality, middle) in enumerate(frames)
            ),
        )
        return keys

    def bits(self, phash: bytes | None) -> str | None:
        """As the column takes it."""
        return None if phash is None else self.as_bits(phash)


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    """Milliseconds, and what was returned."""
    started = time.perf_counter()
    found = call()
    return (time.perf_counter() - started) * 1000, found


def spread(values: list[float]) -> dict[str, float]:
    """Median and 99th percentile."""
    return {
        "median": round(float(np.median(values)), 2),
        "p99": round(float(np.quantile(values, 0.99)), 2),
    }


def measure(frames: int, exact: int, count: int) -> dict[str, Any]:
    """Everything, on servers of its own."""
    from benchmarks.servers import servers  # noqa: PLC0415

    with servers():
        from common.db import execute  # noqa: PLC0415
        from evidence.media import pdq  # noqa: PLC0415
        from evidence.search import near, sql  # noqa: PLC0415
        from evidence.search.rule import MIN_QUALITY, SAME_BITS  # noqa: PLC0415

        say = Console(stderr=True).print
        store = Store()
        execute("SET statement_timeout = 0")
        for drop in sql.DROP_INDEX.values():
            execute(drop)
        originals = [it for group in pictures(1, count) for it in group[:1]]
        hashes = [hashed(it) for it in originals]
        good = [n for n, (_, quality, _) in enumerate(hashes) if quality >= MIN_QUALITY]
        keys = store.add([[it] for it in hashes])
        dice = random.Random(7)
        clips = (frames - len(keys)) // BACKGROUND_A_CLIP
        for begin in range(0, clips, 500):
            store.add(
                [
                    [stranger(dice) for _ in range(BACKGROUND_A_CLIP)]
                    for _ in range(min(500, clips - begin))
                ]
            )
        execute("ANALYZE evidence_frame")
        say(f"{frames:,} frames stored, of which {len(keys)} are pictures")
        asked = store.add([[hashes[n]] for n in good[:exact]])
        by_reading = [timed(partial(near.shared, key)) for key in asked]
        assert all(
            keys[n] in {other for other, _, _ in found}
            for n, (_, found) in zip(good, by_reading, strict=False)
        )
        execute("SET maintenance_work_mem = '1GB'")
        build_ms, indexed = timed(near.prepare)
        say(f"index built in {build_ms / 1000:.0f} s")
        assert indexed
        figures: dict[str, Any] = {
            "frames": frames,
            "exact_ms": spread([ms for ms, _ in by_reading]),
            "index_build_s": round(build_ms / 1000, 1),
            "searchable_pictures": len(good),
            "pictures": len(hashes),
            "changes": {},
        }
        times: list[float] = []
        for name, change in CHANGES.items():
            changed = [hashed(change(originals[n])) for n in good]
            near_enough = [
                any(
                    one and other and pdq.distance(one, other) <= SAME_BITS
                    for one, other in ((hashes[n][0], it[0]), (hashes[n][2], it[2]))
                )
                for n, it in zip(good, changed, strict=True)
            ]
            answers = [
                timed(partial(near.shared, key)) for key in store.add([[it] for it in changed])
            ]
            times += [ms for ms, _ in answers]
            hits = [
                keys[n] in {other for other, _, _ in found}
                for n, (_, found) in zip(good, answers, strict=True)
            ]
            figures["changes"][name] = {
                "recall": round(float(np.mean(hits)), 4),
                "same_by_hash": round(float(np.mean(near_enough)), 4),
                "found_of_these": round(sum(hits) / max(1, sum(near_enough)), 4),
            }
            say(name, figures["changes"][name])
        figures["indexed_ms"] = spread(times)
        sixty = store.add([[hashes[good[n % len(good)]] for n in range(60)]])[0]
        figures["indexed_60_frames_ms"] = round(timed(lambda: near.shared(sixty))[0], 1)
        figures |= strangers(store, near, keys, count)
    return figures


def stranger(dice: random.Random) -> Hashes:
    """Hashes of no picture."""
    return dice.randbytes(32), 100, dice.randbytes(32)


def strangers(store: Store, near: Any, keys: list[uuid.UUID], count: int) -> dict[str, Any]:
    """Pictures of sources that nothing stored is of: whatever they find is false."""
    others = [hashed(it) for group in pictures(2, count) for it in group]
    others = [it for it in others if it[1] >= 50]
    pictured = set(keys)
    false = sum(
        sum(other in pictured for other, _, _ in near.shared(key))
        for key in store.add([[it] for it in others])
    )
    # The random ones are of no picture either.
    dice = random.Random(9)
    random_ones = store.add([[stranger(dice)] for _ in range(2000)])
    false_random = sum(len(near.shared(key)) for key in random_ones)
    return {
        "strangers": len(others),
        "false_matches_of_strangers": false,
        "random_queries": len(random_ones),
        "false_matches_of_random": false_random,
        "pairs_of_strangers": len(others) * len(keys),
    }


def shown(figures: dict[str, Any]) -> Table:
    """The figures beside their bars."""
    table = Table("what", "measured", "bar")
    recall = min(figures["changes"][name]["recall"] for name in WITHIN_BAR)
    table.add_row("search by index, p99", f"{figures['indexed_ms']['p99']} ms", f"< {BAR_MS} ms")
    table.add_row("least recall of these four", f"{recall:.3f}", f">= {BAR_RECALL}")
    for name, found in figures["changes"].items():
        table.add_row(f"recall, {name}", f"{found['recall']:.3f}", "")
    queries = figures["strangers"] + figures["random_queries"]
    false = figures["false_matches_of_strangers"] + figures["false_matches_of_random"]
    table.add_row("false matches", f"{false} in {queries} searches", f"< {BAR_FALSE} a search")
    table.add_row("search by reading all", f"{figures['exact_ms']['median']} ms", "reported")
    return table


def main() -> int:
    """Measure, write, show."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--frames", type=int, default=1_000_000)
    parser.add_argument("--pictures", type=int, default=200)
    parser.add_argument("--exact", type=int, default=5)
    options = parser.parse_args()
    figures = measure(options.frames, options.exact, options.pictures)
    RESULTS.write_text(json.dumps(figures, indent=2) + "\n")
    Console().print(shown(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
