"""How well and how fast frames are found again among a million (docs/evidence.md#search).

python -m benchmarks.frames [--frames 1000000] [--sources 100] [--exact 3] [--film FILE]...

Frames are those that processing chooses of films, which are made of ffmpeg's own sources, each with
parameters and grain of its own; ffmpeg changes the films as other sites do, and both go the way
that clips go, through a rendition. Films of your own can be given with `--film`. The rest of the
million are random hashes. Writes `benchmarks/results/frames.json`. Takes about ten minutes, most
of them to build the index.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).parent / "results" / "frames.json"
SIZE = "640x360"
RATE = 4
STRETCH_S = 2
"""Seconds of a film that are of one source, and so shown as one clip's frames."""
A_FILM = 50
"""Sources of a film: no more than the frames that are chosen of one."""
BACKGROUND_A_CLIP = 100
RANDOM_QUERIES = 2000
BAR_MS, BAR_RECALL, BAR_FALSE = 50.0, 0.95, 1e-4
KINDS = ("fractal", "gradient under grain", "cells", "lines", "test card")


def sources(seed: int, count: int) -> Iterator[str]:
    """Descriptions of moving pictures of which no two are alike, in turns of `KINDS`."""
    dice = random.Random(seed)
    for n in range(count):
        x, y, scale = dice.uniform(-0.8, -0.7), dice.uniform(0.05, 0.15), dice.uniform(0.002, 0.4)
        hue, noise, number = dice.randrange(360), dice.randrange(4, 18), dice.randrange(2**31)
        shape = [
            f"mandelbrot=s={SIZE}:r={RATE}:start_x={x}:start_y={y}:start_scale={scale}"
            f":end_scale={scale / 50}:end_pts=20:maxiter=1000",
            f"gradients=s={SIZE}:r={RATE}:seed={number}:nb_colors={dice.randrange(4, 8)}:speed=0.9",
            f"life=s=64x36:r={RATE}:ratio={dice.uniform(0.2, 0.6)}:random_seed={number}:mold=20,"
            "scale=640:360:flags=bicubic,format=rgb24",
            f"cellauto=s=64x36:r={RATE}:rule={dice.choice([18, 30, 73, 110, 126])}"
            f":random_seed={number}:ratio=0.5,scale=640:360:flags=bicubic,format=rgb24",
            f"testsrc2=s={SIZE}:r={RATE},rotate={dice.uniform(0, 6.28)},"
            f"crop=320:180:{dice.randrange(320)}:{dice.randrange(180)},scale=640:360",
        ][n % len(KINDS)]
        grain = f"noise=alls={noise}:allf=t:all_seed={number % 9999}"
        yield f"{shape},format=yuv420p,hue=h={hue},{grain},trim=duration={STRETCH_S},setsar=1"


def films(seed: int, count: int, folder: Path) -> list[Path]:
    """Films of `count` sources one behind the other, as good as an encoder leaves them."""
    made: list[Path] = []
    described = list(sources(seed, count))
    for begin in range(0, count, A_FILM):
        some = described[begin : begin + A_FILM]
        parts = [f"{source}[v{n}]" for n, source in enumerate(some)]
        joined = "".join(f"[v{n}]" for n in range(len(parts)))
        graph = ";".join([*parts, f"{joined}concat=n={len(parts)}:v=1:a=0"])
        made.append(folder / f"{seed}-{begin}.mp4")
        encoded(["-f", "lavfi", "-i", graph], made[-1], crf=14)
    return made


def encoded(arguments: Sequence[str], path: Path, *, crf: int) -> None:
    """Have ffmpeg write H.264."""
    quiet = ("ffmpeg", "-nostdin", "-y", "-loglevel", "error")
    video = ("-an", "-c:v", "libx264", "-preset", "veryfast", "-crf", str(crf))
    subprocess.run([*quiet, *arguments, *video, "-pix_fmt", "yuv420p", str(path)], check=True)


def logo(film: Path) -> Path:
    """A picture of a station's name on white, a sixth as wide as that of the film."""
    from evidence.media.probe import probe  # noqa: PLC0415

    probed = probe(film, folder=film.parent)
    width, height = probed.width, probed.height
    badge = Image.new("RGBA", (width, height))
    pen = ImageDraw.Draw(badge)
    box = (width * 0.8, height * 0.05, width * 0.97, height * 0.17)
    pen.rounded_rectangle(box, width // 80, (250, 250, 250, 255))
    font = ImageFont.load_default(int(height * 0.08))
    pen.text((width * 0.81, height * 0.06), "channel 7", (200, 20, 20, 255), font)
    path = film.with_suffix(".png")
    badge.save(path)
    return path


@dataclass(frozen=True)
class Change:
    """What another site does: a filter, how well it encodes, and whether it adds a logo."""

    filter: str = "null"
    crf: int = 20
    stamps: bool = False

    def of(self, film: Path) -> Path:
        """The film as it is found there."""
        changed = film.with_name(f"{film.stem}-changed.mp4")
        graph, given = f"[0:v]{self.filter}", ["-i", str(film)]
        if self.stamps:
            graph = f"[0:v][1:v]overlay,{self.filter}"
            given += ["-i", str(logo(film))]
        encoded([*given, "-filter_complex", graph], changed, crf=self.crf)
        return changed


def cropped(share: float) -> Change:
    """Without `share` of each side's length, half of it at each end."""
    return Change(f"crop=iw*{1 - share}:ih*{1 - share},scale=trunc(iw/2)*2:trunc(ih/2)*2")


def scaled(factor: float) -> str:
    return f"scale=trunc(iw*{factor}/2)*2:trunc(ih*{factor}/2)*2"


CHANGES = {
    "re-encoded": Change(crf=28),
    "re-encoded harshly": Change(crf=36),
    "scaled to a half": Change(scaled(0.5)),
    "scaled to 1.5": Change(scaled(1.5)),
    "logo-stamped": Change(stamps=True),
    "all three": Change(scaled(2 / 3), crf=28, stamps=True),
    "cropped by 5 %": cropped(0.05),
    "cropped by 10 %": cropped(0.10),
}
WITHIN_BAR = ("re-encoded", "scaled to a half", "scaled to 1.5", "logo-stamped")


Hashes = tuple[bytes, int, bytes | None]
"""Hash, quality, and the hash of the middle."""


def is_searchable(hashes: Hashes) -> bool:
    """As the search has it."""
    from evidence.search.rule import MIN_QUALITY  # noqa: PLC0415

    return hashes[1] >= MIN_QUALITY or hashes[2] is not None


def stretches(film: Path) -> list[list[Hashes]]:
    """The hashes of the frames that processing chooses of a film, of each stretch of it."""
    from evidence.media import frames, pdq, render, sandbox  # noqa: PLC0415
    from evidence.media.probe import probe  # noqa: PLC0415
    from evidence.search.rule import MIN_QUALITY  # noqa: PLC0415

    sandbox.NICE = 0  # nobody else is to be let go first
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        rendition = render.render(film, probe(film, folder=folder), folder=folder)
        found: list[list[Hashes]] = [
            [] for _ in range(ceil((rendition.duration_s or 0) / STRETCH_S))
        ]
        for chosen in frames.extract(folder / render.RENDITION, folder=folder):
            luma = pdq.luma_of(folder / chosen.name)
            middle, its_quality = pdq.of(pdq.middle(luma))
            usable = middle if its_quality >= MIN_QUALITY else None
            found[int((chosen.at + 0.01) // STRETCH_S)].append((*pdq.of(luma), usable))
    return found


def is_same(one: Hashes, other: Hashes) -> bool:
    """Whether the search takes them for the same picture."""
    from evidence.media import pdq  # noqa: PLC0415
    from evidence.search.rule import MIN_QUALITY, SAME_BITS  # noqa: PLC0415

    pairs = [(one[2], other[2])]
    if min(one[1], other[1]) >= MIN_QUALITY:
        pairs.append((one[0], other[0]))
    return any(a and b and pdq.distance(a, b) <= SAME_BITS for a, b in pairs)


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


@dataclass
class Films:
    """Films, and the hashes of the frames of each of their stretches."""

    paths: list[Path]
    kinds: list[str]
    frames: list[list[Hashes]]

    @classmethod
    def of(cls, paths: list[Path], kind: str = "") -> Films:
        """Those of `kind`, or of `KINDS` in turns."""
        frames = [stretch for path in paths for stretch in stretches(path)]
        kinds = [kind or KINDS[n % len(KINDS)] for n in range(len(frames))]
        return cls(paths, kinds, frames)

    def __add__(self, other: Films) -> Films:
        return Films(self.paths + other.paths, self.kinds + other.kinds, self.frames + other.frames)


def measure(frames: int, exact: int, films_: Films, others: Films) -> dict[str, Any]:
    """Everything, on servers of its own. Nothing in `films_` is in `others`."""
    from benchmarks.servers import servers  # noqa: PLC0415

    with servers():
        from common.db import execute  # noqa: PLC0415
        from evidence.search import near, sql  # noqa: PLC0415

        say = Console(stderr=True).print
        store = Store()
        execute("SET statement_timeout = 0")
        for drop in sql.DROP_INDEX.values():
            execute(drop)
        keys = store.add(films_.frames)
        pictures = sum(map(len, films_.frames))
        dice = random.Random(7)
        clips = (frames - pictures) // BACKGROUND_A_CLIP
        for begin in range(0, clips, 500):
            some = range(min(500, clips - begin))
            store.add([[stranger(dice) for _ in range(BACKGROUND_A_CLIP)] for _ in some])
        execute("ANALYZE evidence_frame")
        say(f"{frames:,} frames stored, of which {pictures} are of films")
        good = [n for n, it in enumerate(films_.frames) if it and is_searchable(it[0])]
        asked = store.add([films_.frames[n][:1] for n in good[:exact]])
        by_reading = [timed(partial(near.shared, key)) for key in asked]
        for n, (_, found) in zip(good, by_reading, strict=False):
            assert keys[n] in {other for other, _, _ in found}
        say("read whole", spread([ms for ms, _ in by_reading]))
        execute("SET maintenance_work_mem = '1GB'")
        build_ms, indexed = timed(near.prepare)
        say(f"index built in {build_ms / 1000:.0f} s")
        assert indexed
        figures: dict[str, Any] = {
            "frames": frames,
            "exact_ms": spread([ms for ms, _ in by_reading]),
            "index_build_s": round(build_ms / 1000, 1),
            "frames_of_films": pictures,
            "searchable": sum(is_searchable(it) for some in films_.frames for it in some),
        }
        search = Search(store, near, keys)
        figures["changes"] = {}
        for name in CHANGES:
            figures["changes"][name] = found = search.changed(films_, name)
            say(name, found)
        sixty = store.add([[films_.frames[good[n % len(good)]][0] for n in range(60)]])[0]
        figures["indexed_60_frames_ms"] = round(timed(lambda: near.shared(sixty))[0], 1)
        search.strangers([it for some in others.frames for it in some if is_searchable(it)])
        search.strangers([stranger(dice) for _ in range(RANDOM_QUERIES)])
        return figures | {
            "indexed_ms": spread(search.times),
            "searches": len(search.times),
            "false_matches": search.false,
            "load_of_the_machine": [round(it, 1) for it in os.getloadavg()],
        }


class Search:
    """Frames looked for one by one among what is stored; `keys` are the clips of films."""

    def __init__(self, store: Store, near: Any, keys: list[uuid.UUID]) -> None:
        self.store, self.near, self.keys = store, near, keys
        self.times: list[float] = []
        self.false: list[str] = []
        """What was found that should not be, in words."""

    def ask(self, hashes: Hashes) -> set[uuid.UUID]:
        """The clips with that picture. What asked is not there any more for the next one."""
        key = self.store.add([[hashes]])[0]
        ms, found = timed(partial(self.near.shared, key))
        self.store.execute("DELETE FROM evidence_frame WHERE clip_id = %(clip)s", {"clip": key})
        self.times.append(ms)
        return {other for other, _, _ in found}

    def changed(self, films_: Films, name: str) -> dict[str, Any]:
        """How many frames of films are found after a change, and how many by their hashes."""
        again = [it for path in films_.paths for it in stretches(CHANGES[name].of(path))]
        hits: dict[str, list[bool]] = {kind: [] for kind in dict.fromkeys(films_.kinds)}
        near_enough = 0
        asked = zip(self.keys, films_.kinds, again, films_.frames, strict=True)
        for n, (key, kind, mine, its) in enumerate(asked):
            for frame in filter(is_searchable, mine):
                found = self.ask(frame)
                hits[kind].append(key in found)
                if wrong := found - {key}:
                    places = sorted(it for it, other in enumerate(self.keys) if other in wrong)
                    what = [f"{films_.kinds[it]}, stretch {it - n:+}" for it in places] or ["noise"]
                    self.false.append(f"{name}: {kind} is taken for {'; '.join(what)}")
                near_enough += any(is_same(frame, it) for it in its)
        every = [it for some in hits.values() for it in some]
        return {
            "recall": round(float(np.mean(every)), 4),
            "by_kind": {kind: round(float(np.mean(it)), 3) for kind, it in hits.items() if it},
            "searchable": len(every),
            "frames": sum(map(len, again)),
            "found_of_the_same_by_hash": round(sum(every) / max(1, near_enough), 4),
        }

    def strangers(self, frames: list[Hashes]) -> None:
        """Pictures of nothing that is stored: whatever they find is false."""
        self.false += ["a picture of nothing that is stored" for it in frames if self.ask(it)]


def stranger(dice: random.Random) -> Hashes:
    """Hashes of no picture."""
    return dice.randbytes(32), 100, dice.randbytes(32)


def shown(figures: dict[str, Any]) -> Table:
    """The figures beside their bars."""
    table = Table("what", "measured", "bar")
    recall = min(figures["changes"][name]["recall"] for name in WITHIN_BAR)
    table.add_row("search by index, p99", f"{figures['indexed_ms']['p99']} ms", f"< {BAR_MS} ms")
    table.add_row("least recall of these four", f"{recall:.3f}", f">= {BAR_RECALL}")
    for name, found in figures["changes"].items():
        table.add_row(f"recall, {name}", f"{found['recall']:.3f}", "")
    false = f"{len(figures['false_matches'])} in {figures['searches']} searches"
    table.add_row("false matches", false, f"< {BAR_FALSE} a search")
    table.add_row("search by reading all", f"{figures['exact_ms']['median']} ms", "reported")
    return table


def main() -> int:
    """Measure, write, show."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--frames", type=int, default=1_000_000)
    parser.add_argument("--sources", type=int, default=100)
    parser.add_argument("--exact", type=int, default=3)
    parser.add_argument("--film", type=Path, action="append", default=[])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        given = Films([], [], [])
        for film in options.film:
            shutil.copy(film, folder)
            given += Films.of([folder / film.name], film.stem)
        mine = Films.of(films(1, options.sources, folder)) + given
        others = Films.of(films(2, options.sources, folder))
        figures = measure(options.frames, options.exact, mine, others)
    RESULTS.write_text(json.dumps(figures, indent=2) + "\n")
    Console().print(shown(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
