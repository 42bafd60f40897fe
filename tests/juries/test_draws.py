"""Draws: who is asked and who never is, and that all of it can be worked out again."""

from __future__ import annotations

from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from channels.juries.run import run, waiting
from common.db import execute
from sync.tasks import run_pipeline
from tests.conftest import Api, new_user
from tests.juries.world import (
    end_batch,
    kit,
    new_day,
    questions,
    rooted,
    say,
    suspect,
)
from votes.juries import panels
from votes.juries.rule import PARAMETERS
from votes.models import (
    Draw,
    DrawnBatch,
    Juror,
    Panel,
    Question,
    Voter,
)
from votes.moderation.decisions import decide_voter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("juries_confirm")]
VIDEO = "suspect0001"


class TestDraws:
    def test_six_rooted_jurors_are_asked_about_what_two_voices_suspect(self, settings):
        rooted(settings, 12)
        suspect(VIDEO)
        assert run().asked == PARAMETERS.batch
        panel = Panel.objects.get()
        assert (panel.target_id, panel.videos, panel.cause, panel.batch, panel.drawn) == (
            VIDEO,
            [VIDEO],
            "suspected",
            1,
            PARAMETERS.batch,
        )
        assert Question.objects.filter(panel=panel, day__isnull=False, slot=1).count() == 6
        call_command("check_draws")

    def test_one_voice_admits_nothing(self, settings):
        rooted(settings, 12)
        user = new_user()
        Api("10.1.1.1").vote(VIDEO, user=user)
        Api("10.1.1.2").vote(VIDEO)
        run_pipeline()
        assert run().asked == 0
        assert waiting() == []

    def test_under_ten_rooted_jurors_there_are_no_panels(self, settings):
        rooted(settings, PARAMETERS.least_jurors - 1)
        suspect(VIDEO)
        assert run().asked == 0
        rooted(settings, 1)
        assert run().asked == PARAMETERS.batch

    def test_a_second_run_asks_nobody_again(self, settings):
        rooted(settings, 20)
        suspect(VIDEO)
        run()
        before = sorted(Question.objects.values_list("pk", flat=True))
        assert run().asked == 0
        assert sorted(Question.objects.values_list("pk", flat=True)) == before

    def test_nobody_is_asked_a_fourth_question_a_day(self, settings):
        rooted(settings, 12)
        suspect(*(f"suspect{n:04d}" for n in range(20)))
        for _ in range(5):
            run()
            end_batch()
        asked = Counter(Question.objects.values_list("juror_id", flat=True))
        assert max(asked.values()) == PARAMETERS.a_day
        assert sum(asked.values()) > 11 * (PARAMETERS.a_day - 1)
        new_day()
        end_batch()
        assert run().asked > 0
        call_command("check_draws")

    def test_the_database_itself_refuses_a_fourth(self, settings):
        ((_, voter, _),) = rooted(settings, 1)
        panel = Panel.objects.create(
            target_type="video", target_id=VIDEO, videos=[VIDEO], cause="suspected"
        )
        Question.objects.create(juror_id=voter, panel=panel, day="2026-01-01", slot=3)
        other = Panel.objects.create(
            target_type="video", target_id="other", videos=["other"], cause="suspected"
        )
        with pytest.raises(IntegrityError), transaction.atomic():
            Question.objects.create(juror_id=voter, panel=other, day="2026-01-01", slot=3)

    def test_never_two_of_one_network_or_cluster(self, settings):
        made = rooted(settings, 10)
        rooted(settings, 10, networks=[7777] * 10)
        voters = [voter for _, voter, _ in made[:5]]
        Voter.objects.filter(pk__in=voters).update(cluster="ring")
        suspect(*(f"suspect{n:04d}" for n in range(5)))
        for _ in range(8):
            run()
            end_batch()
            new_day()
        crowd = set(
            Juror.objects.exclude(pk__in=[v for _, v, _ in made]).values_list("pk", flat=True)
        )
        for panel in Panel.objects.all():
            seated = set(panel.questions.values_list("juror_id", flat=True))
            assert len(seated & crowd) <= 1
            assert len(seated & set(voters)) <= 1
        call_command("check_draws")

    def test_never_one_of_a_cluster_beside_somebody_of_its_networks(self, settings):
        """Two networks of a cluster, and who else is there: one voice, whoever has had enough."""
        rooted(settings, 7)
        made = rooted(settings, 6, networks=[8001, 8001, 8001, 8002, 8002, 8002])
        voters = [voter for _, voter, _ in made]
        Voter.objects.filter(pk__in=[voters[0], voters[3]]).update(cluster="ring")
        suspect(*(f"suspect{n:04d}" for n in range(6)))
        for _ in range(8):
            run()
            end_batch()
            run()  # on the same day some of them have been asked as often as they may be
            end_batch()
            new_day()
        seated = [
            set(panel.questions.values_list("juror_id", flat=True)) for panel in Panel.objects.all()
        ]
        assert max(len(panel & set(voters)) for panel in seated) == 1
        assert max(len(panel) for panel in seated) == 8
        call_command("check_draws")

    def test_never_who_voted_on_it_or_reported_its_channel(self, settings):
        made = rooted(settings, 12)
        for user, _, address in made[:2]:
            Api(address).vote(VIDEO, user=user)
        user, _, address = made[2]
        Api(address).vote(VIDEO, "not_ai", user=user)
        suspect(VIDEO)
        for _ in range(8):
            run()
            end_batch()
            new_day()
        seated = set(Question.objects.values_list("juror_id", flat=True))
        assert seated == {voter for _, voter, _ in made[3:]} or len(seated) == 9
        assert not seated & {voter for _, voter, _ in made[:3]}

    @pytest.mark.parametrize("change", ["paused", "banned", "away", "unrooted"])
    def test_never_who_is_paused_banned_away_or_not_rooted(self, settings, change):
        made = rooted(settings, 16)
        out = [voter for _, voter, _ in made[:6]]
        for voter in out:
            if change == "paused":
                decide_voter(actor="m", action="pause_juror", voter_id=voter, reason="r")
        if change == "banned":
            Voter.objects.filter(pk__in=out).update(is_shadowbanned=True)
        if change == "away":
            Juror.objects.filter(pk__in=out).update(seen_at="2026-01-01T00:00:00Z")
        if change == "unrooted":
            Juror.objects.filter(pk__in=out).update(is_rooted=False)
        suspect(VIDEO)
        for _ in range(4):
            run()
            end_batch()
            new_day()
        seated = set(Question.objects.values_list("juror_id", flat=True))
        assert len(seated) == 10 and not seated & set(out)

    def test_a_forged_draw_is_found(self, settings):
        rooted(settings, 30)
        suspect(VIDEO)
        run()
        panel = Panel.objects.get()
        outsider = Juror.objects.exclude(questions__panel=panel).first()
        Question.objects.create(juror=outsider, panel=panel, day="2026-01-01", slot=1)
        with pytest.raises(CommandError, match="1 faults"):
            call_command("check_draws")
        Question.objects.filter(juror=outsider).delete()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE votes_drawnbatch DISABLE TRIGGER draw_append_only")
            cursor.execute("UPDATE votes_drawnbatch SET picks[1] = %s", [outsider.number])
            cursor.execute("ALTER TABLE votes_drawnbatch ENABLE ALWAYS TRIGGER draw_append_only")
        with pytest.raises(CommandError):
            call_command("check_draws")

    @pytest.mark.parametrize("model", [Draw, DrawnBatch])
    def test_the_log_of_draws_cannot_be_changed(self, settings, model):
        rooted(settings, 12)
        suspect(VIDEO)
        run()
        table = model._meta.db_table
        for change, end in (("DELETE FROM", ""), ("UPDATE", " SET id = 9")):
            with pytest.raises(Exception, match="append-only"), transaction.atomic():
                execute(f"{change} {table}{end}")

    def test_gold_is_mixed_in_that_looks_like_any_question(self, settings, monkeypatch):
        kit()
        monkeypatch.setattr(panels, "GOLD_EVERY", 1)
        made = rooted(settings, 12)
        suspect(VIDEO)
        run()
        assert Question.objects.filter(gold__isnull=False).count() == PARAMETERS.batch
        for user, _, _ in made:
            asked = questions(user)["questions"]
            assert len(asked) in (0, 2)
            if asked:
                assert set(asked[0]) == set(asked[1])
                assert asked[0]["closesAt"] == asked[1]["closesAt"]
                told = [say(user, q["id"], "ai").json() for q in asked]
                assert told == [{"success": True}] * 2
