"""Sending notices: claimed one by one, tried again, given up after a day."""

from __future__ import annotations

import time
from datetime import timedelta

import structlog
from django.db.models.functions import Now

from desk.models import Notice
from desk.notices import gathering, webhooks, words
from post import posting
from post.claims import claim
from post.sealing import unseal

RUN_S = 30.0
TRIES = 10
KEPT = timedelta(days=30)
log = structlog.get_logger()


def send_due(*, seconds: float = RUN_S) -> int:
    """Send what is due; how many were tried. Old ones are forgotten."""
    Notice.objects.filter(created_at__lt=Now() - KEPT).delete()
    until, done = time.monotonic() + seconds, 0
    while time.monotonic() < until and (notice := claim(Notice)):
        _try(notice)
        done += 1
    return done


def _try(notice: Notice) -> None:
    choice = notice.choice
    try:
        url, secret = unseal(choice.sealed_url), unseal(choice.sealed_secret) or ""
        if url is None or choice.form == choice.Form.NONE or not gathering.may(choice):
            raise posting.NotSent("There is no webhook any more.", final=True)
        post = webhooks.made(
            choice,
            url=url,
            secret=secret,
            number=notice.pk,
            text=words.text(notice.new, notice.old, choice.older_than_h),
            data={"new": notice.new, "old": notice.old, "url": words.desk()},
        )
        webhooks.send(post)
    except posting.NotSent as error:
        _not_sent(notice, str(error), final=error.final)
    except Exception as error:  # any library's: a notice must not hold up those of others
        _not_sent(notice, f"It cannot be sent: {type(error).__name__}.", final=True)
    else:
        Notice.objects.filter(pk=notice.pk).update(state=Notice.State.SENT, error="")


def _not_sent(notice: Notice, reason: str, *, final: bool) -> None:
    final = final or notice.tries >= TRIES
    state = Notice.State.FAILED if final else Notice.State.QUEUED
    Notice.objects.filter(pk=notice.pk).update(state=state, error=reason)
    log.warning("notice not sent", notice=notice.pk, tries=notice.tries, reason=reason)
