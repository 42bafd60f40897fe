"""Due times in the database: restarts, clocks that were wrong, workers that were away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from celery.app.trace import build_tracer
from celery.beat import PersistentScheduler
from django.db.models import F
from django.test import override_settings
from django.utils import timezone
from kombu.utils.json import loads

from realtube import celery
from realtube.celery import app
from sync import heartbeat, schedule
from sync.models import DueTask, Revision
from sync.tasks import advance, tick
from tests.conftest import Api

pytestmark = pytest.mark.django_db(transaction=True)

HOURLY = "votes.tasks.forget_contacts"
DAILY = "votes.tasks.find_clusters"
SKEW_S = 3600


@pytest.fixture
def queue(worker_id):
    """What lies in the queue of this test alone: messages, as a worker would take them."""
    name = f"test-{worker_id}"

    class Queue:
        def __init__(self, channel):
            self.channel = channel

        def taken(self):
            """The messages that lie there, which are gone then."""
            client, found = self.channel.client, []
            while message := client.lpop(name):
                found.append(loads(message))
            return found

    routes, default = app.conf.task_routes, app.conf.task_default_queue
    app.conf.task_routes, app.conf.task_default_queue = {}, name
    app.amqp.flush_routes()
    app.amqp.__dict__.pop("queues", None)
    with app.connection() as connection:
        found = Queue(connection.default_channel)
        found.taken()
        yield found
        found.taken()
    app.conf.task_routes, app.conf.task_default_queue = routes, default
    app.amqp.flush_routes()
    app.amqp.__dict__.pop("queues", None)


def moved(name, **by):
    """As if this task had been sent and begun at another time."""
    change = timedelta(**by)
    DueTask.objects.filter(name=name).update(
        sent_at=F("sent_at") + change,
        begun_at=F("begun_at") + change,
    )


def begun():
    """As if workers had begun everything that was sent."""
    DueTask.objects.update(begun_at=F("sent_at") + timedelta(milliseconds=1))


@pytest.fixture
def started(queue):
    """A site on which everything has been sent and begun once."""
    tick()
    begun()
    queue.taken()


def test_a_new_site_starts_everything_at_once(queue):
    assert set(tick()) == set(schedule.plan())
    assert {m["headers"]["task"] for m in queue.taken()} == set(schedule.plan())


def test_what_was_just_sent_is_not_sent_again(started):
    assert tick() == []


def test_a_restart_begins_no_wait_anew(started):
    """The hour counts from the last time, whoever was restarted meanwhile."""
    moved(HOURLY, minutes=-59)
    assert HOURLY not in tick()
    moved(HOURLY, minutes=-1)
    assert HOURLY in tick()


def test_a_task_of_the_night_is_sent_once_a_day_at_its_time(started):
    at = schedule.plan()[DAILY].at
    now = timezone.now()
    due = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(seconds=at)
    due -= timedelta(days=1) if due > now else timedelta(0)
    for before, sent in ((timedelta(minutes=1), True), (timedelta(minutes=-1), False)):
        DueTask.objects.filter(name=DAILY).update(sent_at=due - before, begun_at=due - before)
        if due - before <= now:
            assert (DAILY in tick()) == sent


def test_a_time_in_the_future_counts_as_none(started):
    moved(HOURLY, days=365)
    assert HOURLY in tick()
    assert HOURLY not in tick()


def test_what_was_sent_and_never_begun_is_sent_again(started):
    """The broker lost it: nobody waits a day for the next one."""
    moved(DAILY, minutes=-61)
    DueTask.objects.filter(name=DAILY).update(begun_at=F("sent_at") - timedelta(days=1))
    assert DAILY in tick()


def test_no_message_expires_because_a_workers_clock_is_ahead(queue):
    tick()
    beat = app.conf.beat_schedule["tick"]["options"]["expires"]
    ahead = datetime.now(UTC) + timedelta(seconds=SKEW_S)
    for message in queue.taken():
        assert datetime.fromisoformat(message["headers"]["expires"]) > ahead
    assert beat > SKEW_S


def run(message):
    """Run a message as a worker does; its state."""
    headers = message["headers"]
    task = app.tasks[headers["task"]]
    info = build_tracer(task.name, task, app=app)(headers["id"], [], {}, request=headers).info
    return info.state if info else "SUCCESS"


def messages_of(queue, task):
    return [m for m in queue.taken() if m["headers"]["task"] == task.name]


def test_messages_that_piled_up_are_worked_off_by_the_first(queue, video_id):
    found = []
    for _ in range(3):
        tick()
        found += messages_of(queue, advance)
        moved(advance.name, seconds=-2)
    DueTask.objects.filter(name=advance.name).update(sent_at=timezone.now())
    assert len(found) == 3
    Api().vote(video_id)
    assert run(found[0]) == "SUCCESS"
    assert Revision.objects.count() == 1
    assert [run(message) for message in found[1:]] == ["IGNORED", "IGNORED"]


def test_two_schedulers_send_nothing_twice(started):
    moved(HOURLY, hours=-1)
    assert [HOURLY in tick(), HOURLY in tick()] == [True, False]


@pytest.fixture
def beat(tmp_path):
    """beat, which forgets nothing when it is started again."""

    def start():
        return PersistentScheduler(app=app, schedule_filename=str(tmp_path / "schedule"))

    return start


def test_beat_has_nothing_to_do_but_tick(beat):
    """A second entry by the wall clock would hold tick up when that clock is set back."""
    scheduler = beat()
    assert list(scheduler.schedule) == ["tick"]
    scheduler.close()


def test_beat_goes_on_when_its_clock_is_set_back(queue, monkeypatch, beat):
    """Celery's own interval would wait for the hour to come round again."""
    scheduler = beat()
    scheduler.tick()  # lays out its entries
    real_now, real_monotonic = app.now, celery.monotonic
    for passed_s, set_back_s in ((10, 0), (20, 3600)):
        monkeypatch.setattr(app, "now", lambda s=set_back_s: real_now() - timedelta(seconds=s))
        monkeypatch.setattr(celery, "monotonic", lambda s=passed_s: real_monotonic() + s)
        queue.taken()
        scheduler.tick()
        assert [m["headers"]["task"] for m in queue.taken()] == ["sync.tasks.tick"]
        assert 0 < scheduler.tick() <= schedule.TICK_S
    scheduler.close()


def test_beat_goes_on_when_the_clock_was_set_back_while_it_was_away(queue, monkeypatch, beat):
    first = beat()
    monkeypatch.setattr(celery, "monotonic", lambda: celery._woke_s + 3600)
    first.tick()
    first.close()
    monkeypatch.undo()
    second = beat()
    queue.taken()
    second.tick()
    assert [m["headers"]["task"] for m in queue.taken()] == ["sync.tasks.tick"]
    second.close()


@override_settings(MIRROR_OF="http://127.0.0.1:1", MIRROR_INTERVAL_S=7)
def test_a_mirror_follows_its_source_as_often_as_it_is_set_to(queue):
    assert "sync.tasks.follow_source" in tick()
    assert schedule.plan()["sync.tasks.follow_source"].seconds == 7


def test_what_is_due_and_does_not_begin_is_told(started):
    assert not any(schedule.overdue_s().values())
    DueTask.objects.update(begun_at=timezone.now())
    moved(HOURLY, hours=-3)
    found = schedule.overdue_s()
    assert 2 * 3600 - 60 < found.pop(HOURLY) < 2 * 3600 + 60
    assert max(found.values()) < 60


@pytest.mark.parametrize(
    ("age_s", "alive"), [(10, True), (-2, True), (400, False), (-3600, False), (None, False)]
)
def test_a_sign_of_life_from_the_future_counts_as_none(age_s, alive):
    """The clock was set back an hour; what stopped since must not look alive for an hour."""
    last = None if age_s is None else timezone.now().timestamp() - age_s
    assert heartbeat.is_alive(last) is alive
