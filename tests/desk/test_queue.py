"""What waits: in which order, within which filter, and decided one by one or several at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from desk import batches
from desk.casework import queue
from desk.models import Batch
from desk.tasks import weigh_cases
from sync.schedule import plan
from sync.tasks import run_pipeline
from tests.conftest import Api
from tests.desk.test_pages import text
from votes.models import Case, Decision
from votes.moderation import appeals, cases
from votes.moderation.actions import Refused

pytestmark = pytest.mark.django_db(transaction=True)


def opened(target_id, kind="undecided", of="video"):
    return Case.objects.create(kind=kind, target_type=of, target_id=target_id)


def queued():
    return [it.target_id for it in Case.objects.exclude(state="closed").queued()]


def test_what_concerns_more_people_of_a_larger_channel_comes_first(crowd):
    for name in ("few", "many", "large"):
        opened(name)
    crowd(2, "few")
    crowd(6, "many")
    for n in range(8):
        crowd(3, f"more{n}", channelHandle="@mill")
    crowd(3, "large", channelHandle="@mill")
    run_pipeline()
    assert queued() == ["few", "many", "large"]
    assert weigh_cases.name in plan()
    assert weigh_cases() == 3
    assert queued() == ["large", "many", "few"]
    large = Case.objects.get(target_id="large")
    assert (large.affected, large.size) == (3, 9)
    assert weigh_cases() == 0


def test_accounts_of_one_network_concern_no_more_people(crowd):
    opened("crowd")
    crowd(3, "crowd")
    for n in range(4):
        Api(f"10.9.9.{n + 1}").vote("crowd")
    run_pipeline()
    weigh_cases()
    assert Case.objects.get().affected == 4


def test_a_day_of_waiting_is_worth_as_much_as_twice_the_people():
    Case.objects.bulk_create(
        Case(kind="undecided", target_type="video", target_id=name, affected=affected)
        for name, affected in (("new", 7), ("old", 1))
    )
    assert queued() == ["new", "old"]
    for days, wanted in ((1.9, ["new", "old"]), (2.1, ["old", "new"])):
        wait("old", days)
        assert queued() == wanted


def wait(target_id, days):
    newer = Case.objects.get(target_id="new").opened_at
    Case.objects.filter(target_id=target_id).update(opened_at=newer - timedelta(days=days))


def test_the_page_says_what_gives_a_case_its_place(desk, crowd):
    crowd(3, "v", channelHandle="@mill")
    case = opened("v")
    run_pipeline()
    queue.weigh()
    shown = text(desk().get(f"/admin/votes/case/{case.pk}/change/"))
    assert "Its place: 3.0 points" in shown
    assert "<li>3 people concerned: 2.0</li>" in shown
    assert "<li>1 videos of the channel: 1.0</li>" in shown


def test_the_next_case_is_of_the_kind_that_the_list_was_filtered_by(desk):
    first, second, third = opened("a"), opened("b", "appeal"), opened("c", "appeal")
    browser = desk()
    shown = text(browser.get("/admin/votes/case/?kind__exact=appeal"))
    assert "Take the next case: appeal" in shown
    taken = browser.post("/admin/votes/case/next/", {"filters": "kind__exact=appeal"})
    assert taken.url.startswith(f"/admin/votes/case/{second.pk}/change/?_changelist_filters=")
    page = text(browser.get(taken.url))
    assert "Take next: appeal" in page
    assert f"/case/{third.pk}/change/?_changelist_filters=kind__exact" in page
    assert f"/case/{first.pk}/change/" not in page
    decided = browser.post(taken.url, {"action": "reject_appeal", "reason": "r"})
    assert decided.url == taken.url
    browser.post("/admin/votes/case/next/", {"filters": "kind__exact=appeal", "after": second.pk})
    third.refresh_from_db()
    assert third.assignee == "moderator"
    none = browser.post("/admin/votes/case/next/", {"filters": "kind__exact=appeal"})
    assert none.url == "/admin/votes/case/?kind__exact=appeal"


@pytest.mark.parametrize("filters", ["kind__exact=%00", "kind__exact=x", "q=1", "&&=", "x" * 9000])
def test_a_filter_that_is_none_of_the_lists_is_none(desk, filters):
    case = opened("a")
    taken = desk().post("/admin/votes/case/next/", {"filters": filters})
    assert f"/case/{case.pk}/change/" in taken.url


def test_like_cases_are_decided_together_and_taken_back_as_one(desk, crowd):
    for n in range(3):
        crowd(3, f"v{n}")
        appeals.file_appeal(target_type="video", target_id=f"v{n}", reason="I made this")
    run_pipeline()
    numbers = list(Case.objects.values_list("pk", flat=True))
    browser = desk()
    started = browser.post("/admin/votes/case/", {"action": "lock_ai", "_selected_action": numbers})
    shown = text(browser.get(started.url))
    assert "nothing has been changed yet" in shown
    for part in ("Appeal: video", "v2", "Answer to those who appealed", "What voters say of each"):
        assert part in shown, part
    choice = {"reason": "a mill", "category": "ai_music", "answer": "It is generated."}
    assert browser.post(started.url, choice).status_code == 302
    # Somebody was faster with one of them.
    cases.claim(numbers[2], actor="other")
    batches.run()
    made = list(Decision.objects.order_by("pk"))
    assert [it.after for it in made] == [{"lock": "ai", "category": "ai_music"}] * 2
    assert [it.decision for it in Case.objects.filter(pk__in=numbers[:2])] == made
    assert "other is working on this case" in text(browser.get(started.url))

    back = browser.post(started.url, {"reverse": "1", "reason": "wrong mill"})
    batches.run()
    assert set(Case.objects.values_list("state", flat=True)) == {"open", "claimed"}
    assert Decision.objects.filter(action="unlock", reverses__in=made).count() == 2
    assert "takes back" in text(browser.get(back.url))
    shown = text(browser.get(started.url))
    assert "It was taken back by <bdi>moderator" in shown
    assert "Reverse all of it" not in shown
    assert browser.post(started.url, {"reverse": "1", "reason": "again"}).status_code == 409


def test_a_batch_about_videos_is_taken_back_as_one_too(desk, crowd, lookup):
    for n in range(2):
        crowd(4, f"v{n}")
    run_pipeline()
    before = lookup("v0")["score"]
    batch = batches.draft(actor="m", action="lock_ai", target_type="video", targets=["v0", "v1"])
    batches.confirm(batch.pk, actor="m", reason="a mill")
    with pytest.raises(Refused, match="nothing to take back yet"):
        batches.reverse(batch.pk, actor="m", reason="r")
    batches.run()
    assert lookup("v0")["score"] == 95
    batches.reverse(batch.pk, actor="m", reason="wrong")
    batches.run()
    assert lookup("v0")["score"] == before
    assert Batch.objects.filter(failed={}).count() == 2


@pytest.mark.parametrize("action", ["lock_ai", "confirm_cluster"])
def test_unlike_cases_are_not_decided_together(desk, action):
    numbers = [opened("a").pk, opened("b", "appeal").pk]
    chosen = {"action": action, "_selected_action": numbers}
    refused = desk().post("/admin/votes/case/", chosen, follow=True)
    assert "Choose cases of one kind" in text(refused)
    assert not Batch.objects.exists()
    with pytest.raises(Refused, match="is no decision about"):
        batches.draft_cases(actor="m", action="confirm_tie", case_ids=numbers[:1])
    desk("viewer").post("/admin/votes/case/", chosen)
    assert not Batch.objects.exists()
