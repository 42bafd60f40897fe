"""Forty mixed cases of a month of practice, decided by two at once, by keyboard alone."""

from __future__ import annotations

import random
import statistics
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, expect

from desk import services
from desk.casework import queue
from desk.practice import live, story
from desk.practice.moderators import Moderators
from tests.conftest import staff
from votes.models import Action, Case, Decision

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(1500)]

CASES = 40
MOST = 6
"""Keystrokes that the median case may take."""
SEED = 1
LEAVES = (Action.DISMISS_CASE, Action.REJECT_APPEAL)


@pytest.fixture
def month() -> Moderators:
    """A month that is over, and somebody who knows what is true in it."""
    told = story.tell(SEED)
    live.live(told, end=timezone.now(), seed=SEED, progress=lambda day: None)
    queue.weigh()
    return Moderators(told, random.Random(SEED))


class Moderator:
    """Somebody at the desk without a mouse, and a counter of their keys."""

    def __init__(self, name: str, browser: Browser, url: str) -> None:
        client = Client()
        client.force_login(staff("moderator", name))
        context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=url)
        context.add_cookies(
            [{"name": key, "value": it.value, "url": url} for key, it in client.cookies.items()]
        )
        self.name, self.page, self.strokes = name, context.new_page(), 0
        self.page.goto("/admin/")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.strokes += 1

    def key_of(self, selector: str) -> str | None:
        """The key that a button or a label shows; None where there is no such button."""
        found = self.page.locator(selector)
        return found.get_attribute("data-key") if found.count() else None

    def case(self) -> Case:
        """The case in sight, which must be theirs."""
        expect(self.page.locator("form[data-focus]")).to_be_visible()
        return Case.objects.get(pk=int(self.page.url.split("/case/")[1].split("/")[0]))


@pytest.fixture
def two(browser: Browser, live_server: Any) -> Iterator[list[Moderator]]:
    """Two moderators at once."""
    both = [Moderator(name, browser, live_server.url) for name in ("first", "second")]
    yield both
    for it in both:
        it.page.context.close()


def decide(moderator: Moderator, case: Case, knows: Moderators) -> str:
    """Decide a case rightly with the keys that the page shows; the action."""
    action, channel, kind = knows.right(case)
    button = f'button[name="channel"][value="{channel}"]' if channel else ""
    key = moderator.key_of(button or f'button[name="action"][value="{action}"]')
    if key is None:  # it is so already: nothing is left but to close the case
        action = LEAVES[case.kind == Case.Kind.APPEAL]
        key = moderator.key_of(f'button[name="action"][value="{action}"]')
    assert key, (case, action)
    is_ai = action in (Action.LOCK_AI, Action.FLAG_CHANNEL)
    moderator.press("1" if is_ai else "9" if action in LEAVES else "2")
    if kind and action == Action.LOCK_AI:
        radio = moderator.page.locator(f'input[name="category"][value="{kind}"]')
        if not radio.is_checked():
            chosen = moderator.key_of(f'[data-for="{radio.get_attribute("id")}"]')
            assert chosen
            moderator.press(chosen)
    moderator.press(key)
    expect(moderator.page.locator(".messagelist .success")).to_be_visible()
    return action


def test_forty_cases_by_keyboard_alone_by_two_at_once(month, two, figures, capsys):
    counts, decided, actions = [], [], []
    while len(decided) < CASES:
        began = [it.strokes for it in two]
        for it in two:  # neither waits for the other
            it.press("t")
        taken = [it.case() for it in two]
        assert [case.assignee for case in taken] == [it.name for it in two]
        assert taken[0] != taken[1]
        for it, case, before in zip(two, taken, began, strict=True):
            case.refresh_from_db()
            if case.state == Case.State.CLOSED:
                continue  # by what the other has decided about the same thing
            actions.append(decide(it, case, month))
            counts.append(it.strokes - before)
            decided.append(case)
    for case, action in zip(decided, actions, strict=True):
        case.refresh_from_db()
        assert (case.state, case.outcome) == (Case.State.CLOSED, action), case
        if action == Action.LOCK_AI:
            assert case.decision.after["category"] == month.right(case)[2]
    assert len({case.pk for case in decided}) == len(decided)
    assert len({case.kind for case in decided}) > 3, "they should be mixed"
    median = statistics.median(counts)
    figures(median_keys=median, most_keys=max(counts), all_keys=sum(counts), cases=len(counts))
    with capsys.disabled():
        sys.stdout.write(f"\nkeys for {len(counts)} cases: {counts}, median {median}\n")
    assert median <= MOST

    # The newest by its page, with keys; all others as that page does it.
    newest, *older = Decision.objects.filter(actor__in=("first", "second")).order_by("-pk")
    keeper = two[0]
    keeper.page.goto(f"/admin/votes/decision/{newest.pk}/change/")
    keeper.press("0", "r")
    expect(keeper.page.get_by_text("This took back")).to_be_visible()
    for made in older:
        services.reverse(actor="second", decision_id=made.pk, reason="practice is over")
    assert not Case.objects.filter(pk__in=[it.pk for it in decided], state="closed").exists()
