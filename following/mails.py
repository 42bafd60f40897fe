"""Mailing followers: a batch by a few connections to the mail server at once.

Killed, a worker repeats at most the batch that it was at, under the old Message-IDs.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.core.mail import EmailMessage, get_connection
from django.db.models import F
from django.db.models.functions import Now

from following import letters, outcomes, reaching
from following.models import Delivery, Way
from following.outcomes import Outcome
from following.posts import with_what_they_say
from post import outbox
from post.claims import claim_many

BATCH = 200
CONNECTIONS = 8
"""Most of a mail's time is waiting for the server's answers."""
_CLAIM_S = 300
_BATCH_S = 60.0
"""After so many seconds what is left of a batch is given back: no claim may lapse."""
_AWAY = "The mail server cannot be reached."


def send_due(*, seconds: float) -> int:
    """Send what is due, for so long; how many were tried."""
    until, done = time.monotonic() + seconds, 0
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        while outbox.is_on() and time.monotonic() < until:
            claimed = claim_many(Delivery, most=BATCH, least_s=_CLAIM_S, of={"way": Way.MAIL})
            if not claimed:
                break
            batch = with_what_they_say(claimed)
            parts = [batch[n::CONNECTIONS] for n in range(min(CONNECTIONS, len(batch)))]
            found = [it for part in pool.map(_send, parts) for it in part]
            outcomes.write(found)
            _give_back(set(batch) - {it.delivery for it in found})
            done += len(found)
    return done


def _send(part: list[Delivery]) -> list[Outcome]:
    """Send these by one connection, in a thread that does not touch the database; without those
    that there was no time for."""
    until = time.monotonic() + _BATCH_S
    found: list[Outcome] = []
    connection = get_connection()
    try:
        for it in part:
            if time.monotonic() > until:
                break
            try:
                connection.open()
            except Exception:  # any library's; the others would wait for it, too
                return [*found, *(Outcome(later, _AWAY) for later in part[len(found) :])]
            found.append(_try(connection, it))
    finally:
        with suppress(Exception):
            connection.close()
    return found


def _try(connection: Any, it: Delivery) -> Outcome:
    place = reaching.place_of(it.follower)
    if place is None or it.change is None:
        return Outcome(it, "It was stored under another key.", final=True)
    subject, body = letters.changed(it.follower, it.change)
    own_page = letters.own_page(it.follower)
    message = EmailMessage(
        subject=subject,
        body=body,
        to=[place["to"]],
        headers={
            "Message-ID": f"<change.{it.change_id}.{it.follower_id}@{outbox.host()}>",
            "Auto-Submitted": "auto-generated",
            # RFC 8058: mail programs end it by one click.
            "List-Unsubscribe": f"<{own_page}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
        connection=connection,
    )
    try:
        message.send()
    except Exception as error:  # any library's: a mail must not hold up the others
        with suppress(Exception):
            connection.close()  # it may be in any state
        code = outbox.code_of(error)
        said = f"The mail server answers {code}." if code else "The mail server does not take it."
        return Outcome(it, said, final=outbox.is_final(error))
    return Outcome(it, message_id=outbox.known_as(message))


def _give_back(left: Collection[Delivery]) -> None:
    """As if they had not been claimed."""
    if left:
        same = Delivery.objects.filter(pk__among=[it.pk for it in left])
        same.update(next_at=Now() + timedelta(seconds=1), tries=F("tries") - 1)
