"""Beginning to follow: asked for, and confirmed by whoever is reached there."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import translation

from common import errors, throttling
from common.pseudonyms import keyed
from following import changes, ending, letters, reaching
from following.models import Delivery, Follower, Way
from post import outbox, posting

CONFIRM_WITHIN = timedelta(days=2)
MOST = 100
"""Targets that one place may follow."""
Target = tuple[str, str]
"""A `Follower.Of` and a key."""


class TooMany(errors.ApiError):
    """This address follows all that it may."""

    code, status = "FORBIDDEN", 409
    message = f"This address follows {MOST} videos and channels already; end one of them first."


def ask_mail(target: Target, address: str, *, client: str, route: str) -> None:
    """Ask an address, as `outbox.address` gives it, whether it wants to follow.

    Nobody learns whether it does so already. Raises `LimitExceeded`.
    """
    who = keyed(outbox.mailbox(address), key=settings.ADDRESS_KEY.encode(), purpose="follower mail")
    asked = throttling.Limit("follow_address", who, window_s=throttling.DAY_S, spared=True)
    throttling.count([*_of_network(client), asked], route=route)
    with transaction.atomic():
        follower = _new(Way.MAIL, target, {"to": address}, address.lower())
        subject, body = letters.confirm(follower)
        outbox.queue(kind="follow", to=address, subject=subject, body=body, about=follower.token)


def ask_webhook(target: Target, url: str, *, client: str, route: str) -> Follower:
    """Have a webhook asked to show whose it is, by a worker.

    Raises `NotSent` for an address that may not be posted to, and `LimitExceeded`.
    """
    _inside, parsed = posting.check(url, allowed=settings.FOLLOW_ORIGINS)
    host = parsed.host.rstrip(".")  # however its address is written
    asked = throttling.Limit("follow_host", host, window_s=throttling.DAY_S, spared=True)
    throttling.count([*_of_network(client), asked], route=route)
    with transaction.atomic():
        place = {"url": url, "secret": posting.new_secret()}
        follower = _new(Way.WEBHOOK, target, place, url)
        Delivery.objects.create(follower=follower, way=Way.WEBHOOK)
    return follower


def add_browser(target: Target, place: reaching.Place, *, client: str, route: str) -> Follower:
    """Follow in a browser, which its user has allowed to be sent notices; the first comes at once.

    `place` is what the browser says of its subscription (`following.push.read`). Raises
    `LimitExceeded` and `TooMany`.
    """
    throttling.count(_of_network(client), route=route)
    with transaction.atomic():
        follower = _new(Way.PUSH, target, place, place["endpoint"])
        confirm(follower.token)
        Delivery.objects.create(follower=follower, way=Way.PUSH)
    return follower


def found(token: str) -> Follower | None:
    """Whoever has this token, if that still holds."""
    return _standing().filter(token=token).first()


@transaction.atomic
def confirm(token: str) -> bool:
    """Tell this follower from now on; whether there is one. Raises `TooMany`.

    It takes the place of any other subscription of the same address to the same target.
    """
    follower = _standing().filter(token=token).first()
    if follower is None:
        return False
    # All of this place's, in one order: of two confirmations at once one waits for the other.
    same_place = Follower.objects.filter(way=follower.way, digest=follower.digest)
    stored = {it.pk: it for it in same_place.select_for_update().order_by("pk")}
    if follower.pk not in stored:
        return False
    if stored[follower.pk].confirmed_at:
        return True
    confirmed = [it for it in stored.values() if it.confirmed_at]
    before = [it.pk for it in confirmed if (it.kind, it.key) == (follower.kind, follower.key)]
    if len(confirmed) - len(before) >= MOST:
        raise TooMany
    ending.forget(Follower.objects.filter(pk__in=before))
    since = changes.latest()
    told = changes.standing(follower.kind, follower.key) if follower.key else ""
    Follower.objects.filter(pk=follower.pk).update(confirmed_at=Now(), since=since, told=told)
    return True


@transaction.atomic
def rotate(token: str) -> bool:
    """Give a webhook a new secret; the old one signs, too, for a day. Whether there is one."""
    webhooks = Follower.objects.filter(token=token, way=Way.WEBHOOK, confirmed_at__isnull=False)
    follower = webhooks.select_for_update().first()
    place = reaching.place_of(follower) if follower else None
    if follower is None or place is None:
        return False
    follower.sealed = reaching.pack(reaching.rotated(place))
    follower.save(update_fields=["sealed"])
    return True


def send_again(token: str, *, client: str, route: str) -> int:
    """Try once more what was given up of a follower's; how many. Raises `LimitExceeded`."""
    throttling.count(_of_network(client), route=route)
    dead = Delivery.objects.filter(follower__token=token, state=Delivery.State.DEAD)
    return dead.update(state=Delivery.State.QUEUED, tries=0, next_at=Now(), ended_at=None)


def _new(way: str, target: Target, place: reaching.Place, address: str) -> Follower:
    kind, key = target
    return Follower.objects.create(
        token=secrets.token_hex(16),
        way=way,
        kind=kind,
        key=key,
        sealed=reaching.pack(place),
        digest=reaching.digest(way, address),
        language=translation.get_language() or settings.LANGUAGE_CODE,
    )


def _standing() -> QuerySet[Follower]:
    """Those who have confirmed, and those who still may."""
    recent = Follower.objects.filter(asked_at__gt=Now() - CONFIRM_WITHIN)
    return recent | Follower.objects.filter(confirmed_at__isnull=False)


def _of_network(client: str) -> list[throttling.Limit]:
    return throttling.by_network("follow", client, window_s=throttling.DAY_S)
