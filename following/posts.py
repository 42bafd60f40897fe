"""Sending to webhooks and browsers, many at once.

At most `BATCH` deliveries are claimed and not written down at any moment: that many are repeated,
under their old names, if the worker is killed, and a slow receiver holds up nobody but itself.
"""

from __future__ import annotations

import hmac
import time
from concurrent.futures import ALL_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime

import orjson
from django.conf import settings

from common.fields import timestamp
from following import letters, outcomes, push, reaching
from following.models import Delivery, Follower, Way
from following.outcomes import Outcome
from post import posting
from post.claims import claim_many
from post.posting import NotSent, Post, Sender
from sync.models import StatusChange

BATCH = 256
_CLAIM_S = 120
_BUSY = (408, 425, 429)
_LOOK_S = 0.25
"""How often what has ended is written down."""


def send_due(*, seconds: float) -> int:
    """Send what is due, for so long, and what was begun to its end; how many were tried."""
    until, done = time.monotonic() + seconds, 0
    claimed = _claim(BATCH)
    if not claimed:
        return 0
    most_s = seconds + 2 * posting.DEADLINE_S
    with (
        Sender(allowed=settings.FOLLOW_ORIGINS, agent="followers", seconds=most_s) as sender,
        ThreadPoolExecutor(posting.AT_ONCE) as pool,
    ):
        sending: set[Future[Outcome]] = set()
        while claimed or sending:
            sending |= {pool.submit(_try, sender, it) for it in claimed}
            ended, sending = wait(sending, timeout=_LOOK_S, return_when=ALL_COMPLETED)
            for way in (Way.WEBHOOK, Way.PUSH):
                found = [it.result() for it in ended]
                outcomes.write([it for it in found if it.delivery.way == way])
            done += len(ended)
            claimed = _claim(BATCH - len(sending)) if time.monotonic() < until else []
    return done


def _claim(most: int) -> list[Delivery]:
    """Of those whose followers have not gone meanwhile, each with its follower and change."""
    if most <= 0:
        return []
    ways = {"way__in": [Way.WEBHOOK, Way.PUSH]}
    return with_what_they_say(claim_many(Delivery, most=most, least_s=_CLAIM_S, of=ways))


def with_what_they_say(claimed: list[Delivery]) -> list[Delivery]:
    """Each with its follower and change, in two statements."""
    followers = Follower.objects.in_bulk([it.follower_id for it in claimed])
    changes = StatusChange.objects.in_bulk({it.change_id for it in claimed if it.change_id})
    found = [it for it in claimed if it.follower_id in followers]
    for it in found:
        it.follower = followers[it.follower_id]
        it.change = changes[it.change_id] if it.change_id else None
    return found


def _try(sender: Sender, it: Delivery) -> Outcome:
    """Send one, in a thread of its own that does not touch the database."""
    place = reaching.place_of(it.follower)
    if place is None:
        return Outcome(it, "It was stored under another key.", final=True)
    try:
        if it.way == Way.PUSH:
            sender.send(push.made(place, letters.notice(it.follower, it.change)))
            return Outcome(it)
        answer = sender.send(_event(it, place))
    except NotSent as error:
        gone = error.status == 410 or (it.way == Way.PUSH and error.status in posting.GONE)
        is_none = it.is_first_notice and 400 <= error.status < 500 and error.status not in _BUSY
        return Outcome(it, str(error), final=error.final, gone=gone or is_none)
    except Exception as error:  # any library's: one must not hold up the others
        return Outcome(it, f"It cannot be sent: {type(error).__name__}.", final=True)
    if it.change is None and not _echoes(answer, reaching.challenge(it.follower.token)):
        return Outcome(it, "It does not answer with the challenge.")
    return Outcome(it, proved=it.change is None)


def _event(it: Delivery, place: reaching.Place) -> Post:
    now = datetime.now(UTC)
    if it.change:
        name, event = f"change_{it.change_id}_{it.follower_id}", letters.event(it.change)
    else:
        name = f"challenge_{it.follower_id}"
        event = {
            "type": "webhook.challenge",
            "timestamp": timestamp(now),
            "data": {"challenge": reaching.challenge(it.follower.token)},
        }
    secrets = reaching.secrets_of(place)
    return posting.signed(place["url"], name=name, event=event, secrets=secrets, now=now)


def _echoes(answer: bytes, challenge: str) -> bool:
    """Whether the answer is the challenge, as plain text or as JSON with that member alone."""
    given = answer.strip().decode("utf-8", "replace")
    try:
        parsed = orjson.loads(answer)
    except orjson.JSONDecodeError:
        parsed = None
    if isinstance(parsed, dict) and set(parsed) == {"challenge"}:
        given = str(parsed["challenge"])
    return hmac.compare_digest(given.encode(), challenge.encode())
