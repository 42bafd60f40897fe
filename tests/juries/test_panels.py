"""Panels: what they decide, what that does, and what is asked again."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from channels.juries.run import admit, run, waiting
from common import cache
from sync.tasks import run_pipeline
from tests.conftest import Api, new_user, published
from tests.juries.world import (
    answer_all,
    end_batch,
    enrolled,
    kit,
    me,
    network,
    new_day,
    questions,
    rooted,
    say,
    suspect,
)
from votes.brakes import set_brakes
from votes.casting import Ballot, Cast, cast_votes
from votes.erasures import erase_voter
from votes.juries import facts, panel_sql
from votes.juries.rule import PARAMETERS
from votes.models import (
    Case,
    Juror,
    Panel,
    Question,
    Vote,
    Voter,
)
from votes.moderation.decisions import decide_video

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("juries_confirm")]
VIDEO = "suspect0001"


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
        # By which mirrors and clients know the kind.
        assert published(VIDEO)["categories"] == {
            "ai_music": {"votes": 0, "weightedScore": 90},
            "fully_ai": {"votes": 2, "weightedScore": 28.57},
        }

    def test_partly_is_ai(self, settings):
        rooted(settings, 12)
        suspect(VIDEO)
        run()
        answer_all("partly", kind="ai_assisted")
        end_batch()
        run()
        assert Panel.objects.values_list("outcome", "label").get() == ("ai", "ai_assisted")

    @pytest.mark.parametrize("cluster", [0, 3])
    def test_of_one_network_the_first_answer_counts(self, settings, cluster):
        """Whether or not some of who is there are of a cluster."""
        rooted(settings, 12)
        suspect(VIDEO)
        run()
        for n, question in enumerate(Question.objects.filter(answer=None)):
            facts.answer(facts.Said(question.juror_id, question.pk, "ai"), address="9.9.9.9")
            if n < cluster:
                Voter.objects.filter(pk=question.juror_id).update(cluster=f"ring {n}")
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

    def test_one_for_which_nobody_was_ever_drawn_is_a_moderators_too(self, settings):
        made = rooted(settings, 10)
        suspect(VIDEO)
        admit(1)
        cast_votes([Cast(Ballot(voter, VIDEO, "fully_ai"), address) for _, voter, address in made])
        run()
        assert Panel.objects.get().batch == 0
        Panel.objects.update(opened_at="2026-01-01T00:00:00Z")
        run()
        assert Panel.objects.get().outcome == "undecided"
        assert Case.objects.get().kind == "undecided"

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

    def test_who_appeals_against_the_second_jury_too_has_to_wait_for_a_moderator(self, settings):
        """Each jury may err; whoever could have one after the other would get that one."""
        self.decided(settings)
        appeal = {"targetType": "video", "targetId": VIDEO, "reason": "Here is how I made it."}
        assert Api().post("/api/appeals", appeal).status_code == 202
        Case.objects.update(opened_at="2099-01-01T00:00:00Z")
        run()
        answer_all("ai")
        end_batch()
        run()
        assert list(Panel.objects.values_list("outcome", flat=True)) == ["ai", "ai"]
        new_day()
        Case.objects.update(opened_at="2099-01-01T00:00:00Z")  # and again
        assert run().asked == 0

    @pytest.mark.parametrize(
        ("against", "address", "days", "again"),
        [
            (5, "10.{}.77.1", 31, 1),
            (4, "10.{}.77.1", 31, 0),
            (5, "10.{}.77.1", 29, 0),
            # Customers of one provider, who are four voices and five.
            (16, "2001:db8:{}::1", 31, 0),
            (17, "2001:db8:{}::1", 31, 1),
        ],
    )
    def test_five_voices_against_it_have_another_jury_look(
        self, settings, against, address, days, again
    ):
        from datetime import timedelta

        from django.utils import timezone

        first = self.decided(settings)
        ago = timezone.now() - timedelta(days=days)
        Panel.objects.update(decided_at=ago)
        for n in range(against):
            assert Api(address.format(n)).vote(VIDEO, "not_ai").status_code == 200
        run_pipeline()
        run()
        assert Panel.objects.exclude(pk=first.pk).count() == again

    def test_nothing_is_asked_twice_without_a_cause(self, settings):
        self.decided(settings)
        new_day()
        assert run().asked == 0


class TestQueue:
    def test_who_votes_first_from_one_network_often_keeps_nobody_from_asking(self, settings):
        rooted(settings, 12)
        cast_votes(
            [Cast(Ballot(f"{n:032x}", VIDEO, "fully_ai"), f"10.9.9.{n}") for n in range(1, 26)]
        )
        suspect(VIDEO, voices=3)
        assert run().asked == PARAMETERS.batch

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

    def test_what_gives_a_video_away_is_told_to_nobody_while_a_jury_is_asked(self, settings):
        rooted(settings, 12)
        for _ in range(9):
            assert Api().vote(VIDEO, signs=[{"sign": "text", "at": 3}]).status_code == 200
        run_pipeline()

        def told():
            cache.forget([f"page:video:{VIDEO}"])
            found = Api().get(f"/api/videos?videoId={VIDEO}&explain=1").json()
            on_page = b"0:03" in Api().get(f"/v/{VIDEO}").content
            assert on_page is bool(found["explain"]["signs"])
            return found["explain"]["signs"]

        noticed = [{"sign": "text", "voices": 9, "at": 3}]
        assert told() == noticed
        run()
        assert Panel.objects.get().videos == [VIDEO]
        assert told() == []
        answer_all("ai")
        end_batch()
        run()
        assert told() == noticed

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
