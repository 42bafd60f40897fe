"""Appeals: filed over HTTP or on the page, decided by moderators, and what is decided holds."""

from __future__ import annotations

import html
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
from videos.models import Video
from votes.models import Action, Appeal, Case
from votes.moderation.appeals import answer_appeals, forget_contacts, reject_appeal
from votes.moderation.decisions import decide_video

pytestmark = pytest.mark.django_db(transaction=True)
HOSTILE = "<script>alert(1)</script>\u202egnp.exe\x00 =cmd|'/c calc'!A0 " + "x" * 1500


@pytest.fixture
def flagged(crowd, video_id):
    """A video that ten people reported."""
    crowd(10, video_id)
    assert published(video_id)["score"] >= 50
    return video_id


def appeal(target_id, *, kind="video", reason="I drew this myself.", address="", **more):
    body = {"targetType": kind, "targetId": target_id, "reason": reason, **more}
    return Api(address).post("/api/appeals", body)


def reject(target_id, answer=""):
    """The moderators' answer to all who have appealed about a video."""
    answer_appeals(Case.objects.exclude(state="closed").get().pk, answer=answer)
    return reject_appeal(actor="mod", target_type="video", target_id=target_id, reason="no")


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
    assert set(filed) == {
        *("token", "targetType", "targetId", "state", "submittedAt", "now", "ownershipToken")
    }
    assert filed["now"] == {"flagged": True}
    assert state(filed["token"]) == filed
    case = Case.objects.get()
    assert (case.kind, case.target_id, case.state) == ("appeal", flagged, "open")
    Case.objects.update(state=Case.State.CLAIMED, assignee="mod")
    assert state(filed["token"])["state"] == "in_review"
    decide_video(actor="mod", action=Action.LOCK_HUMAN, video_id=flagged, reason="has drafts")
    decided = state(filed["token"])
    assert (decided["state"], decided["outcome"]) == ("decided", "granted")
    assert "reason" not in decided and "has drafts" not in str(decided)


def test_a_rejected_appeal_tells_the_moderators_answer_and_answers_nobody_elses(flagged):
    junk = appeal(flagged, reason="lol").json()["token"]
    assert reject(flagged, "The voice is a known one.").action == "reject_appeal"
    assert state(junk)["outcome"] == "rejected"
    assert state(junk)["answer"] == "The voice is a known one."
    assert published(flagged)["score"] >= 50
    creators = appeal(flagged, reason="I recorded this, and have the tapes.").json()
    assert creators["state"] == "open" and "answer" not in creators
    assert state(junk)["outcome"] == "rejected"
    decide_video(actor="mod", action=Action.LOCK_HUMAN, video_id=flagged, reason="tapes")
    assert state(creators["token"])["outcome"] == "granted"
    with pytest.raises(Case.DoesNotExist):
        reject_appeal(actor="mod", target_type="video", target_id=flagged, reason="twice")


def test_what_was_granted_answers_at_once_while_it_holds(flagged):
    appeal(flagged)
    answer_appeals(Case.objects.get().pk, answer="We heard the tapes.")
    decide_video(actor="mod", action=Action.LOCK_HUMAN, video_id=flagged, reason="tapes")
    again = appeal(flagged, reason="Please!").json()
    assert (again["outcome"], again["answer"]) == ("granted", "We heard the tapes.")
    decide_video(actor="mod", action=Action.UNLOCK, video_id=flagged, reason="a mistake")
    assert appeal(flagged).json()["state"] == "open"
    decide_video(actor="mod", action=Action.LOCK_HUMAN, video_id=flagged, reason="none")
    Case.objects.update(closed_at=Now() - timedelta(days=31))
    assert appeal(flagged).json()["state"] == "open"
    assert Case.objects.filter(state="open").count() == 1


def test_all_appeals_about_a_target_share_a_case_also_when_filed_at_once(flagged):
    def file(n):
        try:
            return appeal(flagged, reason=f"reason {n}").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as pool:
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
    answers = [appeal(flagged, address=f"192.0.2.{n}") for n in range(6)]
    assert [answer.status_code for answer in answers] == [202] * 5 + [429]
    assert [answer["X-RateLimit-Remaining"] for answer in answers] == [*"43210", "0"]
    assert int(answers[-1]["Retry-After"]) > 80_000
    told = answers[-1].json()["error"]["message"]
    assert re.search(r"in 24 hours, after \d\d:\d\d UTC on \w+ \d+\.$", told), told
    assert appeal(flagged, address="198.51.100.1").status_code == 202


def test_what_is_refused_for_its_content_is_no_appeal(flagged):
    typos = [
        {"kind": "voter"},
        {"reason": " "},
        {"target_id": "nobodyknows"},
        {"contact": "x" * 300},
    ]
    for wrong in typos * 3:
        answer = appeal(**{"target_id": flagged, "address": "192.0.2.1"} | wrong)
        assert answer.status_code in (400, 404)
    filed = [appeal(flagged, address="192.0.2.1").status_code for _ in range(6)]
    assert filed == [202] * 5 + [429]


def test_hammering_with_what_is_wrong_stops_for_an_hour(settings, flagged):
    settings.LIMITS = settings.LIMITS | {"appeal_tries": 6}  # half of it a /56
    answers = [appeal("nobodyknows", address=f"2001:db8:5:{n}::1") for n in range(4)]
    assert [answer.status_code for answer in answers] == [404] * 3 + [429]
    assert 3000 < int(answers[-1]["Retry-After"]) <= 3601
    assert "within an hour. Try again in " in answers[-1].json()["error"]["message"]
    assert appeal(flagged, address="2001:db8:6::1").status_code == 202


class TestFlood:
    """Somebody with many addresses keeps a creator from being heard, or tries to."""

    @pytest.fixture
    def known(self):
        """Videos that somebody reported."""
        found = [f"flood{n:06d}" for n in range(30)]
        Video.objects.bulk_create(
            Video(
                video_id=pk,
                hash=pk,
                score=60,
                total_votes=8,
                first_reported=Now(),
                last_updated=Now(),
            )
            for pk in found
        )
        return found

    def test_one_56_does_not_use_up_the_day_for_others(self, settings, known):
        settings.LIMITS = settings.LIMITS | {"appeals": 50}
        flood = [
            appeal(known[n % 29], address=f"2001:db8:1:{n:x}::1").status_code for n in range(256)
        ]
        assert flood.count(202) == 5
        assert appeal(known[29], address="2001:db9::1").status_code == 202
        assert Case.objects.filter(state="open").count() == 6

    def test_one_provider_does_not_use_up_the_day_for_others(self, settings, known):
        settings.LIMITS = settings.LIMITS | {"appeals": 20}
        flood = [appeal(known[n], address=f"2001:db8:{n:x}::1") for n in range(29)]
        assert [answer.status_code for answer in flood] == [202] * 2 + [429] * 27
        assert "provider" in flood[-1].json()["error"]["message"]
        assert appeal(known[29], address="2001:db9::1").status_code == 202

    def test_what_joins_an_open_case_is_taken_when_the_day_is_used_up(self, settings, known):
        settings.LIMITS = settings.LIMITS | {"appeals": 1}
        flood = [appeal(known[0], address=f"10.{n}.0.1").status_code for n in range(20)]
        assert flood == [202] * 20
        assert appeal(known[1], address="10.99.0.1").status_code == 429
        assert appeal(known[0], address="10.99.0.1", reason="I am its creator").status_code == 202
        assert Case.objects.count() == 1

    def test_one_network_neither_nags_nor_takes_the_creators_turn(self, settings, flagged):
        settings.LIMITS = settings.LIMITS | {"appeal_target": 2}
        for _ in range(2):
            assert appeal(flagged, address="192.0.2.9").status_code == 202
        reject(flagged)
        for _ in range(5):
            assert appeal(flagged, address="192.0.2.9").status_code == 429
        creators = appeal(flagged, reason="I recorded this")
        assert (creators.status_code, creators.json()["state"]) == (202, "open")
        assert Case.objects.exclude(state="closed").count() == 1

    def test_moderators_look_at_one_target_so_often_a_day(self, settings, flagged):
        settings.LIMITS = settings.LIMITS | {"appeal_target": 2}
        for _ in range(2):
            assert appeal(flagged).status_code == 202
            reject(flagged)
        refused = appeal(flagged)
        assert refused.status_code == 429
        assert (
            "looked at this video as often as they do in a day. Try again in"
            in (refused.json()["error"]["message"])
        )

    def test_who_is_refused_for_what_others_filed_keeps_their_turn(self, settings, known, flagged):
        settings.LIMITS = settings.LIMITS | {"appeal_target": 1}
        assert appeal(flagged).status_code == 202
        reject(flagged)
        for _ in range(6):
            refused = appeal(flagged, address="192.0.2.1")
            assert "as often as they do in a day" in refused.json()["error"]["message"]
        assert appeal(known[0], address="192.0.2.1").status_code == 202
        settings.LIMITS = settings.LIMITS | {"appeal_target": 99}  # as after that day
        assert appeal(flagged, address="192.0.2.1").status_code == 202


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

    def send(self, browser, path="/appeal", **fields):
        form = browser.get(path)
        token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', form.content.decode())
        assert token and form["Cache-Control"] == "no-store"
        return browser.post(path, {"csrfmiddlewaretoken": token[1], **fields})

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

    def test_it_is_said_in_the_readers_language_and_by_the_api_in_english(
        self, browser, flagged, settings
    ):
        settings.LIMITS = settings.LIMITS | {"appeal": 0}

        def answered(**fields):
            said = self.send(browser, "/appeal?lang=de", reason="x", **fields)
            return html.unescape(said.content.decode())

        assert "keine Adresse eines YouTube-Videos oder -Kanals" in answered(target="example.com")
        assert "Das hat niemand gemeldet" in answered(target="@nobody-knows")
        said = answered(target=f"youtu.be/{flagged}")
        assert re.search(r"Versuch es in \d+ Stunden wieder, nach \d\d:\d\d UTC am", said)
        body = {"targetType": "video", "targetId": flagged, "reason": "x"}
        told = Api().post("/api/appeals", body, HTTP_ACCEPT_LANGUAGE="de").json()["error"]
        assert told["code"] == "RATE_LIMITED"
        assert "as many appeals as are taken in a day. Try again in" in told["message"]
        settings.MIRROR_OF = "https://origin.example"
        assert "Kopie einer anderen Seite" in answered(target=f"youtu.be/{flagged}")

    def test_without_the_forms_token_nothing_is_filed(self, browser, flagged):
        assert browser.post("/appeal", {"target": flagged, "reason": "x"}).status_code == 403

    def test_a_limit_and_a_brake_are_told_on_the_page(self, browser, flagged, settings):
        settings.MIRROR_OF = "https://origin.example"
        answer = self.send(browser, target=f"youtu.be/{flagged}", reason="x")
        assert answer.status_code == 503 and "origin.example" in answer.content.decode()
        settings.MIRROR_OF = ""
        for _ in range(3):  # nothing is filed, so nothing is used up
            assert self.send(browser, target="typo", reason="x").status_code == 400
        for _ in range(5):
            assert self.send(browser, target=f"youtu.be/{flagged}", reason="x").status_code == 302
        answer = self.send(browser, target=f"youtu.be/{flagged}", reason="x")
        assert answer.status_code == 429 and int(answer["Retry-After"]) > 80_000
        assert "Try again in 24 hours, after " in answer.content.decode()

    def test_an_unknown_appeal_is_a_page_too(self, browser):
        answer = browser.get("/appeal/nothing")
        assert answer.status_code == 404 and b"No such appeal" in answer.content
