"""Jurors: enrolling, training, being rooted, answering once, leaving; what they learn of gold."""

from __future__ import annotations

import itertools

import pytest
from django.core.management import CommandError, call_command

from tests.conftest import Api, new_user
from tests.juries.world import (
    enrolled,
    kit,
    later,
    me,
    network,
    public,
    questions,
    say,
    truths,
)
from votes import challenges
from votes.brakes import JUROR_BITS, forget, set_brakes
from votes.juries import facts, gold, sql
from votes.juries.rule import PARAMETERS
from votes.models import GoldItem, Juror, Panel, Question, Vote, Voter
from votes.moderation.decisions import decide_voter

pytestmark = pytest.mark.django_db


def challenge(user, purpose="juror"):
    return Api().get(f"/api/challenge?for={purpose}", **{"X-User-ID": user})


def solved(text):
    for n in itertools.count():
        proof = f"{text}:{n}"
        digest = __import__("hashlib").sha256(proof.encode()).digest()
        if challenges.zero_bits(digest) >= challenges.bits_of(text):
            return proof
    raise AssertionError


def enrol(user, *, address="", **more):
    body = {"userId": user, "agreed": True, **more}
    return Api(address).post("/api/jurors", body)


class TestEnrolling:
    def test_takes_agreement_and_a_proof_of_work(self):
        kit()
        user = new_user()
        asked = challenge(user).json()
        assert (asked["proofRequired"], asked["bits"]) == (True, JUROR_BITS)
        answer = enrol(user, proof=solved(asked["challenge"]))
        assert answer.status_code == 200, answer.content
        told = answer.json()
        assert (told["state"], told["training"], told["answers"]) == (
            "training",
            {"answered": 0, "of": PARAMETERS.gold},
            [],
        )
        assert len(questions(user)["training"]) == sql.ROUND

    @pytest.mark.parametrize("agreed", [False, None, "true", 1])
    def test_is_refused_without_agreement(self, agreed):
        answer = enrol(new_user(), agreed=agreed)
        assert answer.status_code == 400
        assert not Juror.objects.exists()

    def test_is_refused_without_a_proof_or_with_a_cheaper_or_anothers_one(self):
        user = new_user()
        set_brakes(actor="a", reason="r", changes={"challenge_bits": 1})
        cheap = Api().get("/api/challenge", **{"X-User-ID": user}).json()["challenge"]
        others = challenge(new_user()).json()["challenge"]
        for proof in ({}, {"proof": solved(cheap)}, {"proof": solved(others)}):
            assert enrol(user, **proof).status_code == 403
        assert not Voter.objects.exists()

    def test_a_proof_enrols_once(self, settings):
        user = new_user()
        proof = solved(challenge(user).json()["challenge"])
        assert enrol(user, proof=proof).status_code == 200
        facts.leave(public(user, settings))
        assert enrol(user, proof=proof).status_code == 403

    @pytest.mark.slow
    @pytest.mark.parametrize(
        ("brake", "status"),
        [
            ({"new_voters": "refuse"}, 403),
            ({"new_voters": "delay", "delay_minutes": 60}, 403),
            ({"challenge_bits": JUROR_BITS + 1}, 403),
            ({"new_voters_per_minute": 1}, 429),
        ],
    )
    def test_is_no_way_around_what_holds_new_voters_back(self, brake, status):
        user, other = new_user(), new_user()
        proof, others = (solved(challenge(it).json()["challenge"]) for it in (user, other))
        set_brakes(actor="admin", reason="a wave", changes=brake)
        forget()
        enrol(other, proof=others)
        before = Voter.objects.count()
        assert enrol(user, proof=proof).status_code == status
        assert Voter.objects.count() == before

    def test_takes_as_much_work_as_a_first_vote_does(self):
        bits = JUROR_BITS + 1
        set_brakes(actor="admin", reason="a wave", changes={"challenge_bits": bits})
        user = new_user()
        asked = challenge(user).json()
        assert asked["bits"] == bits
        assert enrol(user, proof=solved(asked["challenge"])).status_code == 200

    @pytest.mark.slow
    def test_a_network_enrols_only_so_many_a_day(self, settings):
        settings.LIMITS = {**settings.LIMITS, "juror_network": 2, "vote_address": 100}

        def each(*addresses):
            for address in addresses:
                user = new_user()
                proof = solved(challenge(user).json()["challenge"])
                yield enrol(user, address=address, proof=proof).status_code

        assert [*each(*(f"192.0.2.{n}" for n in (1, 2, 3)))] == [200, 200, 429]
        assert [*each("2001:db8:1:100::1", "2001:db8:1:101::1")] == [200, 429]  # a /56
        assert [*each("2001:db8:1:200::1", "2001:db8:1:300::1")] == [200, 429]  # a /48

    def test_who_is_a_juror_stays_one(self, settings):
        kit()
        user, voter = enrolled(settings)
        number = Juror.objects.get().number
        assert enrol(user).status_code == 200
        assert Juror.objects.get().number == number
        assert Question.objects.filter(juror_id=voter).count() == sql.ROUND

    def test_nobody_else_is_told_anything(self):
        user = new_user()
        assert me(user).status_code == 404
        assert Api().get("/api/jurors/me").status_code == 400
        assert challenge(user, "everything").status_code == 400
        assert not Voter.objects.exists()


class TestTraining:
    def test_a_round_is_told_when_all_of_it_is_answered(self, settings):
        kit()
        user, _ = enrolled(settings)
        asked = questions(user)["training"]
        for question in asked[:-1]:
            assert say(user, question["id"], "ai").json() == {"success": True}
        told = say(user, asked[-1]["id"], "unsure").json()["round"]
        assert [it["videoId"] for it in told] == [q["videos"][0] for q in asked]
        for it in told[:-1]:
            assert it["right"] == (it["truth"] == "ai")
        assert told[-1]["right"] is False
        assert me(user).json()["training"]["answered"] == sql.ROUND - 1

    def test_what_voters_noticed_is_shown_once_it_is_answered(self, settings):
        kit()
        user, _ = enrolled(settings)
        asked = questions(user)["training"]
        seen, unseen = (question["videos"][0] for question in asked[:2])
        for video in (seen, unseen, seen, unseen):
            assert Api().vote(video, signs=[{"sign": "text", "at": 3}]).status_code == 200
        assert "signs" not in str(questions(user)) + me(user).content.decode()
        say(user, asked[0]["id"], "ai")
        (told,) = me(user).json()["answers"]
        assert told["signs"] == [{"videoId": seen, "sign": "text", "voices": 2, "at": 3}]

    def test_the_next_round_has_other_videos_and_comes_at_once(self, settings):
        kit()
        user, voter = enrolled(settings)
        first = {q["videos"][0] for q in questions(user)["training"]}
        truths(voter)
        second = {q["videos"][0] for q in questions(user)["training"]}
        assert len(second) == sql.ROUND and not first & second

    def test_secret_items_follow_at_most_three_a_day_and_look_like_any_question(self, settings):
        kit()
        user, voter = enrolled(settings)
        truths(voter)
        assert facts.give_secrets() == 0
        truths(voter)
        assert questions(user) == {"questions": [], "training": []}
        assert facts.give_secrets() == PARAMETERS.a_day
        assert facts.give_secrets() == 0
        asked = questions(user)["questions"]
        assert [set(q) for q in asked] == [{"id", "videos"}] * PARAMETERS.a_day
        assert say(user, asked[0]["id"], "human").json() == {"success": True}
        later(days=1)
        # Two of the day before are open still.
        assert facts.give_secrets() == 1

    @pytest.mark.parametrize(("right", "rooted"), [(True, True), (False, False)])
    def test_forty_right_answers_half_of_them_secret_root(self, settings, right, rooted):
        kit()
        user, voter = enrolled(settings)
        for _ in range(2):
            truths(voter, right=right)
        facts.weigh()
        assert me(user).json()["state"] == "training"
        while facts.give_secrets():
            truths(voter, right=right)
            later(days=1)
        facts.weigh()
        assert (me(user).json()["state"] == "rooted") is rooted

    @pytest.mark.slow
    @pytest.mark.parametrize("always", ["ai", "human"])
    def test_who_always_says_the_same_never_roots(self, settings, always):
        kit(100, 100)
        _, voter = enrolled(settings)
        for _ in range(60):
            for question in Question.objects.filter(juror_id=voter, answer=None):
                facts.answer(facts.Said(voter, question.pk, always), address=network())
            later(days=1)
            facts.give_secrets()
        facts.weigh()
        assert not Juror.objects.get().is_rooted

    @pytest.mark.slow
    def test_published_gold_known_by_heart_wins_no_lost_standing_back(self, settings):
        """Half of what roots is published, and no more of it ever counts."""
        kit(120, 40)
        user, voter = enrolled(settings)

        def trained(rounds=0, *, right=True):
            for _ in range(rounds):
                truths(voter, right=right)
            while facts.give_secrets():
                truths(voter, right=right)
                later(days=1)
            facts.weigh()
            return me(user).json()["state"]

        assert trained(2) == "rooted"
        with_panels = dict(target_type="video", outcome="ai", decided_at="2026-01-01T00:00:00Z")
        for n in range(30):
            panel = Panel.objects.create(
                target_id=f"wrong{n}", videos=[f"wrong{n}"], cause="suspected", **with_panels
            )
            Question.objects.create(
                juror_id=voter,
                panel=panel,
                day=f"2025-01-{n + 1:02}",
                slot=1,
                answer="human",
                answered_at="2026-01-01T00:00:00Z",
            )
        assert trained() == "training"
        facts.give_rounds()
        assert trained(8) == "training"
        assert Question.objects.filter(juror_id=voter, round__gte=8).exists()
        gold.take(gold.Item(f"new{n:05d}", "ai", True, "fully_ai") for n in range(60))
        assert trained() == "rooted"  # what nobody told them does

    def test_a_secret_item_that_many_answered_turns_published(self, settings):
        kit(0, 1)
        GoldItem.objects.update(used=sql.SECRET_USES - 1)
        _, voter = enrolled(settings)
        item = GoldItem.objects.get()
        asked = Question.objects.create(juror_id=voter, gold=item, day="2026-01-01", slot=1)
        facts.answer(facts.Said(voter, asked.pk, "ai"), address=network())
        item.refresh_from_db()
        assert (item.used, item.is_secret) == (sql.SECRET_USES, False)

    def test_what_one_said_of_secret_gold_is_told_no_earlier_than_of_a_panel(self, settings):
        kit()
        user, voter = enrolled(settings)
        for _ in range(2):
            truths(voter)
        facts.give_secrets()
        truths(voter)
        of_day = [it for it in me(user).json()["answers"] if "training" not in it]
        assert len(of_day) == PARAMETERS.a_day
        assert not any("outcome" in it for it in of_day)
        assert me(user).json().get("accuracy") is None  # until the night
        later(hours=2 * PARAMETERS.pace, seconds=1)
        of_day = [it for it in me(user).json()["answers"] if "training" not in it]
        assert all("outcome" in it for it in of_day)


class TestAnswering:
    @pytest.fixture
    def asked(self, settings):
        kit()
        user, voter = enrolled(settings)
        return user, voter, questions(user)["training"][0]["id"]

    def test_an_answer_that_is_sent_again_changes_nothing(self, asked):
        user, _, question = asked
        assert say(user, question, "partly").status_code == 200
        before = Question.objects.filter(pk=question).values().get()
        assert before["kind"] == "ai_assisted"
        assert say(user, question, "partly").status_code == 200
        assert Question.objects.filter(pk=question).values().get() == before
        assert GoldItem.objects.get(pk=before["gold_id"]).used == 1

    def test_another_answer_is_refused(self, asked):
        user, _, question = asked
        say(user, question, "ai", kind="ai_music")
        for answer, more in (("human", {}), ("ai", {}), ("ai", {"kind": "fully_ai"})):
            refused = say(user, question, answer, **more)
            assert (refused.status_code, refused.json()["error"]["code"]) == (
                409,
                "ALREADY_ANSWERED",
            )
        assert Question.objects.get(pk=question).kind == "ai_music"

    def test_a_forged_question_and_anothers_are_not_found(self, asked, settings):
        _, _, question = asked
        other, _ = enrolled(settings)
        for user, number in ((other, question), (other, "0" * 32), (new_user(), question)):
            assert say(user, number, "ai").status_code == 404
        assert Question.objects.get(pk=question).answer is None

    def test_a_late_answer_is_refused(self, asked, settings):
        user, voter, _ = asked
        question = Question.objects.create(
            juror_id=voter,
            gold=GoldItem.objects.filter(is_secret=True).first(),
            day="2026-01-01",
            slot=1,
            closes_at="2026-01-02T00:00:00Z",
        )
        assert question.pk not in {q["id"] for q in questions(user)["questions"]}
        refused = say(user, question.pk, "ai")
        assert (refused.status_code, refused.json()["error"]["code"]) == (410, "QUESTION_CLOSED")
        assert facts.forget_unanswered() == 1
        assert say(user, question.pk, "ai").status_code == 404

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ({"answer": "maybe"}, "INVALID_FIELD"),
            ({"answer": ""}, "INVALID_FIELD"),
            ({"answer": 1}, "INVALID_BODY"),
            ({"question": ""}, "INVALID_FIELD"),
            ({"question": "a b"}, "INVALID_FIELD"),
            ({"question": "x" * 65}, "INVALID_FIELD"),
            ({"question": "a\x00b"}, "INVALID_FIELD"),
            ({"kind": "not_ai"}, "INVALID_CATEGORY"),
            ({"answer": "human", "kind": "fully_ai"}, "INVALID_FIELD"),
            ({"userId": "x"}, "INVALID_FIELD"),
        ],
    )
    def test_bad_input_is_refused(self, asked, body, code):
        user, _, question = asked
        good = {"userId": user, "question": question, "answer": "ai"}
        answer = Api().post("/api/jurors/me/answers", {**good, **body})
        assert answer.status_code == 400
        assert answer.json()["error"]["code"] == code

    def test_a_paused_juror_is_told_so_and_enrolling_again_ends_no_pause(self, asked, settings):
        user, voter, question = asked
        decide_voter(actor="m", action="pause_juror", voter_id=voter, reason="sells answers")
        assert say(user, question, "ai").status_code == 403
        assert me(user).json()["state"] == "paused"
        facts.leave(voter)
        facts.enrol(voter, address=network())
        assert me(user).json()["state"] == "paused"
        assert questions(user) == {"questions": [], "training": []}
        decide_voter(actor="m", action="resume_juror", voter_id=voter, reason="was not them")
        assert facts.give_rounds() == sql.ROUND


class TestLeaving:
    def test_forgets_answers_and_keeps_votes(self, settings, video_id):
        kit()
        user, voter = enrolled(settings)
        truths(voter)
        Api().vote(video_id, user=user)
        gone = Api().delete("/api/jurors/me", **{"X-User-ID": user})
        assert (gone.status_code, gone.json()) == (200, {"success": True})
        assert not Juror.objects.exists() and not Question.objects.exists()
        assert Vote.objects.count() == 1
        assert Api().delete("/api/jurors/me", **{"X-User-ID": user}).status_code == 404

    def test_erasure_takes_the_juror_along(self, settings):
        kit()
        user, voter = enrolled(settings)
        truths(voter)
        assert Api().delete("/api/users/me", **{"X-User-ID": user}).status_code == 200
        assert not Voter.objects.exists()
        assert not Juror.objects.exists() and not Question.objects.exists()

    def test_access_shows_all_but_which_questions_were_gold(self, settings):
        kit()
        user, voter = enrolled(settings)
        truths(voter)
        told = Api().get("/api/users/me/data", **{"X-User-ID": user}).json()
        assert [it["voter_id"] for it in told["juror"]] == [voter]
        assert len(told["questions"]) == 2 * sql.ROUND
        assert {"answer", "answered_at", "voice"} <= set(told["questions"][0])
        assert not {"gold_id", "panel_id", "slot"} & set(told["questions"][0])

    def test_access_does_not_tell_gold_from_panels_by_the_label_of_the_network(self, settings):
        kit(0, 1)
        user, voter = enrolled(settings)
        video = "suspect0001"
        panel = Panel.objects.create(
            target_type="video", target_id=video, videos=[video], cause="suspected"
        )
        gold_item = GoldItem.objects.get()
        for slot, about in enumerate(({"panel": panel}, {"gold": gold_item}), start=1):
            of_day = {"day": "2026-01-01", "slot": slot, "closes_at": "2099-01-01T00:00:00Z"}
            asked = Question.objects.create(juror_id=voter, **of_day, **about)
            assert say(user, asked.pk, "ai").status_code == 200
        told = Api().get("/api/users/me/data", **{"X-User-ID": user}).json()["questions"]
        assert [bool(it["voice"]) for it in told] == [True, True]
        assert told[0]["voice"] != told[1]["voice"]

    def test_secret_gold_that_never_closes_goes_with_the_training(self, settings):
        kit(0, 1)
        _, voter = enrolled(settings)
        secret = {"juror_id": voter, "gold": GoldItem.objects.get(), "slot": 1}
        Question.objects.create(**secret, day="2026-01-01")
        assert facts.forget_unanswered() == 0
        Juror.objects.update(is_rooted=True, sensitivity=0.9, specificity=0.9)
        assert facts.forget_unanswered() == 1

    def test_the_network_of_who_was_not_here_for_30_days_is_forgotten(self, settings):
        enrolled(settings)
        juror = Juror.objects.get()
        assert juror.voice and juror.voice_before != juror.voice
        assert facts.forget_networks() == 0
        Juror.objects.update(seen_at="2026-01-01T00:00:00Z")
        assert facts.forget_networks() == 1
        assert Juror.objects.values_list("period", "voice", "voice_before").get() == ((None,) * 3)


class TestKit:
    def test_a_kit_goes_from_site_to_site(self, tmp_path, capsys):
        kit(2, 3)
        call_command("gold", "--export")
        path = tmp_path / "kit.jsonl"
        path.write_text(capsys.readouterr().out)
        before = sorted(gold.write())
        GoldItem.objects.all().delete()
        call_command("gold", "--import", str(path))
        call_command("gold", "--import", str(path))
        assert sorted(gold.write()) == before

    @pytest.mark.parametrize(
        "line",
        [
            b"{",
            b"[]",
            b'{"videoId": "a b", "truth": "ai", "secret": true}',
            b'{"videoId": "ab", "truth": "perhaps", "secret": true}',
            b'{"videoId": "ab", "truth": "human", "kind": "fully_ai", "secret": true}',
            b'{"videoId": "ab", "truth": "ai", "kind": "not_ai", "secret": true}',
            b'{"videoId": "ab", "truth": "ai", "secret": 1}',
            b'{"videoId": "ab", "truth": "ai", "secret": true, "more": 1}',
        ],
    )
    def test_a_bad_line_is_named_and_nothing_taken(self, tmp_path, line):
        path = tmp_path / "kit.jsonl"
        path.write_bytes(b'{"videoId": "ok", "truth": "ai", "secret": true}\n' + line)
        with pytest.raises(CommandError, match="line 2"):
            call_command("gold", "--import", str(path))
        assert not GoldItem.objects.exists()
