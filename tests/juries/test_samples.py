"""The monthly blind sample: drawn by lot, answered without knowing, written down for ever."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from channels.samples import facts, rule
from desk.tasks import keep_samples
from tests.conftest import staff
from tests.juries.test_scheduler import in_threads
from tests.juries.world import rooted
from votes.erasures import erase_voter
from votes.juries import audit
from votes.juries.draw import shuffled
from votes.models import (
    Case,
    ErrorRate,
    Panel,
    Question,
    Sample,
    SampleAnswer,
    SampleItem,
)
from votes.moderation.actions import Refused
from votes.moderation.decisions import decide_video

pytestmark = pytest.mark.django_db


def this_month():
    return timezone.now().astimezone(UTC).date().replace(day=1)


def last_month():
    return (this_month() - timedelta(days=1)).replace(day=1)


def middle(month):
    return datetime(month.year, month.month, 15, 12, tzinfo=UTC)


def decided(count, outcome="ai", *, month=None, name="", kind="video", channel=None):
    """As many decisions of juries in the middle of last month."""
    at = middle(month or last_month())
    return Panel.objects.bulk_create(
        Panel(
            target_type=kind,
            target_id=target,
            videos=[target] if kind == "video" else [f"{target}v{k}" for k in range(5)],
            channel=channel,
            cause="suspected",
            opened_at=at - timedelta(days=1),
            decided_at=at,
            outcome=outcome,
        )
        for target in (f"{name or outcome}{n:05d}" for n in range(count))
    )


def say(item, said, *names, kind=None, moderators=2):
    for name in names or ("ada", "bob"):
        facts.answer(item.pk, moderator=name, said=said, kind=kind, moderators=moderators)


def asked():
    """What is asked now, in the order in which a moderator gets it who answers nothing else."""
    found = []
    while item := facts.next_item("reader"):
        found.append(item)
        SampleAnswer.objects.create(item=item, moderator="reader", answer="unsure")
    SampleAnswer.objects.filter(moderator="reader").delete()
    return found


def answer_all(said):
    """Two moderators answer everything; `said` by item."""
    for item in asked():
        say(item, said(item))


class TestDraw:
    def test_two_thirds_are_ai_and_it_is_written_down_from_how_many(self, settings):
        settings.SAMPLE = 9
        decided(50, "ai")
        decided(20, "human")
        keep_samples()
        sample = Sample.objects.get()
        assert sample.month == last_month()
        assert (sample.of_ai, sample.of_human) == (50, 20)
        assert (sample.wanted_ai, sample.wanted_human) == (6, 3)
        now = asked()
        assert sorted(item.side for item in now) == ["ai"] * 6 + ["human"] * 3
        assert all(item.side == item.panel.outcome for item in now)

    def test_the_seed_says_which(self, settings):
        settings.SAMPLE = 9
        panels = decided(50, "ai")
        keep_samples()
        sample = Sample.objects.get()
        name = f"sample {last_month():%Y-%m} ai"
        order = [panels[n].pk for n in shuffled(bytes(sample.seed), name, 50)][:18]
        assert list(sample.items.order_by("place").values_list("panel_id", flat=True)) == order

    def test_an_independent_program_works_it_out_again_and_names_what_differs(self, settings):
        settings.SAMPLE = 9
        decided(50, "ai")
        decided(20, "human")
        decided(1, "ai", month=this_month(), name="later")
        keep_samples()
        again = decided(1, "human", month=this_month(), name="ai")  # about one that was drawn from
        Panel.objects.filter(pk=again[0].pk).update(decided_at=timezone.now())
        assert list(audit.faults()) == []
        first, last = (
            SampleItem.objects.filter(side="ai").order_by(order).first().pk
            for order in ("place", "-place")
        )
        other = SampleItem.objects.get(pk=last).panel_id
        SampleItem.objects.filter(pk=first).update(panel_id=other)
        (fault,) = audit.faults()
        assert fault.startswith(f"sample {last_month():%Y-%m} ai: the seed says")

    def test_it_is_drawn_once_and_not_of_this_month_or_an_earlier_one(self, settings):
        decided(3, "ai", month=this_month(), name="now")
        decided(3, "ai", month=(last_month() - timedelta(days=1)).replace(day=1), name="old")
        keep_samples()
        assert not Sample.objects.exists()
        decided(3, "ai")
        keep_samples()
        seed = bytes(Sample.objects.get().seed)
        decided(3, "ai", name="more")
        keep_samples()
        assert bytes(Sample.objects.get().seed) == seed
        assert SampleItem.objects.count() == 3

    def test_none_where_the_setting_says_so(self, settings):
        settings.SAMPLE = 0
        decided(3, "ai")
        keep_samples()
        assert not Sample.objects.exists()

    def test_what_another_jury_decided_since_is_one_decision(self):
        decided(1, "ai", name="twice")
        decided(1, "human", name="twice")
        keep_samples()
        assert [item.side for item in asked()] == ["human"]

    def test_of_a_channel_one_of_its_videos_is_asked(self, farm):
        videos = farm(7, handle="farm")
        decided(1, "ai", name="@farm", kind="channel")
        Panel.objects.update(target_id="@farm", channel="@farm")
        keep_samples()
        assert SampleItem.objects.get().video_id in videos


class TestReplaced:
    def test_what_a_moderator_decided_before_the_draw_is_replaced_by_the_next_of_its_side(
        self, settings
    ):
        settings.SAMPLE = 6
        known = decided(9, "ai")[0].target_id
        decide_video(actor="m", action="lock_human", video_id=known, reason="known maker")
        keep_samples()
        now = asked()
        assert len(now) == 4
        assert known not in {item.video_id for item in now}
        aside = SampleItem.objects.filter(set_aside_at__isnull=False)
        assert {item.video_id for item in aside} <= {known}

    def test_who_sees_an_error_in_it_cannot_take_it_out_by_a_decision(self, settings):
        settings.SAMPLE = 3
        decided(9, "ai")
        keep_samples()
        item = asked()[0]
        for action in ("hold", "release", "lock_human"):
            decide_video(actor="ada", action=action, video_id=item.video_id, reason="r")
        assert item.pk in {it.pk for it in asked()}
        say(item, "human", "bob", "eve")
        item.refresh_from_db()
        assert item.verdict == "human"

    def test_who_has_decided_about_it_since_is_not_asked(self, settings):
        settings.SAMPLE = 3
        decided(9, "ai")
        keep_samples()
        before = facts.waiting("ada").own
        item = facts.next_item("ada")
        decide_video(actor="ada", action="hide", video_id=item.video_id, reason="r")
        assert facts.next_item("ada").pk != item.pk
        assert facts.waiting("ada").own == before - 1
        with pytest.raises(Refused, match="You have decided about this one"):
            say(item, "human", "ada")
        say(item, "human", "bob")

    def test_one_in_reserve_is_not_asked(self, settings):
        settings.SAMPLE = 3
        decided(9, "ai")
        keep_samples()
        reserve = SampleItem.objects.get(place=5)
        with pytest.raises(Refused, match="not asked any more"):
            say(reserve, "ai", "ada")


class TestAnswers:
    @pytest.fixture
    def item(self):
        decided(1, "ai")
        keep_samples()
        return SampleItem.objects.get()

    def test_two_settle_it_and_a_third_comes_too_late(self, item):
        say(item, "ai", "ada", kind="ai_music")
        item.refresh_from_db()
        assert item.verdict is None
        say(item, "partly", "bob")
        item.refresh_from_db()
        assert item.verdict == "ai"
        assert set(item.answers.values_list("answer", "kind")) == {
            ("ai", "ai_music"),
            ("partly", "ai_assisted"),
        }
        with pytest.raises(Refused, match="Enough others"):
            say(item, "human", "cyd")
        assert not Case.objects.exists()

    def test_one_settles_it_on_a_site_with_one_moderator(self, item):
        say(item, "ai", "ada", moderators=1)
        item.refresh_from_db()
        assert item.verdict == "ai"

    def test_one_answer_is_enough_once_the_other_moderator_has_gone(self, item):
        staff("moderator")
        say(item, "ai", "ada")
        keep_samples()
        item.refresh_from_db()
        assert item.verdict == "ai"

    def test_who_has_answered_is_asked_no_more_and_the_other_still_is(self, item):
        say(item, "ai", "ada")
        assert facts.next_item("ada") is None
        assert facts.next_item("bob") == item
        assert facts.waiting("ada") == facts.Waiting(left=1, own=0, of=1)
        assert facts.waiting("bob") == facts.Waiting(left=1, own=1, of=1)

    def test_to_repeat_an_answer_changes_nothing_and_another_is_refused(self, item):
        say(item, "ai", "ada", "ada")
        assert SampleAnswer.objects.count() == 1
        with pytest.raises(Refused, match="answered this one otherwise"):
            say(item, "human", "ada")

    @pytest.mark.parametrize(
        ("said", "verdict"),
        [
            (("ai", "human"), "unsure"),
            (("unsure", "unsure"), "unsure"),
            (("unsure", "human"), "human"),
            (("partly", "ai"), "ai"),
        ],
    )
    def test_those_who_can_tell_have_to_agree(self, item, said, verdict):
        for name, answer in zip(("ada", "bob"), said, strict=True):
            say(item, answer, name)
        item.refresh_from_db()
        assert item.verdict == verdict

    def test_where_they_disagree_with_the_jury_a_case_opens_and_no_verdict_changes(self, item):
        say(item, "human")
        case = Case.objects.get()
        assert (case.kind, case.target_type, case.target_id) == ("sample", "video", item.video_id)
        assert case.evidence == {
            "sampleOf": f"{last_month():%Y-%m}",
            "jurySaid": "ai",
            "moderatorsSaid": "human",
        }
        assert Panel.objects.get().outcome == "ai"
        decide_video(actor="m", action="lock_human", video_id=item.video_id, reason="all agree")
        case.refresh_from_db()
        assert case.state == "closed"


class TestRates:
    def close(self, month=None):
        """Let the time of the sample be over."""
        facts.close(month or last_month())

    @pytest.mark.slow
    def test_each_side_is_written_down_with_an_interval(self, settings):
        settings.SAMPLE = 60
        decided(50, "ai")
        decided(50, "human")
        keep_samples()
        wrong = {item.pk for item in [it for it in asked() if it.side == "ai"][:2]}
        unclear = next(item.pk for item in asked() if item.side == "human")
        answer_all(
            lambda it: "unsure" if it.pk == unclear else "human" if it.pk in wrong else it.side
        )
        keep_samples()
        assert Sample.objects.get().closed_at
        ai, human = facts.published()
        assert ai == {
            "month": f"{last_month():%Y-%m}",
            "side": "ai",
            "decided": 50,
            "asked": 40,
            "answered": 40,
            "unclear": 0,
            "setAside": 0,
            "wrong": 2,
            "rate": 0.05,
            "low": pytest.approx(0.0138, abs=1e-4),
            "high": pytest.approx(0.165, abs=1e-3),
        }
        assert (human["asked"], human["answered"], human["unclear"]) == (20, 19, 1)
        assert (human["wrong"], human["low"]) == (0, 0)

    def test_a_month_with_too_few_answers_says_so(self):
        decided(9, "ai")
        keep_samples()
        answer_all(lambda it: "ai")
        keep_samples()
        ai, human = facts.published()
        assert (ai["answered"], ai["tooFew"]) == (9, True)
        assert "rate" not in ai and human["tooFew"]

    def test_it_is_closed_when_the_month_after_is_over_and_late_answers_are_refused(self):
        staff("moderator", "ada"), staff("moderator", "bob")
        decided(9, "ai")
        keep_samples()
        item = asked()[0]
        say(item, "ai", "ada")
        keep_samples()
        assert Sample.objects.get().closed_at is None
        old = date(2020, 1, 1)
        Sample.objects.create(month=old, seed=b"", of_ai=9, of_human=0, wanted_ai=9, wanted_human=0)
        SampleItem.objects.update(sample_id=old)
        keep_samples()
        assert Sample.objects.get(month=old).closed_at
        assert ErrorRate.objects.filter(sample_id=old).values_list("asked", "answered").first() == (
            9,
            0,
        )
        with pytest.raises(Refused, match="not asked any more"):
            say(item, "ai", "bob")

    def test_what_is_written_down_cannot_change(self):
        decided(3, "ai")
        keep_samples()
        self.close()
        for change in (
            lambda: ErrorRate.objects.update(wrong=0),
            lambda: ErrorRate.objects.all().delete(),
            lambda: facts.close(last_month()),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()
        assert ErrorRate.objects.count() == 2

    def test_the_names_of_moderators_go_when_it_is_closed(self):
        decided(3, "ai")
        keep_samples()
        answer_all(lambda it: "ai")
        assert SampleAnswer.objects.filter(moderator="ada").count() == 3
        keep_samples()
        assert set(SampleAnswer.objects.values_list("moderator", "answer")) == {(None, "ai")}

    def test_it_outlives_the_jurors(self, settings):
        made = rooted(settings, 3)
        (panel,) = decided(1, "ai")
        for _, voter, _ in made:
            Question.objects.create(
                juror_id=voter,
                panel=panel,
                day=date(2020, 1, 1),
                slot=1,
                answer="ai",
                answered_at=timezone.now(),
            )
        keep_samples()
        for _, voter, _ in made:
            erase_voter(voter)
        answer_all(lambda it: "human")
        keep_samples()
        assert ErrorRate.objects.get(side="ai").wrong == 1


class TestInterval:
    @pytest.mark.parametrize(
        ("wrong", "of", "low", "high"),
        # Wilson's, as Brown, Cai and DasGupta (2001) and statsmodels have them.
        [(0, 40, 0, 0.0876), (2, 40, 0.0138, 0.165), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1)],
    )
    def test_it_is_wilsons(self, wrong, of, low, high):
        assert rule.interval(wrong, of) == pytest.approx((low, high), abs=1e-4)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_schedulers_draw_one_sample(self):
        decided(30, "ai")
        in_threads(*(keep_samples,) * 3)
        assert Sample.objects.count() == 1
        assert SampleItem.objects.count() == 30

    @pytest.mark.parametrize("step", ["STORE_ITEMS", "SET_ASIDE", "ENOUGH", "FORGET_NAMES"])
    def test_one_that_is_killed_has_done_nothing_and_the_next_does_all(self, monkeypatch, step):
        decided(3, "ai")
        if step == "FORGET_NAMES":
            keep_samples()
            answer_all(lambda it: "ai")
        with monkeypatch.context() as killed:
            killed.setattr(facts.sql, step, "SELECT pg_terminate_backend(pg_backend_pid())")
            with pytest.raises(Exception, match=r"terminat|clos"):
                keep_samples()
        connection.close()
        assert not ErrorRate.objects.exists()
        assert Sample.objects.exists() == (step == "FORGET_NAMES")
        keep_samples()
        assert SampleItem.objects.count() == 3
        assert ErrorRate.objects.exists() == (step == "FORGET_NAMES")

    def test_of_three_who_answer_at_once_two_are_heard(self):
        decided(1, "ai")
        keep_samples()
        item = SampleItem.objects.get()

        def answer(name):
            try:
                say(item, "ai", name)
            except Refused:
                return "refused"
            return "stored"

        results = in_threads(*(lambda n=n: answer(n) for n in ("ada", "bob", "cyd")))
        assert sorted(results) == ["refused", "stored", "stored"]
        assert SampleAnswer.objects.count() == 2
