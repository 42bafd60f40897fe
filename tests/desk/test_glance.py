"""All about a case on one page: what it is called, who says what, what its owner asks."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from channels import appeals as public_appeals
from desk import services
from sync.tasks import run_pipeline
from tests.desk.test_pages import page, text
from videos.models import Video
from votes.models import Case, Decision, Panel, Title
from votes.moderation import appeals

pytestmark = pytest.mark.django_db(transaction=True)

HOSTILE = (
    "<script>alert(1)</script>'\"><img src=x onerror=alert(2)>{{7*7}}\u202e\u2066\u200b\u05d0\u05d1"
)


def ask(target_type, target_id, reason="I made this"):
    appeal, _ = public_appeals.submit(
        client="198.51.100.7",
        route="/appeal",
        target_type=target_type,
        target_id=target_id,
        reason=reason,
    )
    return Case.objects.get(pk=appeal.case_id)


@pytest.fixture
def case(crowd):
    crowd(4, "v1", channelHandle="@maker", title="How to mill", channelName="The Mill")
    crowd(4, "v2", "ai_music", channelHandle="@maker")
    run_pipeline()
    return ask("video", "v1")


def test_the_case_says_what_voters_pages_call_it_and_that_nobody_verified_it(desk, case):
    shown = text(desk().get(page(case)))
    assert '<p class="title words"><bdi>How to mill</bdi></p>' in shown
    assert "unverified</span> 4 voters' pages call it so, and 4 its channel <bdi>The Mill" in shown
    Title.objects.update(title="another")
    Title.objects.filter(pk__in=Title.objects.values("pk")[:2]).update(title="", channel_name="")
    assert "Too few voters' pages agree" in text(desk(name="b").get(page(case)))


def test_it_says_who_claims_what(desk, case):
    shown = text(desk().get(page(case)))
    assert 'Fully AI: <a href="#voters">4 votes</a>' in shown
    assert 'href="https://www.youtube.com/@maker"' in shown
    assert ": 4 voices</li>" in shown


def test_panels_are_shown_with_their_counts_once_they_are_decided(desk, case):
    Panel.objects.create(
        target_type="video",
        target_id="v1",
        videos=["v1"],
        cause="suspected",
        drawn=6,
        said_ai=4,
        said_human=1,
        outcome="ai",
        label="ai_visuals",
        decided_at="2026-01-02T00:00Z",
    )
    Panel.objects.create(
        target_type="video", target_id="v1", videos=["v1"], cause="appeal", drawn=6, said_ai=5
    )
    shown = text(desk().get(page(case)))
    assert "AI, AI visuals; of 6 asked 4 said AI and 1 human" in shown
    assert "(Appeal): open, 6 asked</li>" in shown
    assert "5 said AI" not in shown


def test_what_the_owner_asks_elsewhere_is_one_thread(desk, case):
    other = ask("video", "v2", "this too")
    ask("channel", "@maker", "all of it")
    appeals.file_appeal(target_type="video", target_id="v1", reason="again", channel="@maker")
    services.decide_case(
        actor="m", action="lock_ai", case_id=other.pk, reason="r", answer="It is generated."
    )
    shown = text(desk().get(page(case))).split('id="thread"')[1].split("</section>")[0]
    assert shown.index("this too") < shown.index("all of it")
    assert "Lock as AI</span>" in shown
    assert "Answered: <bdi>It is generated." in shown
    assert "again" not in shown
    of_channel = Case.objects.get(target_type="channel")
    assert "this too" in text(desk(name="b").get(page(of_channel)))


def test_nothing_of_youtubes_is_there_before_it_is_asked_for(desk, case):
    browser = desk()
    answer = browser.get(page(case))
    shown = answer.content.decode()
    assert "<iframe" not in shown and "<img" not in shown
    assert 'data-player="v1"' in shown
    policy = answer["Content-Security-Policy"]
    assert "frame-src https://www.youtube-nocookie.com;" in policy
    assert policy.endswith("connect-src 'self' https://www.youtube.com/oembed")
    for url in ("/admin/", "/admin/votes/case/", f"/admin/votes/decision/{case.pk}/change/", "/"):
        assert "youtube-nocookie" not in browser.get(url)["Content-Security-Policy"], url


def test_hostile_names_are_text_and_nothing_else(desk, crowd):
    crowd(4, "v1", title=HOSTILE, channelName=HOSTILE[::-1])
    run_pipeline()
    case = ask("video", "v1", HOSTILE * 10)
    shown = desk().get(page(case)).content.decode()
    assert "<script>alert" not in shown and "<img src=x" not in shown
    title = shown.split('class="title words">')[1].split("</p>")[0]
    assert title == (
        "<bdi>&lt;script&gt;alert(1)&lt;/script&gt;&#x27;&quot;&gt;"
        "&lt;img src=x onerror=alert(2)&gt;{{7*7}}\u05d0\u05d1</bdi>"
    )
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown


@pytest.mark.parametrize("kind", ["ai_music", "fully_ai"])
def test_a_lock_names_a_kind_which_lookups_show(desk, case, lookup, kind):
    browser = desk()
    shown = browser.get(page(case)).content.decode()
    assert 'value="fully_ai" required' in shown or 'value="fully_ai"' in shown
    chosen = {"action": "lock_ai", "category": kind, "template": "Watched it: made by AI"}
    assert browser.post(page(case), chosen).status_code == 302
    made = Decision.objects.get()
    assert made.after == {"lock": "ai", "category": kind}
    found = lookup("v1")
    assert found["score"] == 95
    assert found["categories"][kind]["weightedScore"] == 95
    assert Video.objects.get(pk="v1").primary_category == kind
    services.reverse(actor="m", decision_id=made.pk, reason="r")
    assert lookup("v1")["categories"].keys() == {"fully_ai"}


def test_a_lock_that_is_restored_has_its_kind_again(case, crowd):
    decide = {"actor": "m", "target_type": "video", "target_id": "v1", "reason": "r"}
    services.decide(action="lock_ai", category="ai_music", **decide)
    human = services.decide(action="lock_human", **decide)
    back = services.reverse(actor="m", decision_id=human.pk, reason="r")
    assert back.after == {"lock": "ai", "category": "ai_music"}
    services.decide(action="unlock", **decide)
    run_pipeline()
    assert Video.objects.get(pk="v1").primary_category == "fully_ai"
    # Who names none means what most voters say.
    assert services.decide(action="lock_ai", **decide).after["category"] == "fully_ai"


@pytest.mark.parametrize("category", ["not_ai", "x", "\x00"])
def test_what_is_no_kind_of_ai_is_refused(desk, case, category):
    chosen = {"action": "lock_ai", "category": category, "reason": "r"}
    assert desk().post(page(case), chosen).status_code == 400
    assert not Decision.objects.exists()


def test_the_page_costs_as_much_for_a_large_channel_with_many_appeals(desk, case, crowd):
    browser = desk()

    def cost():
        browser.get(page(case))
        with CaptureQueriesContext(connection) as seen:
            browser.get(page(case))
        return len(seen)

    few = cost()
    for n in range(12):
        crowd(3, f"more{n}", channelHandle="@maker", title=f"More {n}")
        appeals.file_appeal(target_type="video", target_id=f"more{n}", reason="r", channel="@maker")
    crowd(20, "v1", title="How to mill")
    run_pipeline()
    assert cost() == few <= 20
