"""`make bench`: every row of the speed table beside its yardstick, on the real services.

Fills a database with SCALE x 200,000 flagged videos, 20,000 channels, 600,000 votes and 50,000
voters, starts nginx, gunicorn, worker, beat, publisher, PostgreSQL and Valkey as docker-compose.yml
does, and measures each row and its yardstick in turns, A B A B, so that whatever else the machine
does hits both. Prints a table, writes benchmarks/results/latest.json and adds a line to
benchmarks/results/history.jsonl; a ratio that fell by a fifth since the last line is pointed out.

Needs wrk and nginx (`apt-get install wrk nginx-light gettext-base openssl`).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import secrets
import shutil
import signal
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks import plots
from benchmarks.load import NO_LIMITS
from benchmarks.processes import cpu_s, family
from benchmarks.recompute import BAR, MARKS, score_marks, take_marks
from benchmarks.stack import Stack, stack
from local.options import REPOSITORY

RESULTS = REPOSITORY / "benchmarks" / "results"
PLOTS = REPOSITORY / "docs" / "performance"
# The least ratio to its yardstick that a row may have, where its bar is one.
BARS = {
    "recompute": 1.0,
    "4-hex lookup through nginx": 0.5,
    "lookup through gunicorn alone": 0.5,
    "vote, durable": 0.2,
}
VIDEOS, CHANNELS, VOTES, VOTERS = 200_000, 20_000, 600_000, 50_000
# A million videos are those of an old service, with more votes each: ten million.
OLD_SCALE, OLD_VOTES = 5.0, 2_000_000
SCORED = 20_000
ROUNDS, ROUND_S = 3, 5
CLIENTS = 32
LOAD = 0.6
REGRESSION = 0.8
BATCH = 1000
BACKGROUND = ("worker", "beat", "publisher")
TOOLS = {"wrk": "wrk", "nginx": "nginx-light", "envsubst": "gettext-base", "openssl": "openssl"}
# Few voters are enough to flag here, as the sizes above give a video three votes.
SETTINGS = {
    **NO_LIMITS,
    "REALTUBE_MIN_INDEPENDENT_VOTERS": "3",
    "REALTUBE_TRUSTED_PROXIES": "127.0.0.0/8",
    "REALTUBE_PROXIES_IN_FRONT": "127.0.0.1",
}
console = Console()

LOOKUPS = """
math.randomseed(os.time())
request = function()
  return wrk.format("GET", string.format("/api/videos/%04x", math.random(0, 65535)))
end
"""
# New voters on videos that are known, of channels that are, and one in ten on a new video.
BALLOTS = """
local known = {}
function init()
  math.randomseed(os.time())
  for line in io.lines("KNOWN") do known[#known + 1] = line end
end
request = function()
  local user = string.format("%08x%08x%08x%08x", math.random(0, 2^31), math.random(0, 2^31), 7, 9)
  local video, channel = known[math.random(#known)]:match("(%S+) (%S+)")
  if math.random(10) == 1 then video = string.format("v%010d", math.random(0, VIDEOS)) end
  local address = string.format("%d.%d.%d.9", math.random(1, 223), math.random(0, 255),
    math.random(0, 255))
  return wrk.format("POST", "/api/votes",
    {["Content-Type"] = "application/json", ["X-Forwarded-For"] = address},
    '{"userId":"' .. user .. '","videoId":"' .. video ..
    '","category":"fully_ai","channelId":"' .. channel .. '"}')
end
"""
SAMPLE = """
SELECT video_id FROM videos_video ORDER BY md5(video_id || 'sample') LIMIT %(limit)s::int
"""
ONE_MORE = """
INSERT INTO votes_vote (voter_id, video_id, category, trust_weight, voice, claimed_channel_id)
SELECT (SELECT public_id FROM votes_voter WHERE public_id > md5(video_id || %(round)s::int)
        ORDER BY public_id LIMIT 1),
  video_id, 'fully_ai', 0.8, md5(video_id || 'voice' || %(round)s::int), channel_id
FROM videos_video WHERE video_id = ANY(%(videos)s) ON CONFLICT DO NOTHING
"""
KNOWN = """
SELECT video_id, min(claimed_channel_id) FROM votes_vote TABLESAMPLE SYSTEM (20)
GROUP BY video_id LIMIT 20000
"""
# Paces the connections so that all of them send RATE requests a second.
PACED = """
delay = function() return math.floor(-math.log(math.random()) * 1000 * CLIENTS / RATE) end
"""
# The rows of a vote as plainly as SQL has them: voter, vote, mark; one commit.
PGBENCH = """
\\set user random(1, 2000000000)
\\set video random(0, {videos})
WITH voter AS (
  INSERT INTO votes_voter (public_id) VALUES (md5(:user::text)) ON CONFLICT DO NOTHING
), mark AS (
  INSERT INTO votes_dirtyvideo (video_id, voter_id) VALUES ('w' || :video, md5(:user::text))
)
INSERT INTO votes_vote (voter_id, video_id, category, trust_weight, ip_pseudonym,
  prefix_pseudonym, voice, claimed_channel_id)
VALUES (md5(:user::text), 'w' || :video, 'fully_ai', 0.3, md5(:video::text), md5(:user::text),
  md5(:user::text), 'UCabcdefghijklmnopqrstuv') ON CONFLICT DO NOTHING;
"""
EMPTY_VIEW = '''
"""An empty Django view without any middleware."""
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], MIDDLEWARE=[], SECRET_KEY="x" * 50)
urlpatterns = [path("api/videos/<str:prefix>", lambda request, prefix: HttpResponse(b"[]"))]
application = get_wsgi_application()
'''
STATIC_NGINX = """
worker_processes auto;
pid {folder}/nginx.pid;
error_log stderr emerg;
events {{ worker_connections 8192; multi_accept on; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_timeout 65s;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{
    listen 127.0.0.1:{port} ssl http2;
    ssl_certificate {certificate}; ssl_certificate_key {key};
    ssl_protocols TLSv1.2 TLSv1.3;
    root {folder};
    default_type application/json;
  }}
}}
"""


@dataclass
class Row:
    """One row of the table: what was measured, beside what, and whether it meets its bar.

    `ratio` is to the yardstick; `cost`, in ms or s, is what may grow with the data.
    """

    name: str
    bar: str
    value: str
    met: bool
    ratio: float | None = None
    cost: float | None = None
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Loaded:
    """What wrk tells: answers a second, the 99th percentile in ms, wrong answers."""

    rate: float
    p99_ms: float
    failed: int
    answers: int


def main() -> None:
    """Measure everything, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, nargs="+", default=[1.0])
    parser.add_argument("--only", nargs="+", default=sorted(ROWS), choices=sorted(ROWS))
    options = parser.parse_args()
    missing = [package for tool, package in TOOLS.items() if not find(tool)]
    if missing:
        raise SystemExit(f"Missing: apt-get install {' '.join(missing)}")
    if len(options.scale) > 1:
        grown = {scale: alone(scale, options.only) for scale in options.scale}
        growth(grown)
    else:
        grown = {scale: here(scale, options.only) for scale in options.scale}
    if not all(row.met for rows in grown.values() for row in rows):
        raise SystemExit("A row is below its bar.")


def here(scale: float, only: list[str]) -> list[Row]:
    """The rows at this scale, shown and written."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="realtube-bench-", dir="/var/tmp") as name:
        folder = Path(name)
        folder.chmod(0o711)  # PostgreSQL does not run as root and has to get to its data
        with stack(folder / "site", SETTINGS) as site:
            rows = measure(site, folder, scale, only)
    show(rows, scale, time.monotonic() - started)
    write(rows, scale, time.monotonic() - started)
    return rows


def alone(scale: float, only: list[str]) -> list[Row]:
    """The same in a process of its own, since Django knows one database."""
    latest = RESULTS / "latest.json"
    latest.unlink(missing_ok=True)
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.speed", "--scale", str(scale)]
    subprocess.run([*command, "--only", *only], cwd=REPOSITORY, check=False)
    if not latest.exists():
        raise SystemExit(f"The run at scale {scale:g} has failed.")
    return [Row(**row) for row in json.loads(latest.read_text())["rows"]]


def find(tool: str) -> str | None:
    """Where a program is; nginx may not be on a user's path."""
    return shutil.which(tool, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


def measure(site: Stack, folder: Path, scale: float, only: list[str]) -> list[Row]:
    """All rows asked for, on data of this scale."""
    bench = fill(site, folder, scale)
    found = []
    for name in ROWS:
        if name in only:
            with step(name):
                found.append(ROWS[name](bench))
    return found


def fill(site: Stack, folder: Path, scale: float) -> Bench:
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
    with step("their scores"):
        score_all()
    bench = Bench(site, folder, videos, votes)
    known = (f"{video} {channel}" for video, channel in rows(KNOWN))
    (folder / "known").write_text("\n".join(known))
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

    def publish(self) -> None:
        """Write the bucket files."""
        from sync import publish  # noqa: PLC0415

        publish.rebuild(lambda _: None)

    def script(self, name: str, *parts: str) -> str:
        """A file for wrk."""
        path = self.folder / f"{name}.lua"
        text = "\n".join(parts).replace("VIDEOS", str(self.videos))
        path.write_text(text.replace("KNOWN", str(self.folder / "known")))
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


def wrk(url: str, script: str, *, seconds: float = ROUND_S, clients: int = CLIENTS) -> Loaded:
    """Load from one process of wrk."""
    text = subprocess.run(
        ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--latency", "-s", script, url],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", text).groups()  # type: ignore[union-attr]
    failed = sum(
        map(
            int,
            re.findall(r"(?:Non-2xx or 3xx responses|connect|read|write|timeout):? (\d+)", text),
        )
    )
    return Loaded(
        rate=float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1]),  # type: ignore[index]
        p99_ms=float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit],
        failed=failed,
        answers=int(re.search(r"(\d+) requests in", text)[1]),  # type: ignore[index]
    )


def side_by_side(
    ours: Callable[[], float], theirs: Callable[[], float]
) -> tuple[float, list[float], list[float]]:
    """The median ratio of `ROUNDS` turns A B, and what each turn gave."""
    a, b = [], []
    for _ in range(ROUNDS):
        a.append(ours())
        b.append(theirs())
    return statistics.median(x / y for x, y in zip(a, b, strict=True)), a, b


def lookup_nginx(bench: Bench) -> Row:
    """Lookups through nginx, beside a static file of the same size."""
    from sync import publish  # noqa: PLC0415

    bodies = [found for n in range(0, 65536, 257) if (found := publish.read_bucket(f"{n:04x}"))]
    size = int(statistics.median(len(body) for body in bodies))
    script = bench.script("lookups", LOOKUPS)
    fixed = bench.script("static", 'request = function() return wrk.format("GET", "/file") end')
    with static_nginx(bench, b"x" * size) as static, bench.paused(*BACKGROUND):
        last: list[Loaded] = []

        def ours() -> float:
            last.append(wrk(bench.site.https, script))
            return last[-1].rate

        before = bench.site.cpu_s()
        ratio, a, b = side_by_side(ours, lambda: wrk(static, fixed).rate)
        cpu = spent(before, bench.site.cpu_s(), sum(one.answers for one in last))
    rate = LOAD * statistics.median(a)
    paced = wrk(bench.site.https, bench.script("paced", LOOKUPS, pace(rate)), seconds=2 * ROUND_S)
    # Of a few prefixes nobody has reported anything: those are answered 404.
    return Row(
        "4-hex lookup through nginx",
        ">= 0.5 of a static file; p99 < 10 ms at 60 % load",
        f"{ratio:.2f}; p99 {paced.p99_ms:.1f} ms",
        ratio >= BARS["4-hex lookup through nginx"] and paced.p99_ms < 10,
        ratio,
        sum(cpu.values()),
        {
            "lookups_per_s": a,
            "static_per_s": b,
            "bytes": size,
            "cpu_ms_per_request": cpu,
            "p99_ms_full": last[-1].p99_ms,
            "paced_per_s": paced.rate,
        },
    )


@contextmanager
def static_nginx(bench: Bench, body: bytes) -> Iterator[str]:
    """An nginx of its own with one file."""
    folder = bench.folder / "static"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    (folder / "file").write_bytes(body)
    port = bench.site.free_port()
    keys = bench.site.site.folder / "secrets"
    text = STATIC_NGINX.format(
        folder=folder,
        port=port,
        certificate=keys / "tls_certificate",
        key=keys / "tls_key",
    )
    (folder / "nginx.conf").write_text(text)
    command = [find("nginx") or "nginx", "-e", "stderr", "-p", str(folder), "-c"]
    with running([*command, str(folder / "nginx.conf"), "-g", "daemon off;"], folder / "log"):
        url = f"https://127.0.0.1:{port}"
        wait_for(f"{url}/file")
        yield url


def lookup_web(bench: Bench) -> Row:
    """Lookups through gunicorn, beside an empty Django view under the same gunicorn."""
    script = bench.script("lookups", LOOKUPS)
    application = bench.folder / "empty"
    application.mkdir(exist_ok=True)
    (application / "emptyview.py").write_text(EMPTY_VIEW)
    port = bench.site.free_port()
    environment = {
        **bench.site.site.environment("web"),
        "PORT": str(port),
        "PYTHONPATH": str(application),
    }
    command = ["gunicorn", "-c", "deploy/gunicorn.conf.py", "emptyview:application"]
    with (
        running(command, bench.folder / "empty.log", env=environment) as process,
        bench.paused(*BACKGROUND),
    ):
        url = f"http://127.0.0.1:{port}"
        wait_for(f"{url}/api/videos/abcd")
        answers = [0, 0]

        def load(target: str, n: int) -> float:
            done = wrk(target, script)
            answers[n] += done.answers
            return done.rate

        before, before_empty = bench.site.cpu_s(), cpu_s(process.pid)
        ratio, a, b = side_by_side(lambda: load(bench.site.web, 0), lambda: load(url, 1))
        cpu = spent(before, bench.site.cpu_s(), answers[0])
        cpu["empty view"] = round((cpu_s(process.pid) - before_empty) * 1000 / answers[1], 3)
    return Row(
        "lookup through gunicorn alone",
        ">= 0.5 of an empty Django view",
        f"{ratio:.2f}",
        ratio >= BARS["lookup through gunicorn alone"],
        ratio,
        cpu["web"],
        {"lookups_per_s": a, "empty_per_s": b, "cpu_ms_per_request": cpu},
    )


def vote(bench: Bench) -> Row:
    """Votes through nginx, each on disk before its answer, beside pgbench writing its rows."""
    script = bench.script("ballots", BALLOTS)
    done: list[Loaded] = []

    def ours() -> float:
        done.append(wrk(bench.site.https, script))
        return done[-1].rate

    with bench.paused(*BACKGROUND):
        before = bench.site.cpu_s()
        ratio, a, b = side_by_side(ours, lambda: pgbench(bench))
        after = bench.site.cpu_s()
        rate = LOAD * statistics.median(a)
        script = bench.script("paced-ballots", BALLOTS, pace(rate))
        paced = wrk(bench.site.https, script, seconds=2 * ROUND_S)
    forget_pgbench()
    failed = sum(one.failed for one in [*done, paced])
    cpu = spent(before, after, sum(one.answers for one in done))
    cpu.pop("postgres")  # pgbench's share is in it
    return Row(
        "vote, durable",
        f">= 0.2 of pgbench at {CLIENTS} clients; p99 < 50 ms (at 60 % load)",
        f"{ratio:.2f}; p99 {paced.p99_ms:.0f} ms",
        ratio >= BARS["vote, durable"] and paced.p99_ms < 50 and not failed,
        ratio,
        1000 / statistics.median(a),
        {
            "votes_per_s": a,
            "pgbench_per_s": b,
            "failed": failed,
            "p99_ms_full": statistics.median(one.p99_ms for one in done),
            "cpu_ms_per_request": cpu,
        },
    )


def pgbench(bench: Bench) -> float:
    """Transactions a second that write a vote's rows."""
    site = bench.site.site
    script = bench.folder / "vote.sql"
    script.write_text(PGBENCH.format(videos=bench.videos))
    url = (site.folder / "secrets" / "database_url").read_text()
    program = Path(site.postgres[0]).parent / "pgbench"
    command = [str(program), "-n", "-M", "prepared", "-c", str(CLIENTS), "-j2", "-T"]
    text = subprocess.run(
        [*command, str(ROUND_S), "-f", str(script), url], capture_output=True, text=True, check=True
    ).stdout
    return float(re.search(r"tps = ([\d.]+)", text)[1])  # type: ignore[index]


def forget_pgbench() -> None:
    """Its rows are no votes of the service's."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        for table in ("votes_dirtyvideo", "votes_vote"):
            cursor.execute(f"DELETE FROM {table} WHERE video_id LIKE 'w%%'")


def publication(bench: Bench) -> Row:
    """From a vote's answer to the published file that has it, while 200 votes/s come."""
    rate, seconds = 200, 30
    drain(bench)
    script = bench.script("steady", BALLOTS, pace(rate))
    command = ["wrk", "-t1", f"-c{CLIENTS}", f"-d{seconds}s", "-s", script, bench.site.https]
    waits: list[float] = []
    with running(command, bench.folder / "steady.log", wait=True) as load:
        time.sleep(1)
        while load.poll() is None:
            waits.append(seconds_until_published(bench))
    last = worst(waits, 0.99)
    return Row(
        "vote to published score",
        "<= 5 s at 200 votes/s",
        f"median {statistics.median(waits):.1f} s, p99 {last:.1f} s",
        last <= 5,
        None,
        statistics.median(waits),
        {"seconds": waits, "load": (bench.folder / "steady.log").read_text()},
    )


def seconds_until_published(bench: Bench) -> float:
    """Cast a vote on a video of its own and wait for the video in its bucket."""
    from common import ids  # noqa: PLC0415

    video = secrets.token_urlsafe(8)[:11]
    body = {"userId": secrets.token_hex(32), "videoId": video, "category": "fully_ai"}
    request = urllib.request.Request(
        f"{bench.site.https}/api/votes",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "X-Forwarded-For": "198.51.100.7"},
    )
    with urllib.request.urlopen(request, context=UNVERIFIED):
        answered = time.monotonic()
    url = f"{bench.site.https}/api/videos/{ids.video_hash(video)[:4]}"
    while time.monotonic() < answered + 60:
        try:
            with urllib.request.urlopen(url, context=UNVERIFIED) as answer:
                if video.encode() in answer.read():
                    break
        except urllib.error.HTTPError:
            pass
        time.sleep(0.02)
    return time.monotonic() - answered


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


def recompute(bench: Bench) -> Row:
    """Videos scored in batches of 1,000: those that are new, and with one more vote each.

    The bar is for scoring, one statement from facts to stored scores. A whole run of the pipeline
    also rolls up channels, and writes change log and public history.
    """
    from common.db import execute, rows  # noqa: PLC0415

    videos = [row[0] for row in rows(SAMPLE, {"limit": SCORED})]
    sample = {"videos": videos}

    def timed(work: Callable[[int], None]) -> float:
        execute(MARKS, sample)
        execute("VACUUM ANALYZE votes_vote, votes_dirtyvideo, videos_video, videos_videocategory")
        started = time.perf_counter()
        work(BATCH)
        return len(videos) / (time.perf_counter() - started)

    with bench.paused(*BACKGROUND):
        for table in ("videos_videocategory", "videos_video"):
            execute(f"DELETE FROM {table} WHERE video_id = ANY(%(videos)s)", sample)
        new = timed(score_marks)
        execute("TRUNCATE votes_dirtyvideo")
        execute(ONE_MORE, sample | {"round": 1})
        again = timed(score_marks)
        execute("TRUNCATE votes_dirtyvideo")
        execute(ONE_MORE, sample | {"round": 2})
        before, own = bench.site.cpu_s(), time.process_time()
        run = timed(take_marks)
        server = bench.site.cpu_s()["postgres"] - before["postgres"]
        cpu = {"pipeline": time.process_time() - own, "postgres": server}
    return Row(
        "recompute",
        f">= {BAR:,} dirty videos/s in batches of {BATCH:,}",
        f"new videos {new:,.0f}/s, with one more vote {again:,.0f}/s; whole runs {run:,.0f}/s",
        new >= BAR,
        new / BAR,
        1000 * BATCH / new,
        {
            "new_per_s": new,
            "again_per_s": again,
            "run_per_s": run,
            "cpu_ms_per_video": {name: round(s * 1000 / len(videos), 4) for name, s in cpu.items()},
        },
    )


def snapshots(bench: Bench) -> Row:
    """A whole snapshot: seconds, peak memory, bytes of the compact form a video."""
    from benchmarks import snapshot  # noqa: PLC0415

    drain(bench)
    with bench.paused(*BACKGROUND):
        found = snapshot.in_process(snapshot.build)
        copy_s = snapshot.in_process(snapshot.plain_copy)
    entries = found["manifest"]["counts"]
    number = max(entries["videos"] + entries["channels"], 1)
    per_million = found["seconds"] * 1_000_000 / number
    each = found["manifest"]["files"]["compact.bin"]["gzip"]["bytes"] / number
    met = per_million < 60 and found["peak_mb"] < 256 and each <= 9
    return Row(
        "snapshot",
        "1 M videos < 60 s, < 256 MB; compact <= 9 bytes a video",
        f"{found['seconds']:.1f} s ({per_million:.0f} s a million), {found['peak_mb']:.0f} MB, "
        f"{each:.1f} bytes",
        met,
        copy_s / found["seconds"],
        found["seconds"],
        {"entries": entries, "seconds": found["seconds"], "plain_copy_s": copy_s},
    )


def delta(bench: Bench) -> Row:
    """The answer to who missed 10,000 changes."""
    from benchmarks import snapshot  # noqa: PLC0415

    with bench.paused(*BACKGROUND):
        seconds, size = snapshot.in_process(snapshot.delta)
    return Row(
        "delta after 10,000 changes",
        "< 300 ms",
        f"{seconds * 1000:.0f} ms",
        seconds < 0.3,
        None,
        seconds,
        {"seconds": seconds, "bytes": size},
    )


def desk(bench: Bench) -> Row:
    """Every page of the moderators' desk."""
    from benchmarks import admin  # noqa: PLC0415

    admin.rest()
    found = admin.measure()
    slowest = max(found, key=lambda page: page["worst_ms"])
    most = max(page["statements"] for page in found)
    return Row(
        "admin lists",
        f"< {admin.BAR_MS} ms, at most {admin.BAR_STATEMENTS} statements",
        f"{slowest['worst_ms']:.0f} ms ({slowest['page']}), {most} statements",
        slowest["worst_ms"] < admin.BAR_MS and most <= admin.BAR_STATEMENTS,
        None,
        slowest["worst_ms"],
        {"pages": found},
    )


ROWS: Mapping[str, Callable[[Bench], Row]] = {
    "recompute": recompute,
    "lookup-nginx": lookup_nginx,
    "lookup-web": lookup_web,
    "vote": vote,
    "publication": publication,
    "snapshot": snapshots,
    "delta": delta,
    "desk": desk,
}
UNVERIFIED = ssl._create_unverified_context()  # noqa: S323 - a certificate of this machine's own


def pace(rate: float) -> str:
    """The part of a wrk script that makes all connections send `rate` requests a second."""
    return PACED.replace("CLIENTS", str(CLIENTS)).replace("RATE", f"{rate:.1f}")


def spent(before: Mapping[str, float], after: Mapping[str, float], n: int) -> dict[str, float]:
    """CPU per request in ms, by service, of those that did anything."""
    each = {name: (after[name] - before[name]) * 1000 / max(n, 1) for name in before}
    return {name: round(ms, 3) for name, ms in each.items() if ms >= 0.001}


def worst(values: list[float], quantile: float) -> float:
    """A quantile, of the values themselves."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(quantile * len(ordered)))]


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


def show(rows: list[Row], scale: float, seconds: float) -> None:
    """The table."""
    table = Table("what", "bar", "found", "", "CPU ms a request")
    for row in rows:
        cpu = row.details.get("cpu_ms_per_request", {})
        text = ", ".join(f"{name} {ms:.3f}" for name, ms in cpu.items())
        table.add_row(row.name, row.bar, row.value, "met" if row.met else "NOT MET", text)
    console.print(table)
    load = os.getloadavg()[0]
    console.print(f"scale {scale:g}, {seconds:.0f} s, {os.cpu_count()} cores, load {load:.1f}")


def growth(grown: Mapping[float, list[Row]]) -> None:
    """How each row's cost grows with the data: the exponent of a fit on log-log scales.

    0 is flat, 1 linear. Writes `growth.json`.
    """
    import numpy as np  # noqa: PLC0415

    costs: dict[str, dict[float, float]] = {}
    for scale, rows in grown.items():
        for row in rows:
            if row.cost:
                costs.setdefault(row.name, {})[scale] = row.cost
    table = Table("cost", *(f"{VIDEOS * scale:,.0f} videos" for scale in grown), "exponent")
    found = {}
    for name, by_scale in costs.items():
        slope = float(np.polyfit(np.log(list(by_scale)), np.log(list(by_scale.values())), 1)[0])
        found[name] = {"cost": {VIDEOS * s: c for s, c in by_scale.items()}, "exponent": slope}
        table.add_row(name, *(f"{cost:.4g}" for cost in by_scale.values()), f"{slope:.2f}")
    console.print(table)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "growth.json").write_text(json.dumps(found, indent=1) + "\n")
    by_videos = {
        name: {VIDEOS * scale: cost for scale, cost in by_scale.items()}
        for name, by_scale in costs.items()
    }
    plots.growth(by_videos, PLOTS / "growth.svg")


def write(rows: list[Row], scale: float, seconds: float) -> None:
    """`latest.json`, and one more line of history; says what has become worse."""
    RESULTS.mkdir(exist_ok=True)
    history = RESULTS / "history.jsonl"
    before: dict[str, float] = {}
    if history.exists():
        for line in history.read_text().splitlines():
            entry = json.loads(line)
            if entry["scale"] == scale:
                before |= entry["ratios"]
    ratios = {row.name: round(row.ratio, 4) for row in rows if row.ratio is not None}
    for name, ratio in ratios.items():
        if name in before and ratio < REGRESSION * before[name]:
            console.print(f"[bold]worse:[/bold] {name}: {before[name]:.2f} before, {ratio:.2f} now")
    when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    machine = {"cores": os.cpu_count(), "python": platform.python_version()}
    latest = {
        "time": when,
        "commit": commit,
        "scale": scale,
        "seconds": round(seconds),
        "machine": machine,
        "rows": [asdict(row) for row in rows],
    }
    (RESULTS / "latest.json").write_text(json.dumps(latest, indent=1) + "\n")
    beside = {
        row.name: (row.ratio, BARS[row.name]) for row in rows if row.ratio and row.name in BARS
    }
    if beside:
        plots.ratios(beside, PLOTS / "ratios.svg")
    entry = {"time": when, "commit": commit, "scale": scale, "ratios": ratios}
    with history.open("a") as file:
        file.write(json.dumps(entry) + "\n")


if __name__ == "__main__":
    main()
