"""Runtime brakes: what they refuse or put off, who changed them, and what they cost."""

from __future__ import annotations

import hashlib
import json
import re
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from common import ids
from sync.tasks import run_pipeline
from tests.conftest import Api, new_user
from tests.flow.test_histories import projections
from votes import brakes, casting, challenges
from votes.brakes import set_brakes
from votes.models import Brake, Decision, Hold, Vote, Voter
from votes.moderation import decisions

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_brakes")]


def brake(**changes):
    return set_brakes(actor="admin", reason="attack", changes=changes)


def code(response):
    return response.status_code, response.json()["error"]["code"]


@pytest.fixture
def voted(api, video_id):
    """Somebody with one vote on the video; their user id."""
    user = new_user()
    assert api.vote(video_id, user=user).status_code == 200
    return user


def test_read_only_refuses_every_write_and_lets_reads_go_on(api, video_id, voted, lookup):
    brake(read_only=True)
    me = {"X-User-ID": voted}
    for response in (
        api.vote(video_id),
        api.delete("/api/votes", {"videoId": video_id, "userId": voted}),
        api.delete("/api/users/me", **me),
    ):
        assert code(response) == (503, "READ_ONLY")
        assert int(response["Retry-After"]) == response.json()["error"]["retryAfter"] >= 1
    assert Vote.objects.filter(retracted_at=None).count() == 1
    assert lookup(video_id)["totalVotes"] == 1
    prefix = ids.video_hash(video_id)[:4]
    assert api.post("/api/videos/lookup", {"prefixes": [prefix]}).status_code == 200
    for path in (f"/api/videos?videoId={video_id}", "/api/users/me/data", "/api/users/me"):
        assert api.get(path, **me).status_code == 200
    brake(read_only=False)
    assert api.vote(video_id).status_code == 200


def test_a_process_goes_by_a_change_within_ten_seconds(api, video_id, monkeypatch):
    now = 1000.0
    monkeypatch.setattr(brakes.time, "monotonic", lambda: now)
    assert api.vote(video_id).status_code == 200
    Brake.objects.create(read_only=True)  # another process did it: ours still remembers
    assert api.vote(video_id).status_code == 200
    now += 10
    assert code(api.vote(video_id)) == (503, "READ_ONLY")


def test_without_a_brake_a_vote_costs_one_statement_more_only_when_the_memory_ends(
    api, video_id, voted
):
    def statements():
        with CaptureQueriesContext(connection) as queries:
            assert api.vote(video_id).status_code == 200
        return len(queries)

    usual = statements()
    brakes.forget()
    assert statements() == usual + 1
    assert statements() == usual == 3


def test_every_change_is_a_decision_with_actor_reason_before_and_after():
    brake(new_voters="delay", delay_minutes=30)
    brake(new_voters="refuse")
    assert brake(new_voters="refuse") is None
    first, second = Decision.objects.order_by("id")
    assert (first.actor, first.action, first.reason) == ("admin", "set_brakes", "attack")
    assert first.before == {"new_voters": "none", "delay_minutes": 60}
    assert first.after == {"new_voters": "delay", "delay_minutes": 30}
    assert (second.before, second.after) == ({"new_voters": "delay"}, {"new_voters": "refuse"})


@pytest.mark.parametrize(
    "changes",
    [
        {"new_voters": "maybe"},
        {"delay_minutes": 0},
        {"delay_minutes": 1441},
        {"new_voters_per_minute": 0},
        {"dispute_age_hours": -1},
        {"challenge_bits": 27},
        {"read_only": "perhaps"},
        {"id": 2},
        {"handbrake": True},
    ],
)
def test_a_brake_out_of_range_is_refused_and_changes_nothing(changes):
    with pytest.raises(ValidationError):
        brake(**changes)
    assert not Decision.objects.exists()
    assert brakes.as_dict(brakes.current()) == brakes.as_dict(Brake())


def test_a_change_needs_a_reason():
    with pytest.raises(ValidationError):
        set_brakes(actor="admin", reason=" ", changes={"read_only": True})
    assert not brakes.current().read_only


@pytest.mark.parametrize(
    "row",
    [
        {"id": 2},
        {"new_voters": "maybe"},
        {"delay_minutes": 0},
        {"new_voters_per_minute": 0},
        {"dispute_age_hours": 10_000},
        {"challenge_bits": 27},
    ],
)
def test_the_database_refuses_such_rows_too(row):
    with pytest.raises(IntegrityError), transaction.atomic():
        Brake.objects.create(**row)


def test_the_command_shows_and_changes_the_brakes(capsys):
    call_command("brakes", set=["read_only=true", "new_voters_per_minute=5"], reason="raid")
    shown = capsys.readouterr().out.split()
    assert {"read_only=true", "new_voters_per_minute=5", "new_voters=none"} <= set(shown)
    assert brakes.current().read_only
    call_command("brakes", set=["read_only=false", "new_voters_per_minute=-"], reason="over")
    assert brakes.as_dict(brakes.current()) == brakes.as_dict(Brake())
    assert [d.reason for d in Decision.objects.order_by("id")] == ["raid", "over"]
    assert Decision.objects.first().actor.startswith("shell:")


@pytest.mark.parametrize(
    ("words", "reason"),
    [(["read_only=true"], ""), (["read_only"], "r"), (["delay_minutes=x"], "r"), (["no=1"], "r")],
)
def test_the_command_says_what_is_wrong(words, reason):
    with pytest.raises(CommandError):
        call_command("brakes", set=words, reason=reason)
    assert not Decision.objects.exists()


def test_a_new_voter_is_refused_with_a_message_and_others_vote_on(api, video_id, voted):
    brake(new_voters="refuse")
    stranger = new_user()
    refused = api.vote(video_id, user=stranger)
    assert code(refused) == (403, "FORBIDDEN")
    assert "new voters" in refused.json()["error"]["message"]
    assert api.vote("another", user=voted).status_code == 200
    assert api.vote(video_id, "ai_visuals", user=voted).status_code == 200
    assert Voter.objects.count() == 1
    brake(new_voters="none")
    assert api.vote(video_id, user=stranger).status_code == 200


def test_whoever_took_all_votes_back_is_not_new(api, video_id, voted):
    api.delete("/api/votes", {"videoId": video_id, "userId": voted})
    brake(new_voters="refuse")
    assert api.vote(video_id, user=voted).status_code == 200


def test_bad_input_is_told_before_the_brakes_are(api, video_id):
    brake(new_voters="refuse", dispute_age_hours=1)
    assert code(api.vote(video_id, "nonsense")) == (400, "INVALID_CATEGORY")
    assert code(api.vote(video_id, "not_ai")) == (400, "INVALID_CATEGORY")  # nothing to dispute


@pytest.mark.parametrize("redis", ["there", "away"])
def test_only_so_many_new_voters_a_minute_are_let_in(redis, video_id, voted, settings):
    if redis == "away":
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
    brake(new_voters_per_minute=3)
    admitted = 3 if redis == "there" else 1  # each process for itself, more strictly
    answers = [Api().vote(video_id) for _ in range(admitted + 2)]
    assert [a.status_code for a in answers] == [200] * admitted + [429] * 2
    assert code(answers[-1]) == (429, "RATE_LIMITED")
    assert 1 <= int(answers[-1]["Retry-After"]) <= 61
    assert Api().vote("another", user=voted).status_code == 200
    assert Voter.objects.count() == 1 + admitted


def test_a_dispute_needs_an_account_of_some_age(crowd, api, video_id, voted):
    crowd(5, video_id)
    brake(dispute_age_hours=48)
    for user in (new_user(), voted):
        refused = api.vote(video_id, "not_ai", user)
        assert code(refused) == (403, "FORBIDDEN")
        assert "48 hours" in refused.json()["error"]["message"]
    assert api.vote("another").status_code == 200  # other votes pass
    Voter.objects.update(first_seen=timezone.now() - timedelta(hours=49))
    assert api.vote(video_id, "not_ai", voted).status_code == 200


def test_a_new_voters_vote_counts_after_the_delay_and_says_so(crowd, api, video_id, lookup):
    crowd(7, video_id)
    known = lookup(video_id)
    brake(new_voters="delay", delay_minutes=30)
    user = new_user()
    answer = api.vote(video_id, user=user).json()
    assert (answer["newScore"], answer["pending"]) == (known["score"], True)
    assert answer["countsFrom"].endswith("Z")
    assert lookup(video_id) == known
    again = api.vote(video_id, user=user).json()  # repeating it does not begin anew
    assert again["countsFrom"] == answer["countsFrom"]
    brake(new_voters="none")  # what waits keeps waiting
    assert casting.end_delays() == 0
    Vote.objects.exclude(waits_until=None).update(waits_until=timezone.now())
    assert (casting.end_delays(), casting.end_delays()) == (1, 0)
    assert (lookup(video_id)["totalVotes"], lookup(video_id)["score"]) == (8, 61.54)
    before = projections()
    call_command("rebuild", verbosity=0)
    assert projections() == before


def test_a_voter_is_new_until_the_delay_after_the_first_vote(api, video_id, voted):
    brake(new_voters="delay", delay_minutes=30)
    assert "countsFrom" in api.vote("another", user=voted).json()
    Voter.objects.update(first_seen=timezone.now() - timedelta(minutes=31))
    assert "countsFrom" not in api.vote("third", user=voted).json()


def test_a_vote_that_waits_can_be_withdrawn_and_a_ban_keeps_it_from_counting(
    crowd, video_id, lookup
):
    crowd(3, video_id)
    brake(new_voters="delay", delay_minutes=1)
    withdrawn, banned, waiting = (new_user() for _ in range(3))
    for user in (withdrawn, banned, waiting):
        assert Api().vote(video_id, user=user).json()["pending"]
    Api().delete("/api/votes", {"videoId": video_id, "userId": withdrawn})
    decisions.decide_voter(
        actor="mod",
        action="shadowban",
        voter_id=ids.public_id(banned, key=settings.VOTER_KEY),
        reason="brigade",
    )
    assert lookup(video_id)["totalVotes"] == 3
    Vote.objects.exclude(waits_until=None).update(waits_until=timezone.now())
    casting.end_delays()
    assert lookup(video_id)["totalVotes"] == 4


def test_a_burst_is_seen_while_its_votes_wait(crowd, video_id, lookup, settings):
    settings.BURST_VOTERS = 4
    brake(new_voters="delay", delay_minutes=120)
    crowd(5, video_id)
    run_pipeline()
    assert Hold.objects.get().video_id == video_id
    Vote.objects.update(waits_until=timezone.now())
    casting.end_delays()
    assert lookup(video_id)["score"] < 50


def challenge(api, user):
    return api.get("/api/challenge", **{"X-User-ID": user}).json()


def solved(asked, bits=None):
    for counter in range(1_000_000):
        proof = f"{asked['challenge']}:{counter}"
        found = challenges.zero_bits(hashlib.sha256(proof.encode()).digest())
        if found >= asked["bits"] if bits is None else found == bits:
            return proof
    raise AssertionError("unsolved")


def test_no_proof_is_asked_for_without_the_brake_nor_of_known_voters(api, voted):
    assert challenge(api, new_user()) == {"proofRequired": False}
    brake(challenge_bits=8)
    assert challenge(api, voted) == {"proofRequired": False}
    assert api.vote("another", user=voted).status_code == 200
    refused = api.get("/api/challenge")
    assert code(refused) == (400, "INVALID_FIELD")


def test_a_first_vote_needs_a_proof_and_the_second_none(api, video_id):
    brake(challenge_bits=8)
    user = new_user()
    refused = api.vote(video_id, user=user)
    assert code(refused) == (403, "FORBIDDEN")
    assert "/api/challenge" in refused.json()["error"]["message"]
    asked = challenge(api, user)
    assert (asked["proofRequired"], asked["bits"], asked["algorithm"]) == (True, 8, "sha256")
    assert api.vote(video_id, user=user, proof=solved(asked)).status_code == 200
    assert api.vote("another", user=user).status_code == 200


def test_only_a_right_proof_for_this_voter_in_time_and_unused_is_accepted(
    api, video_id, monkeypatch
):
    brake(challenge_bits=8)
    user = new_user()
    asked = challenge(api, user)
    proof = solved(asked)
    easier = asked["challenge"].replace("1.8.", "1.1.", 1)
    for wrong in (
        solved(asked, bits=7),
        solved({"challenge": easier, "bits": 8}),  # its signature is another's
        solved(challenge(api, new_user())),
    ):
        assert code(Api().vote(video_id, user=user, proof=wrong)) == (403, "FORBIDDEN")
    later = time.time() + challenges.LIFETIME_S + 1
    with monkeypatch.context() as context:
        context.setattr(brakes.time, "time", lambda: later)
        assert code(Api().vote(video_id, user=user, proof=proof)) == (403, "FORBIDDEN")
    assert Api().vote(video_id, user=user, proof=proof).status_code == 200
    Api().delete("/api/users/me", **{"X-User-ID": user})  # new again
    used = Api().vote(video_id, user=user, proof=proof)
    assert code(used) == (403, "FORBIDDEN")
    assert "used" in used.json()["error"]["message"]
    assert not Vote.objects.exists()


def test_a_voter_who_must_wait_can_use_the_proof_afterwards(api, video_id):
    brake(challenge_bits=4, new_voters_per_minute=1)
    first, second = new_user(), new_user()
    api.vote(video_id, user=first, proof=solved(challenge(api, first)))
    proof = solved(challenge(api, second))
    assert code(Api().vote(video_id, user=second, proof=proof)) == (429, "RATE_LIMITED")
    brake(new_voters_per_minute=None)
    assert Api().vote(video_id, user=second, proof=proof).status_code == 200


@pytest.mark.parametrize("proof", ["", "x", "1.8.1:2", "1" * 4000, "\ud800", "1.8.1\n"])
def test_a_proof_that_is_none_is_bad_input(api, video_id, proof):
    sent = {"videoId": video_id, "userId": new_user(), "category": "fully_ai", "proof": proof}
    answer = api.post("/api/votes", json.dumps(sent)).json()["error"]
    assert (answer["code"], answer["field"]) == ("INVALID_FIELD", "proof")
    sent["proof"] = 7
    assert code(api.post("/api/votes", sent)) == (400, "INVALID_BODY")


def test_the_desk_changes_brakes_through_the_service_and_asks_for_a_reason(desk):
    admin_client = desk("administrator", "admin")
    form = brakes.as_dict(Brake()) | {"new_voters_per_minute": "", "read_only": "on"}
    del form["challenge_bits"]
    refused = admin_client.post("/admin/votes/brake/add/", form | {"challenge_bits": 0})
    assert "This field is required" in refused.content.decode()
    assert not Brake.objects.exists()
    form |= {"challenge_bits": 12, "reason": "raid"}
    assert admin_client.post("/admin/votes/brake/add/", form).status_code == 302
    assert (brakes.current().read_only, brakes.current().challenge_bits) == (True, 12)
    decision = Decision.objects.get()
    assert (decision.actor, decision.reason) == ("admin", "raid")
    assert decision.after == {"read_only": True, "challenge_bits": 12}
    form |= {"challenge_bits": 99}
    changed = admin_client.post("/admin/votes/brake/1/change/", form)
    assert "less than or equal to 26" in changed.content.decode()
    assert admin_client.get("/admin/votes/brake/").status_code == 200
    assert admin_client.get("/admin/votes/brake/add/").status_code == 403
    assert admin_client.post("/admin/votes/brake/1/delete/", {"post": "yes"}).status_code == 403
    assert brakes.current().challenge_bits == 12


def test_the_client_in_the_documentation_solves_a_challenge(api, video_id):
    page = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (code_block,) = [block for block in blocks if "def solve" in block]
    client = {}
    exec(code_block, client)
    brake(challenge_bits=10)
    user = new_user()
    asked = challenge(api, user)
    proof = client["solve"](asked["challenge"], asked["bits"])
    assert api.vote(video_id, user=user, proof=proof).status_code == 200
