"""Appeals: filed over HTTP or on the page, decided by moderators, and what is decided holds."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models.functions import Now
from django.test import Client

from channels.models import Channel
from channels.services import decide_channel
from sync.tasks import run_pipeline
from tests.conftest import Api, published
from votes.models import Action, Appeal, Case
from votes.services import (
    answer_appeals,
    decide_video,
    forget_contacts,
    reject_appeal,
)

pytestmark = pytest.mark.django_db(transaction=True)
HOSTILE = "<script>alert(1)</script>\u202egnp.exe\x00 =cmd|'/c calc'!A0 " + "x" * 1500


@pytest.fixture
def flagged(crowd, video_id):
    """A video that ten people reported."""
    crowd(10, video_id)
    assert published(video_id)["score"] >= 50
    return video_id


def appeal(target_id, *, kind="video", reason="I drew this myself.", **more):
    body = {"targetType": kind, "targetId": target_id, "reason": reason, **more}
    return Api().post("/api/appeals", body)


def blocked(source, path):
    options = ["--level", "block", "--source", source]
    call_command("import_blocklist", str(path), *options, verbosity=0)


def state(token):
    return Api().get(f"/api/appeals/{token}").json()


def test_an_appeal_is_followed_by_its_token_until_it_is_granted(flagged):
    answer = appeal(flagged, contact="me@example.org")
    filed = answer.json()
    assert answer.status_code == 202
    assert re.fullmatch("[0-9a-f]{32}", filed["token"])
    assert set(filed) == {"token", "targetType", "targetId", "state", "submittedAt"}
    assert state(filed["token"]) == filed
    case = Case.objects.get()
    assert (case.kind, case.target_id, case.state) == ("appeal", flagged, "open")
    Case.objects.update(state=Case.State.CLAIMED, assignee="mod")
    assert state(filed["token"])["state"] == "in_review"
    decide_video(actor="mod", action=Action.LOCK_HUMAN, video_id=flagged, reason="has drafts")
    decided = state(filed["token"])
    assert (decided["state"], decided["outcome"]) == ("decided", "granted")
    assert "reason" not in decided and "has drafts" not in str(decided)


def test_a_rejected_appeal_tells_the_moderators_answer_and_later_ones_get_it_at_once(flagged):
    token = appeal(flagged).json()["token"]
    case = Case.objects.get()
    answer_appeals(case.pk, answer="The voice is a known one.")
    decision = reject_appeal(
        actor="mod", target_type="video", target_id=flagged, reason="voice of a vendor"
    )
    assert decision.action == "reject_appeal"
    assert state(token)["outcome"] == "rejected"
    assert state(token)["answer"] == "The voice is a known one."
    assert published(flagged)["score"] >= 50
    again = appeal(flagged, reason="Please!").json()
    assert (again["state"], again["answer"]) == ("decided", "The voice is a known one.")
    decide_video(actor="mod", action=Action.UNLOCK, video_id=flagged, reason="new evidence")
    assert appeal(flagged).json()["state"] == "open"
    reject_appeal(actor="mod", target_type="video", target_id=flagged, reason="none")
    with pytest.raises(Case.DoesNotExist):
        reject_appeal(actor="mod", target_type="video", target_id=flagged, reason="twice")
    Case.objects.update(closed_at=Now() - timedelta(days=31))
    assert appeal(flagged).json()["state"] == "open"
    assert Case.objects.filter(state="open").count() == 1


def test_all_appeals_about_a_target_share_a_case_also_when_filed_at_once(flagged):
    def file(n):
        try:
            return appeal(flagged, reason=f"reason {n}").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(file, range(12))) == {202}
    assert Case.objects.count() == 1
    assert Appeal.objects.filter(case=Case.objects.get()).count() == 12


def test_a_human_lock_survives_further_reports(flagged, crowd):
    appeal(flagged)
    decide_video(actor="mod", action=Action.LOCK_HUMAN, video_id=flagged, reason="drafts")
    crowd(20, flagged, "ai_visuals")
    shown = published(flagged)
    assert (shown["score"], shown["verdict"], shown["locked"]) == (0, "human", True)


def test_a_cleared_channel_survives_reports_and_the_import_of_a_list(crowd, video_id, tmp_path):
    channel = "UC" + "c" * 22
    blocklist = tmp_path / "list.txt"
    blocklist.write_text(f"{channel}\n")
    call_command(
        "import_blocklist", str(blocklist), "--level", "block", "--source", "somebody", verbosity=0
    )
    run_pipeline()
    assert Channel.objects.get().auto_flag_new
    token = appeal(channel, kind="channel").json()["token"]
    decide_channel(actor="mod", action=Action.CLEAR_CHANNEL, key=channel, reason="a painter")
    assert state(token)["outcome"] == "granted"
    crowd(5, video_id, channelId=channel)
    call_command(
        "import_blocklist",
        str(blocklist),
        "--level",
        "block",
        "--source",
        "somebody else",
        verbosity=0,
    )
    call_command(
        "import_blocklist", str(blocklist), "--level", "block", "--source", "somebody", verbosity=0
    )
    run_pipeline()
    cleared = Channel.objects.get()
    assert (cleared.score, cleared.auto_flag_new, cleared.locked) == (0, False, True)
    assert "preliminary" not in published(video_id)


def test_a_channel_is_found_by_handle_in_any_form(crowd, video_id):
    crowd(5, video_id, channelHandle="@École")
    run_pipeline()
    filed = appeal("@%C3%89COLE", kind="channel").json()
    assert filed["targetId"] == "@ecole"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"targetType": "voter"}, "targetType"),
        ({"targetType": ""}, "targetType"),
        ({"targetId": "no id!"}, "targetId"),
        ({"targetId": "x" * 300}, "targetId"),
        ({"reason": " \n\u202e"}, "reason"),
        ({"reason": "x" * 2001}, "reason"),
        ({"reason": "\ud800"}, "reason"),
        ({"contact": "x" * 255}, "contact"),
    ],
)
def test_what_is_wrong_with_an_appeal_is_said(flagged, change, field):
    body = {"targetType": "video", "targetId": flagged, "reason": "mine"} | change
    answer = Api().post("/api/appeals", body)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["field"]) == (400, "INVALID_FIELD", field)
    assert not Appeal.objects.exists()


def test_nothing_known_is_not_found():
    for kind, target in [("video", "unknown"), ("channel", "@unknown"), ("channel", "UCunknown")]:
        assert appeal(target, kind=kind).status_code == 404
    for token in ["0" * 32, "0" * 31, "x" * 32, "%00"]:
        assert Api().get(f"/api/appeals/{token}").status_code == 404


def test_a_network_files_five_appeals_a_day(flagged):
    answers = [
        Api(f"192.0.2.{n}").post(
            "/api/appeals", {"targetType": "video", "targetId": flagged, "reason": "mine"}
        )
        for n in range(6)
    ]
    assert [answer.status_code for answer in answers] == [202] * 5 + [429]
    assert int(answers[-1]["Retry-After"]) > 80_000


def test_a_contact_goes_a_month_after_the_decision(flagged):
    appeal(flagged, contact="me@example.org")
    forget_contacts()
    assert Appeal.objects.get().contact == "me@example.org"
    decide_video(actor="mod", action=Action.LOCK_AI, video_id=flagged, reason="it is")
    assert forget_contacts() == 0
    Case.objects.update(closed_at=Now() - timedelta(days=31))
    assert forget_contacts() == 1
    assert Appeal.objects.get().contact == ""
    assert Appeal.objects.get().reason


class TestPage:
    """The form, as a browser without scripts sends it."""

    @pytest.fixture
    def browser(self):
        """One that keeps cookies, and is checked for its token."""
        return Client(REMOTE_ADDR="198.51.100.7", enforce_csrf_checks=True)

    def send(self, browser, **fields):
        form = browser.get("/appeal")
        token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', form.content.decode())
        assert token and form["Cache-Control"] == "no-store"
        return browser.post("/appeal", {"csrfmiddlewaretoken": token[1], **fields})

    def test_an_appeal_leads_to_its_page(self, browser, flagged):
        address = f"https://www.youtube.com/watch?v={flagged}"
        sent = self.send(browser, target=address, reason=HOSTILE, contact="me")
        assert sent.status_code == 302
        page = browser.get(sent["Location"])
        assert "waits for a moderator" in page.content.decode()
        filed = Appeal.objects.get()
        assert filed.reason.startswith("<script>alert(1)</script>gnp.exe =cmd")
        answer_appeals(filed.case_id, answer=HOSTILE)
        decide_video(actor="mod", action=Action.LOCK_AI, video_id=flagged, reason="it is")
        shown = browser.get(sent["Location"]).content.decode()
        assert "<script>alert" not in shown and "&lt;script&gt;alert" in shown

    @pytest.mark.parametrize(
        ("fields", "message"),
        [
            ({"target": "", "reason": "x"}, "Tell us which"),
            ({"target": "example.com", "reason": "x"}, "not the address of a YouTube"),
            ({"target": "@nobody-knows", "reason": "x"}, "Nobody has reported"),
            ({"target": "@x", "reason": "\x00\u202e"}, "Tell the moderators why"),
            ({"target": "@x", "reason": "x" * 2001}, "at most 2000"),
        ],
    )
    def test_what_is_wrong_is_said_and_what_was_typed_stays(self, browser, fields, message):
        answer = self.send(browser, contact="still here", **fields)
        assert answer.status_code == 400
        assert message in answer.content.decode()
        assert "still here" in answer.content.decode()

    def test_without_the_forms_token_nothing_is_filed(self, browser, flagged):
        assert browser.post("/appeal", {"target": flagged, "reason": "x"}).status_code == 403

    def test_a_limit_and_a_brake_are_told_on_the_page(self, browser, flagged, settings):
        settings.MIRROR_OF = "https://origin.example"
        answer = self.send(browser, target=f"youtu.be/{flagged}", reason="x")
        assert answer.status_code == 503 and "origin.example" in answer.content.decode()
        settings.MIRROR_OF = ""
        for _ in range(5):
            answer = self.send(browser, target=f"youtu.be/{flagged}", reason="x")
        assert answer.status_code == 429 and int(answer["Retry-After"]) > 80_000

    def test_an_unknown_appeal_is_a_page_too(self, browser):
        answer = browser.get("/appeal/nothing")
        assert answer.status_code == 404 and b"No such appeal" in answer.content
