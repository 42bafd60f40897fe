"""Facts: who said what, and what moderators decided. Nothing here is derived from a score."""

from votes.models.agreement import JurorPair
from votes.models.appeals import AppealAddress, AppealOwner, AppealQuestion, FirstOfTwo
from votes.models.cases import CLAIM_LASTS, Appeal, Case, CaseQuerySet
from votes.models.clusters import Cluster, Membership
from votes.models.decisions import TARGET_MAX, Action, Decision, TargetType
from votes.models.juries import (
    CHANNEL_VIDEOS,
    Answer,
    Draw,
    DrawnBatch,
    GoldItem,
    GoldLeft,
    Juror,
    Panel,
    Question,
)
from votes.models.observations import KEY_LENGTH, SAMPLE_MAX, Observation, ObservedChannel
from votes.models.outcomes import Hold, Outcome, Verdict
from votes.models.reports import REPORT_MAX, ChannelReport, ReportedChannel
from votes.models.samples import ErrorRate, Sample, SampleAnswer, SampleItem
from votes.models.service import AddressKey, Brake, DirtyVideo, DirtyVideoQuerySet, Erasure, Job
from votes.models.signs import AT_MAX_S, Sign, SignKind
from votes.models.titles import TITLE_MAX, Title
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
    "AT_MAX_S",
    "CHANNEL_VIDEOS",
    "CLAIM_LASTS",
    "DEFAULT_ACCURACY",
    "DEFAULT_TRUST",
    "KEY_LENGTH",
    "REPORT_MAX",
    "SAMPLE_MAX",
    "TARGET_MAX",
    "TITLE_MAX",
    "Action",
    "AddressKey",
    "Answer",
    "Appeal",
    "AppealAddress",
    "AppealOwner",
    "AppealQuestion",
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
    "ErrorRate",
    "FirstOfTwo",
    "GoldItem",
    "GoldLeft",
    "Hold",
    "Job",
    "Juror",
    "JurorPair",
    "Membership",
    "Observation",
    "ObservedChannel",
    "Outcome",
    "Panel",
    "Question",
    "ReportedChannel",
    "Sample",
    "SampleAnswer",
    "SampleItem",
    "Sign",
    "SignKind",
    "TargetType",
    "Title",
    "Verdict",
    "Vote",
    "Voter",
    "VoterWarning",
]
