"""What pages say of videos and channels, in the visitor's language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from videos.scoring import STRONGLY_FLAGGED

OPERATOR_TEXT_MAX = 20_000
"""Bytes of a text of the operator's that a page shows."""

KINDS: Mapping[str, Any] = {
    "fully_ai": gettext_lazy("fully AI"),
    "ai_voiceover": gettext_lazy("AI voiceover"),
    "ai_visuals": gettext_lazy("AI visuals"),
    "ai_thumbnails": gettext_lazy("AI thumbnail"),
    "ai_assisted": gettext_lazy("AI assisted"),
    "ai_music": gettext_lazy("AI music"),
}
SOURCES: Mapping[str, Any] = {
    "votes": gettext_lazy("votes"),
    "jury": gettext_lazy("a jury"),
    "moderator": gettext_lazy("a moderator"),
    "list": gettext_lazy("a list"),
    "channel": gettext_lazy("its channel"),
    "measured": gettext_lazy("YouTube’s label"),
    "gone": gettext_lazy("nothing is known of it any more"),
}
BANDS: Mapping[str, Any] = {
    "none": gettext_lazy("not flagged"),
    "suspected": gettext_lazy("not flagged"),
    "flagged": gettext_lazy("flagged"),
    "strongly_flagged": gettext_lazy("strongly flagged"),
    "preliminary": gettext_lazy("flagged through its channel"),
    "locked_ai": gettext_lazy("confirmed: AI"),
    "locked_human": gettext_lazy("confirmed: human"),
    "auto_flagged": gettext_lazy("flagged with its new videos"),
    "cleared": gettext_lazy("cleared"),
    "notice": gettext_lazy("not flagged"),
}
SIGNS: Mapping[str, Any] = {
    "voice": gettext_lazy("a synthetic voice"),
    "faces": gettext_lazy("faces or hands"),
    "watermark": gettext_lazy("a generator’s watermark"),
    "text": gettext_lazy("garbled text"),
    "music": gettext_lazy("generated music"),
    "reused": gettext_lazy("reused pictures"),
    "says_so": gettext_lazy("it says so itself"),
}


def kind(category: str) -> str:
    """A category; one that this version does not know is AI of some kind (docs/contract.md#r63)."""
    return str(KINDS.get(category, _("AI")))


def of_video(
    verdict: str, by: str, *, category: str, ai_votes: int, voices: int, score: float
) -> str:
    """What was found of a video, in a sentence or two.

    `verdict` and `by` are of `pages.verdicts`; `voices` is 0 where it is not known.
    """
    if verdict == "human":
        return _("A jury confirmed: human.") if by == "jury" else _("A moderator confirmed: human.")
    if verdict != "ai":
        return _("Not flagged.")
    what = kind(category) if category else _("AI")
    if by == "moderator":
        return _("A moderator confirmed: %(kind)s.") % {"kind": what}
    if by == "jury":
        return _("A jury confirmed: %(kind)s.") % {"kind": what}
    if by == "channel":
        return _("Flagged because its channel is.")
    votes = ngettext("%(n)s vote", "%(n)s votes", ai_votes) % {"n": number(ai_votes)}
    if voices:
        viewers = ngettext("%(n)s independent viewer", "%(n)s independent viewers", voices) % {
            "n": number(voices)
        }
        said = _("Flagged as %(kind)s, by %(votes)s of %(viewers)s.") % {
            "kind": what,
            "votes": votes,
            "viewers": viewers,
        }
    else:
        said = _("Flagged as %(kind)s, by %(votes)s.") % {"kind": what, "votes": votes}
    if score < STRONGLY_FLAGGED:
        said += " " + _("Nobody has confirmed that yet.")
    return said


def of_channel(verdict: str, by: str) -> str:
    """The same of a channel."""
    if verdict == "human":
        return _("A jury confirmed: human.") if by == "jury" else _("A moderator cleared it.")
    if verdict != "ai":
        return _("Not flagged.")
    return {
        "moderator": _("A moderator confirmed: this channel is AI."),
        "jury": _("A jury confirmed: this channel is AI."),
        "list": _("A list that this site imports calls this channel AI."),
        "measured": _("YouTube labels this channel’s videos as made with AI."),
    }.get(by, _("Flagged: most of its videos that viewers judged are."))


def number(value: float) -> str:
    """As the visitor's language groups digits."""
    return str(number_format(value, use_l10n=True, force_grouping=True))


def of_operator(page: str) -> list[str]:
    """What the operator says on a page (`REALTUBE_SITE_TEXTS`), by paragraph; none if nothing.

    In the visitor's language if there is such a file, else as written for all.
    """
    folder = settings.SITE.texts
    if folder is None:
        return []
    return _paragraphs(folder, page, get_language() or "en")


@cache
def _paragraphs(folder: Path, page: str, language: str) -> list[str]:
    for name in (f"{page}.{language}.txt", f"{page}.txt"):
        try:
            text = (folder / name).read_bytes()[:OPERATOR_TEXT_MAX].decode("utf-8", "replace")
        except OSError:
            continue
        return [part.strip() for part in text.replace("\r", "").split("\n\n") if part.strip()]
    return []


def of_entry(entry: Mapping[str, Any]) -> str:
    """What is said of an entry of the recent findings."""
    if entry["kind"] == "channel":
        return of_channel(entry["what"], entry["by"])
    return of_video(
        entry["what"],
        entry["by"],
        category=entry["category"],
        ai_votes=entry["votes"],
        voices=entry["voices"],
        score=entry["score"],
    )
