"""Moderators hear of new and ageing cases as they chose: webhooks, signed and guarded, and mail."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.contrib.auth.models import User
from django.db.models.functions import Now
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from desk.models import Notice, NoticeChoice
from desk.notices import digests, webhooks
from desk.tasks import send_notices
from post import posting
from post.models import Mail
from post.sealing import seal, unseal
from votes.models import Case

pytestmark = pytest.mark.django_db(transaction=True)
PATH = "/admin/notices/"
HOSTILE = '@<b>evil</b> <!channel> @everyone"'


class Receiver:
    """A server that keeps what is posted to it, and answers as it is told."""

    def __init__(self):
        self.got, self.status = [], 200
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def take(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((self.command, self.path, dict(self.headers), body))
                self.send_response(receiver.status)
                self.send_header("Location", "http://127.0.0.1:1/inside")
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_POST = do_PUT = take

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture(autouse=True)
def site(settings):
    settings.MAIL_KEY = "test-mail-key-" + "9" * 32
    settings.ORIGIN = "https://realtube.example"


@pytest.fixture
def receiver(settings):
    found = Receiver()
    settings.NOTICE_ORIGINS = [found.origin]
    yield found
    found.close()


def case(kind="appeal", hours=1, target="v"):
    return Case.objects.create(
        kind=kind,
        target_type="video",
        target_id=f"{target}{Case.objects.count()}",
        opened_at=Now() - timedelta(hours=hours),
    )


def choose(client, **more):
    filled = {"form": "slack", "tell_new": "on", "digest": "never", **more}
    return client.post(PATH, filled)


def again():
    Notice.objects.update(next_at=Now())


def test_new_cases_are_told_once_in_one_notice(receiver, desk):
    case()
    assert choose(desk(), url=f"{receiver.origin}/hook").status_code == 302
    send_notices()
    assert receiver.got == []  # nothing of what was there already
    case(target=HOSTILE)
    case()
    case("burst")
    send_notices()
    send_notices()
    ((method, path, headers, body),) = receiver.got
    assert (method, path, headers["Content-Type"]) == ("POST", "/hook", "application/json")
    assert json.loads(body) == {
        "text": "New cases: 2 appeals, 1 burst. https://realtube.example/admin/votes/case/"
    }


def test_only_the_kinds_and_the_age_that_were_chosen(receiver, desk):
    client = desk()
    url = f"{receiver.origin}/hook"
    assert choose(client, url=url, kinds=["burst"], older_than_h="5").status_code == 302
    case("appeal")
    case("burst", hours=1)
    send_notices()
    assert b"New cases: 1 burst." in receiver.got[-1][3]
    NoticeChoice.objects.update(aged_until=Now() - timedelta(hours=10))
    Case.objects.update(opened_at=Now() - timedelta(hours=6))
    send_notices()
    assert b"Waiting for more than 5 hours: 1 burst." in receiver.got[-1][3]
    send_notices()
    assert len(receiver.got) == 2


def test_a_standard_webhook_is_signed_with_the_key_on_the_page(receiver, desk):
    client = desk()
    choose(client, form="standard", url=f"{receiver.origin}/hook", test="1")
    key = unseal(NoticeChoice.objects.get().sealed_secret)
    assert key in client.get(PATH).content.decode()
    send_notices()
    ((_, _, headers, body),) = receiver.got
    told = {name.lower(): value for name, value in headers.items()}
    assert Webhook(key).verify(body, told)["type"] == "cases.waiting"
    with pytest.raises(WebhookVerificationError):
        Webhook(key).verify(body + b" ", told)


def test_discord_and_matrix_get_their_forms(receiver, desk):
    client = desk()
    choose(client, form="discord", url=f"{receiver.origin}/hook", test="1")
    send_notices()
    sent = json.loads(receiver.got[-1][3])
    assert sent["allowed_mentions"] == {"parse": []} and "test" in sent["content"]
    choose(client, form="matrix", url=f"{receiver.origin}/send", secret="token", test="1")
    send_notices()
    method, path, headers, body = receiver.got[-1]
    assert (method, headers["Authorization"]) == ("PUT", "Bearer token")
    assert path.startswith("/send/notice_")
    assert json.loads(body)["msgtype"] == "m.notice"


def test_what_fails_is_tried_again_and_given_up_and_its_owner_sees_why(receiver, desk):
    client = desk()
    choose(client, url=f"{receiver.origin}/hook", test="1")
    receiver.status = 503
    send_notices()
    send_notices()
    assert len(receiver.got) == 1  # not before its time
    assert "It answers 503." in client.get(PATH).content.decode()
    receiver.status = 200
    again()
    send_notices()
    assert Notice.objects.get().state == "sent"
    choose(client, test="1")
    receiver.status = 302
    for _ in range(10):
        again()
        send_notices()
    assert Notice.objects.last().state == "failed"
    choose(client, test="1")
    receiver.status = 410
    send_notices()
    assert Notice.objects.last().state == "failed"


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/x",
        "https://hooks.example:8443/x",
        "https://name:password@hooks.example/x",
        "ftp://hooks.example/x",
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "https://xn--a/x",
        "nonsense",
    ],
)
def test_no_address_that_could_lead_inside_is_taken(url, desk):
    assert choose(desk(), url=url).status_code == 400
    assert NoticeChoice.objects.count() == 0


@pytest.mark.parametrize("url", ["https://127.0.0.1/x", "https://localhost/x", "https://[::1]/x"])
def test_a_name_that_leads_inside_is_never_connected_to(url):
    with pytest.raises(posting.NotSent, match="not one of the public internet") as raised:
        webhooks.send(posting.Post("POST", url, {}, b"{}"))
    assert raised.value.final


def test_addresses_are_encrypted_and_shown_to_nobody_in_full(receiver, desk):
    client = desk()
    choose(client, url=f"{receiver.origin}/very-secret")
    assert "very-secret" not in str(NoticeChoice.objects.values().get())
    shown = client.get(PATH).content.decode()
    assert "127.0.0.1" in shown and "very-secret" not in shown
    assert "127.0.0.1" not in desk("viewer").get(PATH).content.decode()
    client.post(PATH, {"forget": "1"})
    assert NoticeChoice.objects.count() == 0


def test_who_is_no_moderator_any_more_hears_nothing(receiver, desk):
    choose(desk(), url=f"{receiver.origin}/hook", test="1")
    User.objects.update(is_active=False)
    case()
    send_notices()
    assert receiver.got == []


def test_a_digest_says_what_waits_at_seven(settings, desk):
    client = desk()
    assert "digest" not in client.get(PATH).content.decode()  # where no mail is sent
    settings.MAIL = "smtp"
    assert choose(client, form="none", digest="daily").status_code == 400
    assert choose(client, form="none", digest="daily", address="m@example.org").status_code == 302
    case(hours=50)
    send_notices()
    assert Mail.objects.count() == 0
    NoticeChoice.objects.update(digest_at=Now() - timedelta(minutes=1))
    send_notices()
    send_notices()
    mail = json.loads(unseal(Mail.objects.get().sealed))
    assert (mail["to"], mail["subject"]) == ("m@example.org", "1 case waiting")
    assert "  1 appeal\n" in mail["body"] and "2 days, 2 hours" in mail["body"]


@pytest.mark.parametrize(
    ("digest", "now", "due"),
    [
        ("daily", datetime(2026, 3, 4, 6, 59, tzinfo=UTC), datetime(2026, 3, 4, 7, tzinfo=UTC)),
        ("daily", datetime(2026, 3, 4, 7, 0, tzinfo=UTC), datetime(2026, 3, 5, 7, tzinfo=UTC)),
        ("weekly", datetime(2026, 3, 4, 6, 0, tzinfo=UTC), datetime(2026, 3, 9, 7, tzinfo=UTC)),
        ("weekly", datetime(2026, 3, 9, 7, 0, tzinfo=UTC), datetime(2026, 3, 16, 7, tzinfo=UTC)),
        ("never", datetime(2026, 3, 4, 7, 0, tzinfo=UTC), None),
    ],
)
def test_when_the_next_digest_is_due(digest, now, due):
    assert digests.following(digest, now) == due


def test_without_a_key_and_an_origin_the_page_says_what_is_missing(settings, desk):
    settings.MAIL_KEY = ""
    client = desk()
    assert "REALTUBE_MAIL_KEY" in client.get(PATH).content.decode()
    choose(client, url="https://hooks.example/x")
    assert NoticeChoice.objects.count() == 0


def test_what_was_sealed_under_another_key_is_not_sent(receiver, desk, settings):
    choose(desk(), url=f"{receiver.origin}/hook", test="1")
    NoticeChoice.objects.update(sealed_url=seal("x")[:-4])
    send_notices()
    assert (receiver.got, Notice.objects.get().state) == ([], "failed")


@pytest.mark.parametrize(
    ("form", "secret"),
    [("matrix", "t\u00f6ken"), ("matrix", "a\r\nX: y"), ("standard", "whsec_a")],
)
def test_what_no_receiver_could_check_is_no_secret(form, secret, desk):
    url = "https://hooks.example/x"
    assert choose(desk(), form=form, url=url, secret=secret).status_code == 400
    assert NoticeChoice.objects.count() == 0


def test_one_that_cannot_be_sent_holds_up_nobody_elses(receiver, desk):
    choose(desk(), form="standard", url=f"{receiver.origin}/hook", test="1")
    NoticeChoice.objects.update(sealed_secret=seal("whsec_a"))
    choose(desk(name="other"), url=f"{receiver.origin}/other", test="1")
    send_notices()
    assert [path for _, path, _, _ in receiver.got] == ["/other"]
    assert list(Notice.objects.order_by("pk").values_list("state", flat=True)) == ["failed", "sent"]


def test_a_token_that_is_kept_does_not_go_to_another_host(receiver, desk):
    client = desk()
    choose(client, form="matrix", url=f"{receiver.origin}/send", secret="token")
    elsewhere = "https://elsewhere.example/send"
    assert choose(client, form="matrix", url=elsewhere).status_code == 400
    assert choose(client, form="matrix", url=f"{receiver.origin}/room").status_code == 302
    assert choose(client, form="matrix", url=elsewhere, secret="another").status_code == 302
