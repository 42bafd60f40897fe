"""What processing clips costs beside plain ffmpeg, and what it does to votes (docs/performance.md).

python -m benchmarks.clips [--clips 50] [--seconds 60] [--rounds 3] [--minutes 60]

Plain ffmpeg makes the same files of the same clip (rendition, chosen frames, fingerprint) with the
same options and nothing around it; the two take turns. Then all clips come at once for one real
media worker, while votes are cast at a steady rate. A quarter of the time the worker and all that
it has started is frozen: votes of those times are what votes are compared with, so that whatever
else the machine does meanwhile befalls both. After `--minutes` clips may still wait; lost is one
that failed, or whose file is gone. Writes `benchmarks/results/clips.json`.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.processes import family

if TYPE_CHECKING:
    from evidence.models import Clip

RESULTS = Path(__file__).parent / "results" / "clips.json"
RATE = 25
VOTES_A_SECOND = 20.0
BAR_RATIO, BAR_VOTES = 0.8, 1.2
AT_WORK_S, FROZEN_S = 30.0, 10.0
SETTLED_S = 1.0
"""After the worker was frozen or let go, votes of so long count for neither."""


def source(path: Path, seconds: int) -> None:
    """A clip of 720 lines with sound, and something new every ten seconds."""
    parts = [
        f"testsrc2=s=1280x720:r={RATE}:d=10,hue=h={n * 50}[v{n}]"
        for n in range(max(1, seconds // 10))
    ]
    joined = "".join(f"[v{n}]" for n in range(len(parts)))
    graph = ";".join([*parts, f"{joined}concat=n={len(parts)}:v=1:a=0"])
    subprocess.run(
        [
            *("ffmpeg", "-nostdin", "-y", "-loglevel", "error", "-f", "lavfi", "-i", graph),
            *("-f", "lavfi", "-i", "aevalsrc='0.3*sin(2*PI*(220+50*floor(mod(t,7)))*t)'"),
            *("-t", str(seconds), "-c:v", "libx264", "-preset", "ultrafast"),
            *("-c:a", "aac", str(path)),
        ],
        check=True,
    )


def plain(clip: Path, folder: Path) -> None:
    """What ffmpeg alone takes for the same files."""
    from evidence.media import ffmpeg, frames, render  # noqa: PLC0415

    quiet = [ffmpeg.program(), "-nostdin", "-y", "-loglevel", "error", "-threads", "2"]
    made = str(folder / "r.mp4")
    encoder = [*render._H264, "-crf", "23", "-maxrate", "3M", "-bufsize", "6M", *render._KEYS]
    sound = ["-c:a", "aac", "-b:a", "128k", "-ac", "2", "-ar", "44100"]
    fit = ["-vf", render._fit(1280, 720), "-fpsmax", "30"]
    rendition = [
        "-i",
        str(clip),
        *fit,
        *encoder,
        "-threads",
        "2",
        *sound,
        "-movflags",
        "+faststart",
    ]
    keys = [
        "-skip_frame",
        "nokey",
        "-i",
        made,
        "-an",
        "-vf",
        f"select='gt(scene,{frames.SCENE})+not(mod(n,2))'",
    ]
    for arguments in (
        [*rendition, made],
        [*keys, "-fps_mode", "passthrough", "-q:v", "4", str(folder / "%03d.jpg")],
        ["-i", made, "-vn", "-f", "chromaprint", "-fp_format", "raw", str(folder / "print")],
    ):
        subprocess.run([*quiet, *arguments], check=True)


def costs(call: Callable[[], Any]) -> tuple[float, float]:
    """Seconds, and seconds of CPU of us and of what we started."""

    def cpu() -> float:
        kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        return sum(it.ru_utime + it.ru_stime for it in map(resource.getrusage, kinds))

    began, before = time.perf_counter(), cpu()
    call()
    return time.perf_counter() - began, cpu() - before


def arrived(clip: Path, target: str) -> Any:
    """A clip that has come."""
    from evidence.models import Clip, State  # noqa: PLC0415
    from evidence.uploads import incoming  # noqa: PLC0415
    from votes.moderation.appeals import file_appeal  # noqa: PLC0415

    size = clip.stat().st_size
    appeal = file_appeal(target_type="video", target_id=target, reason="-")
    given = {"target_type": "video", "target_id": target, "name": "-", "size": size, "offset": size}
    made = Clip.objects.create(appeal=appeal, state=State.RECEIVED, **given)
    shutil.copy(clip, incoming.path_of(made.pk))
    return made.pk


def compared(clip: Path, seconds: int, rounds: int) -> dict[str, Any]:
    """Both ways in turns."""
    from evidence.media import sandbox  # noqa: PLC0415
    from evidence.processing import work  # noqa: PLC0415

    sandbox.NICE = 0  # both give way as little as the other
    ours, alone = [], []
    for n in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            alone.append(costs(partial(plain, clip, Path(folder))))
        arrived(clip, f"round{n:06d}")
        ours.append(costs(lambda: work.run(most_s=0)))
    frames = seconds * RATE
    best = {name: np.array(it).min(axis=0) for name, it in (("ours", ours), ("plain", alone))}
    return {
        "ours_frames_a_s": round(float(frames / best["ours"][0]), 1),
        "plain_frames_a_s": round(float(frames / best["plain"][0]), 1),
        "ratio": round(float(best["plain"][0] / best["ours"][0]), 3),
        "ratio_of_cpu": round(float(best["plain"][1] / best["ours"][1]), 3),
        "rounds": rounds,
    }


def voted(until: Callable[[], bool]) -> Iterator[tuple[float, float]]:
    """Votes at a steady rate until that is true: when each was due, and ms from then."""
    from votes.casting import Ballot, cast_vote  # noqa: PLC0415

    began = time.monotonic()
    for n in count():
        if until():
            return
        due = began + n / VOTES_A_SECOND
        time.sleep(max(0.0, due - time.monotonic()))
        voter = f"v{n}".encode().hex().ljust(32, "0")
        cast_vote(Ballot(voter, f"voted{n % 400:06d}", "fully_ai"), address=f"10.{n % 250}.0.1")
        yield due, (time.monotonic() - due) * 1000


def signalled(worker: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """The worker and all that it has started, those that start others first."""
    for pid in family(worker.pid):
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def burst(clip: Path, clips: int, longest_s: float) -> dict[str, Any]:
    """All clips at once, beside votes."""
    from evidence.models import Clip, State  # noqa: PLC0415
    from evidence.tasks import process_clips  # noqa: PLC0415

    Clip.objects.all().delete()
    for n in range(clips):
        arrived(clip, f"burst{n:06d}")
    celery = (sys.executable, "-W", "ignore", "-m", "celery", "-A", "realtube.celery", "worker")
    command = ["nice", "-n", "10", *celery, "--concurrency=1", "--queues=media"]
    worker = subprocess.Popen(
        [*command, "--without-gossip", "--without-mingle"],
        env={**os.environ, "REALTUBE_EVIDENCE": "on"},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    process_clips.apply_async()
    began = asked = turned = time.monotonic()
    frozen = False
    times: dict[bool, list[float]] = {True: [], False: []}

    def done() -> bool:
        nonlocal asked
        now = time.monotonic()
        if now - asked < 5:
            return False
        asked = now
        process_clips.apply_async()  # as beat does
        waiting = Clip.objects.exclude(state__in=[State.READY, State.FAILED])
        return not waiting.exists() or now - began > longest_s

    try:
        for due, took_ms in voted(done):
            if due - turned > SETTLED_S:
                times[frozen].append(took_ms)
            if time.monotonic() - turned > (FROZEN_S if frozen else AT_WORK_S):
                frozen = not frozen
                signalled(worker, signal.SIGSTOP if frozen else signal.SIGCONT)
                turned = time.monotonic()
    finally:
        signalled(worker, signal.SIGKILL)
        worker.wait()
    before, during = (float(np.quantile(times[it], 0.99)) for it in (True, False))
    return {
        "clips": clips,
        "ready": Clip.objects.filter(state=State.READY).count(),
        "lost": sum(lost(it) for it in Clip.objects.all()) + clips - Clip.objects.count(),
        "seconds": round(time.monotonic() - began, 1),
        "votes": {"frozen": len(times[True]), "at_work": len(times[False])},
        "votes_p99_ms_frozen": round(before, 2),
        "votes_p99_ms_at_work": round(during, 2),
        "votes_p99_ratio": round(during / before, 3),
    }


def lost(clip: Clip) -> bool:
    """Whether a clip cannot be looked at, and never can be."""
    from evidence import store  # noqa: PLC0415
    from evidence.models import State  # noqa: PLC0415
    from evidence.uploads import incoming  # noqa: PLC0415

    if clip.state == State.READY:
        frames = [it.picture for it in clip.frames.all()]
        return not frames or not all(map(store.storage().exists, [clip.rendition, *frames]))
    here = incoming.path_of(clip.pk).exists() or store.storage().exists(clip.original or "-")
    return clip.state == State.FAILED or not here


def main() -> int:
    """Measure, write, show."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--clips", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--minutes", type=float, default=60)
    options = parser.parse_args()
    from benchmarks.servers import servers  # noqa: PLC0415

    with servers(), tempfile.TemporaryDirectory() as folder:
        clip = Path(folder) / "clip.mp4"
        source(clip, options.seconds)
        figures: dict[str, Any] = {"seconds_a_clip": options.seconds}
        figures |= compared(clip, options.seconds, options.rounds)
        Console(stderr=True).print(figures)
        if options.clips:
            figures |= burst(clip, options.clips, options.minutes * 60)
    figures["load_of_the_machine"] = [round(it, 1) for it in os.getloadavg()]
    RESULTS.write_text(json.dumps(figures, indent=2) + "\n")
    table = Table("what", "measured", "bar")
    table.add_row("frames a second beside plain ffmpeg", f"{figures['ratio']}", f">= {BAR_RATIO}")
    table.add_row("the same by CPU", f"{figures['ratio_of_cpu']}", "")
    if options.clips:
        table.add_row("clips lost", f"{figures['lost']} of {figures['clips']}", "0")
        table.add_row("clips ready", f"{figures['ready']} after {figures['seconds']} s", "")
        table.add_row("p99 of votes", f"x {figures['votes_p99_ratio']}", f"<= {BAR_VOTES}")
    Console().print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
