"""The running site with data of a scale, and how to start and pause what runs beside it."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import ssl
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.load import NO_LIMITS
from benchmarks.openloop import ORIGINS
from benchmarks.processes import family
from benchmarks.recompute import MARKS, score_marks
from benchmarks.speed.report import console
from benchmarks.stack import Stack
from local.options import REPOSITORY

VIDEOS, CHANNELS, VOTES, VOTERS = 200_000, 20_000, 600_000, 50_000
# A million videos are those of an old service, with more votes each: ten million.
OLD_SCALE, OLD_VOTES = 5.0, 2_000_000
BATCH = 1000
ZIPF_LARGEST = 5000
SHAPES = ("even", "zipf")  # ten videos a channel; one channel with 5,000
SMOKE_S = 2.0
ASKED_EVERY_S = 0.1
BACKGROUND = ("worker", "beat", "publisher")
# Few voters are enough to flag here, as the sizes above give a video three votes.
SETTINGS = {
    **NO_LIMITS,
    "REALTUBE_MIN_INDEPENDENT_VOTERS": "3",
    "REALTUBE_TRUSTED_PROXIES": "127.0.0.0/8",
    "REALTUBE_PROXIES_IN_FRONT": "127.0.0.1",
}
KNOWN = """
SELECT video_id, min(claimed_channel_id) FROM votes_vote
WHERE (claimed_channel_id LIKE 'UCz%%') = %(zipf)s GROUP BY video_id
ORDER BY md5(video_id) LIMIT 20000
"""
UNVERIFIED = ssl._create_unverified_context()  # noqa: S323 - a certificate of this machine's own


def find(tool: str) -> str | None:
    """Where a program is; nginx may not be on a user's path."""
    return shutil.which(tool, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


def fill(site: Stack, folder: Path, scale: float, *, smoke: bool = False) -> Bench:
    """Start the site with data of this scale, published: votes, and the scores of their videos."""
    with step("servers"):
        site.start_servers()
        os.environ["DJANGO_SETTINGS_MODULE"] = "realtube.settings"
        os.environ["LOG_LEVEL"] = "WARNING"
        import django  # noqa: PLC0415 - the settings are read on import

        django.setup()
        from django.core.management import call_command  # noqa: PLC0415

        call_command("migrate", verbosity=0)
    from benchmarks import data  # noqa: PLC0415
    from common.db import rows  # noqa: PLC0415

    votes = int((OLD_VOTES if scale >= OLD_SCALE else VOTES) * scale)
    videos, channels = int(VIDEOS * scale), int(CHANNELS * scale)
    with step(f"{videos:,} videos, {votes:,} votes"):
        data.facts(videos=videos, channels=channels, votes=votes, voters=int(VOTERS * scale))
    with step("videos in a Zipf shape"):
        largest = max(20, int(ZIPF_LARGEST * min(scale, 1)))
        data.zipf_facts(largest=largest, voters=int(VOTERS * scale))
    with step("their scores"):
        score_all()
    bench = Bench(site, folder, videos, votes, smoke)
    for shape in SHAPES:
        found = rows(KNOWN, {"zipf": shape == "zipf"})
        lines = (f"{video} {channel}" for video, channel in found)
        bench.known(shape).write_text("\n".join(lines))
    with step("bucket files"):
        bench.publish()
    with step("services"):
        site.start("web", "worker", "beat", "publisher", "nginx")
    return bench


def score_all() -> None:
    """What the pipeline would make of the votes, but for the log of every change."""
    from django.db import transaction  # noqa: PLC0415

    from channels.recompute import roll_up  # noqa: PLC0415
    from common.db import execute, rows  # noqa: PLC0415

    execute(MARKS, {"videos": None})
    score_marks(BATCH)
    execute("TRUNCATE votes_dirtyvideo")
    execute("VACUUM ANALYZE")
    ((now,),) = rows("SELECT now()")
    keys = [row[0] for row in rows("SELECT DISTINCT channel_id FROM videos_video")]
    for start in range(0, len(keys), BATCH):
        with transaction.atomic():
            roll_up(keys[start : start + BATCH], now=now, revision=1)
    execute("VACUUM ANALYZE")


@dataclass
class Bench:
    """The running site, a folder for what yardsticks need, and how many videos and votes it has."""

    site: Stack
    folder: Path
    videos: int
    votes: int
    smoke: bool = False

    def seconds(self, full: float) -> float:
        """How long a measurement takes; a smoke run only shows that it works."""
        return min(full, SMOKE_S) if self.smoke else full

    @property
    def rounds(self) -> int:
        """How many turns A B a row takes."""
        return 1 if self.smoke else 3

    def known(self, shape: str) -> Path:
        """Lines of video and channel: what votes are cast on; see `SHAPES`."""
        return self.folder / f"known-{shape}"

    def publish(self) -> None:
        """Write the bucket files."""
        from sync import publish  # noqa: PLC0415

        publish.rebuild(lambda _: None)

    def script(self, name: str, *parts: str) -> str:
        """A file for wrk."""
        path = self.folder / f"{name}.lua"
        text = "\n".join(parts).replace("VIDEOS", str(self.videos))
        text = text.replace("ORIGIN", ORIGINS[0])
        path.write_text(text.replace("KNOWN", str(self.known("even"))))
        return str(path)

    @contextmanager
    def paused(self, *services: str) -> Iterator[None]:
        """Without these for a while: what happens in the background is not what is measured."""
        pids = [pid for name in services for pid in family(self.site.site.processes[name].pid)]
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)


def seconds_until_published(bench: Bench) -> float:
    """Cast a vote on a video of its own and wait for the video in its bucket."""
    from common import ids  # noqa: PLC0415

    video = secrets.token_urlsafe(8)[:11]
    body = {"userId": secrets.token_hex(32), "videoId": video, "category": "fully_ai"}
    headers = {
        "Content-Type": "application/json",
        "X-Forwarded-For": "198.51.100.7",
        "Origin": ORIGINS[0],
    }
    # One connection for all questions: to greet nginx for each costs both sides more than to ask.
    place = urlsplit(bench.site.https)
    connection = HTTPSConnection(place.hostname or "", place.port, timeout=60, context=UNVERIFIED)
    with closing(connection):
        connection.request("POST", "/api/votes", json.dumps(body), headers)
        answer = connection.getresponse()
        answered = time.monotonic()
        if answer.status != HTTPStatus.OK:
            raise RuntimeError(f"A vote was answered with {answer.status}.")
        answer.read()
        while time.monotonic() < answered + 60:
            connection.request("GET", f"/api/videos/{ids.video_hash(video)[:4]}")
            if video.encode() in connection.getresponse().read():
                break
            time.sleep(ASKED_EVERY_S)
    return time.monotonic() - answered


def seconds_until_idle(most: float) -> float:
    """Wait until all marks are taken and published, at most this long; how long it took."""
    from sync import status  # noqa: PLC0415
    from sync.pipeline import has_work  # noqa: PLC0415

    started = time.monotonic()
    while has_work() or status.published()["log"]["lagSeconds"]:
        if time.monotonic() > started + most:
            break
        time.sleep(0.05)
    return time.monotonic() - started


def drain(bench: Bench) -> None:
    """Wait until the worker has taken all marks, and all of it is published, also the snapshot."""
    from sync import status  # noqa: PLC0415
    from sync.pipeline import has_work  # noqa: PLC0415
    from sync.snapshot import snapshot  # noqa: PLC0415

    def is_busy() -> bool:
        behind = status.published()["log"]["lagSeconds"]
        return bool(has_work() or behind or snapshot.published() is None)

    deadline = time.monotonic() + 300
    while time.monotonic() < deadline and is_busy():
        time.sleep(0.5)


def wait_for(url: str) -> None:
    """Until something answers."""
    deadline = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(url, context=UNVERIFIED if url[4] == "s" else None):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


@contextmanager
def running(
    command: list[str], log: Path, *, env: Mapping[str, str] | None = None, wait: bool = False
) -> Iterator[subprocess.Popen[bytes]]:
    """A process for as long as the block takes, or until it ends by itself."""
    with log.open("wb") as file:
        process = subprocess.Popen(
            command, env=env, stdout=file, stderr=file, cwd=REPOSITORY, start_new_session=True
        )
        try:
            yield process
            if wait:
                process.wait(timeout=60)
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait()


@contextmanager
def step(name: str) -> Iterator[None]:
    """Say what is being done and how long it took."""
    started = time.monotonic()
    with console.status(name):
        yield
    console.print(f"[dim]{name}: {time.monotonic() - started:.1f} s[/dim]")
