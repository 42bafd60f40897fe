"""What a moderator sees next to a decision: few statements, however many votes there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.paginator import Page
from django.db.models import Count, F, OuterRef, Q, Subquery, Window

from channels.models import Channel, Listing, ListSource
from channels.ties import names_in
from common.db import rows
from desk import sql, voters
from desk.casework import glance
from desk.clips import shown
from desk.paging import COUNTED, CappedPaginator
from desk.standing import applicable, keys_of
from sync import history
from videos.models import Video
from videos.rows import Row
from videos.store import categories_of
from votes.models import (
    Action,
    Appeal,
    Cluster,
    Decision,
    Membership,
    Outcome,
    TargetType,
    Vote,
    Voter,
    VoterWarning,
)
from votes.reports import facts as reports

SHOWN = 50
NAMED = 20
RIVALS = 8


def of(target_type: str, target_id: str, *, appeals_page: str | None = None) -> dict[str, Any]:
    """The evidence about any target, for its page and for a case, and what would change it."""
    gather = {
        TargetType.VIDEO: of_video,
        TargetType.CHANNEL: of_channel,
        TargetType.TIE: of_tie,
        TargetType.VOTER: of_voter,
        TargetType.CLUSTER: of_cluster,
    }[TargetType(target_type)]
    keys = keys_of(target_type, target_id)
    changing = applicable(target_type, keys)
    gathered = gather(target_id)
    if Action.NAME_CHANNEL in changing:
        gathered["rivals"] = gathered.get("claimed", [])
    return {
        "target_type": target_type,
        "target_id": target_id,
        "applicable": changing,
        **gathered,
        "decisions": Decision.objects.filter(target_type=target_type, target_id__in=keys).order_by(
            "-id"
        )[:SHOWN],
        "appeals": _appeals(target_type, keys, appeals_page),
        **shown.of(target_type, keys),
        **glance.of(
            target_type,
            keys,
            gathered.get("video"),
            gathered.get("channel"),
            with_signs="laid_out" not in gathered,
        ),
    }


def of_video(video_id: str) -> dict[str, Any]:
    """Score and how it comes about, its voters, its channel."""
    stored = Video.objects.filter(pk=video_id).first()
    found: dict[str, Any]
    video: Video | Row | None
    if stored is not None and stored.total_votes > voters.LARGE:
        video, found = stored, {"laid_out": voters.laid_out(video_id)}
    else:
        found = voters.context(video_id, stored) or {}
        video = found["explanation"].live.row if found else None
    if video is None:
        return {"video": None}
    claims = _claims(found)
    key = video.channel_id or (video.channel_handle and f"@{video.channel_handle}") or ""
    known = Channel.objects.named({key, *(name for name, _ in claims)} - {""})
    channel = next((it for it in known if key in it.names.keys), None)
    return {
        "video": video,
        "claimed": _claimed(claims, known),
        "kinds": _kinds(video, found),
        **found,
        "channel": channel,
        "channel_listings": _listings(channel) if channel else [],
        "status_changes": history.of("video", video_id)[:SHOWN],
    }


def _appeals(target_type: str, keys: Sequence[str], number: str | None) -> Page:
    """A page of the appeals about a target, those first that wait for an answer; the oldest first
    of these, so that nobody's is pushed out of sight by more that come."""
    found = Appeal.objects.filter(case__target_type=target_type, case__target_id__in=keys)
    ordered = found.select_related("case").order_by(
        F("case__closed_at").desc(nulls_first=True), "created_at"
    )
    if number not in (None, "1"):
        return CappedPaginator(ordered, SHOWN).get_page(number)
    # All are sorted for the first page anyway: counted there, they take no statement of their own.
    first = list(ordered.annotate(of_all=Window(Count("*")))[:SHOWN])
    pages = CappedPaginator(ordered, SHOWN)
    pages.count = min(first[0].of_all, COUNTED) if first else 0
    return Page(first, 1, pages)


@dataclass
class Rival:
    """A channel that voters say a video is of: its keys, how many voices say so (None where they
    are too many to count here), and what is known of it."""

    names: list[str]
    voices: int | None
    channel: Channel | None

    @property
    def key(self) -> str:
        """What a decision calls it."""
        return self.channel.key if self.channel else self.names[0]


def _claims(found: Mapping[str, Any]) -> list[tuple[str, int | None]]:
    """What most voices call the channel of a video."""
    if "explanation" in found:
        return [*found["explanation"].live.claims[:RIVALS]]
    return [(name, None) for name in found["laid_out"].claims[:RIVALS]]


def _claimed(claims: list[tuple[str, int | None]], known: Iterable[Channel]) -> list[Rival]:
    """The channels of these claims; two keys of one channel are one."""
    by_name = {name: it for it in known for name in it.names.keys}
    found: dict[str, Rival] = {}
    for name, voices in claims:
        channel = by_name.get(name)
        rival = found.setdefault(
            channel.key if channel else name, Rival(names=[], voices=voices, channel=channel)
        )
        rival.names.append(name)
    return list(found.values())


def _kinds(video: Video | Row, found: Mapping[str, Any]) -> list[tuple[str, int, Decimal]]:
    """The kinds of AI that it is said to be: how many votes each has, and its score."""
    if "explanation" in found:
        kinds = found["explanation"].live.categories
    else:
        kinds = categories_of([video.video_id]).get(video.video_id, {})
    return sorted(((kind, *of) for kind, of in kinds.items()), key=lambda it: (-it[1], it[0]))


def of_channel(key: str) -> dict[str, Any]:
    """Score, lists, and its most flagged videos."""
    channel = Channel.objects.known_as(key)
    names = channel.names if channel else None
    reported = reports.reported(names.keys if names else [key])
    if channel is None or names is None:
        return {"channel": None, "reported": reported}
    videos = Video.objects.naming_channel(channel_id=names.channel_id, handles=names.handles)
    return {
        "channel": channel,
        "reported": reported,
        "channel_listings": _listings(channel),
        "videos": videos.order_by("-evidence_score", "pk")[:SHOWN],
        "status_changes": history.of("channel", channel.key)[:SHOWN],
    }


def of_tie(target: str) -> dict[str, Any]:
    """What each of the two names is by itself, and the videos whose voters name both."""
    channel_id, handle = names_in(target)
    sides = []
    for key in (channel_id, f"@{handle}"):
        channel = Channel.objects.known_as(key)
        sides.append((key, channel, _listings(channel) if channel else []))
    videos = Video.objects.filter(channel_id=channel_id, channel_handle=handle)
    return {"sides": sides, "videos": videos.order_by("-last_updated", "pk")[:SHOWN]}


def of_voter(voter_id: str) -> dict[str, Any]:
    """Standing, and what they voted lately and how that came out."""
    voter = Voter.objects.filter(pk=voter_id).first()
    if voter is None:
        return {"voter": None}
    votes = list(Vote.objects.filter(voter=voter).order_by("-cast_at")[:SHOWN])
    judged = dict(
        Outcome.objects.filter(vote_id__in=[vote.pk for vote in votes]).values_list(
            "vote_id", "correct"
        )
    )
    return {
        "voter": voter,
        "voter_votes": [(vote, judged.get(vote.pk)) for vote in votes],
        "warnings": VoterWarning.objects.filter(voter=voter).order_by("-id")[:SHOWN],
    }


def of_cluster(key: str) -> dict[str, Any]:
    """Its members, and the videos they share."""
    cluster = Cluster.objects.filter(pk=key).first()
    if cluster is None:
        return {"cluster": None}
    members = Membership.objects.filter(cluster=cluster).select_related("voter")
    return {
        "cluster": cluster,
        "members": members.order_by("voter__first_seen")[:SHOWN],
        "shared_videos": rows(sql.SHARED_VIDEOS, {"cluster": key}),
    }


def _listings(channel: Channel) -> list[Listing]:
    names = channel.names
    named = Q(channel_id__isnull=False, channel_id=names.channel_id) | Q(
        handle__among=names.handles
    )
    licence = ListSource.objects.filter(name=OuterRef("source")).values("licence")
    found = Listing.objects.filter(named).annotate(licence=Subquery(licence))
    return list(found.order_by("-last_seen")[:SHOWN])
