"""Bursts of newcomers spread over the videos of one channel."""

from __future__ import annotations

from channels import sql
from common.db import rows
from votes import holds
from votes.bursts import CHANNEL_FACTOR
from votes.models import TargetType, Verdict


def detect() -> int:
    """Hold the videos of channels upon which newcomers have burst; how many holds that made."""
    least = {side: CHANNEL_FACTOR * holds.least_newcomers(side) for side in Verdict.values}
    found = rows(sql.LAST_HOUR, {"least": min(least.values())})
    return holds.hold(
        holds.Burst(
            TargetType.CHANNEL, channel, videos, side, newcomers, voices, float(usual), least[side]
        )
        for channel, side, newcomers, voices, videos, usual in found
        if videos
    )
