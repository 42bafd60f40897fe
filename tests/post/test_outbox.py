"""Mails reach a real server once, wait while it is away, and leave no address behind."""

from __future__ import annotations

import hashlib
import hmac
import importlib
import json
import threading
import time
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.urls import clear_url_caches, path

from post import outbox, urls
from post.models import Mail
from post.tasks import forget_mails, send_mails
from realtube.checks import check_mail

pytestmark = pytest.mark.django_db(transaction=True)
HOSTILE = "@me\r\nBcc: all@example.org\n\n<b>\u202eevil\x00"


def queue(to="creator@example.org", **more):
    return outbox.queue(kind="receipt", to=to, subject="Your appeal", body="Thanks.", **more)


def again():
    """As if the pause before the next try were over."""
    Mail.objects.update(next_at=Now())


def states():
    return list(Mail.objects.order_by("pk").values_list("state", flat=True))


def test_a_mail_arrives_once_as_plain_text_and_its_address_is_forgotten(inbox):
    mail = queue()
    assert "creator" not in str(Mail.objects.values().get())
    assert (send_mails(), send_mails()) == (1, 0)
    again()
    assert send_mails() == 0
    (got,) = inbox.mails()
    assert (got["To"], got["From"]) == (
        "creator@example.org",
        "RealTube <appeals@realtube.example>",
    )
    assert got.get_content_type() == "text/plain"
    assert got["Auto-Submitted"] == "auto-generated"
    assert got.get_content().strip() == "Thanks."
    mail.refresh_from_db()
    assert (mail.state, mail.sealed, mail.message_id) == ("sent", "", got["Message-ID"])


def test_hostile_names_stay_in_their_line(inbox):
    outbox.queue(
        kind="receipt", to="creator@example.org", subject=f"About {HOSTILE}", body="Thanks."
    )
    send_mails()
    (got,) = inbox.mails()
    assert got["Bcc"] is None
    assert got["Subject"] == "About @me Bcc: all@example.org <b>evil"


@pytest.mark.parametrize(
    "given",
    [
        "a@example.org, b@example.org",
        "a@example.org\nBcc: b@example.org",
        "A <a@example.org>",
        "a@example.org\x00",
        "a",
        "",
        "a@" + "b" * 250 + ".org",
        '"a"@example.org',  # may be written in a thousand ways, each of which would have a limit
        '"\\a"@example.org',
        "a@[127.0.0.1]",
        "a@[IPv6:::1]",
        "root@localhost",
    ],
)
def test_only_one_plain_address_is_an_address(given):
    with pytest.raises(ValidationError):
        outbox.address(given)


@pytest.mark.parametrize(
    "given",
    [
        "Maker@example.org",
        "maker+one@EXAMPLE.org",
        "maker@b\u00fccher.de",
        "maker@xn--bcher-kva.de",
    ],
)
def test_all_ways_to_write_a_mailbox_have_one_limit(given):
    host = "xn--bcher-kva.de" if "cher" in given else "example.org"
    assert outbox.mailbox(outbox.address(given)) == f"maker@{host}"


def test_a_server_that_is_away_or_busy_is_tried_again_later(inbox, settings):
    settings.EMAIL_PORT, port = 1, inbox.port
    queue("busy@example.org")
    assert (send_mails(), states()) == (1, ["queued"])
    assert send_mails() == 0  # not before its time
    settings.EMAIL_PORT = port
    again()
    assert (send_mails(), states()) == (1, ["queued"])  # 451
    inbox.is_ready()
    again()
    assert (send_mails(), states()) == (1, ["sent"])
    assert len(inbox.mails()) == 1


def test_after_eight_tries_it_has_failed(inbox, settings):
    queue("busy@example.org")
    for _ in range(8):
        again()
        send_mails()
    assert (states(), Mail.objects.get().sealed) == (["failed"], "")


def test_who_does_not_exist_holds_up_nobody(inbox):
    queue("nobody@example.org")
    queue("creator@example.org")
    assert (send_mails(), states()) == (2, ["failed", "sent"])


def test_several_workers_send_each_mail_once(inbox):
    for n in range(12):
        queue(f"c{n}@example.org")

    def work():
        send_mails()
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(m["To"] for m in inbox.mails()) == sorted(f"c{n}@example.org" for n in range(12))


def test_a_lost_workers_mail_is_sent_again_once_under_its_old_id(inbox, monkeypatch):
    class Killed(BaseException):
        pass

    def die(*args, **kwargs):
        raise Killed

    queue()
    monkeypatch.setattr(outbox, "_end", die)
    with pytest.raises(Killed):
        send_mails()
    monkeypatch.undo()
    assert send_mails() == 0
    again()
    send_mails()
    send_mails()
    first, second = inbox.mails()
    assert first["Message-ID"] == second["Message-ID"]


def test_under_another_key_nothing_can_be_sent(inbox, settings):
    queue()
    settings.MAIL_KEY = "another-" + "8" * 32
    send_mails()
    assert (states(), inbox.mails()) == (["failed"], [])


def test_no_log_line_has_an_address(inbox, caplog):
    queue("nobody@example.org")
    queue("creator@example.org")
    queue("busy@example.org")
    send_mails()
    said = caplog.text
    assert "mail sent" in said and "mail failed" in said
    assert "example.org" not in said


def test_the_log_is_forgotten_after_thirty_days(inbox):
    queue()
    Mail.objects.update(created_at=Now() - timedelta(days=31))
    queue()
    assert (forget_mails(), Mail.objects.count()) == (1, 1)


def test_nothing_is_sent_where_mail_is_off(settings):
    settings.MAIL, settings.MAIL_KEY = "off", "k" * 40
    queue()
    assert (send_mails(), states()) == (0, ["queued"])


def test_a_site_with_mail_needs_a_sender_a_key_and_an_origin(settings):
    assert check_mail(None) == []
    settings.MAIL, settings.MAIL_KEY, settings.DEFAULT_FROM_EMAIL = "smtp", "short", ""
    assert [found.id for found in check_mail(None)] == ["realtube.E005"] * 3
    settings.MAIL_KEY, settings.ORIGIN = settings.VOTER_KEY, "https://realtube.example"
    settings.DEFAULT_FROM_EMAIL = "a@example.org"
    assert len(check_mail(None)) == 1  # no key serves two purposes


class Urls:
    """The routes of a site that sends through Mailgun."""

    def __init__(self):
        from anymail.webhooks.mailgun import MailgunTrackingWebhookView

        self.urlpatterns = [path("mail/events/", MailgunTrackingWebhookView.as_view())]


def test_what_a_provider_signs_marks_a_bounce(settings):
    mail = Mail.objects.create(kind="receipt", state="sent", message_id="<1@realtube.example>")
    settings.ANYMAIL = {"MAILGUN_WEBHOOK_SIGNING_KEY": "secret"}
    settings.ROOT_URLCONF = Urls()
    clear_url_caches()

    def post(key):
        now, token = str(int(time.time())), "t" * 50
        signature = hmac.new(key, (now + token).encode(), hashlib.sha256).hexdigest()
        data = {
            "signature": {"timestamp": now, "token": token, "signature": signature},
            "event-data": {
                "event": "failed",
                "severity": "permanent",
                "recipient": "creator@example.org",
                "message": {"headers": {"message-id": "1@realtube.example"}},
            },
        }
        body = json.dumps(data)
        return Client().post("/mail/events/", body, content_type="application/json").status_code

    assert post(b"wrong") == 400
    mail.refresh_from_db()
    assert mail.state == "sent"
    assert post(b"secret") == 200
    mail.refresh_from_db()
    assert mail.state == "bounced"


@pytest.mark.parametrize(
    ("provider", "secret"),
    [
        ("postmark", {"WEBHOOK_SECRET": "name:password"}),
        ("brevo", {"WEBHOOK_SECRET": "name:password"}),
        ("mailgun", {"MAILGUN_WEBHOOK_SIGNING_KEY": "secret"}),
    ],
)
def test_nobody_but_a_provider_that_can_be_told_is_listened_to(provider, secret, settings):
    settings.MAIL, settings.ANYMAIL = provider, {}
    assert importlib.reload(urls).urlpatterns == []
    settings.ANYMAIL = secret
    (found,) = importlib.reload(urls).urlpatterns
    assert str(found.pattern).startswith(f"mail/events/{provider}/")
    settings.MAIL = "off"
    assert importlib.reload(urls).urlpatterns == []


def test_a_folder_of_mails_is_shown_at_the_desk(settings, tmp_path, desk):
    settings.MAIL, settings.MAIL_KEY = "folder", "k" * 40
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mails"
    settings.DEFAULT_FROM_EMAIL = "RealTube <realtube@localhost>"
    client = desk()
    assert "No mail was written yet" in client.get("/admin/mails/").content.decode()
    outbox.queue(
        kind="receipt",
        to="creator@example.org",
        subject="Your appeal",
        body="See http://127.0.0.1:8000/appeal/1\n<script>",
    )
    send_mails()
    shown = client.get("/admin/mails/").content.decode()
    assert "creator@example.org" in shown and "Your appeal" in shown
    assert 'href="http://127.0.0.1:8000/appeal/1"' in shown
    assert "&lt;script&gt;" in shown and "-----" not in shown
    assert 'href="/admin/mails/"' in client.get("/admin/").content.decode()
