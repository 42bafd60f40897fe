"""Writing mails, and sending them: each at least once, and once if no worker is lost meanwhile.

A worker claims a mail in a short transaction, by putting its next try off, and sends it without
one. Killed in between, the mail is sent again once that time has come, under the same Message-ID.
No log line and no stored error has an address.
"""

from __future__ import annotations

import json
import re
import smtplib
import time
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parseaddr
from typing import Any

import structlog
from anymail.exceptions import AnymailInvalidAddress, AnymailRecipientsRefused
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import EmailValidator
from django.db.models import Count, Min, Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from common import ids
from common.telemetry import metrics
from post.claims import claim
from post.models import MESSAGE_ID_MAX, Mail
from post.sealing import seal, unseal

ADDRESS_MAX = 254
KEPT = timedelta(days=30)
STANDING = timedelta(days=1)
TRIES = 8
RUN_S = 20.0
"""No further mail is begun after so many seconds; the next run goes on."""
# Longer than any server is waited for.
_CLAIM_S = 300
_REFUSED_FOR_GOOD = 500
_BREAKS = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")
_ENDED = {"bounced": "bounced", "rejected": "bounced", "complained": "bounced", "failed": "failed"}
log = structlog.get_logger()


def is_on() -> bool:
    """Whether this site sends mail at all."""
    return bool(settings.MAIL != "off")


_is_address = EmailValidator(allowlist=[])


def address(given: str) -> str:
    """An address that mail can be sent to, trimmed. Raises `ValidationError` for anything else.

    Also for one in quotes, which can be written in a thousand ways, each asked as often as an
    address may be; and for hosts that are numbers or this machine: they lie inside.
    """
    found = given.strip()
    _is_address(found)
    local, _at, host = found.rpartition("@")
    is_plain = '"' not in local and not host.startswith("[") and parseaddr(found)[1] == found
    if len(found) > ADDRESS_MAX or not found.isprintable() or not is_plain:
        raise ValidationError(_("Enter a valid email address."))  # in Django's own catalogue
    return found


def mailbox(address: str) -> str:
    """Whose an address is, for limits: what is behind a `+` the owner makes up, and a host has one
    name in ASCII."""
    local, _at, host = address.lower().rpartition("@")
    with suppress(UnicodeError):
        host = host.encode("idna").decode("ascii")
    return f"{local.partition('+')[0] or local}@{host}"


def line(text: str, *, most: int = 200) -> str:
    """What strangers wrote as part of one line: no breaks, nothing that hides or reorders."""
    plain = ids.plain_text(_BREAKS.sub(" ", text)) or ""
    return plain if len(plain) <= most else f"{plain[: most - 1]}…"


def queue(*, kind: str, to: str, subject: str, body: str, about: str = "") -> Mail:
    """Write a plain-text mail to one address; a worker sends it after the commit."""
    content = {"to": to, "subject": line(subject), "body": body}
    return Mail.objects.create(kind=kind, about=about, sealed=seal(json.dumps(content)))


def send_due(*, seconds: float = RUN_S) -> int:
    """Send what is due, the oldest first; how many were tried."""
    if not is_on():
        return 0
    until, done = time.monotonic() + seconds, 0
    while time.monotonic() < until and (mail := claim(Mail, least_s=_CLAIM_S)):
        _try(mail)
        done += 1
    return done


def take_event(sender: object, event: Any, **kwargs: Any) -> None:
    """Write down what a provider says became of a mail; its signature is checked already."""
    state = _ENDED.get(event.event_type)
    if state and event.message_id:
        found = Mail.objects.filter(message_id=str(event.message_id)[:MESSAGE_ID_MAX])
        for mail in found.exclude(state=state):
            _end(mail, state, reason=str(event.event_type))


def withdraw(about: str) -> int:
    """Do not send what still waits about something; how many."""
    return Mail.objects.filter(about=about, state=Mail.State.QUEUED).delete()[0]


def disown(abouts: Collection[str]) -> None:
    """Withdraw what still waits about these, and forget that the rest of the log was about them."""
    mails = Mail.objects.filter(about__among=list(abouts))
    mails.filter(state=Mail.State.QUEUED).delete()
    mails.update(about="")


def drop_waiting() -> int:
    """Do not send what a restored database believes is still to be sent; how many."""
    return Mail.objects.filter(state=Mail.State.QUEUED).delete()[0]


def forget_old() -> int:
    """Forget what is older than `KEPT`; how many."""
    return Mail.objects.filter(created_at__lt=Now() - KEPT).delete()[0]


@dataclass(frozen=True)
class Standing:
    """What became of the mails of the last `STANDING`, and which of any age still wait."""

    sent: int
    failed: int
    bounced: int
    waiting: int
    oldest_s: float
    """Age of the oldest that waits, 0 if none does."""


def standing() -> Standing:
    """How mails go; one statement, however many were sent before."""
    waits = Q(state=Mail.State.QUEUED)
    found = Mail.objects.filter(waits | Q(created_at__gt=Now() - STANDING)).aggregate(
        **{state: Count("pk", filter=Q(state=state)) for state in Mail.State.values},
        oldest=Now() - Min("created_at", filter=waits),
    )
    oldest = found["oldest"]
    return Standing(
        sent=found[Mail.State.SENT],
        failed=found[Mail.State.FAILED],
        bounced=found[Mail.State.BOUNCED],
        waiting=found[Mail.State.QUEUED],
        oldest_s=oldest.total_seconds() if oldest else 0.0,
    )


def _try(mail: Mail) -> None:
    content = unseal(mail.sealed)
    if content is None:
        _end(mail, Mail.State.FAILED, reason="sealed under another key")
        return
    message_id = f"<mail.{mail.pk}.{int(mail.created_at.timestamp())}@{host()}>"
    message = _message(json.loads(content), message_id)
    try:
        message.send()
    except Exception as error:  # any library's: a mail must not hold up the others
        code = code_of(error)
        if is_final(error) or mail.tries >= TRIES:
            _end(mail, Mail.State.FAILED, reason=type(error).__name__, code=code)
        else:
            log.warning(
                "mail not sent yet",
                mail=mail.pk,
                kind=mail.kind,
                tries=mail.tries,
                reason=type(error).__name__,
                code=code,
            )
        return
    mail.message_id = known_as(message)
    _end(mail, Mail.State.SENT)


def _message(content: dict[str, str], message_id: str) -> EmailMessage:
    return EmailMessage(
        subject=content["subject"],
        body=content["body"],
        to=[content["to"]],
        headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated"},
    )


def host() -> str:
    """What Message-IDs of ours end with."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"


def known_as(message: EmailMessage) -> str:
    """What a mail that was sent is called when it bounces; a provider may have its own name."""
    status = getattr(message, "anymail_status", None)
    given = getattr(status, "message_id", None) or message.extra_headers["Message-ID"]
    return str(given)[:MESSAGE_ID_MAX]


def is_final(error: Exception) -> bool:
    """Whether trying a mail again is idle."""
    for_good = isinstance(error, ValueError | AnymailInvalidAddress | AnymailRecipientsRefused)
    return for_good or code_of(error) >= _REFUSED_FOR_GOOD


def code_of(error: Exception) -> int:
    """What the server answered, as SMTP counts; 0 if it did not."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max((int(code) for code, _ in error.recipients.values()), default=0)
    # That of a wrong password is the operator's to mend, and no fault of the mail's.
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return 0
    return int(getattr(error, "smtp_code", 0) or 0)


def _end(mail: Mail, state: str, **why: Any) -> None:
    """Write down what became of a mail; whom it was to is forgotten."""
    Mail.objects.filter(pk=mail.pk).update(
        state=state, sealed="", message_id=mail.message_id, ended_at=Now()
    )
    metrics.MAILS.labels(state=state).inc()
    write = log.info if state == Mail.State.SENT else log.warning
    write(f"mail {state}", mail=mail.pk, kind=mail.kind, tries=mail.tries, **why)
