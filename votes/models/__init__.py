"""Facts: who said what, and what moderators decided. Nothing here is derived from a score."""

from votes.models.cases import CLAIM_LASTS, Appeal, Case, CaseQuerySet
from votes.models.clusters import Cluster, Membership
from votes.models.decisions import TARGET_MAX, Action, Decision, TargetType
from votes.models.juries import (
    CHANNEL_VIDEOS,
    Answer,
    Draw,
    DrawnBatch,
    GoldItem,
    Juror,
    Panel,
    Question,
)
from votes.models.observations import KEY_LENGTH, SAMPLE_MAX, Observation, ObservedChannel
from votes.models.outcomes import Hold, Outcome, Verdict
from votes.models.reports import REPORT_MAX, ChannelReport, ReportedChannel
from votes.models.service import AddressKey, Brake, DirtyVideo, DirtyVideoQuerySet, Erasure, Job
from votes.models.voters import (
    AI_CATEGORIES,
    DEFAULT_ACCURACY,
    DEFAULT_TRUST,
    Category,
    Vote,
    Voter,
    VoterWarning,
)

__all__ = [
    "AI_CATEGORIES",
    "CHANNEL_VIDEOS",
    "CLAIM_LASTS",
    "DEFAULT_ACCURACY",
    "DEFAULT_TRUST",
    "KEY_LENGTH",
    "REPORT_MAX",
    "SAMPLE_MAX",
    "TARGET_MAX",
    "Action",
    "AddressKey",
    "Answer",
    "Appeal",
    "Brake",
    "Case",
    "CaseQuerySet",
    "Category",
    "ChannelReport",
    "Cluster",
    "Decision",
    "DirtyVideo",
    "DirtyVideoQuerySet",
    "Draw",
    "DrawnBatch",
    "Erasure",
    "GoldItem",
    "Hold",
    "Job",
    "Juror",
    "Membership",
    "Observation",
    "ObservedChannel",
    "Outcome",
    "Panel",
    "Question",
    "ReportedChannel",
    "TargetType",
    "Verdict",
    "Vote",
    "Voter",
    "VoterWarning",
]
