"""A browser that follows gets notices that it alone can read; one that is gone is forgotten."""

from __future__ import annotations

import json
import re

import pytest
from django.db.models.functions import Now
from py_vapid import Vapid02

from channels.services import decide_channel
from following import outcomes, push, reaching
from following.models import Delivery, Follower
from following.tasks import tell_followers
from sync.tasks import run_pipeline
from tests.conftest import Api
from tests.following.receivers import Browser

pytestmark = pytest.mark.django_db(transaction=True)
CHANNEL = "@maker"


def follow(browser, lang="", **more):
    """As the script of the pages does."""
    body = {"subscription": browser.subscription, "kind": "channel", "key": CHANNEL, **more}
    return Api().post(f"/follow/browser{lang}", body)


def decide(action="flag_channel"):
    decide_channel(actor="m", action=action, key=CHANNEL, reason="r")
    run_pipeline()


def test_a_browser_reads_what_it_is_pushed_and_the_push_server_does_not(receiver, settings):
    browser = Browser(f"{receiver.origin}/push/1")
    answer = follow(browser, lang="?lang=de")
    assert answer.status_code == 201
    page = answer.json()["address"]
    tell_followers()
    decide()
    tell_followers()
    tell_followers()
    (_, _, first), (path, headers, body) = receiver.got
    assert "@maker" in browser.read(first)["title"]
    notice = browser.read(body)
    assert path == "/push/1" and b"maker" not in body
    assert (notice["title"], notice["language"]) == ("RealTube: @maker", "de")
    assert notice["body"].startswith("Jetzt: ")
    assert notice["address"] == "https://realtube.example/c/@maker?lang=de"
    assert (headers["content-encoding"], headers["ttl"]) == ("aes128gcm", str(push.TTL_S))
    # By RFC 8292 the push server knows whose it is: the key is the one that browsers are given.
    assert Vapid02.verify(headers["authorization"])
    assert f"k={push.public_key(settings.PUSH_KEY)}" in headers["authorization"]
    assert "Your browser shows" in Api().get(page.partition("?")[0]).content.decode()
    assert Api().client.post(page, {"end": "1"}).status_code == 200
    assert Follower.objects.count() == 0


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(receiver, status):
    follow(Browser(f"{receiver.origin}/push/1"))
    receiver.status = status
    tell_followers()
    assert (Follower.objects.count(), Delivery.objects.count()) == (0, 0)


@pytest.mark.parametrize("status", [400, 403, 405])
def test_a_server_that_does_not_take_the_first_notice_is_no_push_server(receiver, status):
    follow(Browser(f"{receiver.origin}/push/1"))
    receiver.status = status
    tell_followers()
    assert (Follower.objects.count(), Delivery.objects.count()) == (0, 0)


def test_nor_is_one_that_cannot_be_reached_for_days(receiver):
    follow(Browser(f"{receiver.origin}/push/1"))
    receiver.status = 503
    Delivery.objects.update(tries=outcomes.TRIES - 1)
    tell_followers()
    assert Follower.objects.count() == 0


def test_what_refuses_a_later_notice_is_still_told_of_the_next(receiver):
    follow(Browser(f"{receiver.origin}/push/1"))
    tell_followers()
    receiver.status = 403
    decide()
    tell_followers()
    assert Follower.objects.count() == 1


def test_a_push_server_that_is_busy_is_asked_again(receiver):
    follow(Browser(f"{receiver.origin}/push/1"))
    receiver.status = 429
    tell_followers()
    receiver.status = 201
    Delivery.objects.update(next_at=Now())
    tell_followers()
    assert (len(receiver.got), Delivery.objects.get().state) == (2, "sent")


def test_following_again_takes_the_place_of_what_was(receiver):
    browser = Browser(f"{receiver.origin}/push/1")
    assert [follow(browser).status_code for _ in range(2)] == [201, 201]
    assert Follower.objects.count() == 1


@pytest.mark.parametrize(
    "subscription",
    [
        None,
        [],
        {},
        {"endpoint": "https://push.example/1"},
        {"endpoint": "https://push.example/1", "keys": {"p256dh": "AAAA", "auth": "AAAA"}},
        {"endpoint": "https://push.example/1", "keys": {"p256dh": 5, "auth": None}},
        {"endpoint": "https://push.example/1", "keys": {"p256dh": "é", "auth": "é"}},
        {"endpoint": 7, "keys": {}},
        Browser("http://push.example/1").subscription,
        Browser("http://127.0.0.1:1/push").subscription,
        Browser("https://push.example:444/1").subscription,
    ],
)
def test_what_is_no_subscription_or_could_lead_inside_is_refused(subscription):
    answer = Api().post(
        "/follow/browser", {"subscription": subscription, "kind": "channel", "key": CHANNEL}
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "INVALID_FIELD")
    assert Follower.objects.count() == 0


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("channel", ""),
        ("channel", 5),
        ("video", "no video!"),
        ("all", ""),
        (None, None),
        ("video", []),
    ],
)
def test_only_a_video_or_channel_can_be_followed(kind, key):
    browser = Browser("https://push.example/1")
    assert follow(browser, kind=kind, key=key).status_code == 400


def test_a_browser_is_offered_it_only_where_the_site_has_a_key(settings, video_id):
    page = Api().get(f"/v/{video_id}").content.decode()
    assert re.search(r'data-push="B[\w-]{86}"', page)
    settings.PUSH_KEY = b""
    assert "data-push" not in Api().get("/c/@maker").content.decode()
    assert follow(Browser("https://push.example/1")).status_code == 404


def test_the_worker_may_reach_its_own_folder_alone():
    answer = Api().get("/follow/worker.js")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/javascript")
    assert "Service-Worker-Allowed" not in answer


def test_of_its_keys_no_byte_more_is_stored_than_they_have(receiver):
    browser = Browser(f"{receiver.origin}/push/1")
    keys = browser.subscription["keys"]
    padded = {name: "!" * 3000 + value for name, value in keys.items()}
    given = {**browser.subscription, "keys": padded}
    body = {"subscription": given, "kind": "channel", "key": CHANNEL}
    assert Api().post("/follow/browser", body).status_code == 201
    stored = reaching.place_of(Follower.objects.get())
    assert {name: stored[name] for name in keys} == keys


def test_nothing_of_where_a_browser_is_reached_is_readable_in_the_database(receiver):
    browser = Browser(f"{receiver.origin}/push/secret")
    follow(browser)
    tell_followers()
    rows = json.dumps([*map(str, Follower.objects.values()), *map(str, Delivery.objects.values())])
    assert receiver.origin not in rows and browser.subscription["keys"]["auth"] not in rows
