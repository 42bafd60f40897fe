"""The keys of the desk: one for each decision, reason and kind of AI; buttons show them.

`t`, `n`, `p` and `c` go through cases, `w` and `y` into the fields for words.
"""

from __future__ import annotations

from collections.abc import Mapping

from votes.models import Action, Category

REASONS = "1234567890"
"""By the order of the usual reasons."""
FIELDS: Mapping[str, str] = {"reason": "w", "answer": "y"}
RIVALS = "jkz"
"""By the order in which the channels are named that a video may be of."""
KINDS: Mapping[str, str] = {
    Category.FULLY_AI: "f",
    Category.AI_VOICEOVER: "v",
    Category.AI_VISUALS: "i",
    Category.AI_THUMBNAILS: "b",
    Category.AI_ASSISTED: "s",
    Category.AI_MUSIC: "m",
}
DECISIONS: Mapping[str, str] = {
    # Whatever a case is about: to leave it as it is.
    Action.DISMISS_CASE: "d",
    Action.REJECT_APPEAL: "d",
    # Videos and channels have the same letter for the same answer.
    Action.LOCK_AI: "a",
    Action.LOCK_HUMAN: "h",
    Action.UNLOCK: "u",
    Action.FLAG_CHANNEL: "a",
    Action.CLEAR_CHANNEL: "h",
    Action.UNLOCK_CHANNEL: "u",
    Action.HIDE: "x",
    Action.UNHIDE: "x",
    Action.SHADOW_HIDE: "q",
    Action.SHADOW_UNHIDE: "q",
    Action.HOLD: "l",
    Action.RELEASE: "r",
    Action.DENY_CHANNELS: "o",
    Action.UNNAME_CHANNEL: "e",
    Action.CONFIRM_TIE: "a",
    Action.REJECT_TIE: "h",
    Action.CONFIRM_CLUSTER: "a",
    Action.DISSOLVE_CLUSTER: "h",
    Action.SHADOWBAN: "a",
    Action.UNBAN: "h",
    Action.WARN: "g",
    Action.MAKE_VIP: "u",
    Action.REVOKE_VIP: "u",
    Action.PAUSE_JUROR: "l",
    Action.RESUME_JUROR: "l",
}
