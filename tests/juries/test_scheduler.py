"""The scheduler of juries: two at once, killed in the middle, and what a draw of many costs."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.processes import cpu_s
from channels.juries import run as scheduler
from common.db import execute, rows
from common.locks import Lock, wait_for_transaction_lock
from tests.juries.world import network, rooted
from votes.juries import audit, facts, panels
from votes.juries.rule import PARAMETERS
from votes.models import Draw, Juror, Panel, Question


def open_on(*videos):
    panels.open_panels([panels.Wanted("video", video, [video], "suspected") for video in videos])


def in_threads(*functions):
    """What each returns, all of them begun at once, each on a connection of its own."""
    together = Barrier(len(functions))

    def work(function):
        try:
            together.wait()
            return function()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(functions)) as pool:
        return [done.result() for done in [pool.submit(work, function) for function in functions]]


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_schedulers_ask_nobody_twice(self, settings):
        rooted(settings, 20)
        open_on(*(f"suspect{n:04d}" for n in range(4)))
        for _ in range(3):
            in_threads(*(scheduler.run,) * 3)
        assert Question.objects.count() == 4 * PARAMETERS.batch
        assert set(Panel.objects.values_list("batch", "drawn")) == {(1, PARAMETERS.batch)}
        assert list(audit.faults()) == []

    def test_one_that_comes_while_another_works_does_nothing(self, settings):
        from django.db import transaction

        rooted(settings, 12)
        open_on("suspect0001")
        with transaction.atomic():
            wait_for_transaction_lock(Lock.JURIES)
            assert in_threads(scheduler.run) == [scheduler.Ran(busy=True)]
        assert scheduler.run().asked == PARAMETERS.batch

    @pytest.mark.parametrize("step", ["ASK", "DECIDE", "BEGIN_BATCHES", "LOG_BATCHES"])
    def test_one_that_is_killed_has_done_nothing_and_the_next_does_all(
        self, settings, monkeypatch, step
    ):
        rooted(settings, 20)
        open_on("suspect0001", "suspect0002")
        Panel.objects.filter(target_id="suspect0002").update(
            drawn=PARAMETERS.most, batch=7, batch_ends_at="2026-01-01T00:00:00Z"
        )
        before = list(Panel.objects.order_by("pk").values())
        with monkeypatch.context() as killed:
            # The server ends the connection with that statement, as it does when a process dies.
            killed.setattr(panels.sql, step, "SELECT pg_terminate_backend(pg_backend_pid())")
            with pytest.raises(Exception, match=r"terminat|clos"):
                scheduler.run()
        connection.close()
        assert list(Panel.objects.order_by("pk").values()) == before
        assert not Question.objects.exists() and not Draw.objects.exists()
        assert scheduler.run() == scheduler.Ran(ended=1, asked=PARAMETERS.batch)

    def test_an_answer_is_in_the_decision_or_refused(self, settings):
        rooted(settings, 20)
        open_on("suspect0001")
        scheduler.run()
        asked = list(Question.objects.values_list("juror_id", "pk"))
        Panel.objects.update(batch_ends_at="2026-01-01T00:00:00Z", drawn=PARAMETERS.most)

        def answer(juror, question):
            try:
                facts.answer(facts.Said(juror, question, "ai"), address=network())
            except Exception as error:  # the two refusals
                return type(error).__name__
            return "stored"

        results = in_threads(scheduler.run, *(lambda a=a: answer(*a) for a in asked))
        panel = Panel.objects.get()
        stored = results.count("stored")
        assert Question.objects.filter(answer="ai").count() == stored
        assert set(results[1:]) <= {"stored", "QuestionClosed", "NotFound"}
        if panel.outcome != "open":
            assert panel.said_ai == stored


@pytest.mark.django_db
def test_a_draw_takes_the_same_statements_for_a_thousand_questions(settings, figures):
    def statements(jurors, questions):
        execute(
            """
            WITH made AS (
              INSERT INTO votes_voter (public_id)
              SELECT md5(%(name)s || n) FROM generate_series(1, %(jurors)s) n RETURNING public_id
            )
            INSERT INTO votes_juror (voter_id, number, is_rooted, sensitivity, specificity, period,
              voice, voice_before)
            SELECT public_id, ('x' || left(md5(public_id), 15))::bit(60)::bigint, true, 0.9, 0.9,
              %(period)s, md5(public_id), md5(public_id) FROM made
            """,
            {"name": f"juror {jurors} ", "jurors": jurors, "period": panels.current_period()},
        )
        open_on(*(f"v{jurors}x{n}" for n in range(questions)))
        # As autovacuum does by itself for what is committed.
        execute("ANALYZE votes_juror, votes_voter, votes_panel, votes_question")
        ((backend,),) = rows("SELECT pg_backend_pid()")
        began, used = time.perf_counter(), time.process_time() + cpu_s(backend)
        with CaptureQueriesContext(connection) as caught:
            asked = panels.draw(lambda places: None)
        took = time.perf_counter() - began
        used = time.process_time() + cpu_s(backend) - used
        return asked, len(caught), took, used

    few = statements(20, 5)
    many = statements(10_000, 1000)
    assert few[0] == 5 * PARAMETERS.batch
    assert many[0] == 1000 * PARAMETERS.batch
    assert many[1] == few[1]
    assert Juror.objects.count() == 10_020
    figures(
        draw_of_1000_among_10000_s=round(many[2], 2),
        draw_of_1000_among_10000_processor_s=round(many[3], 2),
    )
