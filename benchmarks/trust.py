"""`python -m benchmarks.trust`: time and memory of recomputing everybody's trust.

Needs DATABASE_URL of an empty, migrated database (or `--own`, which starts one). Generates
voters, votes and outcomes of panels with COPY, runs the nightly recomputation from the start twice
(first all outcomes are new, then nothing changes) and prints the figures.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks.processes import cpu_s, peak_mb
from common.processes import bars

console = Console()
BAR_S = 300
DECIDED_SHARE = 0.9  # of the videos with 6 votes or more
CATEGORIES = ["fully_ai", "ai_voiceover", "ai_visuals", "ai_thumbnails", "ai_assisted", "ai_music"]


def main() -> None:
    """Parse, prepare, measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--voters", type=int, default=1_000_000)
    parser.add_argument("--votes", type=int, default=10_000_000)
    parser.add_argument("--own", action="store_true", help="Start a private PostgreSQL.")
    options = parser.parse_args()
    if not options.own:
        measure(options.voters, options.votes)
        return
    from local.postgres import Postgres  # noqa: PLC0415

    folder = Path(tempfile.mkdtemp(prefix="realtube-bench-"))
    folder.chmod(0o711)  # PostgreSQL does not run as root and has to get to its data
    server = Postgres(folder, durable=True)
    try:
        server.start()
        tune(server.url)
        server.stop()
        server.start()
        os.environ["DATABASE_URL"] = server.url
        measure(options.voters, options.votes)
    finally:
        server.stop()
        shutil.rmtree(server.home, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


# What a server of this size is given; the embedded one starts with 128 MB for a first day.
SETTINGS = {"shared_buffers": "1GB", "max_wal_size": "4GB"}


def tune(url: str) -> None:
    """Settings for the server's next start."""
    import psycopg  # noqa: PLC0415

    with psycopg.connect(url, autocommit=True) as connection:
        for name, value in SETTINGS.items():
            connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")


def measure(voters: int, votes: int) -> None:
    """Generate, recompute twice, print."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "realtube.settings")
    import django  # noqa: PLC0415

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    started = time.perf_counter()
    decided = generate(connection, voters, votes)
    console.print(f"generated in {time.perf_counter() - started:.0f} s; {decided:,} decided videos")
    for name in ("first run", "nothing new"):
        seconds, computing, server_mb = recompute(connection)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT (SELECT count(*) FROM votes_outcome), count(*) FILTER (WHERE trust <> 0.3)"
                " FROM votes_voter"
            )
            outcomes, trusted = cursor.fetchone()
        own_mb = peak_mb()
        console.print(
            f"{name}: {seconds:.0f} s, {computing:.0f} of them computing, at load"
            f" {os.getloadavg()[0]:.1f} ({'meets' if seconds < BAR_S else 'MISSES'} {BAR_S} s);"
            f" {outcomes:,} outcomes, {trusted:,} of {voters:,} voters moved;"
            f" peak memory {own_mb:.0f} MB here, {server_mb:.0f} MB in its server process"
        )


def recompute(connection: Any) -> tuple[float, float, float]:
    """Seconds of a whole run, those its server process computed, and the most memory of that.

    Memory is counted without what the process shares with others.
    """
    from videos import nightly as trust  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    most, done = [0.0], threading.Event()

    def watch() -> None:
        while not done.wait(0.2):
            most[0] = max(most[0], anonymous_mb(pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    started, computed = time.perf_counter(), cpu_s(pid)
    with bars.shown() as progress:
        trust.run(restart=True, progress=progress)
    seconds = time.perf_counter() - started
    done.set()
    watcher.join()
    return seconds, cpu_s(pid) - computed, most[0]


def anonymous_mb(pid: int) -> float:
    """Memory of a process that it shares with nobody."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0.0


def generate(connection: Any, voters: int, votes: int) -> int:
    """Fill the tables; the number of decided videos.

    Audiences are heavy-tailed (Pareto), voters unequally busy; votes agree with the truth with
    0.85, a jury has decided nine in ten videos with 6 votes, after four fifths of them. Rows of one
    video are together, those of videos next to each other by id are not.
    """
    rng = random.Random(1)
    now = datetime.now(UTC)
    decided: list[tuple[str, str, datetime]] = []
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET session_replication_role = replica")  # no look-ups of foreign keys
        with cursor.copy("COPY votes_voter (public_id, first_seen, vote_count) FROM STDIN") as copy:
            for n in range(voters):
                copy.write_row((public_id(n), now - timedelta(days=n % 400), 10))
        indexes = drop_indexes(cursor)
        columns = "voter_id, video_id, category, trust_weight, cast_at, voice"
        with cursor.copy(f"COPY votes_vote ({columns}) FROM STDIN") as copy:
            for row in vote_rows(rng, now, voters, votes, decided):
                copy.write_row(row)
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for statement in indexes:
            cursor.execute(statement)
        with cursor.copy(
            "COPY votes_panel (target_type, target_id, videos, cause, outcome, decided_at)"
            " FROM STDIN"
        ) as copy:
            for video, outcome, at in decided:
                copy.write_row(("video", video, [video], "suspected", outcome, at))
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("RESET statement_timeout")
        cursor.execute("RESET session_replication_role")
    return len(decided)


def drop_indexes(cursor: Any) -> list[str]:
    """Drop what makes a large COPY into votes slow; the statements that bring it back."""
    cursor.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid = 'votes_vote'::regclass AND contype = 'u'"
    )
    unique = dict(cursor.fetchall())
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'votes_vote'"
        " AND indexname NOT LIKE '%_pkey'"
    )
    plain = {name: made for name, made in cursor.fetchall() if name not in unique}
    for name in unique:
        cursor.execute(f"ALTER TABLE votes_vote DROP CONSTRAINT {name}")
    for name in plain:
        cursor.execute(f"DROP INDEX {name}")
    return [
        *plain.values(),
        *(f"ALTER TABLE votes_vote ADD CONSTRAINT {name} {made}" for name, made in unique.items()),
    ]


def public_id(n: int) -> str:
    """An id that is spread like a hash."""
    return f"{n * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128:032x}"


def vote_rows(
    rng: random.Random,
    now: datetime,
    voters: int,
    votes: int,
    decided: list[tuple[str, str, datetime]],
) -> Iterator[tuple[Any, ...]]:
    """Votes video by video; fills `decided`."""
    written = video = 0
    while written < votes:
        size = min(int(5 * rng.paretovariate(1.1)), 5000, votes - written)
        name, ai = f"{video * 0x9E3779B97F % 2**44:011x}", rng.random() < 0.7
        start = now - timedelta(days=rng.uniform(1, 120))
        chosen = {int(voters * rng.random() ** 1.5) for _ in range(size)}
        for n, voter in enumerate(chosen):
            agrees = rng.random() < 0.85
            category = rng.choice(CATEGORIES[:3]) if agrees == ai else "not_ai"
            yield (
                public_id(voter),
                name,
                category,
                "0.6",
                start + timedelta(minutes=n),
                f"{video}.{n if rng.random() < 0.97 else 0}",
            )
        written += len(chosen)
        if len(chosen) >= 6 and rng.random() < DECIDED_SHARE:
            since = start + timedelta(minutes=len(chosen) * 0.8)
            decided.append((name, "ai" if ai else "human", since))
        video += 1


if __name__ == "__main__":
    main()
