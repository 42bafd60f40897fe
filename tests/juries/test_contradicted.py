"""What viewers say against a channel's jury, and what no jury could decide about one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from channels.juries.run import run
from channels.services import decide_channel
from sync.tasks import run_pipeline
from tests.conftest import Api, new_user
from tests.juries.world import answer_all, end_batch, rooted, suspect
from votes.juries.rule import PARAMETERS
from votes.models import Case, Panel, Vote

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("juries_confirm")]
CHANNEL = "UCslopslopslopslopslopsl"
VIDEOS = [f"slop{k:07d}" for k in range(7)]
OLD_DAYS = 31


def told():
    run_pipeline()
    return Api().get(f"/api/channels/{CHANNEL}").json()


def decided(settings, outcome, *, days=OLD_DAYS):
    """A channel about which a jury has decided so many days ago."""
    rooted(settings, 40)
    suspect(*VIDEOS, voices=8, channel=CHANNEL)
    run()
    answer_all(outcome)
    end_batch()
    run()
    run_pipeline()
    panel = Panel.objects.get()
    assert panel.outcome == outcome
    # What was said before was said before that.
    Vote.objects.update(cast_at=timezone.now() - timedelta(days=days + 1))
    Panel.objects.update(decided_at=timezone.now() - timedelta(days=days))
    return panel


def speak(category, voices, *, videos=VIDEOS, networks=None, users=None, line=None):
    """So many voices, each on another of the videos; each on a /48 of its own of a `line`."""
    for n in range(voices):
        address = f"10.{n if networks is None else n % networks}.77.{n + 1}"
        if line:
            address = f"{line}:{n:x}::1"
        user = new_user() if users is None else users[n % len(users)]
        answer = Api(address).vote(videos[n % len(videos)], category, user, channelId=CHANNEL)
        assert answer.status_code == 200, answer.content
    run_pipeline()


class TestContradiction:
    @pytest.mark.parametrize(("outcome", "against"), [("ai", "not_ai"), ("human", "fully_ai")])
    def test_five_voices_on_its_videos_have_another_jury_look_which_decides(
        self, settings, outcome, against
    ):
        first = decided(settings, outcome)
        speak(against, 5)
        assert run().asked == PARAMETERS.batch
        again = Panel.objects.exclude(pk=first.pk).get()
        assert (again.target_type, again.target_id) == ("channel", CHANNEL)
        assert again.cause == "contradiction"
        assert len(set(again.videos)) == 5 and set(again.videos) <= set(VIDEOS)
        earlier = set(first.questions.values_list("juror_id", flat=True))
        assert not earlier & set(again.questions.values_list("juror_id", flat=True))
        assert told()["autoFlag"] == (outcome == "ai")  # until the second has decided
        answer_all("human" if outcome == "ai" else "ai")
        end_batch()
        run()
        assert told()["autoFlag"] == (outcome == "human")
        assert run().asked == 0

    @pytest.mark.parametrize(
        ("days", "said", "voices"),
        [(OLD_DAYS, "not_ai", 4), (OLD_DAYS, "fully_ai", 6), (29, "not_ai", 6)],
        ids=["four", "they agree", "too early"],
    )
    def test_fewer_or_others_or_earlier_ones_do_not(self, settings, days, said, voices):
        decided(settings, "ai", days=days)
        speak(said, voices)
        run()
        assert Panel.objects.count() == 1

    def test_one_account_on_seven_videos_is_one_voice(self, settings):
        decided(settings, "ai")
        speak("not_ai", 7, users=[new_user()])
        run()
        assert Panel.objects.count() == 1

    def test_seven_accounts_of_one_network_are_one_voice(self, settings):
        decided(settings, "ai")
        speak("not_ai", 7, networks=1)
        run()
        assert Panel.objects.count() == 1

    @pytest.mark.parametrize(("lines", "asked"), [(16, False), (17, True)])
    def test_lines_of_one_provider_are_the_square_root_of_so_many(self, settings, lines, asked):
        """As on a single video, though each speaks on another one: a /44 has sixteen."""
        decided(settings, "ai")
        speak("not_ai", lines, line="2a01:e0a")
        run()
        assert Panel.objects.exclude(outcome="ai").exists() is asked

    def test_not_after_a_moderator_has_decided(self, settings):
        decided(settings, "ai")
        decide_channel(actor="m", action="flag_channel", key=CHANNEL, reason="looked at it")
        speak("not_ai", 6)
        run()
        assert Panel.objects.count() == 1


def test_a_channel_that_no_jury_can_decide_about_is_a_case(settings):
    rooted(settings, 50)
    suspect(*VIDEOS, voices=8, channel=CHANNEL)
    while not run().ended:
        answer_all(lambda n, question: "ai" if n % 2 else "human")
        end_batch()
    panel = Panel.objects.get(target_type="channel")
    assert (panel.target_id, panel.outcome) == (CHANNEL, "undecided")
    case = Case.objects.get(kind="undecided")
    assert (case.target_type, case.target_id) == ("channel", CHANNEL)
    assert told().get("decidedBy") is None and told()["score"] < 80
    decide_channel(actor="m", action="clear_channel", key=CHANNEL, reason="looked at it")
    case.refresh_from_db()
    assert (case.state, told()["score"]) == ("closed", 0)
