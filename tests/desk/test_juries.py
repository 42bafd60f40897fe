"""Jurors, gold, panels and draws at the desk."""

from __future__ import annotations

import pytest
from django.urls import reverse

from channels.juries.run import run
from tests.juries.world import enrolled, kit, network, rooted, truths
from votes.juries import facts, panels
from votes.models import Decision, Draw, GoldItem, Juror, Panel, Question, Voter

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(settings):
    """A panel whose six jurors have answered; one of them."""
    rooted(settings, 12)
    panels.open_panels([panels.Wanted("video", "suspect0001", ["suspect0001"], "suspected")])
    run()
    for question in Question.objects.filter(panel__isnull=False):
        facts.answer(facts.Said(question.juror_id, question.pk, "ai"), address=network())
    return Question.objects.first().juror


@pytest.mark.parametrize("model", ["juror", "golditem", "panel", "draw"])
@pytest.mark.parametrize("role", ["viewer", "moderator"])
def test_everybody_sees_the_lists(desk, asked, model, role):
    kit(1, 1)
    assert desk(role).get(reverse(f"admin:votes_{model}_changelist")).status_code == 200


def test_a_jurors_page_has_their_record_and_leads_to_where_they_are_paused(desk, settings):
    kit()
    _, voter = enrolled(settings)
    truths(voter)
    page = desk("moderator").get(reverse("admin:votes_juror_change", args=[voter]))
    text = page.content.decode()
    assert "of gold)" in text
    assert reverse("admin:votes_voter_change", args=[voter]) in text


def test_a_jurors_page_tells_what_they_said_once_the_panel_is_decided(desk, asked):
    client, page = desk("moderator"), reverse("admin:votes_juror_change", args=[asked.pk])
    assert "suspect0001" not in client.get(page).content.decode()
    Panel.objects.update(outcome="human", decided_at="2026-01-01T00:00:00Z")
    assert "suspect0001: AI, was human" in client.get(page).content.decode()
    # By the last word on it, as it counts in their record.
    panels.open_panels([panels.Wanted("video", "suspect0001", ["suspect0001"], "appeal")])
    Panel.objects.filter(outcome="open").update(outcome="ai", decided_at="2026-02-01T00:00:00Z")
    text = client.get(page).content.decode()
    assert "suspect0001: AI, was AI" in text
    assert "AI: 1 of 1 right" in text


def test_a_juror_is_paused_with_a_reason_and_that_can_be_taken_back(desk, asked):
    client = desk("moderator")
    page = reverse("admin:votes_voter_change", args=[asked.pk])
    body = {"action": "pause_juror", "reason": "answers for money"}
    assert client.post(page, body).status_code == 302
    assert Voter.objects.get(pk=asked.pk).is_paused_juror
    decision = Decision.objects.get()
    assert (decision.action, decision.reason) == ("pause_juror", "answers for money")
    assert client.post(page, {"action": "resume_juror", "reason": "was not so"}).status_code == 302
    assert not Voter.objects.get(pk=asked.pk).is_paused_juror


def test_pages_of_panels_and_draws_say_who_was_drawn_by_number(desk, asked):
    client = desk("viewer")
    panel, draw = Panel.objects.get(), Draw.objects.get()
    text = client.get(reverse("admin:votes_panel_change", args=[panel.pk])).content.decode()
    assert f"draw {draw.pk}" in text
    text = client.get(reverse("admin:votes_draw_change", args=[draw.pk])).content.decode()
    assert bytes(draw.seed).hex() in text
    assert str(Juror.objects.get(pk=asked.pk).number) in text
    assert asked.pk not in text


class TestGold:
    def add(self, client, **more):
        body = {"video_id": "golden00001", "truth": "ai", "kind": "fully_ai", "is_secret": "on"}
        return client.post(reverse("admin:votes_golditem_add"), body | more)

    def test_a_moderator_settles_a_video(self, desk):
        assert self.add(desk("moderator")).status_code == 302
        assert GoldItem.objects.values_list("video_id", "truth", "kind", "is_secret").get() == (
            "golden00001",
            "ai",
            "fully_ai",
            True,
        )

    def test_a_viewer_does_not(self, desk):
        assert self.add(desk("viewer")).status_code == 403

    @pytest.mark.parametrize("wrong", [{"video_id": "no video"}, {"truth": "human"}])
    def test_what_cannot_be_is_refused(self, desk, wrong):
        assert self.add(desk("moderator"), **wrong).status_code == 200
        assert not GoldItem.objects.exists()

    @pytest.mark.parametrize(("action", "left"), [("retire", 0), ("publish", 0)])
    def test_it_is_retired_or_published(self, desk, action, left):
        kit(0, 1)
        body = {"action": action, "_selected_action": [GoldItem.objects.get().pk]}
        client = desk("moderator")
        assert client.post(reverse("admin:votes_golditem_changelist"), body).status_code == 302
        assert GoldItem.objects.filter(is_secret=True, retired_at=None).count() == left
