"""Who asks for mails confirms it by a link, is told of each change, and ends it by one click."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.db.models.functions import Now

from channels.services import decide_channel
from following import ending, mails, outcomes
from following.models import Delivery, Follower
from following.tasks import tell_followers
from post.tasks import send_mails
from sync.tasks import run_pipeline
from tests.conftest import Api
from votes.erasures import after_restore
from votes.models import Erasure

pytestmark = pytest.mark.django_db(transaction=True)
CHANNEL, ADDRESS = "@maker", "reader@example.org"
LINK = re.compile(r"https://realtube\.example(/follow/[0-9a-f]{32}\S*)")


def ask(address=ADDRESS, target=CHANNEL, lang="", api=None):
    form = {"way": "mail", "target": target, "address": address}
    return (api or Api()).client.post(f"/follow{lang}", form)


def follow(inbox, address=ADDRESS, lang=""):
    """Fill in the form and follow the link; the page it leads to."""
    assert ask(address, lang=lang).status_code == 200
    send_mails()
    page = LINK.search(inbox.last(address).get_content())[1]
    assert Api().client.post(page, {"confirm": "1"}).status_code == 302
    for mail in (inbox.folder / "new").glob("*"):
        mail.unlink()
    return page


def decide(action="flag_channel"):
    decide_channel(actor="m", action=action, key=CHANNEL, reason="r")
    run_pipeline()


def got(inbox):
    return sorted(mail["To"] for mail in inbox.mails())


def again():
    Delivery.objects.update(next_at=Now())


def test_a_link_confirms_and_each_change_brings_one_mail_that_one_click_ends(inbox):
    page = follow(inbox)
    decide()
    tell_followers()
    tell_followers()
    (mail,) = inbox.mails()
    assert (mail["To"], mail["Subject"]) == (ADDRESS, "@maker: confirmed: AI")
    text = mail.get_content()
    assert "Now: confirmed: AI. By: a moderator." in text
    assert "https://realtube.example/c/@maker?lang=en" in text
    assert LINK.search(text)[1] == LINK.search(mail["List-Unsubscribe"].strip("<>"))[1] == page
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"
    # As a mail program does, RFC 8058: no cookie, no page before.
    click = Api().client.post(page, {"List-Unsubscribe": "One-Click"})
    assert (click.status_code, Follower.objects.count(), Delivery.objects.count()) == (200, 0, 0)
    decide("clear_channel")
    tell_followers()
    assert len(inbox.mails()) == 1
    assert Api().get(page).status_code == 404


def test_nothing_is_sent_to_who_has_not_confirmed_and_looking_at_the_link_confirms_nothing(inbox):
    ask()
    send_mails()
    page = LINK.search(inbox.last().get_content())[1]
    assert "Yes, tell me" in Api().get(page).content.decode()
    decide()
    tell_followers()
    assert len(inbox.mails()) == 1
    Follower.objects.update(asked_at=Now() - timedelta(days=2, minutes=1))
    assert Api().client.post(page, {"confirm": "1"}).status_code == 404
    ending.expire()
    assert Follower.objects.count() == 0


def test_nobody_learns_from_the_form_whether_an_address_follows(inbox):
    follow(inbox)
    known, new = ask(), ask("other@example.org")
    assert known.status_code == new.status_code == 200
    assert known.content == new.content
    send_mails()
    assert got(inbox) == ["other@example.org", ADDRESS]


def test_mails_speak_the_language_in_which_they_were_asked_for(inbox):
    follow(inbox, lang="?lang=de")
    decide()
    tell_followers()
    (mail,) = inbox.mails()
    assert "Jetzt:" in mail.get_content() and "/c/@maker?lang=de" in mail.get_content()


def test_an_address_is_asked_three_times_a_day(inbox):
    codes = [ask(f"reader+{n}@example.org").status_code for n in range(4)]
    assert codes == [200, 200, 200, 429]


@pytest.mark.parametrize(
    "address", ["", "nobody", "a@example.org, b@example.org", "a@example.org\nBcc: b@example.org"]
)
def test_only_one_plain_address_is_asked(inbox, address):
    assert (ask(address).status_code, Follower.objects.count()) == (400, 0)
    assert ask(target="").status_code == 400  # everything is for programs


def test_where_it_is_stored_it_is_encrypted_and_no_line_of_the_log_has_it(inbox, caplog):
    follow(inbox)
    decide()
    tell_followers()
    rows = [*map(str, Follower.objects.values()), *map(str, Delivery.objects.values())]
    assert "deliveries sent" in caplog.text
    assert not [text for text in (*rows, caplog.text) if "reader" in text or "example.org" in text]


def test_who_does_not_exist_and_a_busy_server_hold_up_nobody(inbox):
    for address in ("nobody@example.org", "busy@example.org", ADDRESS):
        Api()
        confirmed(address)
    decide()
    tell_followers()
    assert got(inbox) == [ADDRESS]
    states = dict(Delivery.objects.values_list("state", "error"))
    assert states == {
        "dead": "The mail server answers 550.",
        "queued": "The mail server answers 451.",
        "sent": "",
    }
    inbox.is_ready()
    again()
    tell_followers()
    (inbox.folder / "ready").unlink()
    assert got(inbox) == ["busy@example.org", ADDRESS]


def test_a_server_that_is_away_is_asked_once_a_batch_and_again_later(inbox, settings):
    for n in range(3):
        confirmed(f"reader{n}@example.org")
    settings.EMAIL_PORT, port = 1, settings.EMAIL_PORT
    decide()
    tell_followers()
    assert set(Delivery.objects.values_list("state", "tries", "error")) == {
        ("queued", 1, "The mail server cannot be reached.")
    }
    settings.EMAIL_PORT = port
    tell_followers()
    assert inbox.mails() == []  # not before its time
    again()
    tell_followers()
    assert len(got(inbox)) == 3


@pytest.mark.slow
def test_several_workers_send_each_mail_once_and_a_lost_one_repeats_a_batch_under_its_ids(
    inbox, monkeypatch
):
    for n in range(12):
        confirmed(f"reader{n}@example.org")
    monkeypatch.setattr(mails, "BATCH", 3)
    decide()
    tell_followers.run()  # writes down whom to tell, and sends
    assert len(got(inbox)) == 12
    decide("clear_channel")

    class Killed(BaseException):
        pass

    def die(found):
        raise Killed

    monkeypatch.setattr(outcomes, "write", die)
    with pytest.raises(Killed):
        tell_followers()
    monkeypatch.undo()
    monkeypatch.setattr(mails, "BATCH", 2)

    def work():
        mails.send_due(seconds=20)
        connection.close()

    again()
    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    names = [mail["Message-ID"] for mail in inbox.mails()]
    assert (len(names), len(set(names))) == (12 + 12 + 3, 24)


def test_what_there_was_no_time_for_is_not_counted_as_a_try(inbox, monkeypatch):
    confirmed(ADDRESS)
    decide()
    monkeypatch.setattr(mails, "_BATCH_S", -1.0)
    monkeypatch.setattr(mails, "claim_many", once(mails.claim_many))
    tell_followers()
    assert Delivery.objects.get().tries == 0
    assert inbox.mails() == []


def test_who_bounces_or_complains_is_told_no_more(inbox):
    follow(inbox)
    decide()
    tell_followers()
    sent = inbox.last()["Message-ID"]
    ending.take_event(None, SimpleNamespace(event_type="delivered", message_id=sent))
    assert Follower.objects.count() == 1
    ending.take_event(None, SimpleNamespace(event_type="complained", message_id=sent))
    assert Follower.objects.count() == 0


def test_after_a_restore_who_ended_it_stays_forgotten_and_nobody_is_told_twice(inbox):
    page = follow(inbox)
    confirmed("other@example.org")
    rows = Follower.objects.values()
    backup = [Follower(**row) for row in rows]
    decide()
    tell_followers()
    Api().client.post(page, {"end": "1"})
    erased = dict(Erasure.objects.values_list("mark", "erased_at"))
    # What the backup brings back: both followers, and that they are still to be told.
    Follower.objects.all().delete()
    Follower.objects.bulk_create(backup)
    Delivery.objects.create(follower=backup[0], way="mail")
    assert sum(forget(erased) for forget in after_restore) == 1
    assert Follower.objects.get().pk == backup[1].pk
    tell_followers()
    assert got(inbox) == ["other@example.org", ADDRESS]


def test_old_deliveries_are_forgotten(inbox):
    follow(inbox)
    decide()
    tell_followers()
    Delivery.objects.update(created_at=Now() - ending.KEPT - timedelta(days=1))
    ending.expire()
    assert (Delivery.objects.count(), Follower.objects.count()) == (0, 1)


def once(claim):
    """A claim that finds nothing the second time."""
    found = iter((True,))
    return lambda *args, **more: claim(*args, **more) if next(found, False) else []


def confirmed(address):
    """A follower, without the way to it."""
    from following import subscribing

    subscribing.ask_mail(("channel", CHANNEL), address, client=Api().address, route="/follow")
    follower = Follower.objects.latest("pk")
    subscribing.confirm(follower.token)
    ending.outbox.withdraw(follower.token)
    return follower
