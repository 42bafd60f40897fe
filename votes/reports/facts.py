"""Storing reports of channels, and asking a person about channels that many report."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from common.db import execute, rows
from votes import casting
from votes.models import Case, ChannelReport, TargetType
from votes.moderation import cases
from votes.networks import origin_of
from votes.reports import sql

VOICES_FOR_CASE = 5
"""Independent voices that report a channel before a moderator is asked to look at it."""


@transaction.atomic
def report(key: str, casts: Sequence[casting.Cast], *, address: str) -> list[casting.Receipt]:
    """Store a voter's report of the channel `key` with its votes, 1-5 on different videos.

    All are stored, or none; the receipts in order. The report takes the place of the voter's
    earlier one of the channel. Of `address` only a label of its network is kept.
    """
    receipts = casting.cast_votes(casts)
    ballot = casts[0].ballot
    origin = origin_of(address, video_id=f"report of {key}")
    ((number,),) = rows(
        sql.REPORT,
        {
            "voter": ballot.voter_id,
            "key": key,
            "category": ballot.category,
            # All networks of an IPv6 /48 are one voice here.
            "voice": origin.site or origin.voice,
            "voice_before": origin.site_before or origin.voice_before,
        },
    )
    videos = [cast.ballot.video_id for cast in casts]
    execute(sql.JOIN_VOTES, {"report": number, "voter": ballot.voter_id, "videos": videos})
    _ask(key)
    return receipts


def _ask(key: str) -> None:
    voices = dict(rows(sql.VOICES, {"key": key}))
    everybody = voices.pop("", 0)
    if everybody >= VOICES_FOR_CASE:
        evidence = {key: {"reportedBy": everybody, "reportedAs": voices}}
        cases.open_cases(Case.Kind.REPORTS, TargetType.CHANNEL, evidence, rest=cases.REST)


def forget_voter(voter_id: str) -> None:
    """Delete a voter's reports."""
    ChannelReport.objects.filter(voter_id=voter_id).delete()
