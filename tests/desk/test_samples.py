"""The blind sample at the desk: judged by keyboard, nothing told; what it found; jurors' pairs."""

from __future__ import annotations

import pytest
from django.urls import reverse

from channels.samples import facts
from desk.tasks import keep_samples
from tests.conftest import staff
from tests.desk.test_pages import text
from tests.juries.test_samples import decided, last_month
from tests.juries.world import enrolled, kit, rooted
from votes.juries import agreement, wear
from votes.models import GoldItem, JurorPair, Question, Sample, SampleAnswer, SampleItem

pytestmark = pytest.mark.django_db
JUDGE = "/admin/votes/sample/judge/"


@pytest.fixture
def item():
    """What is asked: a video that a jury called AI."""
    decided(1, "ai", name="blind")
    keep_samples()
    return SampleItem.objects.get()


class TestJudging:
    def test_the_page_has_the_video_and_nothing_of_what_anybody_said(self, desk, item, crowd):
        crowd(9, item.video_id)
        shown = text(desk().get(JUDGE)).split('id="content"')[1]
        assert f"watch?v={item.video_id}" in shown
        assert "1 left for you" in shown
        for told in ("a jury", "score", "votes on", "panel", "/video/", "strongly"):
            assert told not in shown.lower().replace("what votes and juries say", "")

    def test_an_ai_and_a_human_one_have_the_same_page(self, desk):
        client, shown = desk(), {}
        for side in ("ai", "human"):
            SampleItem.objects.all().delete()
            Sample.objects.all().delete()
            decided(1, side, name="same")
            keep_samples()
            one = SampleItem.objects.get()
            page = text(client.get(JUDGE)).split(f'name="item" value="{one.pk}"')[1]
            shown[side] = page
        assert shown["ai"] == shown["human"]

    @pytest.mark.parametrize(
        ("said", "stored"),
        [
            ("ai fully_ai", ("ai", "fully_ai")),
            ("partly", ("partly", "ai_assisted")),
            ("human", ("human", None)),
            ("unsure", ("unsure", None)),
        ],
    )
    def test_an_answer_leads_to_the_next(self, desk, item, said, stored):
        client = desk(name="ada")
        answer = client.post(JUDGE, {"item": item.pk, "said": said}, follow=True)
        assert SampleAnswer.objects.values_list("moderator", "answer", "kind").get() == (
            "ada",
            *stored,
        )
        assert "Nothing is left for you" in text(answer)

    @pytest.mark.parametrize(
        "wrong", [{}, {"said": "ai"}, {"said": "ai not_ai"}, {"said": "human", "item": "x"}]
    )
    def test_anything_else_is_refused(self, desk, item, wrong):
        answer = desk().post(JUDGE, {"item": item.pk, **wrong}, follow=True)
        assert "Nothing was stored" in text(answer)
        assert not SampleAnswer.objects.exists()

    def test_one_that_is_gone_says_so(self, desk, item):
        answer = desk().post(JUDGE, {"item": item.pk + 1, "said": "human"}, follow=True)
        assert "no such question" in text(answer)

    def test_the_second_moderator_settles_it(self, desk, item):
        for name in ("ada", "bob"):
            staff("moderator", name)
        client = desk(name="cyd")
        facts.answer(item.pk, moderator="ada", said="human", kind=None, moderators=3)
        client.post(JUDGE, {"item": item.pk, "said": "human"})
        item.refresh_from_db()
        assert item.verdict == "human"

    def test_viewers_do_not_judge(self, desk, item):
        client = desk("viewer")
        assert client.get(JUDGE).status_code == 403
        assert client.post(JUDGE, {"item": item.pk, "said": "human"}).status_code == 403


class TestAfterwards:
    def test_an_open_sample_shows_no_item_and_no_seed_and_a_closed_one_does(self, desk, item):
        client = desk("viewer")
        page = reverse("admin:votes_sample_change", args=[last_month()])
        seed = bytes(Sample.objects.get().seed).hex()
        shown = text(client.get(page))
        assert item.video_id not in shown and seed not in shown
        facts.close(last_month())
        shown = text(client.get(page))
        assert item.video_id in shown and seed in shown

    def test_the_front_page_tells_what_waits_and_what_was_found(self, desk, item):
        client = desk()
        shown = text(client.get("/admin/"))
        assert "1 of 1 are not settled, 1 of them wait for you" in shown
        facts.close(last_month())
        shown = text(client.get("/admin/"))
        assert "No sample is open" in shown and "too few answers" in shown

    def test_a_site_without_juries_has_no_such_section(self, desk):
        assert "<h2>Juries</h2>" not in text(desk().get("/admin/"))


class TestGold:
    def test_the_front_page_asks_for_more_before_a_juror_has_seen_all(self, desk, settings):
        kit(0, 12)
        ((_, voter, _),) = rooted(settings, 1)
        client = desk()
        wear.count()
        shown = text(client.get("/admin/"))
        assert "has 12 secret items left" in shown and "Add secret gold now" not in shown
        for n, gold in enumerate(GoldItem.objects.all()[:3]):
            Question.objects.create(juror_id=voter, gold=gold, day="2026-01-01", slot=n + 1)
        wear.count()
        shown = text(client.get("/admin/"))
        assert "has 9 secret items left" in shown and "Add secret gold now" in shown
        assert "last 90 days" in shown
        shown = text(client.get(reverse("admin:votes_juror_change", args=[voter])))
        assert "9 of 12" in shown

    def test_of_who_is_in_training_it_is_not_counted(self, desk, settings):
        kit()
        _, voter = enrolled(settings)
        shown = text(desk().get(reverse("admin:votes_juror_change", args=[voter])))
        assert "counted once they are rooted" in shown


def test_pairs_that_agree_too_often_are_listed_and_told_on_their_pages(desk, settings):
    (_, one, _), (_, other, _) = rooted(settings, 2)
    JurorPair.objects.create(
        first_id=one, second_id=other, together=60, agreed=60, both_wrong=7, expected=49.2, excess=4
    )
    client = desk("viewer")
    shown = text(client.get(reverse("admin:votes_jurorpair_changelist")))
    assert one in shown and other in shown and "49.2" in shown
    shown = text(client.get(reverse("admin:votes_juror_change", args=[one])))
    assert other in shown and "agreed on 60 of 60 panels" in shown
    agreement.find()
    assert "with nobody more" in text(client.get(reverse("admin:votes_juror_change", args=[one])))
