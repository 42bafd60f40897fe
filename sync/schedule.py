"""When each background task is due, kept in the database.

beat starts one task alone, `sync.tasks.tick`, which sends what is due. So a restart of any part
does not begin an hourly or daily wait anew, two schedulers send nothing twice, and one clock
counts, the database's: a time that lies in its future counts as none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import structlog
from celery import Task, current_app
from celery.exceptions import Ignore
from django.conf import settings
from django.db import transaction

from common.db import execute, rows
from sync import sql

TICK_S = 2
# A message that nobody has taken for so long is dropped. Clocks of machines that disagree by
# seconds, or by a time zone, must not lose one.
EXPIRES_S = 86_400
# A tick that comes a little early sends what is due until the next one.
EARLY_S = 0.5
# What was sent and has not begun is sent again: the broker may have lost it.
LOST_S = 3600
SENT_AT = "sent_at"
log = structlog.get_logger()


@dataclass(frozen=True)
class Every:
    """Due every `seconds`; with `at`, once a day at that many seconds after midnight UTC."""

    seconds: int
    at: int | None = None


_DAY_S, _HOUR_S, _MINUTE_S = 86_400, 3600, 60
_PLAN = {
    "sync.tasks.advance": Every(2),
    "desk.tasks.lay_out_voters": Every(2),
    "desk.tasks.run_batches": Every(4),
    "post.tasks.send_mails": Every(5),
    "following.tasks.tell_followers": Every(5),
    "channels.tasks.tell_outcomes": Every(20),
    "votes.tasks.end_delays": Every(20),
    "sync.tasks.refresh_stats": Every(_MINUTE_S),
    "sync.tasks.scrub_buckets": Every(_MINUTE_S),
    "sync.tasks.refresh_snapshot": Every(_MINUTE_S),
    "sync.tasks.fetch_lists": Every(_MINUTE_S),
    "sync.tasks.watch_bursts": Every(_MINUTE_S),
    "desk.tasks.send_notices": Every(_MINUTE_S),
    "desk.tasks.count_activity": Every(_MINUTE_S),
    "desk.tasks.weigh_cases": Every(_MINUTE_S),
    "pages.tasks.write_found": Every(_MINUTE_S),
    "following.tasks.tell_hub": Every(_MINUTE_S),
    "votes.tasks.return_lapsed_cases": Every(_MINUTE_S),
    "sync.tasks.run_juries": Every(5 * _MINUTE_S),
    "sync.tasks.refresh_export": Every(10 * _MINUTE_S),
    "sync.tasks.recompute_trust": Every(10 * _MINUTE_S),
    "sync.tasks.release_data": Every(_HOUR_S),
    "sync.tasks.delete_old_changes": Every(_HOUR_S),
    "votes.tasks.expire_addresses": Every(_HOUR_S),
    "channels.tasks.end_questions": Every(_HOUR_S),
    "votes.tasks.forget_contacts": Every(_HOUR_S),
    "desk.tasks.keep_samples": Every(_HOUR_S),
    "pages.tasks.count_months": Every(_HOUR_S),
    "post.tasks.forget_mails": Every(_HOUR_S),
    "following.tasks.forget_followers": Every(_HOUR_S),
    "votes.tasks.forget_erasures": Every(_HOUR_S),
    "votes.tasks.weigh_jurors": Every(_DAY_S, at=3 * _HOUR_S + 40 * _MINUTE_S),
    "evidence.tasks.expire_evidence": Every(_DAY_S, at=4 * _HOUR_S + 20 * _MINUTE_S),
    "votes.tasks.find_clusters": Every(_DAY_S, at=2 * _HOUR_S + 10 * _MINUTE_S),
}


def plan() -> dict[str, Every]:
    """How often each task is due, by its name."""
    entries = dict(_PLAN)
    if settings.MIRROR_OF:
        entries["sync.tasks.follow_source"] = Every(settings.MIRROR_INTERVAL_S)
    if settings.S3.bucket:
        entries["sync.tasks.publish_to_s3"] = Every(settings.S3.interval_s)
    if settings.EVIDENCE:
        entries["evidence.tasks.process_clips"] = Every(5)
    if settings.NOTES:
        entries["votes.tasks.judge_notes"] = Every(5 * _MINUTE_S)
    return entries


@transaction.atomic
def send_due() -> list[str]:
    """Send the tasks that are due; their names.

    Sent before the commit that says so: a process killed in between sends twice rather than never.
    """
    due = rows(sql.SEND_DUE, {**_parameters(), "early": EARLY_S, "lost": LOST_S})
    for name, sent_at in due:
        current_app.send_task(name, expires=EXPIRES_S, headers={SENT_AT: sent_at})
    return [name for name, _ in due]


def overdue_s() -> dict[str, float]:
    """For how many seconds each task of the plan has been due without having begun."""
    return dict(rows(sql.OVERDUE, _parameters()))


class Scheduled(Task):
    """A task that runs once for all its messages that were sent before it began.

    Messages pile up while workers are away or busy; after the first of them the others have
    nothing to do. One that is delivered again, since its worker was lost, does run.
    """

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the task, unless it has begun since its message was sent."""
        sent_at = self.request.get(SENT_AT)
        if sent_at and not (self.request.delivery_info or {}).get("redelivered"):
            begun = execute(sql.BEGIN_TASK, {"name": self.name, "sent_at": sent_at})
            if not begun:
                raise Ignore
        return self.run(*args, **kwargs)


def _parameters() -> dict[str, Any]:
    entries = plan()
    return {
        "names": list(entries),
        "every": [entry.seconds for entry in entries.values()],
        "at": [entry.at for entry in entries.values()],
    }
