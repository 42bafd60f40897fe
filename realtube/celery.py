"""The Celery application: workers run the tasks of the apps, beat starts them on time."""

import os
from typing import Any

import redis.exceptions
from celery import Celery
from celery.schedules import crontab
from celery.signals import beat_init, setup_logging, worker_init, worker_ready
from django.conf import settings
from kombu.transport import redis as redis_transport

from realtube.common import exposition, taskwatch  # noqa: F401 - connects its signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "realtube.settings")


class Channel(redis_transport.Channel):
    """Lets a worker outlive its broker.

    kombu 5.7 acknowledges and puts back messages on connections that have been lost, fails in a
    way that nobody expects, and takes the worker along. What Celery expects is an error of the
    connection; Redis hands the messages out again after the visibility timeout.
    """

    def _connparams(self, *args: Any, **kwargs: Any) -> Any:
        if self.connection is None or self.connection.client is None:
            raise redis.exceptions.ConnectionError("The connection has been lost.")
        return super()._connparams(*args, **kwargs)  # type: ignore[misc]


redis_transport.Transport.Channel = Channel

app = Celery("realtube")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def _every(seconds: float, task: str) -> dict[str, Any]:
    # A tick that waited longer than its interval is dropped: the next one does its work.
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}


app.conf.beat_schedule = {
    "advance": _every(2, "sync.tasks.advance"),
    "stats": _every(60, "sync.tasks.refresh_stats"),
    "scrub": _every(60, "sync.tasks.scrub_buckets"),
    "snapshot": _every(60, "sync.tasks.refresh_snapshot"),
    "export": _every(600, "sync.tasks.refresh_export"),
    "bursts": _every(60, "sync.tasks.watch_bursts"),
    "batches": _every(5, "realtube.desk.tasks.run_batches"),
    "voters": _every(2, "realtube.desk.tasks.lay_out_voters"),
    "activity": _every(60, "realtube.desk.tasks.count_activity"),
    "delays": _every(20, "votes.tasks.end_delays"),
    "trust": _every(600, "sync.tasks.recompute_trust"),
    "clusters": {"task": "votes.tasks.find_clusters", "schedule": crontab(hour="2", minute="10")},
    "retention": _every(3600, "sync.tasks.delete_old_changes"),
    "address-keys": _every(3600, "votes.tasks.expire_addresses"),
    "appeal-contacts": _every(3600, "votes.tasks.forget_contacts"),
    "erasures": _every(3600, "votes.tasks.forget_erasures"),
}
if settings.MIRROR_OF:
    app.conf.beat_schedule["mirror"] = _every(
        settings.MIRROR_INTERVAL_S, "sync.tasks.follow_source"
    )


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


@worker_ready.connect
def begin(**kwargs: Any) -> None:
    """Have the snapshot looked at: a new site, or one that lost its files, has none."""
    app.send_task("sync.tasks.refresh_snapshot", expires=60)
