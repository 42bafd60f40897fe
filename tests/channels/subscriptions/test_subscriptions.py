"""Lists by URL: a worker keeps them, whatever their server does."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from channels.models import Channel, Listing, ListSource, Subscription
from channels.subscriptions import service
from sync.schedule import plan
from sync.tasks import fetch_lists, run_pipeline
from tests.channels.subscriptions.conftest import Web

pytestmark = pytest.mark.django_db(transaction=True)

Fetch = Callable[..., Subscription]
SIZE = 20_693
WHOLE = "".join(f"@slop{n:05}\n" for n in range(SIZE)).encode()


def said(*args: str, **options: Any) -> str:
    out = StringIO()
    call_command(*args, stdout=out, **options)
    return out.getvalue()


def open_listings() -> int:
    return Listing.objects.filter(removed_at=None).count()


def dues() -> timedelta:
    """In how long the list is fetched again, to the minute."""
    left = Subscription.objects.get().next_at - timezone.now()
    return timedelta(minutes=round(left.total_seconds() / 60))


@pytest.mark.slow
def test_a_list_of_20693_channels_stays_whole_whatever_its_server_does(
    web: Web, fetch: Fetch, settings: Any
):
    web.gives(WHOLE, etag='"one"')
    said("subscribe", web.url, source="list", level="block", every="6h", licence="CC0-1.0")
    assert fetch_lists() == 1
    assert open_listings() == SIZE
    assert (Subscription.objects.get().state, dues()) == ("good", timedelta(hours=6))

    seen = Listing.objects.order_by("pk").values_list("last_seen", flat=True)[0]
    fetch()  # 304
    assert web.asked[-1][1]["If-None-Match"] == '"one"'
    assert Listing.objects.filter(last_seen=seen).count() == open_listings() == SIZE

    web.gives(WHOLE[: len(WHOLE) // 3], etag='"third"')
    assert "only 6897 of the 20693" in fetch().error
    assert Subscription.objects.get().state == "shrunk"
    assert open_listings() == SIZE

    web.says(500)
    assert fetch().error == "The server answers 500 instead of a list."
    web.says(302, Location="http://169.254.169.254/latest/meta-data")
    assert "add http://169.254.169.254 to" in fetch().error
    web.says(302, Location="https://169.254.169.254/latest/meta-data")
    settings.LIST_HOSTS = [web.origin, "*"]
    assert "no address of the public internet" in fetch().error

    def flood(request: Any) -> None:
        request.send_response(200)
        request.end_headers()
        for _ in range(2 * 1024):
            request.wfile.write(b"@flood\n" * 150_000)

    web.answers["/list.txt"] = flood
    assert "larger than 64 MB" in fetch().error

    def stop(request: Any) -> None:
        request.send_response(200)
        request.send_header("Content-Length", str(len(WHOLE)))
        request.end_headers()
        request.wfile.write(WHOLE[: len(WHOLE) // 2])
        request.close_connection = True

    web.answers["/list.txt"] = stop
    assert "broke off" in fetch().error
    assert open_listings() == Listing.objects.count() == SIZE
    assert Subscription.objects.get().failures == 5

    web.gives(WHOLE + b"@new\n", etag='"two"')
    done = fetch()
    assert (done.state, done.error, done.failures, done.etag) == ("good", "", 0, '"two"')
    assert open_listings() == SIZE + 1


def test_what_is_on_the_list_flags_channels(web: Web, subscribed: Subscription, fetch: Fetch):
    web.gives(b"@slop\n")
    fetch()
    run_pipeline()

    assert Channel.objects.known_as("@slop").auto_flag_new


def test_a_list_that_shrank_is_taken_once_the_operator_accepts_that(
    web: Web, subscribed: Subscription, fetch: Fetch
):
    web.gives(b"@a\n@b\n@c\n", etag='"one"')
    fetch()
    web.gives(b"@a\n", etag='"two"')
    assert (fetch().state, open_listings()) == ("shrunk", 3)
    said("lists", source="list", accept_shrink=True)
    service.fetch_due()

    assert (Subscription.objects.get().state, open_listings()) == ("good", 1)
    web.gives(b"", etag='"three"')
    assert (fetch().state, open_listings()) == ("failed", 1)


def test_a_web_page_is_no_list(web: Web, subscribed: Subscription, fetch: Fetch):
    web.gives(b"<html>Sign in</html>")

    assert fetch().error == "What is there is not taken: a web page, not a list."


def test_what_fails_is_tried_again_sooner_but_less_and_less(
    web: Web, subscribed: Subscription, fetch: Fetch
):
    web.says(500)
    waited = []
    for _ in range(9):
        fetch()
        waited.append(dues() // timedelta(minutes=1))

    assert waited == [5, 10, 20, 40, 80, 160, 320, 360, 360]


def test_a_server_that_asks_to_be_left_alone_is(web: Web, subscribed: Subscription, fetch: Fetch):
    web.says(429, Retry_After="36000")
    fetch()

    assert dues() == timedelta(hours=10)


def test_what_is_not_due_or_paused_or_another_workers_is_not_fetched(
    web: Web, subscribed: Subscription, fetch: Fetch
):
    web.gives(b"@slop\n")
    fetch()
    assert service.fetch_due() == 0
    service.fetch_soon("list")
    service.pause("list")
    assert service.fetch_due() == 0
    service.fetch_soon("list")
    Subscription.objects.update(claimed_until=timezone.now() + timedelta(minutes=1))
    assert service.fetch_due() == 0
    Subscription.objects.update(claimed_until=timezone.now() - timedelta(minutes=1))
    assert service.fetch_due() == 1


def test_who_wants_a_list_fetched_gets_none_that_was_begun_before(
    web: Web, subscribed: Subscription
):
    def other_order(request: Any) -> None:
        service.fetch_soon("list", accept_shrink=True)
        connection.close()
        web.gives(b"@new\n")
        request.send_response(200)
        request.end_headers()
        request.wfile.write(b"@old\n")

    web.answers["/list.txt"] = other_order

    assert service.fetch_due() == 2
    assert Listing.objects.get().handle == "new"


def test_two_workers_do_not_fetch_the_same_list(web: Web, subscribed: Subscription):
    entered, leave = threading.Event(), threading.Event()

    def wait(request: Any) -> None:
        entered.set()
        leave.wait(20)
        request.send_response(404)
        request.send_header("Content-Length", "0")
        request.end_headers()

    web.answers["/list.txt"] = wait
    done: list[int] = []

    def work() -> None:
        done.append(service.fetch_due())
        connection.close()

    other = threading.Thread(target=work)
    other.start()
    assert entered.wait(20)
    assert service.fetch_due() == 0
    leave.set()
    other.join()
    assert (done, len(web.asked)) == ([1], 1)


def test_a_worker_that_is_killed_loses_nothing(
    web: Web, subscribed: Subscription, monkeypatch: pytest.MonkeyPatch
):
    web.gives(b"@a\n@b\n")

    def killed(*args: Any, **kwargs: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(service, "_note", killed)  # the list is written, but not committed
        with pytest.raises(SystemExit):
            service.fetch_due()
    assert Listing.objects.count() == 0
    assert service.fetch_due() == 0  # it is still that worker's
    Subscription.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert (service.fetch_due(), open_listings()) == (1, 2)


def test_a_subscription_that_is_ended_meanwhile_takes_nothing(web: Web, subscribed: Subscription):
    def end(request: Any) -> None:
        service.end("list")
        connection.close()
        request.send_response(200)
        request.end_headers()
        request.wfile.write(b"@slop\n")

    web.answers["/list.txt"] = end
    service.fetch_due()

    assert not Listing.objects.exists()


def test_one_list_that_breaks_us_does_not_stop_the_others(
    web: Web, subscribed: Subscription, monkeypatch: pytest.MonkeyPatch
):
    web.gives(b"@a\n")
    web.gives(b"@b\n", path="/other.txt")
    service.subscribe(url=f"{web.origin}/other.txt", source="other", level="warn", every_s=21_600)
    really = service.open_list

    def breaks(file: Any, **options: Any) -> Any:
        if file.read(2) == b"@a":
            raise RuntimeError
        return really(file, **options)

    monkeypatch.setattr(service, "open_list", breaks)

    assert service.fetch_due() == 2
    assert "fault of RealTube's" in Subscription.objects.get(source="list").error
    assert Listing.objects.get().level == "warn"


def test_a_mirror_fetches_no_lists(web: Web, subscribed: Subscription, settings: Any):
    settings.MIRROR_OF = "https://realtube.example"

    assert fetch_lists() == 0
    with pytest.raises(CommandError, match="mirror"):
        said("subscribe", web.url, source="list", level="block")


def test_lists_are_looked_at_every_minute():
    assert plan()["sync.tasks.fetch_lists"].seconds == 60


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"every": "5m"}, "from 15m to 30d"),
        ({"every": "six hours"}, "from 15m to 30d"),
        ({"source": " "}, "--source"),
        ({"licence": "two\nlines"}, "--licence"),
    ],
)
def test_what_cannot_be_subscribed_to_is_said(web: Web, options: dict[str, str], why: str):
    given = {"source": "list", "level": "block"} | options
    with pytest.raises(CommandError, match=why):
        said("subscribe", web.url, **given)
    assert not Subscription.objects.exists()


def test_a_host_that_is_not_allowed_cannot_be_subscribed_to(web: Web):
    with pytest.raises(CommandError, match=r"add http://127\.0\.0\.1:1 to REALTUBE"):
        said("subscribe", "http://127.0.0.1:1/list.txt", source="list", level="block")


def test_the_lists_are_shown_with_how_fetching_them_went(
    web: Web, subscribed: Subscription, fetch: Fetch
):
    web.gives(b"! License: CC0-1.0\n@a\n@b\n")
    fetch()
    shown = said("lists")
    assert "list: 2 channels" in shown
    assert "licence CC0-1.0; not answered" in shown
    assert f"{web.url} as block, every 360 minutes" in shown
    assert "up to date; fetched 0\xa0minutes ago" in shown

    web.says(404)
    fetch()
    assert "The server answers 404 instead of a list." in said("lists")
    assert "paused" in said("lists", source="list", pause=True)
    assert web.url not in said("lists", source="list", end=True)
    assert open_listings() == 2


def test_a_list_that_is_not_there_cannot_be_changed():
    with pytest.raises(CommandError, match="no list of this name"):
        said("lists", source="nothing", pause=True)
    ListSource.objects.create(name="imported")
    with pytest.raises(CommandError, match="no subscription"):
        said("lists", source="imported", fetch=True)
    with pytest.raises(CommandError, match="--source"):
        said("lists", fetch=True)


def test_an_old_validator_is_not_sent_to_a_new_address(
    web: Web, subscribed: Subscription, fetch: Fetch
):
    web.gives(b"@a\n", etag='"one"')
    fetch()
    service.subscribe(url=web.url + "?2", source="list", level="block", every_s=21_600)
    web.gives(b"@a\n@b\n", path="/list.txt?2", etag='"one"')
    service.fetch_due()

    assert open_listings() == 2
