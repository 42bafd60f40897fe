"""The words in which the desk shows people what is stored."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from votes.models import Action, Case, Category, Decision

NAMED = 20
"""Of a long list so many are named."""
WORDS: Mapping[str, str] = {
    # What votes say.
    Category.FULLY_AI: "Fully AI",
    Category.AI_VOICEOVER: "AI voiceover",
    Category.AI_VISUALS: "AI visuals",
    Category.AI_THUMBNAILS: "AI thumbnail",
    Category.AI_ASSISTED: "AI assisted",
    Category.AI_MUSIC: "AI music",
    Category.NOT_AI: "Not AI",
    "ai": "AI",
    "partly": "partly AI",
    "unsure": "cannot tell",
    # How cases ended.
    **{action.value: action.label for action in Action},
}
HISTORY: Mapping[str, str] = {
    # Statuses of videos and channels (`sync.history`), and why they changed.
    "none": "not flagged",
    "preliminary": "flagged through its channel",
    "strongly_flagged": "strongly flagged",
    "locked_ai": "locked as AI",
    "locked_human": "locked as human",
    "auto_flagged": "flagged with its new videos",
    "notice": "flagged soon",
    "moderator": "a moderator",
    "appeal": "an appeal that was granted",
    "channel": "its channel",
    "list": "a list",
    "gone": "nothing is known of it any more",
}
ASPECTS: Mapping[str, str] = {
    "lock": "Lock",
    "held": "Held below 50",
    "bursts": "Bursts held",
    "shadow_hidden": "Hidden quietly",
    "channel": "Channel of the video",
    "category": "Kind of AI",
    "standing": "Channel",
    "is_shadowbanned": "Shadowbanned",
    "is_vip": "VIP",
    "is_paused_juror": "Paused as a juror",
    "is_hidden": "Hidden",
    "ban_reason": "Reason of the ban",
    "text": "Its text",
    "videos": "Videos cleared with it",
}
_UNSET: Mapping[str, str] = {
    "lock": "none, votes decide",
    "channel": "as voters say",
    "category": "as voters say",
    "standing": "as votes and lists say",
}
_FREE = frozenset({"ban_reason", "text"})
_JOINT = re.compile(r"_|[a-z][A-Z]")
_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")


def plain(name: str) -> str:
    """A name of the program's as words: `usualPerHour` is `usual per hour`. Else as it is."""
    if not name.isidentifier() or not _JOINT.search(name):
        return name
    return " ".join(part.lower() for part in _PART.findall(name))


def of(value: object) -> str:
    """What is stored, in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    return WORDS.get(text) or plain(text)


def history(value: str) -> str:
    """A standing of a video or channel, or the cause of one, in words."""
    return HISTORY.get(value) or plain(value)


def _listed(values: list[Any]) -> str:
    more = f" and {len(values) - NAMED} more" if len(values) > NAMED else ""
    return ", ".join(map(str, values[:NAMED])) + more


def _span(value: Any) -> str:
    if not isinstance(value, Mapping):
        return _said(value)
    least, most = value.get("least"), value.get("most")
    return str(least) if least == most else f"{least} to {most}"


def _side(value: Any) -> str:
    return {"ai": "it is AI", "human": "it is not AI"}.get(str(value), str(value))


def _categories(value: Any) -> str:
    if not isinstance(value, Mapping):
        return _said(value)
    return ", ".join(f"{of(name)} ({voices})" for name, voices in value.items())


def _said(value: Any) -> str:
    if isinstance(value, Mapping):
        return _listed([f"{plain(str(name))}: {_said(part)}" for name, part in value.items()])
    if isinstance(value, list):
        return _listed(value)
    return of(value) if isinstance(value, bool) else str(value)


_EVIDENCE: Mapping[str, tuple[str, Callable[[Any], str]]] = {
    "side": ("They say", _side),
    "sayAi": ("Voices for AI", _said),
    "dispute": ("Voices against", _said),
    "proven": ("of them proven", _said),
    "newcomers": ("Newcomers in an hour", _said),
    "voices": ("Voices in an hour", _said),
    "usualPerHour": ("Usual in an hour", _said),
    "members": ("Members", _said),
    "links": ("Pairs who vote together", _said),
    "sharedVideos": ("Videos that two of them share", _span),
    "claims": ("Channels that voters name", _said),
    "flaggedVideos": ("Flagged videos", _said),
    "contested": ("of them with rival claims", _said),
    "agree": ("Networks that saw the label", _said),
    "otherwise": ("Networks that did not", _said),
    "reportedBy": ("Independent voices that report it", _said),
    "reportedAs": ("They say", _categories),
    "channelId": ("Id", _said),
    "idStands": ("The id by itself", _said),
    "handle": ("Handle", _said),
    "handleStands": ("The handle by itself", _said),
    "sayBoth": ("Voters who name both", _said),
    "videosInAll": ("on videos", _said),
    "videos": ("Videos", _said),
    "sampleOf": ("Drawn for the blind sample of", _said),
    "jurySaid": ("A jury said", _side),
    "moderatorsSaid": ("Moderators who did not know that said", _side),
}


def why(case: Case) -> Iterator[tuple[str, str]]:
    """What a case was opened for, in words."""
    order = [*_EVIDENCE, *sorted(case.evidence.keys() - _EVIDENCE.keys())]
    for key in order:
        if key in case.evidence:
            label, say = _EVIDENCE.get(key, (plain(key).capitalize(), _said))
            yield label, say(case.evidence[key])


def decision(made: Decision) -> str:
    """What a decision did; a release that was taken back is recorded as one, too."""
    if made.action == Action.RELEASE and made.reverses_id and not _releases(made):
        return "Release taken back"
    if "videos" in made.after:
        return f"{made.get_action_display()} and its videos"
    return made.get_action_display()


def _releases(made: Decision) -> bool:
    """Whether it lets votes of a burst count, or takes the hold from a video."""
    return bool(made.before.get("held") or made.before.get("bursts"))


def changes(made: Decision) -> list[tuple[str, str, str]]:
    """What a decision changed, in words: the aspect, before, and after."""
    before, after = made.before, made.after
    if made.reverses and made.action == Action.RELEASE and "bursts" not in after:
        # As such decisions were once recorded.
        held = made.reverses.before.get("bursts", [])
        before, after = {**before, "bursts": []}, {**after, "bursts": held}
    return [
        (
            ASPECTS.get(name) or plain(name).capitalize(),
            _stood(name, before.get(name, "-")),
            _stood(name, after.get(name, "-")),
        )
        for name in sorted({*before, *after})
        if name == "case" or before.get(name, "-") != after.get(name, "-")
    ]


def _stood(name: str, value: Any) -> str:
    if value is None:
        return _UNSET.get(name, "none")
    if name == "bursts":
        return f"{len(value)} (number {_listed(value)})" if value else "none"
    if name == "channel":
        return str(value) or "none of those that voters name"
    if name == "lock":
        return "human-made" if value == "human" else "AI"
    return str(value) if name in _FREE else of(value)
