"""The mails to whoever appealed: plain text, no links but to this site, nothing that counts
readers. What strangers wrote is quoted, and cannot begin a line or a header of its own."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

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
    return _("Confirm your address for your appeal"), _letter(
        _about(case),
        _(
            "Somebody, presumably you, has appealed about this and wants to hear by mail what "
            "comes of it. If that was you, confirm this address within 48 hours:"
        ),
        f"{settings.ORIGIN}/appeal/confirm/{key}",
        _(
            "If it was not you, do nothing. You get no further mail, and the address is deleted "
            "after 48 hours."
        ),
    )


def receipt(appeal: Appeal) -> Letter:
    """That the address is confirmed, how long it takes, and how to prove whose channel it is."""
    took = waiting.expected()
    return _("Your appeal is with the moderators"), _letter(
        _about(appeal.case),
        _(
            "Your appeal has arrived, and a person will read it. You get a mail if they have a "
            "question, and when it is decided."
        ),
        *([took.in_words()] if took else []),
        _("Its page always says what is true now:"),
        _page(appeal.pk),
        _(
            "It helps if you show that the channel is yours: put this into its description on "
            "YouTube for as long as the appeal is open."
        ),
        ownership.proof(appeal.pk),
    )


def question(appeal: Appeal, text: str) -> Letter:
    """What a moderator asks."""
    return _("A question about your appeal"), _letter(
        _about(appeal.case),
        _("A moderator who looks at your appeal asks:"),
        _quoted(text),
        _("Answer on the page of your appeal; replies to this mail are not read."),
        _page(appeal.pk),
    )


def outcome(appeal: Mapping[str, Any]) -> Letter:
    """What became of it, and what is true at this moment."""
    kind, target = appeal["targetType"], appeal["targetId"]
    answer = appeal.get("answer")
    subject = _("Your appeal about %(target)s is decided") % {"target": line(target, most=100)}
    return subject, _letter(
        truth.lead(appeal, clearing=False),
        *([_("The moderator says:"), _quoted(answer)] if answer else []),
        *_true_now(appeal),
        _("The page of your appeal says what is true now, video by video:"),
        _page(appeal["token"]),
        _("Everybody can read how its standing changed:"),
        f"{settings.ORIGIN}{truth.history_of(kind, target)}",
        _(
            "This was the last mail, unless somebody decides otherwise. Your address is deleted 30 "
            "days after the decision; on the page you can have it deleted now."
        ),
    )


def _true_now(appeal: Mapping[str, Any]) -> list[str]:
    now = appeal["now"]
    is_flagged = now["flagged"]
    if appeal["targetType"] == TargetType.VIDEO:
        return [
            _("Now: the video is flagged.") if is_flagged else _("Now: the video is not flagged.")
        ]
    said = (
        _("Now: the channel is flagged.") if is_flagged else _("Now: the channel is not flagged.")
    )
    of_videos = _("Flagged of its reported videos: %(flagged)s of %(all)s.")
    shown = [said, of_videos % {"flagged": now["flaggedVideos"], "all": now["videos"]}]
    if now["flaggedVideos"]:
        videos, _more = truth.videos_of(appeal["targetType"], appeal["targetId"], page=1)
        named = [f"  {it.video_id}: {it.why}" for it in videos if it.flagged][:NAMED]
        left = now["flaggedVideos"] - len(named)
        rest = [_("  and others: %(count)s") % {"count": left}] if left > 0 else []
        shown.append("\n".join([*named, *rest]))
    return shown


def _about(case: Case) -> str:
    target = {"target": line(case.target_id, most=100)}
    if case.target_type == TargetType.VIDEO:
        return _("Your appeal about the video %(target)s") % target
    return _("Your appeal about the channel %(target)s") % target


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
