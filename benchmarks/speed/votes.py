"""Rows of votes: with the whole pipeline running, and until they are published."""

from __future__ import annotations

import re
import statistics
import subprocess
import threading
from pathlib import Path

from benchmarks.openloop import LEAST_SAMPLES, Sent, load
from benchmarks.speed.rows import BARS, Row
from benchmarks.speed.site import (
    BACKGROUND,
    Bench,
    drain,
    seconds_until_idle,
    seconds_until_published,
)
from benchmarks.speed.wrk import BALLOTS, CLIENTS, Loaded, side_by_side, spent, worst, wrk

LOAD = 0.6
PUBLISHED_S = 5.0
FOLLOWERS = 4
STEP_S, DRAIN_S = 20, 60
SUSTAINED = 600
RATES = (50, 100, 200, 300, 400, 500, 600, 800, 1000, 1300)

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


def vote(bench: Bench) -> Row:
    """Votes through nginx while worker, beat and publisher do their part, beside pgbench's rows."""
    script = bench.script("ballots", BALLOTS)
    done: list[Loaded] = []
    used: dict[str, float] = {}

    def ours() -> float:
        before = bench.site.cpu_s()
        done.append(wrk(bench.site.https, script, seconds=bench.seconds(10)))
        for name, seconds in bench.site.cpu_s().items():
            used[name] = used.get(name, 0.0) + seconds - before[name]
        return done[-1].rate

    def theirs() -> float:
        seconds_until_idle(DRAIN_S)
        with bench.paused(*BACKGROUND):  # its marks are not for the pipeline
            rate = pgbench(bench)
            forget_pgbench()
        return rate

    ratio, a, b = side_by_side(ours, theirs, rounds=bench.rounds)
    cpu = spent(dict.fromkeys(used, 0.0), used, sum(one.answers for one in done))
    rate = LOAD * statistics.median(a)
    paced = load(
        *(bench.site.https, "vote", rate, max(bench.seconds(15), 1.2 * LEAST_SAMPLES / rate)),
        known=bench.known("even"),
    )
    failed = sum(one.failed for one in done) + paced.failed
    return Row(
        "vote, durable, with the pipeline running",
        f">= {BARS['vote, durable, with the pipeline running']} of pgbench -c{CLIENTS} -j2 alone; "
        "p99 < 50 ms at 60 % load, open loop",
        f"{ratio:.2f}; {statistics.median(a):,.0f} votes/s; {paced.says()}",
        ratio >= BARS["vote, durable, with the pipeline running"]
        and paced.holds(50)
        and not failed,
        ratio,
        1000 / statistics.median(a),
        {
            "votes_per_s": a,
            "pgbench_per_s": b,
            "failed": failed,
            "asked_per_s": paced.asked,
            "achieved_per_s": paced.achieved,
            "samples": len(paced.latencies_ms),
            "p99_ms": paced.quantile(0.99),
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
        [*command, str(int(bench.seconds(5))), "-f", str(script), url],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return float(re.search(r"tps = ([\d.]+)", text)[1])  # type: ignore[index]


def forget_pgbench() -> None:
    """Its rows are no votes of the service's."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        for table in ("votes_dirtyvideo", "votes_vote"):
            cursor.execute(f"DELETE FROM {table} WHERE video_id LIKE 'w%%'")


def followed(bench: Bench, rate: float, seconds: float) -> tuple[Sent, list[float], float]:
    """The load at this rate, the seconds until each followed vote was out, and until all were.

    Votes are taken in order, so that those between two that were followed are out with the later.
    """
    waits: list[float] = []
    over = threading.Event()

    def follow() -> None:
        while not over.is_set():
            waits.append(seconds_until_published(bench))

    followers = [threading.Thread(target=follow) for _ in range(FOLLOWERS)]
    for thread in followers:
        thread.start()
    try:
        sent = load(bench.site.https, "vote", rate, seconds, known=bench.known("even"))
        rest = seconds_until_idle(DRAIN_S)
    finally:
        over.set()
        for thread in followers:
            thread.join()
    return sent, waits, rest


def publication(bench: Bench) -> Row:
    """The most votes a second of which every one is published within 5 s: a search over rates.

    The yardstick is what the site takes in when it is not asked to keep up.
    """
    drain(bench)
    script = bench.script("intake", BALLOTS)
    intake = wrk(bench.site.https, script, seconds=bench.seconds(10))
    steps = []
    low, high = -1, len(RATES)
    if bench.smoke:
        low, high = -1, 1
    while high - low > 1:
        seconds_until_idle(DRAIN_S)
        middle = (low + high) // 2
        sent, waits, rest = followed(bench, RATES[middle], bench.seconds(STEP_S))
        longest = max(waits, default=float("inf"))
        held = sent.reached and not sent.failed and max(longest, rest) <= PUBLISHED_S
        low, high = (middle, high) if held else (low, middle)
        steps.append(
            {
                "asked_per_s": sent.asked,
                "achieved_per_s": sent.achieved,
                "failed": sent.failed,
                "followed": len(waits),
                "median_s": statistics.median(waits) if waits else None,
                "p99_s": worst(waits, 0.99) if waits else None,
                "longest_s": longest,
                "all_out_after_s": rest,
                "held": held,
            }
        )
    best = RATES[low] if low >= 0 else 0
    return Row(
        "votes/s, each published within 5 s",
        f">= {SUSTAINED}/s, worker, beat and publisher running",
        f"{best if best else 'not even ' + str(RATES[0])}/s; intake {intake.rate:,.0f}/s",
        best >= SUSTAINED,
        best / intake.rate,
        1000 / best if best else None,
        {"steps": steps, "intake_per_s": intake.rate, "sustained_per_s": best},
    )
