"""Panels: who is asked, what they decide, and what nobody can undo."""

from __future__ import annotations

from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from channels.juries.run import admit, run, waiting
from common.db import execute
from sync.tasks import run_pipeline
from tests.conftest import Api, new_user, published
from tests.juries.world import enrolled, kit, me, network, new_day, questions, rooted, say
from votes.brakes import set_brakes
from votes.casting import Ballot, Cast, cast_votes
from votes.erasures import erase_voter
from votes.juries import facts, panel_sql, panels
from votes.juries.rule import PARAMETERS
from votes.models import (
    Case,
    Draw,
    DrawnBatch,
    Juror,
    Panel,
    Question,
    Vote,
    Voter,
)
from votes.moderation.decisions import decide_video, decide_voter

pytestmark = pytest.mark.django_db
VIDEO = "suspect0001"


@pytest.fixture(autouse=True)
def juries_confirm():
    set_brakes(actor="admin", reason="two levels", changes={"confirms": "juries"})


def suspect(*videos, voices=2, channel=None):
    """As many independent voters call each of these videos AI."""
    for video in videos:
        cast_votes(
            [
                Cast(
                    Ballot(
                        f"{abs(hash((video, k))):032x}"[:32], video, "fully_ai", channel_id=channel
                    ),
                    f"10.{k}.9.1",
                )
                for k in range(voices)
            ]
        )
    run_pipeline()


def end_batch():
    """Let the running batches be over."""
    Panel.objects.filter(outcome="open").update(batch_ends_at="2026-01-01T00:00:00Z")


def answer_all(answer, *, of=None, **more):
    """Everybody who is asked answers so; how many."""
    asked = list(Question.objects.filter(answer=None, panel__isnull=False))
    for n, question in enumerate(asked):
        said = answer if not callable(answer) else answer(n, question)
        if said:
            facts.answer(
                facts.Said(question.juror_id, question.pk, said, **more), address=network()
            )
    return len(asked)


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


class TestEnds:
    @pytest.mark.parametrize(
        ("answer", "outcome", "score"), [("ai", "ai", 90), ("human", "human", 0)]
    )
    def test_a_clear_lead_decides_at_the_end_of_a_batch(self, settings, answer, outcome, score):
        rooted(settings, 12)
        suspect(VIDEO, voices=9)
        run()
        assert answer_all(answer) == PARAMETERS.batch
        assert run().ended == 0
        end_batch()
        assert run().ended == 1
        panel = Panel.objects.get()
        assert panel.outcome == outcome
        assert (panel.said_ai, panel.said_human) == ((6, 0) if answer == "ai" else (0, 6))
        told = published(VIDEO)
        assert told["score"] == score
        assert told["decidedBy"] == "jury"

    def test_the_kind_that_most_named_is_the_label(self, settings):
        rooted(settings, 12)
        suspect(VIDEO)
        run()
        for n, question in enumerate(Question.objects.filter(answer=None)):
            kind = "ai_music" if n < 4 else "ai_visuals"
            facts.answer(facts.Said(question.juror_id, question.pk, "ai", kind), address=network())
        end_batch()
        run()
        assert Panel.objects.get().label == "ai_music"

    def test_partly_is_ai(self, settings):
        rooted(settings, 12)
        suspect(VIDEO)
        run()
        answer_all("partly", kind="ai_assisted")
        end_batch()
        run()
        assert Panel.objects.values_list("outcome", "label").get() == ("ai", "ai_assisted")

    def test_of_one_network_the_first_answer_counts(self, settings):
        rooted(settings, 12)
        suspect(VIDEO)
        run()
        for question in Question.objects.filter(answer=None):
            facts.answer(facts.Said(question.juror_id, question.pk, "ai"), address="9.9.9.9")
        end_batch()
        run()
        assert Panel.objects.get().outcome == "open"

    def test_what_jurors_said_who_lost_their_standing_counts_no_more(self, settings):
        rooted(settings, 24)
        suspect(VIDEO)
        run()
        answer_all("ai")
        Juror.objects.filter(questions__isnull=False).update(is_rooted=False)
        end_batch()
        run()
        assert Panel.objects.get().outcome == "open"

    def test_undecided_is_a_case_for_a_moderator(self, settings):
        rooted(settings, 50)
        suspect(VIDEO)
        while Panel.objects.filter(outcome="open").exists() or not Panel.objects.exists():
            run()
            answer_all(lambda n, question: "ai" if n % 2 else "human")
            end_batch()
        panel = Panel.objects.get()
        assert (panel.outcome, panel.drawn) == ("undecided", PARAMETERS.most)
        case = Case.objects.get()
        assert (case.kind, case.target_id) == ("undecided", VIDEO)
        assert published(VIDEO)["score"] < 80
        assert run().asked == 0
        decide_video(actor="m", action="lock_human", video_id=VIDEO, reason="looked at it")
        case.refresh_from_db()
        assert case.state == "closed"

    def test_when_nobody_is_left_to_ask_it_is_a_moderators(self, settings):
        rooted(settings, 10)
        suspect(VIDEO)
        for _ in range(3):
            run()
            end_batch()
        assert Panel.objects.get().outcome == "open"
        Panel.objects.update(opened_at="2026-01-01T00:00:00Z")
        run()
        assert Panel.objects.get().outcome == "undecided"

    def test_a_late_answer_is_refused_and_changes_nothing(self, settings):
        made = rooted(settings, 12)
        suspect(VIDEO)
        run()
        late = Question.objects.first()
        answer_all(lambda n, question: "ai" if question.pk != late.pk else None)
        end_batch()
        run()
        (user,) = [user for user, voter, _ in made if voter == late.juror_id]
        # Its question went with the panel, as silence is not kept.
        assert say(user, late.pk, "human").status_code == 404
        assert Panel.objects.get().said_human == 0

    def test_an_answer_after_the_end_is_refused_before_the_question_goes(self, settings):
        made = rooted(settings, 12)
        suspect(VIDEO)
        run()
        Panel.objects.update(outcome="human", decided_at="2026-01-01T00:00:00Z")
        question = Question.objects.first()
        (user,) = [user for user, voter, _ in made if voter == question.juror_id]
        refused = say(user, question.pk, "ai")
        assert (refused.status_code, refused.json()["error"]["code"]) == (410, "QUESTION_CLOSED")
        assert questions(user)["questions"] == []

    def test_a_clock_that_was_set_back_ends_batches_once(self, settings):
        rooted(settings, 12)
        suspect(VIDEO)
        run()
        answer_all("ai")
        Panel.objects.update(batch_ends_at="2099-01-01T00:00:00Z")
        assert run().ended == 1
        assert run().ended == 0

    def test_outcomes_stay_when_jurors_are_erased(self, settings):
        made = rooted(settings, 12)
        suspect(VIDEO)
        run()
        answer_all("ai")
        end_batch()
        run()
        for _, voter, _ in made:
            erase_voter(voter)
        assert not Question.objects.exists()
        Vote.objects.all().delete()
        assert published(VIDEO) is None or published(VIDEO)["score"] == 90
        panel = Panel.objects.get()
        assert (panel.outcome, panel.said_ai) == ("ai", 6)
        call_command("check_draws")

    def test_panels_count_in_the_records_of_their_jurors(self, settings):
        made = rooted(settings, 12)
        suspect(VIDEO)
        run()
        wrong = Question.objects.first()
        answer_all(lambda n, question: "human" if question.pk == wrong.pk else "ai")
        end_batch()
        run()
        facts.weigh()
        right = Question.objects.exclude(pk=wrong.pk).filter(answer="ai").first()
        assert Juror.objects.get(pk=wrong.juror_id).sensitivity == pytest.approx(3 / 5)
        assert Juror.objects.get(pk=right.juror_id).sensitivity == pytest.approx(4 / 5)
        (user,) = [user for user, voter, _ in made if voter == right.juror_id]
        assert me(user).json()["answers"][0]["outcome"] == "ai"


class TestSwitch:
    def test_what_juries_decided_counts_only_while_they_confirm(self, settings):
        rooted(settings, 12)
        suspect(VIDEO, voices=9)
        run()
        answer_all("human")
        end_batch()
        run()
        assert published(VIDEO)["score"] == 0
        set_brakes(actor="admin", reason="back", changes={"confirms": "votes"})
        assert published(VIDEO)["score"] > 50
        set_brakes(actor="admin", reason="and again", changes={"confirms": "juries"})
        assert published(VIDEO)["score"] == 0

    def test_a_moderators_word_goes_first(self, settings):
        rooted(settings, 12)
        suspect(VIDEO)
        run()
        answer_all("ai")
        end_batch()
        run()
        decide_video(actor="m", action="lock_human", video_id=VIDEO, reason="known maker")
        assert published(VIDEO)["score"] == 0
        assert published(VIDEO)["decidedBy"] == "moderator"


class TestChannels:
    CHANNEL = "UCslopslopslopslopslopsl"

    def suspected(self, n=7, voices=8):
        videos = [f"slop{k:07d}" for k in range(n)]
        suspect(*videos, voices=voices, channel=self.CHANNEL)
        return videos

    def test_a_channel_is_asked_about_at_once_by_five_of_its_videos(self, settings):
        made = rooted(settings, 12)
        videos = self.suspected()
        assert run().asked == PARAMETERS.batch
        panel = Panel.objects.get()
        assert (panel.target_type, panel.target_id) == ("channel", self.CHANNEL)
        assert len(set(panel.videos)) == 5 and set(panel.videos) <= set(videos)
        voter = Question.objects.first().juror_id
        (user,) = [user for user, of, _ in made if of == voter]
        (asked,) = questions(user)["questions"]
        assert (asked["channel"], asked["videos"]) == (self.CHANNEL, panel.videos)

    @pytest.mark.parametrize(
        ("answer", "score", "flagged"), [("ai", 90, True), ("human", 0, False)]
    )
    def test_its_outcome_flags_or_frees_it(self, settings, answer, score, flagged):
        rooted(settings, 12)
        self.suspected()
        run()
        answer_all(answer)
        end_batch()
        run()
        run_pipeline()
        told = Api().get(f"/api/channels/{self.CHANNEL}").json()
        assert (told["score"], told["autoFlag"], told["decidedBy"]) == (score, flagged, "jury")

    def test_one_with_fewer_videos_is_asked_about_video_by_video(self, settings):
        rooted(settings, 12)
        self.suspected(4)
        run()
        assert set(Panel.objects.values_list("target_type", flat=True)) == {"video"}


class TestAgain:
    def decided(self, settings, jurors=40):
        rooted(settings, jurors)
        suspect(VIDEO, voices=9)
        run()
        answer_all("ai")
        end_batch()
        run()
        run_pipeline()
        first = Panel.objects.get()
        assert first.outcome == "ai"
        return first

    def test_an_appeal_has_another_jury_look_without_the_first(self, settings):
        first = self.decided(settings)
        answer = Api().post(
            "/api/appeals",
            {"targetType": "video", "targetId": VIDEO, "reason": "Here is how I made it."},
        )
        assert answer.status_code == 202
        Case.objects.update(opened_at="2099-01-01T00:00:00Z")
        assert run().asked == PARAMETERS.batch
        second = Panel.objects.exclude(pk=first.pk).get()
        assert second.cause == "appeal"
        earlier = set(first.questions.values_list("juror_id", flat=True))
        assert not earlier & set(second.questions.values_list("juror_id", flat=True))
        assert published(VIDEO)["score"] == 90  # until the second has decided
        answer_all("human")
        end_batch()
        run()
        assert published(VIDEO)["score"] == 0
        assert run().asked == 0

    @pytest.mark.parametrize(("against", "days", "again"), [(5, 31, 1), (4, 31, 0), (5, 29, 0)])
    def test_five_voices_against_it_have_another_jury_look(self, settings, against, days, again):
        from datetime import timedelta

        from django.utils import timezone

        first = self.decided(settings)
        ago = timezone.now() - timedelta(days=days)
        Panel.objects.update(decided_at=ago)
        for n in range(against):
            assert Api(f"10.{n}.77.1").vote(VIDEO, "not_ai").status_code == 200
        run_pipeline()
        run()
        assert Panel.objects.exclude(pk=first.pk).count() == again

    def test_nothing_is_asked_twice_without_a_cause(self, settings):
        self.decided(settings)
        new_day()
        assert run().asked == 0


class TestQueue:
    def test_a_flood_of_two_accounts_leaves_the_others_their_places(self, settings):
        rooted(settings, 12)
        flood = [f"flood{n:06d}" for n in range(40)]
        cast_votes(
            [
                Cast(Ballot(f"{k:032x}", video, "fully_ai"), f"10.{k}.8.1")
                for video in flood
                for k in (1, 2)
            ]
        )
        for n in range(3):
            cast_votes(
                [
                    Cast(
                        Ballot(f"{100 + 2 * n + k:032x}", f"honest{n:05d}", "fully_ai"),
                        f"10.{60 + 2 * n + k}.8.1",
                    )
                    for k in (1, 2)
                ]
            )
        run_pipeline()
        assert len(waiting()) == 43
        admit(5)
        opened = set(Panel.objects.values_list("target_id", flat=True))
        assert {f"honest{n:05d}" for n in range(3)} <= opened

    @pytest.mark.parametrize("how", ["locked", "hidden"])
    def test_what_a_moderator_decided_is_not_asked(self, settings, how):
        rooted(settings, 12)
        suspect(VIDEO)
        action = {"locked": "lock_ai", "hidden": "hide"}[how]
        decide_video(actor="m", action=action, video_id=VIDEO, reason="r")
        run_pipeline()
        assert waiting() == []


class TestPrivacy:
    def test_who_neither_votes_nor_judges_is_in_no_table(self, settings):
        made = rooted(settings, 12)
        suspect(VIDEO)
        run()
        before = {model: model.objects.count() for model in (Voter, Juror, Question)}
        viewer = new_user()
        api = Api()
        for path in ("/api/jurors/me", "/api/jurors/me/questions"):
            assert api.get(path, **{"X-User-ID": viewer}).status_code == 404
        assert {model: model.objects.count() for model in before} == before
        assert len(made) == 12

    def test_silence_is_not_kept(self, settings):
        rooted(settings, 12)
        suspect(VIDEO)
        run()
        Question.objects.update(closes_at="2026-01-01T00:00:00Z")
        facts.forget_unanswered()
        assert not Question.objects.exists()

    def test_an_answers_label_of_its_network_says_nothing_elsewhere(self, settings):
        rooted(settings, 12)
        suspect(VIDEO, "suspect0002")
        run()
        for question in Question.objects.all():
            facts.answer(facts.Said(question.juror_id, question.pk, "ai"), address="9.9.9.9")
        labels = dict(Question.objects.values_list("panel__target_id", "voice"))
        assert len(set(labels.values())) == len(labels) == 2
        assert not set(labels.values()) & set(Juror.objects.values_list("voice", flat=True))


def test_open_hours_are_longer_than_a_batch():
    assert PARAMETERS.pace < panel_sql.OPEN_HOURS


def test_an_enrolled_juror_in_training_is_never_drawn(settings):
    rooted(settings, 12)
    kit()
    _, voter = enrolled(settings)
    suspect(VIDEO)
    run()
    assert not Question.objects.filter(juror_id=voter, panel__isnull=False).exists()
