"""`kill -9` of a real worker that tells followers: nobody is left out, one batch is repeated."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from channels.services import decide_channel
from following import mails, posts, reaching
from following.models import Delivery, Follower, Way
from following.tasks import tell_followers
from post import posting
from sync.tasks import run_pipeline
from tests.dev.processes import descendants, wait_until
from tests.following.receivers import Browser, Receiver
from tests.post import smtp
from tests.post.conftest import KEY, switch_on
from tests.thorough import THOROUGH

pytestmark = pytest.mark.django_db(transaction=True)
FOLLOWERS = 10_000 if THOROUGH else 900
CHANNEL = "@maker"
PUSH_KEY = "5" * 64


@contextmanager
def worker(origin, port):
    """A real worker, which is killed at the end; to it tasks are sent as beat does."""
    database = connection.settings_dict
    environment = os.environ | {
        "DATABASE_URL": f"postgresql:///{database['NAME']}?host={database['HOST']}"
        f"&user={database['USER']}&port={database['PORT']}",
        "REALTUBE_MAIL": "smtp",
        "REALTUBE_MAIL_KEY": KEY,
        "REALTUBE_MAIL_FROM": "RealTube <news@realtube.example>",
        "REALTUBE_MAIL_HOST": "127.0.0.1",
        "REALTUBE_MAIL_PORT": str(port),
        "REALTUBE_MAIL_SECURITY": "none",
        "REALTUBE_ORIGIN": "https://realtube.example",
        "REALTUBE_PUSH_KEY": PUSH_KEY,
        "REALTUBE_FOLLOW_ORIGINS": origin,
        "LOG_LEVEL": "ERROR",
    }
    started = subprocess.Popen(
        [
            *(sys.executable, "-W", "ignore", "-m", "celery", "-A", "realtube.celery", "worker"),
            *("--concurrency=1", "--without-gossip", "--without-mingle"),
        ],
        env=environment,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield started.pid
    finally:
        os.killpg(started.pid, signal.SIGKILL)
        started.wait()


def follow(origin, browser):
    """As many followers by each way, who have all confirmed."""
    secret = posting.new_secret()
    places = {
        Way.MAIL: lambda n: {"to": f"reader{n}@example.org"},
        Way.PUSH: lambda n: {
            **browser.subscription["keys"],
            "endpoint": f"{origin}/push/{n}",
        },
        Way.WEBHOOK: lambda n: {"url": f"{origin}/hook/{n}", "secret": secret},
    }
    Follower.objects.bulk_create(
        Follower(
            token=f"{n:032x}",
            way=way,
            kind="channel",
            key=CHANNEL,
            sealed=reaching.pack(places[way](n)),
            digest=f"{n:032x}",
            language="en",
            confirmed_at=timezone.now(),
        )
        for n in range(FOLLOWERS)
        for way in [list(places)[n % len(places)]]
    )


def decide(action):
    decide_channel(actor="m", action=action, key=CHANNEL, reason="r")
    run_pipeline()
    tell_followers.delay()


def arrived(receiver, inbox):
    """How many messages."""
    return len(receiver.got) + sum(1 for _ in (inbox.folder / "new").glob("*"))


def names(receiver, inbox):
    """How often each message has arrived, by its lasting name."""
    posted = [headers.get("webhook-id") or path for path, headers, _ in receiver.got]
    return Counter([*posted, *(mail["Message-ID"] for mail in inbox.mails())])


def cpu_s(pid):
    """Seconds of a processor that a process and its children have had."""
    fields = [Path(f"/proc/{it}/stat").read_text().split() for it in (pid, *descendants(pid))]
    return sum(int(it[13]) + int(it[14]) for it in fields) / os.sysconf("SC_CLK_TCK")


def all_told(times):
    """Seconds until everybody was told so many times; tasks are sent every second."""
    started = time.monotonic()

    def done():
        tell_followers.delay()
        return Delivery.objects.filter(state="sent").count() == times * FOLLOWERS

    wait_until(done, timeout_s=600, what="all followers are told", every_s=1)
    return round(time.monotonic() - started, 1)


@pytest.mark.timeout(900)
def test_nobody_is_left_out_and_at_most_a_batch_is_told_twice(
    settings, tmp_path, transactional_db, figures
):
    settings.PUSH_KEY = bytes.fromhex(PUSH_KEY)
    with Receiver() as receiver, smtp.server(tmp_path / "inbox") as inbox:
        switch_on(settings, inbox.port)
        settings.FOLLOW_ORIGINS = [receiver.origin]
        browser = Browser(f"{receiver.origin}/push")
        follow(receiver.origin, browser)
        with worker(receiver.origin, inbox.port):
            decide("flag_channel")
            wait_until(
                lambda: arrived(receiver, inbox) > FOLLOWERS / 4,
                timeout_s=600,
                what="a quarter is told",
                every_s=0.05,
            )
        assert Delivery.objects.filter(state="queued").count() > FOLLOWERS / 4
        # As if the claims of the one that was lost had lapsed.
        Delivery.objects.filter(state="queued").update(next_at=Now())
        with worker(receiver.origin, inbox.port) as pid:
            after_s = all_told(1)
            found = names(receiver, inbox)
            assert len(found) == FOLLOWERS
            twice = sum(found.values()) - FOLLOWERS
            assert twice <= max(posts.BATCH, mails.BATCH)
            receiver.got.clear()
            before_s = cpu_s(pid)
            decide("clear_channel")
            undisturbed_s, worker_s = all_told(2), round(cpu_s(pid) - before_s, 1)
        assert len(receiver.got) == sum(n % 3 != 0 for n in range(FOLLOWERS))
        pushed = [body for path, _, body in receiver.got if path.startswith("/push")]
        assert "cleared" in browser.read(pushed[-1])["body"]
        figures(
            followers=FOLLOWERS,
            twice=twice,
            after_s=after_s,
            undisturbed_s=undisturbed_s,
            worker_s=worker_s,
        )
