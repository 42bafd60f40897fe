"""The Celery application: workers run the tasks of the apps, beat starts them on time."""

import gc
import os
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

from celery import Celery
from celery.schedules import schedstate, schedule
from celery.signals import (
    beat_init,
    setup_logging,
    worker_init,
    worker_process_init,
    worker_ready,
)

from common.telemetry import exposition, taskwatch  # noqa: F401 - connects its signals
from sync.schedule import EXPIRES_S, TICK_S

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "realtube.settings")


app = Celery("realtube", task_cls="sync.schedule:Scheduled")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


_woke_at, _woke_s = datetime.now(UTC), monotonic()


def steady_now() -> datetime:
    """The time by a clock that nobody sets while the process runs."""
    return _woke_at + timedelta(seconds=monotonic() - _woke_s)


class Steady(schedule):
    """A fixed interval that goes on when the clock is set back.

    Celery's own would wait until the clock is again where it was.
    """

    def __init__(self, run_every: float | timedelta, *args: Any, **kwargs: Any) -> None:
        super().__init__(run_every, nowfun=steady_now)

    def is_due(self, last_run_at: datetime) -> Any:
        """Due at once if the last run lies in the future: beat remembers it across restarts."""
        if self.maybe_make_aware(last_run_at) > self.now():
            return schedstate(is_due=True, next=self.seconds)
        return super().is_due(last_run_at)


app.conf.beat_schedule = {
    "tick": {
        "task": "sync.tasks.tick",
        "schedule": Steady(TICK_S),
        "options": {"expires": EXPIRES_S},
    }
}


@setup_logging.connect
def keep_our_logging(**kwargs: Any) -> None:
    """Settings have configured logging already; Celery must not do it again."""


@worker_init.connect
@beat_init.connect
def prepare(**kwargs: Any) -> None:
    """Refuse to start on a broken configuration; answer scrapes."""
    from realtube.checks import refuse_misconfiguration  # noqa: PLC0415 - needs the apps

    refuse_misconfiguration()
    exposition.serve()


@worker_process_init.connect
def keep_what_is_loaded(**kwargs: Any) -> None:
    """Let the collector look at what tasks make alone: all modules, each time, took a tenth of a
    run of the pipeline."""
    gc.freeze()


@worker_ready.connect
def begin(**kwargs: Any) -> None:
    """Have the snapshot looked at: a new site, or one that lost its files, has none."""
    app.send_task("sync.tasks.refresh_snapshot", expires=EXPIRES_S)
