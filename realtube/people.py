"""How moderators and creators deal with each other, from the environment (docs/moderation.md)."""

from __future__ import annotations

from realtube import env

SECOND_MODERATOR_VIDEOS = env.integer(
    "REALTUBE_SECOND_MODERATOR_VIDEOS",
    0,
    low=0,
    high=1_000_000,
    help="Reported videos of a channel from which two moderators must agree to grant its appeal; "
    "0: one is enough.",
)
ALONE_VIDEOS = env.integer(
    "REALTUBE_ALONE_VIDEOS",
    5,
    low=1,
    high=1_000_000,
    help="Videos of such a channel that one moderator may lock as human in 24 hours, one by one.",
)
QUESTION_DAYS = env.integer(
    "REALTUBE_QUESTION_DAYS",
    14,
    low=1,
    high=365,
    help="Days that a moderator's question to whoever appealed waits for an answer.",
)
NOTICE_ORIGINS = env.words(
    "REALTUBE_NOTICE_ORIGINS",
    help="Origins such as http://10.0.0.7:8080 that moderators may have notices posted to, though "
    "they lie inside. Any other has to be https at a public address.",
)
