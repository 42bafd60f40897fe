"""A webhook shows that it is theirs who asked, and is told of changes: signed, once, until it is
given up."""

from __future__ import annotations

import json
import re

import pytest
from django.core.management import call_command
from django.db.models.functions import Now
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from channels.services import decide_channel
from following import ending, reaching, subscribing
from following.models import Delivery, Follower
from following.tasks import tell_followers
from post import posting
from sync.tasks import run_pipeline
from tests.conftest import Api
from votes.moderation.decisions import decide_video

pytestmark = pytest.mark.django_db(transaction=True)
VIDEO, CHANNEL = "dQw4w9WgXcQ", "@maker"
TOKEN = re.compile(r"/follow/([0-9a-f]{32})")


def ask(url, target=CHANNEL, **more):
    """Fill in the form; the answer."""
    return Api().client.post(
        "/follow", {"way": "webhook", "target": target, "address": url, **more}
    )


def follow(url, target=CHANNEL):
    """Fill in the form, and have the webhook asked; the follower."""
    answer = ask(url, target)
    assert answer.status_code == 302, answer.content
    tell_followers()
    return Follower.objects.get(token=TOKEN.search(answer["Location"])[1])


def decide(action, key=CHANNEL):
    if key.startswith("@"):
        decide_channel(actor="m", action=action, key=key, reason="r")
    else:
        decide_video(actor="m", action=action, video_id=key, reason="r")
    run_pipeline()


def again():
    Delivery.objects.update(next_at=Now())


def states():
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def test_who_answers_the_challenge_is_told_of_a_change_once_in_a_signed_event(receiver):
    Api().vote(VIDEO, channelHandle=CHANNEL)
    run_pipeline()
    follower = follow(f"{receiver.origin}/hook")
    secret = reaching.place_of(follower)["secret"]
    path, headers, body = receiver.got.pop()
    assert (path, Webhook(secret).verify(body, headers)["type"]) == ("/hook", "webhook.challenge")
    decide("flag_channel")
    tell_followers()
    tell_followers()
    ((_, headers, body),) = receiver.got
    told = Webhook(secret).verify(body, headers)
    assert told["type"] == "verdict.changed"
    assert {name: told["data"][name] for name in ("kind", "key", "before", "verdict", "cause")} == {
        "kind": "channel",
        "key": CHANNEL,
        "before": "none",
        "verdict": "ai",
        "cause": "moderator",
    }
    assert told["data"]["url"] == "https://realtube.example/c/@maker"
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body + b" ", headers)
    assert states() == ["sent", "sent"]


@pytest.mark.parametrize("status", [200, 204])
def test_who_does_not_answer_the_challenge_is_told_nothing(receiver, status):
    receiver.echoes, receiver.status = False, status
    follow(f"{receiver.origin}/hook")
    decide("flag_channel")
    tell_followers()
    assert len(receiver.got) == 1
    assert (Follower.objects.get().confirmed_at, states()) == (None, ["queued"])
    Follower.objects.update(asked_at=Now() - ending.UNCONFIRMED_KEPT)
    assert (ending.expire() > 0, Follower.objects.count()) == (True, 0)


def test_a_server_that_sends_everything_back_has_shown_nothing():
    from following.posts import _echoes

    challenge = "c" * 32
    assert _echoes(challenge.encode() + b"\n", challenge)
    assert _echoes(json.dumps({"challenge": challenge}).encode(), challenge)
    everything = {"json": {"data": {"challenge": challenge}}, "challenge": challenge}
    assert not _echoes(json.dumps(everything).encode(), challenge)
    assert not _echoes(b'"' + challenge.encode(), challenge)
    assert not _echoes(b"\xff", challenge)


def test_votes_that_merely_suspect_are_no_news_and_a_flag_is(receiver, crowd):
    follow(f"{receiver.origin}/hook", VIDEO)
    crowd(3, VIDEO)
    run_pipeline()
    tell_followers()
    assert receiver.events() == []
    crowd(6, VIDEO)
    run_pipeline()
    crowd(8, VIDEO)  # more say so: the same verdict
    run_pipeline()
    tell_followers()
    (event,) = receiver.events()
    assert (event["data"]["verdict"], event["data"]["cause"]) == ("ai", "votes")
    decide("lock_human", VIDEO)
    tell_followers()
    assert [it["data"]["verdict"] for it in receiver.events()] == ["ai", "human"]


def test_who_follows_everything_hears_of_each_flag_but_not_of_a_flagged_channels_videos(
    receiver, crowd
):
    follow(f"{receiver.origin}/all", "")
    for n in range(3):
        crowd(2, f"ofthemaker{n}", channelHandle=CHANNEL)
    crowd(9, VIDEO)
    run_pipeline()
    decide("flag_channel")
    tell_followers()
    told = {(it["data"]["kind"], it["data"]["key"]) for it in receiver.events()}
    assert told == {("video", VIDEO), ("channel", CHANNEL)}


def test_a_channel_is_followed_by_any_of_its_names(receiver, tmp_path):
    channel_id, names = "UC" + "a" * 22, tmp_path / "list"
    follow(f"{receiver.origin}/hook")
    follow(f"{receiver.origin}/hook", channel_id)
    names.write_text(f"handle,channel_id\n{CHANNEL},{channel_id}\n@newer,{channel_id}\n")
    call_command("import_blocklist", str(names), "--level", "block", "--source", "l", verbosity=0)
    run_pipeline()
    tell_followers()
    told = [(it["data"]["key"], it["data"]["verdict"]) for it in receiver.events()]
    assert told == [(channel_id, "ai")] * 2


def test_what_fails_is_tried_again_given_up_and_sent_again_when_its_owner_wants(receiver):
    follower = follow(f"{receiver.origin}/hook")
    decide("flag_channel")
    receiver.status, receiver.got = 503, []
    tell_followers()
    tell_followers()
    assert len(receiver.got) == 1  # not before its time
    for _ in range(9):
        again()
        tell_followers()
    names = {headers["webhook-id"] for _, headers, _ in receiver.got}
    assert (len(receiver.got), len(names), states()) == (10, 1, ["sent", "dead"])
    page = f"/follow/{follower.token}"
    shown = Api().get(page).content.decode()
    assert "given up" in shown and "It answers 503." in shown
    receiver.status = 200
    assert Api().client.post(page, {"again": "1"}).status_code == 302
    tell_followers()
    assert states() == ["sent", "sent"]
    receiver.status = 410
    decide("clear_channel")
    tell_followers()
    assert Follower.objects.count() == 0


def test_no_redirect_is_followed(receiver):
    follower = follow(f"{receiver.origin}/hook")
    receiver.status = 302
    decide("flag_channel")
    tell_followers()
    assert Delivery.objects.filter(follower=follower, state="queued").get().error == (
        "It answers 302."
    )


def test_a_new_secret_signs_at_once_and_the_old_one_for_a_day(receiver):
    follower = follow(f"{receiver.origin}/hook")
    old = reaching.place_of(follower)["secret"]
    page = f"/follow/{follower.token}"
    Api().client.post(page, {"rotate": "1"})
    follower.refresh_from_db()
    new = reaching.place_of(follower)["secret"]
    shown = Api().get(page).content.decode()
    assert new != old and new in shown and old in shown
    decide("flag_channel")
    tell_followers()
    _, headers, body = receiver.got[-1]
    assert Webhook(new).verify(body, headers) == Webhook(old).verify(body, headers)
    place = reaching.place_of(follower) | {"until": "2026-01-01T00:00:00+00:00"}
    Follower.objects.update(sealed=reaching.pack(place))
    decide("clear_channel")
    tell_followers()
    _, headers, body = receiver.got[-1]
    assert Webhook(new).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(body, headers)


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/x",
        "https://hooks.example:8443/x",
        "https://name:password@hooks.example/x",
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "nonsense",
        "",
    ],
)
def test_no_address_that_could_lead_inside_is_taken(url):
    answer = ask(url)
    assert (answer.status_code, Follower.objects.count()) == (400, 0)
    assert 'aria-invalid="true"' in answer.content.decode()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "169.254.169.254"])
def test_a_name_that_leads_inside_is_never_connected_to(host):
    follow(f"https://{host}/x")
    dead = Delivery.objects.get()
    assert (dead.state, dead.error) == ("dead", "Its host is not one of the public internet.")


def test_origins_that_moderators_may_use_are_not_everybodys(receiver, settings):
    settings.NOTICE_ORIGINS, settings.FOLLOW_ORIGINS = [receiver.origin], []
    assert ask(f"{receiver.origin}/hook").status_code == 400


@pytest.mark.parametrize("target", ["nonsense and more", "https://example.org/", "@", "a\x00b"])
def test_only_a_video_or_channel_can_be_followed(target):
    assert ask("https://hooks.example/x", target).status_code == 400


def test_asking_is_limited_by_network_and_by_the_host_that_is_asked(settings):
    settings.LIMITS = settings.LIMITS | {"follow": 2, "follow_host": 4}
    api = Api()
    form = {"way": "webhook", "target": CHANNEL, "address": "https://hooks.example/x"}
    codes = [api.client.post("/follow", form).status_code for _ in range(3)]
    assert codes == [302, 302, 429]
    answers = [ask("https://hooks.example/y") for _ in range(3)]
    assert [it.status_code for it in answers] == [302, 302, 429]
    assert int(answers[-1]["Retry-After"]) > 0
    for same in ("https://hooks.example:443/z", "https://HOOKS.example./z"):
        assert ask(same).status_code == 429


def test_confirmed_again_the_same_webhook_is_told_once_under_its_new_secret(receiver):
    first, second = follow(f"{receiver.origin}/hook"), follow(f"{receiver.origin}/hook")
    assert list(Follower.objects.values_list("pk", flat=True)) == [second.pk] != [first.pk]
    decide("flag_channel")
    tell_followers()
    assert len(receiver.events()) == 1


def test_one_address_follows_a_hundred_at_most(receiver, monkeypatch):
    monkeypatch.setattr(subscribing, "MOST", 2)
    for n in range(2):
        follow(f"{receiver.origin}/hook", f"@maker{n}")
    third = follow(f"{receiver.origin}/hook")
    assert third.confirmed_at is None
    assert "follows" in Delivery.objects.get(follower=third, state="dead").error


def test_the_desk_shows_what_was_sent_without_saying_to_whom(receiver, desk):
    follow(f"{receiver.origin}/secret-path")
    decide("flag_channel")
    receiver.status = 500
    tell_followers()
    shown = desk().get("/admin/followers/").content.decode()
    assert "It answers 500." in shown and CHANNEL in shown
    assert "secret-path" not in shown and receiver.origin not in shown


def test_a_mirror_and_a_site_without_a_key_tell_nobody(settings):
    settings.MIRROR_OF = "https://realtube.example"
    assert ask("https://hooks.example/x").status_code == 503
    settings.MIRROR_OF, settings.MAIL_KEY = "", ""
    assert ask("https://hooks.example/x").status_code == 400
    assert "does not offer" in Api().get("/follow").content.decode()
    with pytest.raises(posting.NotSent):
        posting.check("http://10.0.0.7/", allowed=settings.FOLLOW_ORIGINS)
