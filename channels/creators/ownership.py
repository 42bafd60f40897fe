"""Proof that a channel is an appellant's: a token in its description, which a moderator looks at.

The service itself never asks YouTube.
"""

from __future__ import annotations

from urllib.parse import quote

from django.conf import settings
from django.db import transaction

from common.pseudonyms import keyed
from videos.models import Video
from votes.models import Appeal, AppealOwner, Case, TargetType
from votes.moderation.actions import Refused

_LENGTH = 20


def proof(token: str) -> str:
    """What an appellant puts into the channel's description; it does not lead to the appeal."""
    made = keyed(token, key=settings.VOTER_KEY.encode(), purpose="ownership")
    return f"realtube-{made[:_LENGTH]}"


def about_page(case: Case) -> str:
    """The address of the channel's own description on YouTube; empty if no channel is known."""
    key = case.target_id
    if case.target_type == TargetType.VIDEO:
        video = Video.objects.filter(pk=case.target_id).first()
        key = video.channel_key if video else ""
    if not key:
        return ""
    path = quote(key) if key.startswith("@") else f"channel/{quote(key)}"
    return f"https://www.youtube.com/{path}/about"


@transaction.atomic
def set_seen(token: str, *, actor: str, seen: bool) -> None:
    """Write down that a moderator has seen the token there, or has not.

    Raises `Refused` if there is no such appeal.
    """
    appeal = Appeal.objects.select_for_update().filter(pk=token).first()
    if appeal is None:
        raise Refused("There is no such appeal.")
    if seen:
        AppealOwner.objects.get_or_create(appeal=appeal, defaults={"seen_by": actor})
    else:
        AppealOwner.objects.filter(appeal=appeal).delete()
