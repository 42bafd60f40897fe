"""The limits by address and by voter, and the variables that change them."""

from __future__ import annotations

from realtube import env

_MOST = 10**6
_LIMITS = {
    "lookup": (100, "Lookups an address may make per minute."),
    "prefixes": (600, "Prefixes an address may ask for in batch lookups per minute."),
    "vote_user": (10, "Votes a voter may send per minute."),
    "unvote_user": (5, "Votes a voter may withdraw per minute."),
    "vote_address": (30, "Votes and withdrawals from one address per minute."),
    "vote_prefix": (120, "Votes and withdrawals from one /24 per minute."),
    "observation_user": (10, "Observations that a voter may share per minute."),
    "juror_user": (30, "Writes of a juror per minute: enrolling, answers, leaving."),
    "juror_network": (10, "Jurors who may enrol from one /24 a day."),
    "note_report": (20, "Notes of jurors that a /24 (IPv6: /48) may report a day."),
    "sync": (4, "Sync calls of an address per minute."),
    "export": (6, "Downloads of an export an hour."),
    "export_range": (600, "Parts of one export that an address may download an hour."),
    "appeal": (5, "Appeals from one /24 (IPv6: /48) a day."),
    "appeal_tries": (60, "Appeals sent from one /24 an hour, right or wrong."),
    "appeal_mail": (3, "Mails a day that ask an address whether it is theirs who appealed."),
    "appeal_target": (
        5,
        "Reviews of one video or channel that appeals may begin a day; one network one.",
    ),
    "appeals": (
        500,
        "Reviews that everybody's appeals may begin a day; one /16 (IPv6: /32) a tenth.",
    ),
    "follow": (20, "Asks to follow something from one /24 (IPv6: /48) a day."),
    "follow_address": (3, "Mails a day that ask an address whether it wants to follow something."),
    "follow_host": (20, "Webhooks of one host a day that are asked whether they are theirs."),
    "upload": (600, "Requests about clips that an address may make per minute."),
    "evidence_clips": (10, "Clips that a /24 (IPv6: /48) may begin to send a day."),
    "evidence_mb": (6000, "Megabytes of clips that a /24 (IPv6: /48) may send a day."),
    "shots_user": (6, "Times a minute that a voter may send pictures with a report."),
    "evidence_shots": (60, "Reports with pictures that a /24 (IPv6: /48) may send a day."),
    "stats": (10, "Stats calls of an address per minute."),
}
"""Each limit's default, and what it counts."""


def read() -> dict[str, int]:
    """The limits as `REALTUBE_LIMIT_...` in the environment sets them, 1-1,000,000 each."""
    return {
        name: env.integer(f"REALTUBE_LIMIT_{name.upper()}", default, low=1, high=_MOST, help=counts)
        for name, (default, counts) in _LIMITS.items()
    }
