"""Mails to whoever appealed, at an address that they have confirmed; each says what is true then.

The address is kept encrypted until 30 days after the outcome, or until they take it back.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import translation
from django.utils.translation import gettext as _

from channels.creators import letters
from common import throttling
from common.pseudonyms import keyed
from post import outbox
from post.models import Mail
from post.sealing import seal, unseal
from votes import erasures
from votes.models import Appeal, AppealAddress, Case

CONFIRM_WITHIN = timedelta(days=2)
_BAD = (Mail.State.FAILED, Mail.State.BOUNCED)


def offer(appeal: Appeal, address: str, *, route: str) -> None:
    """Ask an address, as `post.outbox.address` gives it, whether it is theirs who appealed.

    It takes the place of the one before. Raises `LimitExceeded` if it was asked too often today.
    """
    who = keyed(outbox.mailbox(address), key=settings.ADDRESS_KEY.encode(), purpose="appeal mail")
    limit = throttling.Limit("appeal_mail", who, window_s=throttling.DAY_S)
    try:
        throttling.count([limit], route=route)
    except throttling.LimitExceeded as exceeded:
        message = _("This address was asked as often as it is in a day; leave it out, or wait.")
        wait_s = exceeded.retry_after_s or throttling.DAY_S
        raise throttling.LimitExceeded(exceeded.usage, wait_s, message) from None
    key = secrets.token_hex(16)
    with transaction.atomic():
        outbox.withdraw(appeal.pk)
        AppealAddress.objects.update_or_create(
            appeal=appeal,
            defaults={
                "sealed": seal(address),
                "key": key,
                "asked_at": Now(),
                "confirmed_at": None,
                "told_at": None,
                "language": translation.get_language() or settings.LANGUAGE_CODE,
            },
        )
        subject, body = letters.confirm(appeal.case, key)
        outbox.queue(kind="confirm", to=address, subject=subject, body=body, about=appeal.pk)


def asked(key: str) -> AppealAddress | None:
    """The address that a link asks about, if that still holds."""
    found = AppealAddress.objects.select_related("appeal__case").filter(key=key)
    return found.filter(
        Q(confirmed_at__isnull=False) | Q(asked_at__gt=Now() - CONFIRM_WITHIN)
    ).first()


@transaction.atomic
def confirm(key: str) -> bool:
    """Use the address that a link asks about from now on; whether it still holds."""
    found = AppealAddress.objects.select_for_update().filter(key=key)
    address = found.filter(Q(confirmed_at__isnull=False) | Q(asked_at__gt=Now() - CONFIRM_WITHIN))
    one = address.select_related("appeal__case").first()
    if one is None:
        return False
    if one.confirmed_at is None:
        AppealAddress.objects.filter(pk=one.pk).update(confirmed_at=Now())
        one.refresh_from_db()
        if one.appeal.case.state != Case.State.CLOSED:
            send(one, "receipt", lambda: letters.receipt(one.appeal))
    return True


@transaction.atomic
def forget(token: str) -> bool:
    """Delete the address of an appeal, also from what a backup may bring back; whether there was
    one."""
    outbox.withdraw(token)
    if not AppealAddress.objects.filter(appeal=token).delete()[0]:
        return False
    erasures.remember(_mark(token))
    return True


def forget_again(erased: Mapping[str, datetime]) -> int:
    """After a restore, delete the addresses again that were deleted: time by mark; how many.

    What was still to be sent at the moment of the backup has been sent, or is told again.
    """
    outbox.drop_waiting()
    stored = AppealAddress.objects.values_list("appeal_id", "asked_at")
    again = [
        token
        for token, at in stored
        if (when := erased.get(_mark(token))) is not None and at < when
    ]
    return sum(forget(token) for token in again)


def status(appeal: Appeal) -> str:
    """`unconfirmed`, `confirmed` or `undeliverable`; empty without an address."""
    return statuses([appeal])[appeal.pk]


def statuses(appeals: Collection[Appeal]) -> dict[str, str]:
    """The same of several, by their tokens, in one statement."""
    addresses = {
        it.pk: address for it in appeals if (address := getattr(it, "address", None)) is not None
    }
    ended = Mail.objects.filter(about__among=list(addresses)).exclude(state=Mail.State.QUEUED)
    last = {
        mail.about: mail
        for mail in (ended.order_by("pk") if addresses else ())
        if mail.created_at >= addresses[mail.about].asked_at
    }
    return {
        it.pk: _status(addresses[it.pk], last.get(it.pk)) if it.pk in addresses else ""
        for it in appeals
    }


def _status(address: AppealAddress, last: Mail | None) -> str:
    if last and last.state in _BAD:
        return "undeliverable"
    return "confirmed" if address.confirmed_at else "unconfirmed"


def ask(appeal: Appeal, question: str) -> None:
    """Tell whoever appealed that a moderator asks something, if they want mail."""
    address = AppealAddress.objects.filter(appeal=appeal, confirmed_at__isnull=False).first()
    if address:
        send(address, "question", lambda: letters.question(appeal, question))


def send(address: AppealAddress, kind: str, made: Callable[[], letters.Letter]) -> None:
    """Write a letter to an address that was confirmed, in the language that it was given in."""
    to = unseal(address.sealed)
    if to and outbox.is_on():
        with translation.override(address.language or settings.LANGUAGE_CODE):
            subject, body = made()
        outbox.queue(kind=kind, to=to, subject=subject, body=body, about=address.pk)


def _mark(token: str) -> str:
    return erasures.mark_of(f"appeal {token}")
