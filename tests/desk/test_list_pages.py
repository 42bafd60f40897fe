"""Lists at the desk: subscribed to, steered, and asked about."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from channels.blocklists import Entry
from channels.imports import import_listings
from channels.models import DirtyChannel, Listing, ListSource, Subscription
from channels.subscriptions import service
from tests.desk.test_pages import text

pytestmark = pytest.mark.django_db(transaction=True)

URL = "https://lists.example/list.txt"
FORM = {"url": URL, "source": "list", "level": "block", "every_s": "21600", "licence": "CC0-1.0"}
LISTS, SUBSCRIPTIONS = "/admin/channels/listsource/", "/admin/channels/subscription/"


@pytest.fixture(autouse=True)
def _allowed(settings: Any) -> None:
    settings.LIST_HOSTS = ["lists.example"]


@pytest.fixture
def subscribed() -> Subscription:
    return service.subscribe(url=URL, source="list", level="block", every_s=21_600)


@pytest.fixture
def imported() -> None:
    from django.utils import timezone

    import_listings(
        source="old list",
        level="block",
        entries=[Entry(None, "slop", None, 1)],
        now=timezone.now(),
        dry_run=False,
        progress=lambda _: None,
    )
    DirtyChannel.objects.all().delete()


def act(browser: Any, name: str) -> str:
    chosen = [str(pk) for pk in Subscription.objects.values_list("pk", flat=True)]
    form = {"action": name, "_selected_action": chosen}
    return text(browser.post(SUBSCRIPTIONS, form, follow=True))


def test_an_administrator_subscribes_to_a_list(desk):
    browser = desk("administrator")
    answer = browser.post(f"{SUBSCRIPTIONS}add/", {**FORM, "use": "here"}, follow=True)

    assert answer.status_code == 200
    made = Subscription.objects.get()
    assert (made.url, made.every_s, made.state) == (URL, 21_600, "new")
    source = ListSource.objects.get()
    assert (source.name, source.licence, source.use) == ("list", "CC0-1.0", "here")
    assert browser.get(f"{SUBSCRIPTIONS}{made.pk}/change/").status_code == 200


def test_an_address_that_may_not_be_asked_is_not_subscribed_to(desk):
    browser = desk("administrator")
    answer = browser.post(f"{SUBSCRIPTIONS}add/", {**FORM, "url": "http://127.0.0.1/list.txt"})

    assert "REALTUBE_LIST_HOSTS" in text(answer)
    assert not Subscription.objects.exists()


def test_others_see_the_lists_and_change_nothing(desk, subscribed):
    browser = desk("moderator")

    assert "not fetched yet" in text(browser.get(SUBSCRIPTIONS))
    assert browser.get(LISTS).status_code == 200
    assert browser.get(f"{SUBSCRIPTIONS}add/").status_code == 403
    assert browser.post(f"{LISTS}list/change/", {"use": "nowhere"}).status_code == 403
    act(browser, "end")
    assert Subscription.objects.exists()


def test_a_list_is_fetched_paused_accepted_and_ended_by_buttons(desk, subscribed):
    browser = desk("administrator")
    act(browser, "pause")
    assert Subscription.objects.get().paused
    act(browser, "fetch_now")
    assert not Subscription.objects.get().paused
    act(browser, "accept_shrink")
    assert Subscription.objects.get().accept_shrink
    assert "its channels stay listed" in act(browser, "end")
    assert not Subscription.objects.exists()


def test_the_front_page_shows_how_fetching_goes(desk, subscribed):
    Subscription.objects.update(state="failed", error="The server answers 500 instead of a list.")
    shown = text(desk().get("/admin/"))

    assert "The server answers 500 instead of a list." in shown
    assert "never fetched" in shown
    assert "not published" not in shown
    ListSource.objects.update(use="nowhere")
    assert "not published" in text(desk(name="other").get("/admin/"))


def test_a_list_of_before_is_asked_about_until_it_is_answered(desk, imported):
    browser = desk("administrator")
    asked = "May what these lists say be passed on?"
    assert asked in text(browser.get("/admin/"))
    warned = StringIO()
    call_command("check", "--database", "default", stderr=warned)
    assert "Nobody has said whether the list 'old list' may be passed on" in warned.getvalue()
    assert "--source 'old list' --use" in warned.getvalue()

    answer = browser.post(f"{LISTS}old list/change/", {"licence": "CC BY-NC 4.0", "use": "here"})
    assert answer.status_code == 302
    source = ListSource.objects.get()
    assert (source.licence, source.use) == ("CC BY-NC 4.0", "here")
    assert list(DirtyChannel.objects.values_list("key", flat=True)) == ["@slop"]
    assert asked not in text(browser.get("/admin/"))
    quiet = StringIO()
    call_command("check", "--database", "default", stderr=quiet)
    assert "old list" not in quiet.getvalue()
    assert Listing.objects.get().removed_at is None


def test_how_fetching_goes_is_measured(api, subscribed, settings):
    from realtube.scrape import State

    Subscription.objects.update(state="failed")
    found = {family.name: family.samples for family in State().collect()}

    (failing,) = found["realtube_list_failing"]
    assert (failing.labels, failing.value) == ({"source": "list"}, 1)
    (age,) = found["realtube_list_age_seconds"]
    assert 0 <= age.value < 3600
    service.pause("list")
    assert not {f.name: f.samples for f in State().collect()}["realtube_list_failing"]
