"""Moderators' questions to whoever appealed: answered over the API, or ended without an answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.test import Client

from channels.creators import questions
from channels.tasks import end_questions
from desk import services
from sync.schedule import plan
from tests.conftest import Api, published
from votes.models import Action, AppealQuestion, Case

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def token(crowd, video_id):
    """Of an appeal about a flagged video."""
    crowd(10, video_id)
    assert published(video_id)["score"] >= 50
    body = {"targetType": "video", "targetId": video_id, "reason": "mine"}
    return Api().post("/api/appeals", body).json()["token"]


def reply(token, **body):
    return Api().post(f"/api/appeals/{token}/answer", body)


def code(response):
    return response.status_code, response.json()["error"]["code"]


def lapse():
    AppealQuestion.objects.update(asked_at=Now() - timedelta(days=14, minutes=1))


def test_a_question_is_answered_once_over_the_api(token):
    assert code(reply(token, answer="I do")) == (404, "NOT_FOUND")  # nobody has asked
    questions.ask(token, actor="mod", text="Who speaks?")
    assert Api().get(f"/api/appeals/{token}").json()["question"] == "Who speaks?"
    for body in ({}, {"answer": ""}, {"answer": 5}, {"answer": "x" * 2001}):
        assert reply(token, **body).status_code == 400
    assert code(reply("0" * 32, answer="I do")) == (404, "NOT_FOUND")
    answered = reply(token, answer="  I\u202e do ")
    assert answered.status_code == 200
    assert "question" not in answered.json()
    assert AppealQuestion.objects.get().answer.strip() == "I do"
    assert code(reply(token, answer="or not")) == (404, "NOT_FOUND")


def test_nothing_is_answered_once_it_is_decided(token):
    questions.ask(token, actor="mod", text="Who speaks?")
    case = Case.objects.get()
    services.decide_case(actor="mod", action=Action.REJECT_APPEAL, case_id=case.pk, reason="no")
    assert code(reply(token, answer="I do")) == (404, "NOT_FOUND")


def test_a_question_does_not_wait_for_ever_and_moderators_are_told(token, desk):
    client, case = desk(), Case.objects.get()
    questions.ask(token, actor="mod", text="Who speaks?")
    assert end_questions() == 0
    assert "Questions without an answer" not in client.get("/admin/").content.decode()
    lapse()
    assert code(reply(token, answer="late")) == (404, "NOT_FOUND")  # the worker may be late
    assert "question" not in Api().get(f"/api/appeals/{token}").json()
    assert end_questions.name in plan()
    assert (end_questions(), end_questions()) == (1, 0)
    assert f"/admin/appeals/{case.pk}/" in client.get("/admin/").content.decode()
    assert "Nobody answered until" in client.get(f"/admin/appeals/{case.pk}/").content.decode()
    shown = Client(REMOTE_ADDR=Api().address).get(f"/appeal/{token}").content.decode()
    assert "No answer came until" in shown
    questions.ask(token, actor="mod", text="Again: who?")
    assert "Questions without an answer" not in client.get("/admin/").content.decode()
    assert reply(token, answer="I do").status_code == 200


def test_another_can_be_asked_before_a_worker_has_ended_the_first(token):
    questions.ask(token, actor="mod", text="Who speaks?")
    lapse()
    assert questions.ask(token, actor="mod", text="Again?").text == "Again?"
    assert AppealQuestion.objects.filter(answered_at=None).count() == 1
