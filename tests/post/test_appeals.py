"""A creator's appeal from the form to the outcome: pages and mails say what is true."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db.models import F
from django.db.models.functions import Now
from django.test import Client

from channels.creators import mailing, questions
from channels.tasks import tell_outcomes
from desk import batches, clearing, services
from desk.creators import seconding
from post.models import Mail
from post.tasks import send_mails
from sync.tasks import run_pipeline
from tests.conftest import Api, published
from votes.models import Action, Appeal, AppealAddress, AppealOwner, Case, Decision, Erasure
from votes.tasks import forget_contacts

pytestmark = pytest.mark.django_db(transaction=True)
CREATOR = "creator@example.org"
HOSTILE = "@me\r\nBcc: all@example.org"


@pytest.fixture
def flagged(crowd, video_id):
    """A video that ten people reported."""
    crowd(10, video_id)
    assert published(video_id)["score"] >= 50
    return video_id


def browser():
    client = Client(REMOTE_ADDR=Api().address)
    return client


def appeal(target, *, email=CREATOR, client=None, **more):
    """File one on the page; its token."""
    about = target if target.startswith("@") else f"https://youtu.be/{target}"
    data = {"target": about, "reason": "I drew this.", "email": email, **more}
    answer = (client or browser()).post("/appeal", data)
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"].rsplit("/", 1)[1]


def links(mail):
    return re.findall(r"https?://\S+", mail.get_content())


def link(mail):
    """The path of the only link of a mail."""
    found = {it for it in links(mail) if not it.endswith("realtube.example")}
    assert len(found) == 1
    return found.pop().removeprefix("https://realtube.example")


def confirmed(inbox, target, **more):
    """The token of an appeal whose address is confirmed."""
    token = appeal(target, **more)
    send_mails()
    assert browser().post(link(inbox.last()))["Location"] == f"/appeal/{token}"
    send_mails()
    return token


def page(token):
    text = browser().get(f"/appeal/{token}").content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def decided_long_ago(**ago):
    """As if everything that was decided had been so for a while."""
    Case.objects.filter(state="closed").update(closed_at=F("closed_at") - timedelta(**ago))


def told():
    """The last mail, when it is time for it."""
    decided_long_ago(minutes=1)
    tell_outcomes()
    send_mails()


def test_thirty_flagged_videos_are_cleared_and_pages_and_mails_say_what_is_true(
    inbox, farm, monkeypatch
):
    monkeypatch.setattr("channels.appeals.SETTLES", timedelta(0))
    videos = farm(30)
    assert {published(v)["score"] >= 50 for v in videos[:2]} == {True}
    token = appeal("@farm")
    send_mails()
    (asked,) = inbox.mails()
    assert browser().get(link(asked)).status_code == 200
    send_mails()
    assert len(inbox.mails()) == 1  # to follow a link confirms nothing
    assert "open it within 48 hours" in page(token)
    assert browser().post(link(asked)).status_code == 302
    send_mails()
    receipt = inbox.last()
    assert receipt["Subject"] == "Your appeal is with the moderators"
    shown = page(token)
    assert "You get questions and the outcome by mail" in shown
    assert "Flagged of its reported videos: 30 of 30." in shown
    assert Api().get(f"/api/appeals/{token}").json()["ownershipToken"] in shown
    assert Api().get(f"/api/appeals/{token}").json()["ownershipToken"] in receipt.get_content()

    questions.ask(token, actor="mod", text="Who speaks?\nAnd where was it recorded?")
    send_mails()
    assert "> Who speaks?\n> And where" in inbox.last().get_content()
    assert "waits for your answer" in page(token)
    assert browser().post(f"/appeal/{token}/answer", {"answer": "I do."}).status_code == 302
    assert "I do." in page(token) and "waits for your answer" not in page(token)

    case = Case.objects.get()
    draft = clearing.draft(actor="mod", key="@farm", case_id=case.pk)
    clearing.confirm(draft.pk, actor="mod", reason="a voice", also=(), answer="We heard\nyou.")
    told()
    assert inbox.last()["Subject"] == "A question about your appeal"  # not before it is true
    while batches.run():
        run_pipeline()
    run_pipeline()
    assert {published(v)["verdict"] for v in videos} == {"human"}
    told()
    outcome = inbox.last()
    said = outcome.get_content()
    assert "the channel is cleared, and none of its videos is flagged" in " ".join(said.split())
    assert "> We heard\n> you." in said
    assert {it.split("/")[2] for it in links(outcome)} == {"realtube.example"}
    assert "none of its videos is flagged" in page(token)
    assert page(token).count("cleared by a moderator") == 30
    assert (tell_outcomes(), send_mails(), len(inbox.mails())) == (0, 0, 4)
    history = Api().get(f"/api/videos/{videos[0]}/history").json()["history"][0]
    assert (history["cause"], history["after"], history["appeal"]) == (
        "moderator",
        "locked_human",
        True,
    )


def test_where_no_mail_is_sent_nobody_is_asked_for_an_address(settings, flagged):
    form = browser().get("/appeal").content.decode()
    assert 'name="email"' not in form and "This site sends no mail" in form
    body = {"targetType": "video", "targetId": flagged, "reason": "mine", "email": CREATOR}
    refused = Api().post("/api/appeals", body)
    assert (refused.status_code, refused.json()["error"]["field"]) == (400, "email")


def test_the_api_takes_an_address_too(inbox, flagged):
    body = {"targetType": "video", "targetId": flagged, "reason": "mine", "email": CREATOR}
    filed = Api().post("/api/appeals", body)
    assert (filed.status_code, filed.json()["mail"]) == (202, "unconfirmed")
    bad = Api().post("/api/appeals", body | {"email": "a@example.org\nBcc: b@example.org"})
    assert (bad.status_code, bad.json()["error"]["field"]) == (400, "email")
    send_mails()
    browser().post(link(inbox.last()))
    assert Api().get(f"/api/appeals/{filed.json()['token']}").json()["mail"] == "confirmed"


def test_an_address_is_stored_encrypted_and_nobody_at_the_desk_reads_it(inbox, flagged, desk):
    confirmed(inbox, flagged)
    assert "example.org" not in str(AppealAddress.objects.values().get())
    case = Case.objects.get()
    client = desk()
    for path in (f"/admin/appeals/{case.pk}/", f"/admin/votes/case/{case.pk}/change/"):
        assert "example.org" not in client.get(path).content.decode()


def test_somebody_elses_address_is_asked_once_and_deleted_when_they_say_no(inbox, flagged):
    token = appeal(flagged)
    send_mails()
    no = browser().post(link(inbox.last()), {"forget": "1"})
    assert "Address deleted" in no.content.decode()
    assert AppealAddress.objects.count() == 0
    assert browser().post(link(inbox.last())).status_code == 404
    client = browser()
    again = [
        client.post(f"/appeal/{token}/address", {"email": CREATOR}).status_code for _ in range(3)
    ]
    assert again == [302, 302, 429]  # three a day to one address, whoever asks


def test_a_link_that_is_too_old_or_replaced_confirms_nothing(inbox, flagged):
    token = appeal(flagged)
    send_mails()
    first = link(inbox.last())
    browser().post(f"/appeal/{token}/address", {"email": "other@example.org"})
    assert browser().post(first).status_code == 404
    send_mails()
    AppealAddress.objects.update(asked_at=Now() - timedelta(days=2, minutes=1))
    assert browser().post(link(inbox.last())).status_code == 404
    assert (forget_contacts(), AppealAddress.objects.count()) == (1, 0)


def test_addresses_go_thirty_days_after_the_outcome(inbox, flagged):
    token = confirmed(inbox, flagged)
    services.decide_case(
        actor="mod", action=Action.LOCK_HUMAN, case_id=Case.objects.get().pk, reason="drafts"
    )
    decided_long_ago(days=29)
    assert forget_contacts() == 0
    decided_long_ago(days=2)
    assert (forget_contacts(), AppealAddress.objects.count()) == (1, 0)
    assert "mail" not in Api().get(f"/api/appeals/{token}").json()


def test_who_takes_the_address_back_gets_nothing_more_also_after_a_restore(inbox, flagged):
    token = confirmed(inbox, flagged)
    backup = list(AppealAddress.objects.values())
    questions.ask(token, actor="mod", text="Who?")
    browser().post(f"/appeal/{token}/address", {"forget": "1"})
    assert (send_mails(), AppealAddress.objects.count()) == (0, 0)
    AppealAddress.objects.bulk_create([AppealAddress(**row) for row in backup])
    erased = dict(Erasure.objects.values_list("mark", "erased_at"))
    assert (mailing.forget_again(erased), AppealAddress.objects.count()) == (1, 0)


def test_a_mail_that_bounces_is_told_on_the_page(inbox, flagged):
    token = confirmed(inbox, flagged)
    Mail.objects.update(state="bounced")
    assert "Our mail to you came back" in page(token)


def test_a_rejection_and_a_reversal_are_each_told_as_they_are(inbox, flagged, monkeypatch):
    monkeypatch.setattr("channels.appeals.SETTLES", timedelta(0))
    confirmed(inbox, flagged)
    case = Case.objects.get()
    made = services.decide_case(
        actor="mod",
        action=Action.REJECT_APPEAL,
        case_id=case.pk,
        reason="no",
        answer="A known voice",
    )
    told()
    assert "the flag stays" in inbox.last().get_content()
    services.reverse(actor="mod", decision_id=made.pk, reason="a mistake")
    services.decide_case(actor="mod", action=Action.LOCK_HUMAN, case_id=case.pk, reason="tapes")
    run_pipeline()
    told()
    assert "You were right: the flag is gone" in inbox.last().get_content()


def test_a_creator_is_spoken_and_written_to_in_their_language(inbox, flagged, monkeypatch):
    monkeypatch.setattr("channels.appeals.SETTLES", timedelta(0))
    data = {"target": f"https://youtu.be/{flagged}", "reason": "Ich.", "email": CREATOR}
    filed = browser().post("/appeal?lang=de", data)
    path = filed["Location"]
    assert path.endswith("?lang=de")
    assert "Er wartet auf die Moderation." in browser().get(path).content.decode()
    send_mails()
    asked = inbox.last()
    assert asked["Subject"] == "Bestätige deine Adresse für deinen Einspruch"
    # They are written to in the language that they asked in, whoever writes, and by what page.
    browser().post(link(asked), headers={"accept-language": "fr"})
    send_mails()
    assert inbox.last()["Subject"] == "Dein Einspruch ist bei der Moderation"
    services.decide_case(
        actor="mod", action=Action.LOCK_HUMAN, case_id=Case.objects.get().pk, reason="tapes"
    )
    run_pipeline()
    told()
    assert "Du hattest recht" in inbox.last().get_content()


def test_hostile_words_are_quoted_in_mails_and_begin_no_line(inbox, flagged):
    token = confirmed(inbox, flagged, reason=HOSTILE)
    questions.ask(token, actor="mod", text=f"{HOSTILE}\n.\nFrom: you\u202e\x00")
    send_mails()
    mail = inbox.last()
    assert mail["Bcc"] is None
    lines = mail.get_content().splitlines()
    assert {"> @me", "> Bcc: all@example.org", "> .", "> From: you"} <= set(lines)
    assert not any(line.startswith(("Bcc", "From", ".")) for line in lines)


def test_what_is_not_flagged_is_told_so_and_queues_nothing(crowd, video_id):
    crowd(1, video_id)
    assert published(video_id)["score"] < 20
    body = {"targetType": "video", "targetId": video_id, "reason": "mine"}
    refused = Api().post("/api/appeals", body)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "NOT_FLAGGED")
    shown = browser().post("/appeal", {"target": f"https://youtu.be/{video_id}", "reason": "mine"})
    assert "This is not flagged" in shown.content.decode()
    assert (Case.objects.count(), Appeal.objects.count()) == (0, 0)


def test_how_long_it_takes_is_told_from_five_decided_appeals_on(flagged):
    body = {"targetType": "video", "targetId": flagged, "reason": "mine"}
    token = Api().post("/api/appeals", body).json()["token"]
    assert "expected" not in Api().get(f"/api/appeals/{token}").json()
    made = Decision.objects.create(
        actor="mod", action="reject_appeal", target_type="video", target_id="x", reason="no"
    )
    Case.objects.bulk_create(
        Case(
            kind="appeal",
            target_type="video",
            target_id=f"v{n}",
            state="closed",
            outcome="reject_appeal",
            decision=made,
            opened_at=Now() - timedelta(hours=10 + n * 10),
            closed_at=Now() - timedelta(hours=10),
        )
        for n in range(1, 6)
    )
    said = Api().get(f"/api/appeals/{token}").json()["expected"]
    assert (said["decided"], said["medianSeconds"]) == (5, 30 * 3600)
    assert "half were answered within 30 hours and nine of ten within 46 hours" in page(token)


def test_a_moderator_asks_and_sees_the_proof_at_the_desk(inbox, flagged, desk):
    token = confirmed(inbox, flagged)
    case = Case.objects.get()
    client, path = desk(), f"/admin/appeals/{case.pk}/"
    post = {"appeal": token, "question": "Who speaks?"}
    assert client.post(path, post).status_code == 302
    assert client.post(path, post).status_code == 409  # one at a time
    send_mails()
    assert "> Who speaks?" in inbox.last().get_content()
    browser().post(f"/appeal/{token}/answer", {"answer": "<b>I do</b>"})
    assert "&lt;b&gt;I do&lt;/b&gt;" in client.get(path).content.decode()
    client.post(path, {"appeal": token, "seen": "yes"})
    assert AppealOwner.objects.get().seen_by
    client.post(path, {"appeal": token, "seen": "no"})
    assert AppealOwner.objects.count() == 0
    assert client.post(path, {"appeal": "0" * 32, "seen": "yes"}).status_code == 409


def test_a_viewer_looks_and_changes_nothing(inbox, flagged, desk):
    token = confirmed(inbox, flagged)
    path = f"/admin/appeals/{Case.objects.get().pk}/"
    viewer = desk("viewer")
    assert viewer.get(path).status_code == 200
    assert viewer.post(path, {"appeal": token, "seen": "yes"}).status_code == 403
    assert browser().get(path).status_code == 302


def test_a_large_channels_appeal_is_granted_by_two(settings, farm, desk):
    settings.SECOND_MODERATOR_VIDEOS = 3
    farm(4)
    body = {"targetType": "channel", "targetId": "@farm", "reason": "mine"}
    assert Api().post("/api/appeals", body).status_code == 202
    case = Case.objects.get()
    first, second = desk(name="first"), desk(name="second")
    path = f"/admin/votes/case/{case.pk}/change/"
    decision = {"action": "clear_channel", "reason": "a voice"}
    assert first.post(path, decision)["Location"] == f"/admin/appeals/{case.pk}/"
    assert first.post(path, decision)["Location"] == f"/admin/appeals/{case.pk}/"  # is no second
    case.refresh_from_db()
    assert (case.state, Decision.objects.count()) == ("open", 0)
    assert "<bdi>first</bdi> would" in second.get(f"/admin/appeals/{case.pk}/").content.decode()
    first.post(f"/admin/appeals/{case.pk}/", {"withdraw": "1"})
    assert seconding.firsts(case).count() == 0
    first.post(path, decision)
    second.post(path, decision)
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("closed", "clear_channel")
    made = Decision.objects.get()
    assert made.actor == "second"
    services.reverse(actor="second", decision_id=made.pk, reason="a mistake")
    with pytest.raises(seconding.NeedsSecond):  # what was said before counts no more
        services.decide_case(
            actor="second", action=Action.CLEAR_CHANNEL, case_id=case.pk, reason="a voice"
        )


def test_nobody_rejects_an_appeal_first_to_clear_a_large_channel_alone(settings, farm):
    settings.SECOND_MODERATOR_VIDEOS = 3
    farm(4)
    body = {"targetType": "channel", "targetId": "@farm", "reason": "mine"}
    assert Api().post("/api/appeals", body).status_code == 202
    case = Case.objects.get()
    services.decide_case(actor="one", action=Action.REJECT_APPEAL, case_id=case.pk, reason="no")
    clear = {"action": Action.CLEAR_CHANNEL, "target_type": "channel", "target_id": "@farm"}
    with pytest.raises(seconding.NeedsSecond) as waits:
        services.decide(actor="one", reason="yes", **clear)
    seconding.propose(waits.value, actor="one")
    assert services.decide(actor="two", reason="yes", **clear).actor == "two"


def test_a_small_channels_appeal_needs_one(settings, farm):
    settings.SECOND_MODERATOR_VIDEOS = 5
    farm(4)
    Api().post(
        "/api/appeals", {"targetType": "channel", "targetId": "@farm", "reason": "mine"}
    ).json()
    made = services.decide_case(
        actor="one", action=Action.CLEAR_CHANNEL, case_id=Case.objects.get().pk, reason="a voice"
    )
    assert made.action == "clear_channel"


def test_a_page_of_many_who_appealed_takes_few_statements(
    inbox, flagged, desk, django_assert_max_num_queries
):
    token = confirmed(inbox, flagged)
    case = Case.objects.get()
    for n in range(30):
        more = Appeal.objects.create(token=f"{n:032x}", case=case, reason="me too")
        AppealAddress.objects.create(appeal=more, sealed="x", key=f"{n:032x}")
        questions.ask(more.pk, actor="mod", text="Who?")
    client = desk()
    with django_assert_max_num_queries(20):
        shown = client.get(f"/admin/appeals/{case.pk}/").content.decode()
    assert shown.count("Has not confirmed an address") == 30
    with django_assert_max_num_queries(20):
        assert browser().get(f"/appeal/{token}").status_code == 200
