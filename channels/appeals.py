"""Appeals: somebody asks that a video or a channel be looked at again."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from channels.creators import mailing, ownership, questions, truth, waiting
from channels.models import Channel
from common import addresses, errors, throttling
from common.fields import timestamp
from common.locks import wait_for_name
from videos.models import Video
from votes.models import Appeal, Case, Decision, TargetType
from votes.moderation import appeals
from votes.moderation.actions import GRANTING, REJECTING

REASON_MAX = 2000
CONTACT_MAX = 254
NETWORK_BITS = {4: 24, 6: 48}
PROVIDER_BITS = {4: 16, 6: 32}
CLEARING = timedelta(hours=1)
"""Longer no worker takes to clear a channel's videos, unless it is away."""
SETTLES = timedelta(seconds=20)
"""A decision is published within it, unless workers are away."""
PROVIDER_SHARE = 10
"""The networks of one provider may begin one in so many of everybody's reviews."""


def count_try(client: str, *, route: str) -> throttling.Usage:
    """Count that somebody sends an appeal, right or wrong. Raises `LimitExceeded`."""
    tries = throttling.by_network("appeal_tries", client, window_s=throttling.HOUR_S)
    return count(tries, _("Your network has sent too many appeals within an hour."), route=route)


def submit(
    *,
    client: str,
    route: str,
    target_type: str,
    target_id: str,
    reason: str,
    contact: str = "",
    email: str = "",
) -> tuple[Appeal, throttling.Usage]:
    """File an appeal about a video id, or a channel's id or `@handle`, in normal form.

    Counts it, as coming from the address `client`, and returns how many more its network may file.
    A valid `email` is asked whether it is theirs. Raises `NotFound` if nothing is known about the
    target, `NotFlagged` if there is nothing to take back, and `LimitExceeded`.
    """
    of = ""
    if target_type == TargetType.VIDEO:
        video = Video.objects.filter(pk=target_id).first()
        known = video is not None
        of = video.channel_key if video else ""
    else:
        channel = Channel.objects.known_as(target_id)
        known = channel is not None
        target_id = channel.key if channel else target_id
    if not known:
        raise errors.NotFound(f"Nothing is known about this {target_type}.")
    with transaction.atomic():
        # One by one: of several that come at once only the first begins a review.
        wait_for_name(f"appeal:{target_type}:{target_id}")
        joins = appeals.appeal_joins(target_type=target_type, target_id=target_id)
        if not joins and not truth.is_said(target_type, target_id):
            raise errors.NotFlagged(
                f"This {target_type} is not flagged: there is nothing to appeal."
            )
        usage = _count_appeal(client, target_type, target_id, joins=joins, route=route)
        appeal = appeals.file_appeal(
            target_type=target_type,
            target_id=target_id,
            reason=reason,
            contact=contact,
            channel=of,
        )
        if email:
            mailing.offer(appeal, email, route=route)
    return appeal, usage


def _count_appeal(
    client: str, target_type: str, target_id: str, *, joins: bool, route: str
) -> throttling.Usage:
    """Count an appeal against its network's, and the review that it begins, unless it `joins` one,
    against all others'.

    One after the other: what a network is refused must not use up what others may file, nor what
    it may file itself once the reason is gone.
    """
    network = _network(client, NETWORK_BITS)
    own = throttling.Limit("appeal", network, window_s=throttling.DAY_S)
    why = _("Your network has sent as many appeals as are taken in a day.")
    usage = count([own], why, route=route)
    counted = [own]
    if joins:
        return usage
    everybody = int(settings.LIMITS["appeals"])
    for name, who, allowed, why in (
        (
            "appeal_again",
            f"{network} {target_type} {target_id}",
            1,
            _("A moderator has looked at this for your network today."),
        ),
        (
            "appeal_provider",
            _network(client, PROVIDER_BITS),
            max(1, everybody // PROVIDER_SHARE),
            _("Your provider's networks have sent as many appeals as are taken in a day."),
        ),
        (
            "appeal_target",
            f"{target_type} {target_id}",
            None,
            _("Moderators have looked at this video as often as they do in a day.")
            if target_type == TargetType.VIDEO
            else _("Moderators have looked at this channel as often as they do in a day."),
        ),
        ("appeals", "everybody", None, _("More appeals have come in than are taken in a day.")),
    ):
        limit = throttling.Limit(name, who, allowed=allowed, window_s=throttling.DAY_S)
        try:
            count([limit], why, route=route)
        except throttling.LimitExceeded:
            throttling.give_back(counted)
            raise
        counted.append(limit)
    return usage


def count(limits: Sequence[throttling.Limit], why: str, *, route: str) -> throttling.Usage:
    """Count against limits; a refusal says why, and from when on it would be taken.

    In the reader's language on a page; the API speaks none but English.
    """
    try:
        return throttling.count(limits, route=route)
    except throttling.LimitExceeded as exceeded:
        wait_s = exceeded.retry_after_s or 1
        # In whole minutes, rounded up: at that minute the window has ended.
        at = datetime.fromtimestamp(-(-exceeded.usage.reset_at // 60) * 60, UTC)
        when = _("Try again in %(wait)s, after %(time)s UTC on %(day)s.") % {
            "wait": waiting.span(wait_s),
            "time": f"{at:%H:%M}",
            "day": date_format(at, "MONTH_DAY_FORMAT"),
        }
        raise throttling.LimitExceeded(exceeded.usage, wait_s, f"{why} {when}") from None


def _network(client: str, bits: dict[int, int]) -> str:
    """The network of an address, so many bits of it by IP version; empty for no address."""
    address = addresses.parse(client)
    if address is None:
        return ""
    return str(ipaddress.ip_network((address, bits[address.version]), strict=False))


def appeal_object(token: str) -> dict[str, Any]:
    """The state of an appeal, and what is true now of what it is about.

    Raises `NotFound` for a token that nobody was given.
    """
    appeal = Appeal.objects.select_related("case", "address").filter(pk=token).first()
    if appeal is None:
        raise errors.NotFound("There is no appeal with this token.")
    return shown(appeal)


def shown(appeal: Appeal) -> dict[str, Any]:
    """As `appeal_object`, of one that is there."""
    case, token = appeal.case, appeal.pk
    result: dict[str, Any] = {
        "token": token,
        "targetType": case.target_type,
        "targetId": case.target_id,
        "state": _STATES[case.state],
        "submittedAt": timestamp(appeal.created_at),
        "now": truth.now(case.target_type, case.target_id),
    }
    if case.closed_at:
        result["decidedAt"] = timestamp(case.closed_at)
        result["outcome"] = (
            "granted"
            if case.outcome in GRANTING
            else "rejected"
            if case.outcome in REJECTING
            else "settled"
        )
        if appeal.answer:
            result["answer"] = appeal.answer
    else:
        result["ownershipToken"] = ownership.proof(token)
        if took := waiting.expected():
            result["expected"] = {
                "decided": took.decided,
                "medianSeconds": took.median_s,
                "mostSeconds": took.most_s,
            }
        if asked := questions.waiting(appeal.pk):
            result["question"] = asked.text
    if status := mailing.status(appeal):
        result["mail"] = status
    return result


def still_clearing(token: str) -> bool:
    """Whether the channel's videos may be on their way to being cleared with it."""
    decision = Decision.objects.filter(
        closed_cases__appeals=token,
        closed_cases__closed_at__gt=Now() - CLEARING,
        after__videos__gt=0,
    ).first()
    if decision is None:
        return False
    parts = Decision.objects.filter(part_of=decision)
    # The last ones may not be published yet.
    latest = parts.filter(created_at__gt=Now() - SETTLES)
    return parts.count() < int(decision.after["videos"]) or latest.exists()


_STATES: dict[str, str] = {
    Case.State.OPEN: "open",
    Case.State.CLAIMED: "in_review",
    Case.State.CLOSED: "decided",
}
