"""What one IPv6 line can do: a /56 is one voice, the networks of a /48 are two at most."""

from __future__ import annotations

import pytest

from sync import pipeline
from sync.tasks import watch_bursts
from tests.channels.test_safety import VICTIM
from tests.conftest import Api, new_user, published
from tests.flow.test_attacks import rebuilt_as_it_stands, trusted
from videos.explain import explain
from videos.models import Video
from votes.casting import Ballot, cast_vote
from votes.models import Case, Hold, Vote

pytestmark = pytest.mark.django_db(transaction=True)


def line(site, network, part=1):
    """An address: of which /48, which /56 of that, and which /64 of that."""
    return f"2001:db8:{site:x}:{network:02x}{part:02x}::1"


def vote(addresses, video_id, category="fully_ai", users=None):
    for address, user in zip(addresses, users or [new_user() for _ in addresses], strict=True):
        answer = Api(address).vote(video_id, category, user)
        assert answer.status_code == 200, answer.content


def voices(video_id):
    pipeline.advance_until_idle()
    return Video.objects.get(pk=video_id).independent_voters


def test_the_64s_of_a_56_are_one_voice(video_id):
    vote([line(1, 7, part) for part in range(8)], video_id)
    video = published(video_id)
    assert (video["score"], video["totalVotes"]) == (16.67, 8)


def test_the_56s_of_a_48_are_two_voices(video_id):
    vote([line(1, 1), line(1, 2)], video_id)
    assert published(video_id)["score"] == 28.57  # 0.6 / (0.6 + 1.5)
    vote([line(1, n) for n in range(3, 13)], video_id)
    video = published(video_id)
    assert (video["score"], video["totalVotes"], voices(video_id)) == (28.57, 12, 2)
    assert rebuilt_as_it_stands()


def test_people_in_other_48s_are_not_concerned(video_id):
    vote([line(site, 1) for site in range(8)], video_id)
    assert published(video_id)["score"] == 61.54


def test_the_heaviest_two_voices_of_a_48_count(video_id):
    users = [*trusted(1, "0.4"), *trusted(1, "0.9"), *trusted(1, "0.7"), *trusted(1, "0.5")]
    vote([line(1, n) for n in range(4)], video_id, users=users)
    vote([line(1, 1, part) for part in range(2, 5)], video_id, users=trusted(3, "0.8"))
    pipeline.advance_until_idle()
    video = Video.objects.get(pk=video_id)
    assert (float(video.weight_ai), video.independent_voters) == (1.6, 2)
    explained = explain(video_id, video)
    counting = [(vote.standing, float(vote.weight)) for vote in explained.votes if vote.weight]
    assert counting == [("counts", 0.9), ("counts", 0.7)]
    others = sorted(vote.standing for vote in explained.votes if not vote.weight)
    assert others == ["crowded", "crowded", "merged", "merged", "merged"]


def test_disputes_of_a_48_are_two_voices(crowd, video_id):
    crowd(10, video_id)
    assert published(video_id)["score"] == 66.67
    vote([line(1, n) for n in range(9)], video_id, "not_ai")
    assert published(video_id)["score"] == 58.82  # 3 / (3 + 0.6 + 1.5); ten voices are needed
    assert not Case.objects.exists()


def test_a_48_makes_no_burst_and_so_no_shield(crowd, video_id):
    """A burst would hold down what others vote: it takes as many voices as anything else."""
    vote([line(1, n) for n in range(30)], video_id)
    pipeline.advance_until_idle()
    assert not Hold.objects.exists()
    crowd(8, video_id)
    assert published(video_id)["score"] == 66.67  # 3 / (3 + 1.5)
    vote([line(site, 1) for site in range(20, 35)], video_id)
    assert published(video_id)["score"] == 49.9
    case = Case.objects.get()
    assert (case.evidence["newcomers"], case.evidence["voices"]) == (25, 25)


def test_a_burst_ends_though_a_48_goes_on(video_id):
    vote([line(site, 1) for site in range(25)], video_id)
    pipeline.advance_until_idle()
    assert Hold.objects.get().until is None
    Vote.objects.update(cast_at="2020-01-01T00:00Z")
    vote([line(99, n) for n in range(20)], video_id)
    watch_bursts()
    assert Hold.objects.get().until


def test_a_48_makes_no_burst_upon_a_channel(crowd):
    for n in range(3):
        crowd(8, f"chan{n}", channelHandle="@victim")
    for n in range(3):
        vote([line(1, network) for network in range(12)], f"chan{n}")
    pipeline.advance_until_idle()
    watch_bursts()
    assert not Hold.objects.exists()


def test_a_vote_that_says_which_channel_it_is_needs_a_voice(video_id):
    for n in range(6):
        cast_vote(Ballot(f"{n:032x}", video_id, "fully_ai", channel_id=VICTIM), address=line(1, n))
    pipeline.advance_until_idle()
    assert Video.objects.get(pk=video_id).channel_id is None


def test_votes_stored_before_keep_the_one_label_that_they_have(video_id):
    vote([line(1, n) for n in range(4)], video_id)
    assert voices(video_id) == 2
    Vote.objects.update(site=None, site_pseudonym=None)
    vote([line(1, n) for n in range(10, 14)], video_id)
    assert voices(video_id) == 4 + 2
    assert rebuilt_as_it_stands()
