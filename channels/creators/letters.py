"""The mails to whoever appealed: plain text, no links but to this site, nothing that counts
readers. What strangers wrote is quoted, and cannot begin a line or a header of its own."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from channels.creators import ownership, truth, waiting
from post.outbox import line
from votes.models import Appeal, Case, TargetType

WIDTH = 72
NAMED = 20
"""So many videos a mail names."""
Letter = tuple[str, str]
"""Subject and body."""


def confirm(case: Case, key: str) -> Letter:
    """Whether the address is theirs who appealed; nothing that they wrote is in it."""
    return "Confirm your address for your appeal", _letter(
        f"Somebody, presumably you, has appealed about the {_about(case)} and wants to hear by "
        "mail what comes of it. If that was you, confirm this address within 48 hours:",
        f"{settings.ORIGIN}/appeal/confirm/{key}",
        "If it was not you, do nothing. You get no further mail, and the address is deleted after "
        "48 hours.",
    )


def receipt(appeal: Appeal) -> Letter:
    """That the address is confirmed, how long it takes, and how to prove whose channel it is."""
    took = waiting.expected()
    return "Your appeal is with the moderators", _letter(
        f"Your appeal about the {_about(appeal.case)} has arrived, and a person will read it. You "
        "get a mail if they have a question, and when it is decided.",
        *([took.in_words()] if took else []),
        "Its page always says what is true now:",
        _page(appeal.pk),
        "It helps if you show that the channel is yours: put this into its description on YouTube "
        "for as long as the appeal is open.",
        ownership.proof(appeal.pk),
    )


def question(appeal: Appeal, text: str) -> Letter:
    """What a moderator asks."""
    return "A question about your appeal", _letter(
        f"A moderator who looks at your appeal about the {_about(appeal.case)} asks:",
        _quoted(text),
        "Answer on the page of your appeal; replies to this mail are not read.",
        _page(appeal.pk),
    )


def outcome(appeal: Mapping[str, Any]) -> Letter:
    """What became of it, and what is true at this moment."""
    kind, target = appeal["targetType"], appeal["targetId"]
    answer = appeal.get("answer")
    return f"Your appeal about {line(target, most=100)} is decided", _letter(
        truth.lead(appeal, clearing=False),
        *(["The moderator says:", _quoted(answer)] if answer else []),
        *_true_now(appeal),
        "The page of your appeal says what is true now, video by video:",
        _page(appeal["token"]),
        f"Everybody can read how the standing of this {kind} changed:",
        f"{settings.ORIGIN}{truth.history_of(kind, target)}",
        "This was the last mail, unless somebody decides otherwise. Your address is deleted 30 "
        "days after the decision; on the page you can have it deleted now.",
    )


def _true_now(appeal: Mapping[str, Any]) -> list[str]:
    now = appeal["now"]
    if appeal["targetType"] == TargetType.VIDEO:
        return [f"Now: the video is {_flagged(now['flagged'])}."]
    said = [
        f"Now: the channel is {_flagged(now['flagged'])}, and {now['flaggedVideos']} of its "
        f"{now['videos']} reported videos {'is' if now['flaggedVideos'] == 1 else 'are'} flagged."
    ]
    if now["flaggedVideos"]:
        videos, _ = truth.videos_of(appeal["targetType"], appeal["targetId"], page=1)
        named = [f"  {it.video_id}: {it.why}" for it in videos if it.flagged][:NAMED]
        more = now["flaggedVideos"] - len(named)
        said.append("\n".join([*named, *([f"  and {more} more"] if more > 0 else [])]))
    return said


def _flagged(is_flagged: bool) -> str:
    return "flagged" if is_flagged else "not flagged"


def _about(case: Case) -> str:
    return f"{case.target_type} {line(case.target_id, most=100)}"


def _page(token: str) -> str:
    return f"{settings.ORIGIN}/appeal/{token}"


def _quoted(text: str) -> str:
    lines = [
        wrapped for part in text.splitlines() for wrapped in textwrap.wrap(part, WIDTH) or [""]
    ]
    return "\n".join(f"> {line(one, most=WIDTH)}" for one in lines)


def _letter(*parts: str) -> str:
    """Paragraphs, wrapped; lines that are laid out already, and links, stay as they are."""
    whole = [
        part
        if "\n" in part or part.startswith((">", "  ", settings.ORIGIN))
        else textwrap.fill(part, WIDTH, break_long_words=False, break_on_hyphens=False)
        for part in parts
    ]
    return "\n\n".join([*whole, f"--\nRealTube at {settings.ORIGIN}"]) + "\n"
