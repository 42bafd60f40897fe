"""The nightly recomputation of trust: judge the votes on decided videos, then weigh all voters.

Works in chunks, each a transaction that also moves the cursor, so that a run that was killed
goes on where it stopped. Two at once take turns.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from django.db import connection, transaction
from django.db.models.functions import Now

from common.db import rows
from common.locks import Lock, wait_for_transaction_lock
from common.processes.bars import Progress
from votes import recompute
from votes import sql as votes_sql
from votes.models import Job, Voter

NAME = "trust"
VIDEOS, VOTERS, DONE = "videos", "voters", ""
CHUNK_VIDEOS, CHUNK_VOTERS = 2000, 20_000


def run(
    *,
    restart: bool,
    progress: Progress = lambda *_: None,
    between: Callable[[], object] = lambda: None,
    seconds: float = 1e9,
) -> bool:
    """Go on with an unfinished run, or with `restart` begin a new one; whether all is done.

    Stops after about `seconds`. `progress` gets the phase, and how many of how many are done.
    `between` is called after each chunk: the pipeline waits for the lock that a chunk holds.
    """
    if restart:
        Job.objects.update_or_create(
            name=NAME,
            defaults={
                "phase": VIDEOS,
                "after": "",
                "done": 0,
                "started_at": Now(),
                "finished_at": None,
            },
        )
    decided = rows(votes_sql.COUNT_DECIDED)[0][0]
    totals = {VIDEOS: decided, VOTERS: Voter.objects.count()}
    until = time.monotonic() + seconds
    while _step(progress, totals):
        between()
        if time.monotonic() > until:
            return False
    return True


def tick(*, seconds: float, between: Callable[[], object] = lambda: None) -> bool:
    """Begin the night's run if it is due, or go on with one; whether all is done."""
    due = bool(rows(votes_sql.JOB_IS_DUE, {"name": NAME})[0][0])
    return run(restart=due, seconds=seconds, between=between)


@transaction.atomic
def _step(progress: Progress, totals: dict[str, int]) -> str:
    """One chunk; the phase that is next, empty at the end."""
    # The pipeline writes outcomes and voters, too.
    wait_for_transaction_lock(Lock.PIPELINE)
    job = Job.objects.select_for_update().filter(name=NAME, finished_at=None).first()
    if job is None:
        return DONE
    if job.phase == VIDEOS:
        found = [
            row[0]
            for row in rows(votes_sql.DECIDED_VIDEOS, {"after": job.after, "limit": CHUNK_VIDEOS})
        ]
        recompute.judge(found)
        count, last = len(found), found[-1] if found else None
    else:
        count, last = recompute.recompute_trust_after(job.after, limit=CHUNK_VOTERS)
    job.done += count
    progress(job.phase, job.done, totals[job.phase])
    if last is not None:
        job.after = last
    elif job.phase == VIDEOS:
        with connection.cursor() as cursor:
            cursor.execute(votes_sql.DROP_LOST_OUTCOMES)
        job.phase, job.after, job.done = VOTERS, "", 0
    else:
        job.phase, job.finished_at = DONE, Now()
    job.save()
    return job.phase
