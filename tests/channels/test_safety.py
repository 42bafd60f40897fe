"""Nobody gets a channel flagged by votes, nor its videos by naming it falsely."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.utils import timezone

from channels.models import DirtyChannel
from channels.services import decide_channel
from sync import pipeline
from tests.conftest import Api, published
from tests.flow.test_attacks import rebuilt_as_it_stands
from videos.models import Video
from votes.brakes import set_brakes
from votes.casting import Ballot, cast_vote
from votes.models import Case, Panel, Voter
from votes.moderation.cases import dismiss_case

pytestmark = pytest.mark.django_db(transaction=True)
VICTIM = "UC" + "v" * 22
OTHER = "UC" + "o" * 22


def vote(voters, videos, *, claim=None, category="fully_ai", trust="0.9"):
    """Votes of these voters, by number, on all these videos, by number."""
    for n in voters:
        voter, _ = Voter.objects.get_or_create(pk=f"{n:032x}", defaults={"trust": trust})
        for video in videos:
            cast_vote(
                Ballot(voter.pk, f"slop{video}", category, channel_id=claim),
                address=f"10.{n // 250}.{n % 250}.1",
            )
    pipeline.advance_until_idle()


def channel(key=VICTIM):
    cache.clear()
    return Api().get(f"/api/channels/{key}").json()


@pytest.mark.slow
@pytest.mark.parametrize(("confirms", "score"), [("votes", 94.74), ("juries", 79.9)])
def test_votes_alone_suspect_a_channel_and_start_none_of_its_videos_flagged(confirms, score):
    set_brakes(actor="m", reason="r", changes={"confirms": confirms})
    vote(range(30), range(20), claim=VICTIM)
    suspected = channel()
    assert (suspected["score"], suspected["flaggedVideos"]) == (score, 20)
    assert not suspected["autoFlag"] and "decidedBy" not in suspected
    vote(range(40, 43), ["new"], claim=VICTIM, trust="0.3")
    assert published("slopnew")["score"] == 37.5
    assert rebuilt_as_it_stands()


@pytest.mark.parametrize("word", ["moderator", "jury"])
def test_a_channel_that_somebody_decided_about_does_start_them_flagged(word):
    set_brakes(actor="m", reason="r", changes={"confirms": "juries"})
    vote(range(3), ["new"], claim=VICTIM, trust="0.3")
    if word == "moderator":
        decide_channel(actor="mod", action="flag_channel", key=VICTIM, reason="all of it")
    else:
        about = {"target_type": "channel", "target_id": VICTIM, "videos": ["slopnew"]}
        Panel.objects.create(**about, cause="suspected", outcome="ai", decided_at=timezone.now())
        DirtyChannel.objects.append([VICTIM])
    pipeline.advance_until_idle()
    assert (channel()["autoFlag"], channel()["decidedBy"]) == (True, word)
    video = published("slopnew")
    assert (video["score"], video["decidedBy"]) == (65.22, word)  # 100 (0.9 + 3.6) / (0.9 + 6)
    assert rebuilt_as_it_stands()


def test_a_claim_that_a_third_of_the_trust_denies_gives_the_video_to_nobody_and_opens_a_case():
    vote(range(6), [0], claim=VICTIM)
    assert Video.objects.get(pk="slop0").channel_id == VICTIM
    vote(range(10, 14), [0], claim=OTHER)
    video = Video.objects.get(pk="slop0")
    assert (video.channel_id, video.claims_contested) == (None, True)
    case = Case.objects.get()
    assert (case.kind, case.target_type, case.target_id) == ("claim_conflict", "video", "slop0")
    assert case.evidence == {"claims": [OTHER, VICTIM]}
    dismiss_case(actor="moderator", case_id=case.pk, reason="Two channels share it.")
    vote([30], [0])
    assert Case.objects.count() == 1  # somebody has looked at this
    assert rebuilt_as_it_stands()
    assert Case.objects.count() == 1
